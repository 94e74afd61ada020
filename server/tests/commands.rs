//! The whole command table and channel table, walked: each verb is claimed once and explained, answers whatever is typed
//! after it, is unknown below its rank, and carries nothing to those who ignore whoever typed it.

#![allow(clippy::unwrap_used)]

mod support {
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod rehearsal;
}

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use hearsay::channels::{Channel, Table};
use hearsay::commands::ALL;
use hearsay::config::{Config, ScopeName};
use hearsay::vocab::{Input, Rank};
use hearsay::world::{Atlas, Direction, Way};

use support::rehearsal::given::{shipped_settings, shipped_world, world_of_tests};
use support::rehearsal::{ROOMY, Rehearsal};

/// Commands that are the front of a channel: they take the channel's verb and do more than speak.
const FRONTS: [&str; 3] = ["party", "whisper", "tell"];
/// What the loop says when a command has panicked.
const PANICKED: &str = "Something went wrong inside the server";

/// The shipped configuration, unhurried.
fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| {
        let mut config = shipped_settings();
        config.chat.rate_limiting.enabled = false;
        config
    })
}

fn channels() -> &'static Table {
    static CHANNELS: OnceLock<Table> = OnceLock::new();
    CHANNELS.get_or_init(|| Table::new(&config().chat).unwrap())
}

/// The small world of the tests with the gestures and topics that are shipped.
fn small_world() -> Arc<Atlas> {
    static WORLD: OnceLock<Arc<Atlas>> = OnceLock::new();
    let world = WORLD.get_or_init(|| {
        let (mut small, shipped) = ((*world_of_tests()).clone(), shipped_world());
        small.socials.clone_from(&shipped.socials);
        small.topics.clone_from(&shipped.topics);
        Arc::new(small)
    });
    Arc::clone(world)
}

fn stage() -> Rehearsal {
    Rehearsal::within(config(), small_world(), &[ROOMY], 1)
}

/// Every verb there is, and whose it is.
fn verbs(atlas: &Atlas) -> Vec<(String, String)> {
    let mut verbs = Vec::new();
    for command in ALL {
        for verb in std::iter::once(&command.name).chain(command.aliases) {
            verbs.push(((*verb).to_owned(), format!("command {}", command.name)));
        }
    }
    for row in channels().rows() {
        for verb in channel_verbs(row) {
            verbs.push((verb, format!("channel {}", row.name)));
        }
    }
    for direction in Direction::ALL {
        for verb in [direction.name(), direction.short()] {
            verbs.push((verb.to_owned(), format!("direction {direction}")));
        }
    }
    let socials = atlas.socials.keys();
    verbs.extend(socials.map(|verb| (verb.to_string(), format!("social {verb}"))));
    verbs
}

fn channel_verbs(row: &Channel) -> Vec<String> {
    let aliases = row.aliases.iter().map(ToString::to_string);
    std::iter::once(row.name.to_string()).chain(aliases).collect()
}

#[test]
fn each_verb_is_claimed_once() {
    let mut claimed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (verb, owner) in verbs(&shipped_world()) {
        claimed.entry(verb).or_default().push(owner);
    }
    claimed.retain(|verb, owners| owners.len() > 1 && !FRONTS.contains(&verb.as_str()));
    assert!(claimed.is_empty(), "{claimed:#?}");
}

#[test]
fn no_verb_stands_before_a_way_out() {
    let atlas = shipped_world();
    let verbs: BTreeMap<_, _> = verbs(&atlas).into_iter().collect();
    for room in atlas.rooms.values() {
        for exit in &room.exits {
            if let Way::Named(word) = &exit.way {
                let taken = verbs.get(word.as_str());
                assert!(taken.is_none(), "{}: the exit {word} is {taken:?}, too", room.id);
            }
        }
    }
}

