//! What a client missed, against a model that forgets nothing.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// One thing that happens to a channel, or to the server.
#[derive(Debug, Clone)]
enum Turn {
    Say,
    /// The server ends; without `clean` it is killed, and loses this many lines that were said.
    Restart {
        clean: bool,
        lost: u64,
    },
    Prune {
        keep: u32,
    },
    Ask {
        after: Index,
        limit: u32,
    },
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        8 => Just(Turn::Say),
        2 => (prop::bool::weighted(0.7), 0..3_u64).prop_map(|(clean, lost)| Turn::Restart { clean, lost }),
        1 => (0..12_u32).prop_map(|keep| Turn::Prune { keep }),
        5 => (any::<Index>(), prop_oneof![3 => Just(100_u32), 1 => 0..6_u32])
            .prop_map(|(after, limit)| Turn::Ask { after, limit }),
    ];
    prop::collection::vec(turn, 1..60)
}

/// A line as the model knows it.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    epoch: usize,
    seq: u64,
    /// Whether the store still has it.
    kept: bool,
}

/// All that was ever said, and how each epoch ended.
struct Model {
    said: Vec<Said>,
    clean: Vec<bool>,
    seq: u64,
}

impl Model {
    fn epoch(&self) -> usize {
        self.clean.len() - 1
    }

    fn say(&mut self, kept: bool) {
        self.seq += 1;
        self.said.push(Said { epoch: self.epoch(), seq: self.seq, kept });
    }

    fn restart(&mut self, clean: bool) {
        *self.clean.last_mut().unwrap() = clean;
        self.clean.push(false);
        self.seq = 0;
    }

    fn prune(&mut self, keep: u32) {
        let count = self.said.iter().filter(|said| said.kept).count();
        let surplus = count.saturating_sub(keep as usize);
        self.said
            .iter_mut()
            .filter(|said| said.kept)
            .take(surplus)
            .for_each(|said| said.kept = false);
    }

    /// Every place a client may have got to: each line, and the beginning of each epoch.
    fn places(&self) -> Vec<(usize, u64)> {
        let beginnings = (0..self.clean.len()).map(|epoch| (epoch, 0));
        beginnings.chain(self.said.iter().map(|said| (said.epoch, said.seq))).collect()
    }

    fn since(&self, place: (usize, u64), limit: u32) -> (Vec<(String, u64)>, bool) {
        let missed: Vec<_> =
            self.said.iter().filter(|said| (said.epoch, said.seq) > place).collect();
        let kept: Vec<_> = missed.iter().filter(|said| said.kept).collect();
        let cut = kept.len().saturating_sub(limit as usize);
        let in_doubt = self.clean[place.0..self.epoch()].contains(&false);
        let gap = cut > 0 || kept.len() < missed.len() || in_doubt;
        (kept[cut..].iter().map(|said| (epoch_name(said.epoch), said.seq)).collect(), gap)
    }
}

fn epoch_name(number: usize) -> String {
    format!("e{number}")
}

async fn play(turns: Vec<Turn>) -> Result<(), TestCaseError> {
    let folder = folder();
    let mut store = open_in(&folder);
    let mut model = Model { said: vec![], clean: vec![false], seq: 0 };
    store.begin_epoch("e0", instant(0)).await.unwrap();
    for turn in turns {
        match turn {
            Turn::Say => {
                model.say(true);
                store.remember(line("say", &epoch_name(model.epoch()), model.seq));
            }
            Turn::Restart { clean, lost } => {
                if clean {
                    store.close().await.unwrap();
                } else {
                    (0..lost).for_each(|_| model.say(false));
                }
                drop(store);
                model.restart(clean);
                store = open_in(&folder);
                store.begin_epoch(&epoch_name(model.epoch()), instant(0)).await.unwrap();
            }
            Turn::Prune { keep } => {
                model.prune(keep);
                let policy = PrunePolicy { days: None, per_channel_max: Some(keep) };
                store.prune(policy, instant(0)).await.unwrap();
            }
            Turn::Ask { after, limit } => {
                let place = *after.get(&model.places());
                let epoch = epoch_name(place.0);
                let since = store.since(&channel("say"), &epoch, place.1, limit).await.unwrap();
                prop_assert_eq!((places(&since.messages), since.gap), model.since(place, limit));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A client gets exactly what it missed, or is told of a gap, whatever happened to the server meanwhile.
    #[test]
    fn nothing_missing_is_presented_as_the_whole(turns in turns()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(turns))?;
    }
}

#[tokio::test]
async fn an_unknown_epoch_gets_the_newest_lines_and_a_gap() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e0", instant(0)).await.unwrap();
    for seq in 1..=3 {
        store.remember(line("say", "e0", seq));
    }
    let since = store.since(&channel("say"), "of another server", 7, 2).await.unwrap();
    assert_eq!(places(&since.messages), [("e0".to_owned(), 2), ("e0".to_owned(), 3)]);
    assert!(since.gap);
    assert!(store.since(&channel("shout"), "of another server", 0, 2).await.unwrap().gap);
}
