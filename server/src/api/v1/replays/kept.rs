//! What became of requests with a key, in bounds: each account or service has room of its own, and who fills it loses the
//! oldest of their own. Where all of it is too much, whoever has the most does.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use tokio::sync::watch;

use super::answer::Answer;
use crate::vocab::Holder;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);
/// How often what is older is looked for.
const SWEPT_EVERY: Duration = Duration::from_mins(10);
/// What an answer takes besides its text. Bytes.
const ENTRY_BYTES: usize = 512;

/// How much is kept, and how much may be under way at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Answers of one account or service.
    pub(super) answers_of_one_max: usize,
    /// Bytes of one account or service.
    pub(super) bytes_of_one_max: usize,
    /// Bytes in all.
    pub(super) bytes_max: usize,
    /// Requests under way of one account or service.
    pub(super) under_way_of_one_max: usize,
    /// Requests under way in all.
    pub(super) under_way_max: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            answers_of_one_max: 1_000,
            bytes_of_one_max: 1024 * 1024,
            bytes_max: 32 * 1024 * 1024,
            under_way_of_one_max: 32,
            under_way_max: 256,
        }
    }
}

/// Whose key it is, and the key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) holder: Holder,
    pub(super) text: String,
}

/// What was asked: a hash of path and body.
pub(super) type Asked = [u8; 32];

/// Where the answer will be.
pub(super) type Outcome = watch::Receiver<Option<Answer>>;

/// What is to be done with a request that has a key.
#[derive(Debug)]
pub(super) enum Seen {
    /// It is new, and counts as under way from now on.
    New,
    /// It was answered.
    Answered(Answer),
    /// It is being served.
    UnderWay(Outcome),
    /// The key stands for something else.
    Other,
    /// Too many of the same account or service are under way.
    TooMany,
    /// Too many are under way.
    Full,
}

/// The answers that are kept, and the requests that are under way.
#[derive(Debug)]
pub(super) struct Kept {
    bounds: Bounds,
    holders: FxHashMap<Holder, Own>,
    bytes: usize,
    under_way: usize,
    swept: Option<Instant>,
}

/// Those of one account or service.
#[derive(Debug, Default)]
struct Own {
    known: FxHashMap<String, (Asked, Became)>,
    /// The keys that were answered, and when; the oldest first.
    answered: VecDeque<(String, Instant)>,
    bytes: usize,
    under_way: usize,
}

#[derive(Debug)]
enum Became {
    UnderWay(Outcome),
    Answered(Answer),
}

impl Kept {
    /// Nothing yet.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, holders: FxHashMap::default(), bytes: 0, under_way: 0, swept: None }
    }

    /// How much is kept, in bytes, and how many requests are under way.
    pub(super) fn figures(&self) -> (usize, usize) {
        (self.bytes, self.under_way)
    }

    /// What is to be done with a request; its answer will be in `outcome` if it is new.
    pub(super) fn begin(
        &mut self,
        key: &Key,
        asked: Asked,
        outcome: &Outcome,
        now: Instant,
    ) -> Seen {
        self.sweep(now);
        let is_full = self.under_way >= self.bounds.under_way_max;
        let own = self.holders.entry(key.holder.clone()).or_default();
        match own.known.get(&key.text) {
            Some((was, _)) if *was != asked => return Seen::Other,
            Some((_, Became::UnderWay(outcome))) => return Seen::UnderWay(outcome.clone()),
            Some((_, Became::Answered(answer))) => return Seen::Answered(answer.clone()),
            None => {}
        }
        if own.under_way >= self.bounds.under_way_of_one_max {
            return Seen::TooMany;
        }
        if is_full {
            return Seen::Full;
        }
        own.known.insert(key.text.clone(), (asked, Became::UnderWay(outcome.clone())));
        own.under_way += 1;
        self.under_way += 1;
        Seen::New
    }

    /// A request that was begun has ended. Without an answer it counts as never made.
    pub(super) fn end(&mut self, key: &Key, answer: Option<Answer>, now: Instant) {
        let Some(own) = self.holders.get_mut(&key.holder) else { return };
        own.under_way -= 1;
        self.under_way -= 1;
        match answer {
            Some(answer) => self.bytes += own.keep(&key.text, answer.kept(), now),
            None => drop(own.known.remove(&key.text)),
        }
        while own.is_over(&self.bounds) {
            self.bytes -= own.forget_oldest();
        }
        while self.bytes > self.bounds.bytes_max {
            let most = self.holders.values_mut().max_by_key(|own| own.bytes);
            self.bytes -= most.map_or(self.bytes, Own::forget_oldest);
        }
    }

    /// Forgets what is too old, now and then.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_some_and(|swept| now.duration_since(swept) < SWEPT_EVERY) {
            return;
        }
        self.swept = Some(now);
        for own in self.holders.values_mut() {
            while own.answered.front().is_some_and(|(_, at)| now.duration_since(*at) >= KEPT) {
                self.bytes -= own.forget_oldest();
            }
        }
        self.holders.retain(|_, own| !own.known.is_empty());
    }
}