#[test]
fn everything_is_explained_within_78_columns() {
    let atlas = shipped_world();
    let mut stage = Rehearsal::within(config(), Arc::clone(&atlas), &[ROOMY], 1);
    let ada = stage.enter("Ada", Rank::Owner);
    // One column is left free at the right edge.
    stage.types(ada, "settings width 79");
    stage.heard(ada);
    let topics = atlas.topics.iter().map(|topic| topic.name.to_string());
    let verbs = verbs(&atlas).into_iter().map(|(verb, _)| verb);
    let about = verbs.chain(topics).map(|word| format!("help {word}"));
    for line in about.chain(["help", "commands", "socials", "channels"].map(str::to_owned)) {
        stage.types(ada, &line);
        let read = stage.heard(ada);
        assert!(read.len() > 1, "{line}: {read:?}");
        for row in read {
            assert!(row.chars().count() <= 78, "{line}: {row:?}");
        }
    }
}

#[test]
fn help_on_any_word_of_a_command_explains_that_command() {
    let mut stage = stage();
    let ada = stage.enter("Ada", Rank::Owner);
    for command in ALL {
        assert!(!command.help.is_empty() && !command.usage.is_empty(), "{}", command.name);
        for word in std::iter::once(&command.name).chain(command.aliases) {
            stage.types(ada, &format!("help {word}"));
            assert_eq!(stage.heard(ada)[0], command.name, "help {word}");
        }
    }
}

/// What nobody means to type, and somebody does.
fn oddities() -> Vec<String> {
    let odd = [
        "",
        "x",
        "at",
        "to",
        " to ",
        "me",
        "ada",
        "bob to bob",
        "all",
        ".",
        "'",
        "::",
        "0",
        "-1",
        "99999999999999999999999",
        "here",
        "pier x",
        "create",
        "invite",
        "list",
        "new x",
        "on",
        "colour say nothing",
        "say 99999",
        "lantern",
        "lantern to",
        "{b}bold{/} {{ {",
        "$n $m $t $",
        "%n%r%z%p%a%%%",
        "\u{202e}turned\u{202c}",
        "a\u{0}b\u{7}\u{1b}[31m",
        "ＡＤＡ",
        "İ",
        "ß",
        "🦀 🦀",
    ];
    let long = ["x", "界", "a ", "$n", "e\u{301}"].map(|part| part.repeat(500));
    odd.into_iter().map(str::to_owned).chain(long).collect()
}

#[test]
fn every_verb_answers_whatever_follows_it() {
    let oddities = oddities();
    for rank in Rank::ALL {
        for (verb, _) in verbs(&small_world()) {
            let mut stage = stage();
            stage.enter("Bob", Rank::Player);
            let mut ada = stage.enter("Ada", rank);
            for odd in &oddities {
                // Some of it ends the actor's session, or everyone's.
                if stage.game.world().named("Ada").is_none() {
                    ada = stage.enter("Ada", rank);
                }
                let line = format!("{verb} {odd}");
                stage.types(ada, &line);
                let read = stage.heard(ada);
                assert!(!read.is_empty(), "{rank}: {line:?} is not answered");
                let panicked = read.iter().any(|line| line.contains(PANICKED));
                assert!(!panicked, "{rank}: {line:?} panicked");
            }
        }
    }
}

#[test]
fn what_is_above_ones_rank_does_not_exist() {
    for rank in Rank::ALL {
        let mut stage = stage();
        let ada = stage.enter("Ada", rank);
        let commands = ALL.iter().filter(|command| command.rank > rank);
        let rows = channels().rows().iter().filter(|row| row.speak > rank && row.speak.is_staff());
        let above = commands.map(|c| c.name.to_owned()).chain(rows.flat_map(channel_verbs));
        for verb in above {
            stage.types(ada, &format!("{verb} bob"));
            let read = stage.heard(ada);
            assert_eq!(read.len(), 1, "{rank}: {verb}");
            assert!(read[0].starts_with("There is no command"), "{rank}: {verb}: {read:?}");
        }
    }
}

/// Ada leads a party with Bob and Gil, all in one room and on every channel; she and Bob have whispered, she holds the
/// lantern.
fn acquainted() -> (Rehearsal, [usize; 3]) {
    let mut stage = stage();
    let [ada, bob, gil] = ["Ada", "Bob", "Gil"].map(|name| stage.enter(name, Rank::Player));
    let joins: Vec<String> = channels()
        .rows()
        .iter()
        .filter(|row| row.scope.name == ScopeName::Members)
        .map(|row| format!("channels join {}", row.name))
        .collect();
    for client in [ada, bob, gil] {
        joins.iter().for_each(|join| stage.types(client, join));
    }
    let lines = [
        (ada, "get lantern"),
        (ada, "party invite bob"),
        (bob, "accept"),
        (ada, "party invite gil"),
        (gil, "accept"),
        (ada, "whisper bob hello"),
        (bob, "whisper ada hello"),
        (ada, "alias mumble say zebra"),
    ];
    for (client, line) in lines {
        stage.types(client, line);
    }
    for client in [ada, bob, gil] {
        stage.heard(client);
    }
    (stage, [ada, bob, gil])
}

/// The same; then Bob ignores Ada.
fn ignored() -> (Rehearsal, [usize; 3]) {
    let (mut stage, clients) = acquainted();
    stage.types(clients[1], "ignore ada");
    stage.heard(clients[1]);
    (stage, clients)
}

/// The same without anyone ignoring; then staff do something to Ada, who may have a rank.
fn restricted(order: &str, rank: Rank) -> (Rehearsal, [usize; 3]) {
    let (mut stage, clients) = acquainted();
    let olga = stage.enter("Olga", Rank::Owner);
    if rank > Rank::Player {
        stage.types(olga, &format!("rank ada {rank}"));
    }
    stage.types(olga, order);
    for client in clients {
        stage.heard(client);
    }
    (stage, clients)
}

/// A word that nobody says unless it is typed here.
const WORD: &str = "zebra";

/// What one might type after a verb so that others notice.
fn telling() -> Vec<String> {
    let telling = [
        "",
        "zebra",
        "bob",
        "gil",
        "bob zebra",
        "gil zebra",
        "zebra $n",
        "zebra Ada",
        "lantern",
        "lantern to bob",
        "lantern to gil",
        "create",
        "talk zebra",
        "invite bob",
        "leave",
        "kick bob",
        "kick gil",
        "lead bob",
        "lead gil",
        "disband",
        "north",
        "at gil zebra",
        "new zebra",
        "colour say red",
    ];
    telling.map(str::to_owned).to_vec()
}

/// What is seen of someone's deeds even by those who ignore them, and holds no word of theirs: that they come and go, and
/// what becomes of a party that both are in.
fn is_seen_by_all(line: &str) -> bool {
    let deeds = [
        "Ada leaves",
        "Ada arrives",
        "out of the party",
        "Ada ends the party.",
        "leads the party now.",
    ];
    deeds.iter().any(|deed| line.contains(deed))
}

#[test]
fn who_ignores_somebody_hears_nothing_of_them() {
    for (verb, owner) in verbs(&small_world()) {
        let mut heard_by_gil = false;
        for words in telling() {
            let (mut stage, [ada, bob, gil]) = ignored();
            let line = format!("{verb} {words}");
            stage.types(ada, &line);
            for read in stage.heard(bob) {
                assert!(
                    is_seen_by_all(&read) && !read.contains(WORD),
                    "{line:?}: Bob reads {read:?}"
                );
            }
            heard_by_gil |= stage.heard(gil).iter().any(|read| read.contains(WORD));
        }
        let speaks = owner.starts_with("channel") && !is_for_staff(&owner);
        assert!(heard_by_gil || !speaks, "{verb}: nobody hears it, so it proves nothing");
    }
}

fn is_for_staff(owner: &str) -> bool {
    channels().rows().iter().any(|row| owner.ends_with(row.name.as_str()) && row.speak.is_staff())
}

/// What staff do to somebody whom nobody shall hear then.
const SILENCED: [&str; 4] =
    ["mute ada all 1h spam", "timeout ada 1h spam", "freeze ada spam", "warn ada no insults"];