impl Own {
    /// Keeps an answer; how many bytes that takes.
    fn keep(&mut self, text: &str, answer: Answer, now: Instant) -> usize {
        let bytes = size(text, &answer);
        if let Some((_, became)) = self.known.get_mut(text) {
            *became = Became::Answered(answer);
        }
        self.answered.push_back((text.to_owned(), now));
        self.bytes += bytes;
        bytes
    }

    fn is_over(&self, bounds: &Bounds) -> bool {
        self.bytes > bounds.bytes_of_one_max || self.answered.len() > bounds.answers_of_one_max
    }

    /// Forgets the oldest answer; how many bytes that frees.
    fn forget_oldest(&mut self) -> usize {
        let Some((text, _)) = self.answered.pop_front() else { return 0 };
        let bytes = match self.known.remove(&text) {
            Some((_, Became::Answered(answer))) => size(&text, &answer),
            Some((_, Became::UnderWay(_))) | None => 0,
        };
        self.bytes -= bytes;
        bytes
    }
}

fn size(text: &str, answer: &Answer) -> usize {
    ENTRY_BYTES + 2 * text.len() + answer.bytes()
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use proptest::prelude::*;

    use super::*;

    const SMALL: Bounds = Bounds {
        answers_of_one_max: 5,
        bytes_of_one_max: 8_000,
        bytes_max: 12_000,
        under_way_of_one_max: 2,
        under_way_max: 3,
    };

    fn key(who: &str, text: impl ToString) -> Key {
        Key { holder: Holder::Service(who.into()), text: text.to_string() }
    }

    fn answer(bytes: usize) -> Answer {
        futures_util::FutureExt::now_or_never(Answer::of("x".repeat(bytes).into_response()))
            .expect("it is there")
    }

    fn begin(kept: &mut Kept, key: &Key, now: Instant) -> Seen {
        kept.begin(key, [0; 32], &watch::channel(None).1, now)
    }

    /// Whether an answer is kept for a key.
    fn knows(kept: &mut Kept, key: &Key, now: Instant) -> bool {
        let seen = begin(kept, key, now);
        if matches!(seen, Seen::New) {
            kept.end(key, None, now);
        }
        matches!(seen, Seen::Answered(_))
    }

    fn done(kept: &mut Kept, key: &Key, bytes: usize, now: Instant) {
        assert!(matches!(begin(kept, key, now), Seen::New));
        kept.end(key, Some(answer(bytes)), now);
    }

    #[test]
    fn a_key_stands_for_one_request_until_it_has_ended_and_after() {
        let (mut kept, now, ada) = (Kept::new(SMALL), Instant::now(), key("ada", "1"));
        assert!(matches!(begin(&mut kept, &ada, now), Seen::New));
        assert!(matches!(begin(&mut kept, &ada, now), Seen::UnderWay(_)));
        let other = kept.begin(&ada, [1; 32], &watch::channel(None).1, now);
        assert!(matches!(other, Seen::Other));
        kept.end(&ada, Some(answer(10)), now);
        assert!(knows(&mut kept, &ada, now));
        assert!(!knows(&mut kept, &key("bob", "1"), now), "another's key is another");
        assert!(knows(&mut kept, &ada, now + KEPT - SWEPT_EVERY));
        assert!(!knows(&mut kept, &ada, now + KEPT + SWEPT_EVERY));
        assert_eq!(kept.bytes, 0);
    }

    #[test]
    fn no_more_are_under_way_than_may_be() {
        let (mut kept, now) = (Kept::new(SMALL), Instant::now());
        let [first, second, third] = [1, 2, 3].map(|number| key("ada", number));
        assert!(matches!(begin(&mut kept, &first, now), Seen::New));
        assert!(matches!(begin(&mut kept, &second, now), Seen::New));
        assert!(matches!(begin(&mut kept, &third, now), Seen::TooMany));
        assert!(matches!(begin(&mut kept, &key("bob", 1), now), Seen::New));
        assert!(matches!(begin(&mut kept, &key("gil", 1), now), Seen::Full));
        kept.end(&first, None, now);
        assert!(matches!(begin(&mut kept, &third, now), Seen::New));
    }

    #[test]
    fn who_fills_their_room_pushes_out_nobody_elses() {
        let (mut kept, now) = (Kept::new(SMALL), Instant::now());
        done(&mut kept, &key("bob", "first"), 1_000, now);
        for number in 0..50 {
            done(&mut kept, &key("ada", number), 2_000, now);
        }
        assert!(knows(&mut kept, &key("bob", "first"), now));
        assert!(knows(&mut kept, &key("ada", 49), now));
        assert!(!knows(&mut kept, &key("ada", 40), now));
        for number in 0..50 {
            done(&mut kept, &key("gil", number), 2_000, now);
        }
        assert!(knows(&mut kept, &key("bob", "first"), now), "who has the most gives way");
        assert!(kept.bytes <= SMALL.bytes_max);
    }

    #[test]
    fn of_a_long_answer_only_its_status_is_kept() {
        let (mut kept, now) = (Kept::new(Bounds::default()), Instant::now());
        done(&mut kept, &key("ada", 1), 500_000, now);
        assert!(knows(&mut kept, &key("ada", 1), now));
        assert!(kept.bytes < 2_000, "{}", kept.bytes);
    }

    proptest! {
        /// Whatever is done, what is kept is counted right and is no more than may be.
        #[test]
        fn what_is_kept_is_bounded(
            acts in prop::collection::vec((0..4_u8, 0..12_u8, 0..7_000_usize, 0..3_u8), 1..120),
        ) {
            let (mut kept, mut now) = (Kept::new(SMALL), Instant::now());
            for (who, text, bytes, then) in acts {
                let key = key(&who.to_string(), text);
                now += SWEPT_EVERY / 2;
                if matches!(begin(&mut kept, &key, now), Seen::New) && then > 0 {
                    kept.end(&key, (then > 1).then(|| answer(bytes)), now);
                }
                let own = kept.holders.values();
                let sum = own.clone().map(|own| own.bytes).sum::<usize>();
                prop_assert_eq!(kept.bytes, sum);
                prop_assert!(sum <= SMALL.bytes_max);
                prop_assert_eq!(kept.under_way, own.clone().map(|own| own.under_way).sum::<usize>());
                prop_assert!(kept.under_way <= SMALL.under_way_max);
                for own in own {
                    prop_assert!(!own.is_over(&SMALL));
                    prop_assert_eq!(own.known.len(), own.answered.len() + own.under_way);
                }
            }
        }
    }
}