#[test]
fn nobody_hears_a_word_of_whom_staff_have_silenced() {
    let own = [("mumble".to_owned(), "alias".to_owned())];
    for (verb, _) in verbs(&small_world()).into_iter().chain(own) {
        // To acknowledge a warning is the one way to be heard again.
        if verb == "acknowledge" {
            continue;
        }
        for (at, words) in telling().into_iter().enumerate() {
            let order = SILENCED[at % SILENCED.len()];
            check_silence(order, Rank::Player, &format!("{verb} {words}"));
        }
        check_silence("mute ada all 1h spam", Rank::Builder, &format!("{verb} zebra"));
    }
}

#[test]
fn every_silence_holds_on_every_channel_for_every_rank() {
    for row in channels().rows() {
        for order in SILENCED {
            for rank in [Rank::Player, Rank::Helper, Rank::Moderator, Rank::Admin] {
                for words in ["zebra", "bob zebra"] {
                    check_silence(order, rank, &format!("{} {words}", row.name));
                }
            }
        }
    }
}

fn check_silence(order: &str, rank: Rank, line: &str) {
    let (mut stage, [ada, bob, gil]) = restricted(order, rank);
    stage.types(ada, line);
    for listener in [bob, gil] {
        let read = stage.heard(listener);
        // What they find when they look for it counts, too.
        ["who", "finger ada", "look"].iter().for_each(|look| stage.types(listener, look));
        let found = stage.heard(listener);
        assert!(
            !found.iter().any(|line| line.contains(WORD)),
            "{order}, {rank}: {line:?}: {found:?}"
        );
        for read in read {
            assert!(!read.contains(WORD), "{order}, {rank}: {line:?}: they read {read:?}");
            assert!(is_no_speech(&read), "{order}, {rank}: {line:?}: they read {read:?}");
        }
    }
}

/// What others notice of somebody who says nothing: where they go, what they do with things and parties.
fn is_no_speech(line: &str) -> bool {
    let deeds = [
        "gives you",
        "picks up",
        "puts down",
        "invites you",
        "puts you out",
        "is suddenly",
        "follows you",
    ];
    is_seen_by_all(line)
        || deeds.iter().any(|deed| line.contains(deed))
        || line.contains("the party.")
        || line.contains("leads it.")
        || line.contains("Ada walks")
}

#[test]
fn nobody_hears_what_the_silenced_send_outright() {
    for row in channels().rows().iter().filter(|row| !row.speak.is_staff()) {
        for order in SILENCED {
            let (mut stage, [ada, bob, gil]) = restricted(order, Rank::Player);
            let session = stage.clients[ada].session;
            let (channel, content) = (row.name.clone(), WORD.to_owned());
            let target = (row.scope.name == ScopeName::Player).then(|| "Bob".to_owned());
            stage.says(Input::Say { session, channel, target, content });
            stage.deliver();
            assert_eq!(
                [stage.heard(bob), stage.heard(gil)].concat(),
                [""; 0],
                "{order}: {}",
                row.name
            );
            assert!(!stage.heard(ada).is_empty(), "{order}: {}: they are told why", row.name);
        }
    }
}

#[test]
fn who_ignores_somebody_hears_nothing_of_what_they_send_outright() {
    for row in channels().rows().iter().filter(|row| !row.speak.is_staff()) {
        for target in ["Bob", "Gil"] {
            let (mut stage, [ada, bob, gil]) = ignored();
            let session = stage.clients[ada].session;
            let (channel, content) = (row.name.clone(), WORD.to_owned());
            let target = (row.scope.name == ScopeName::Player).then(|| target.to_owned());
            let to_bob = target.as_deref() == Some("Bob");
            stage.says(Input::Say { session, channel, target, content });
            stage.deliver();
            assert_eq!(stage.heard(bob), [""; 0], "{}", row.name);
            let heard = stage.heard(gil).iter().any(|read| read.contains(WORD));
            assert_eq!(heard, !to_bob, "{}", row.name);
        }
    }
}
