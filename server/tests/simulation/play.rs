//! One run: random turns of everyone, over buses that delay, and in some runs drop, what the world says.

use std::sync::Arc;
use std::time::Duration;

use hearsay::config::Config;
use hearsay::gateway::Dialect;
use hearsay::vocab::Input;
use hearsay::world::Atlas;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::ledger::{Due, Ledger, Word, spelt};
use crate::model::{CAST, CHANNELS, Here, LEAVABLE, Model, ROOMS};
use crate::rehearsal::given::settings;
use crate::rehearsal::{ROOMY, Rehearsal};

/// Gateways: the first in the world's own process, the second beyond NATS.
pub(crate) const GATEWAYS: usize = 2;
/// How many deeds a failure shows.
const DEEDS_SHOWN_MAX: usize = 60;
/// The last line of a session.
const FAREWELLS: [&str; 3] =
    ["Until next time.", "Somebody has logged in as you", "You have done nothing"];

/// One run.
pub(crate) struct Play {
    pub(super) dice: SmallRng,
    pub(super) stage: Rehearsal,
    pub(super) batches_max: usize,
    pub(super) model: Model,
    pub(super) ledger: Ledger,
    /// The connection that each of the cast plays by, or played by last.
    pub(super) current: [Option<usize>; CAST.len()],
    /// Batches that each bus took, and those of them that have arrived.
    pub(super) accepted: [u64; GATEWAYS],
    pub(super) delivered: [u64; GATEWAYS],
    /// What was done, for the report of a failure.
    pub(super) deeds: Vec<String>,
}

impl Drop for Play {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let shown = self.deeds.len().saturating_sub(DEEDS_SHOWN_MAX);
            println!("the last deeds:\n{}", self.deeds[shown..].join("\n"));
        }
    }
}

/// The configuration: two channels of an operator's own besides the built-in ones.
pub(crate) fn config() -> Config {
    let mut config = settings(&[]);
    let own = "[{name: guild, about: x, scope: members, colour: red},
                {name: realm, about: x, scope: plane, colour: blue}]";
    config.chat.channels = serde_yaml::from_str(own).unwrap();
    config
}

impl Play {
    /// A run in which the buses hold few batches and drop what comes then, or hold all.
    pub(crate) fn new(seed: u64, is_lossy: bool, config: &Config, atlas: &Arc<Atlas>) -> Self {
        let mut dice = SmallRng::seed_from_u64(seed);
        let batches_max = if is_lossy { dice.random_range(2..20) } else { ROOMY };
        let atlas = Arc::clone(atlas);
        let stage = Rehearsal::within(config, atlas, &[batches_max; GATEWAYS], seed);
        Self {
            dice,
            stage,
            batches_max,
            model: Model::new(),
            ledger: Ledger::default(),
            current: [None; CAST.len()],
            accepted: [0; GATEWAYS],
            delivered: [0; GATEWAYS],
            deeds: Vec::new(),
        }
    }

    /// Plays so many turns, then lets everything arrive; says how many words were said.
    pub(crate) fn run(&mut self, turns: usize) -> usize {
        for _ in 0..turns {
            self.turn();
            self.check_world();
            for gateway in 0..GATEWAYS {
                let waits = self.stage.gateways[gateway].under_way();
                assert!(waits <= self.batches_max);
                // Behind by many batches or by none.
                if self.dice.random_bool(0.2) {
                    let count = self.dice.random_range(0..=waits);
                    self.deliver(gateway, count);
                }
            }
        }
        (0..GATEWAYS).for_each(|gateway| self.deliver(gateway, usize::MAX));
        (0..self.ledger.connections.len()).for_each(|connection| self.read(connection));
        let unpaid = self.ledger.unpaid();
        assert!(unpaid.is_empty(), "{unpaid:#?}");
        self.ledger.words.len()
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.stage.gateways.iter().map(|gateway| gateway.dropped()).sum()
    }

    // What happens outside the world.

    fn deliver(&mut self, gateway: usize, count: usize) {
        for _ in 0..count {
            if !self.stage.gateways[gateway].deliver_one() {
                break;
            }
            self.delivered[gateway] += 1;
        }
        self.act(Rehearsal::take_inputs);
        if self.dice.random_bool(0.5) {
            (0..self.ledger.connections.len()).for_each(|connection| self.read(connection));
        }
    }

    /// A client reads all that has come; after a farewell it closes.
    pub(super) fn read(&mut self, connection: usize) {
        let reader = &self.ledger.connections[connection];
        let (client, is_open) = (reader.client, reader.is_open);
        let mut over = false;
        if reader.dialect == Dialect::Json {
            for frame in self.stage.clients[client].frames() {
                over |= frame["type"] == "closing";
                self.ledger.reads_frame(connection, &frame);
            }
        } else {
            for line in self.stage.clients[client].read() {
                over |= FAREWELLS.iter().any(|farewell| line.starts_with(farewell));
                self.ledger.reads_line(connection, &line);
            }
        }
        if over && is_open {
            self.close(connection);
        }
    }

    fn close(&mut self, connection: usize) {
        let closed = &mut self.ledger.connections[connection];
        closed.is_open = false;
        let session = self.stage.clients[closed.client].session;
        self.stage.gateways[closed.gateway].disconnect(session);
    }

    /// Does something; for each gateway, whether the bus dropped any of what came of it.
    pub(super) fn act(&mut self, deed: impl FnOnce(&mut Rehearsal)) -> [bool; GATEWAYS] {
        let before = [0, 1].map(|at| self.stage.gateways[at].dropped());
        let waited = [0, 1].map(|at| self.stage.gateways[at].under_way());
        deed(&mut self.stage);
        for (gateway, waited) in waited.into_iter().enumerate() {
            self.accepted[gateway] += (self.stage.gateways[gateway].under_way() - waited) as u64;
        }
        [0, 1].map(|at| self.stage.gateways[at].dropped() > before[at])
    }

    /// Somebody types a line.
    pub(super) fn type_line(&mut self, who: usize, line: &str) -> [bool; GATEWAYS] {
        let connection = self.current[who].expect("whoever types is connected");
        let client = self.ledger.connections[connection].client;
        let session = self.stage.clients[client].session;
        let text = line.to_owned();
        self.deeds.push(format!("{}> {line}", CAST[who].0));
        self.act(|stage| stage.says(Input::Line { session, text }))
    }

    // Turns.

    fn turn(&mut self) {
        let who = self.dice.random_range(0..CAST.len());
        match self.model.souls[who].here {
            _ if self.dice.random_bool(0.05) => self.wait(),
            Here::Away => self.come(who),
            Here::Dead(_) if self.dice.random_bool(0.4) => self.come(who),
            Here::Dead(_) => {}
            Here::Live => match self.dice.random_range(0..100) {
                0..50 => self.speak(who),
                50..70 => self.walk(who),
                70..78 => self.change_tune(who),
                78..90 => self.party(who),
                90..94 => self.hang_up(who),
                94..96 => self.quit(who),
                _ => self.come(who),
            },
        }
    }

    fn wait(&mut self) {
        let time = Duration::from_secs(self.dice.random_range(1..40));
        self.deeds.push(format!("{time:?} pass"));
        let lost = self.act(|stage| stage.wait(time));
        for who in self.model.overdue(self.stage.clock.now) {
            self.depart(who, lost);
        }
    }

    fn somebody(&mut self) -> (usize, String) {
        let whom = self.dice.random_range(0..CAST.len());
        (whom, CAST[whom].0.to_lowercase())
    }

    fn speak(&mut self, who: usize) {
        let channel = CHANNELS.choose(&mut self.dice).expect("there are channels").0;
        let (to, name) = self.somebody();
        let word = self.ledger.words.len();
        let target = if channel == "whisper" { format!("{name} ") } else { String::new() };
        let hearers = self.model.hearers(who, channel, to);
        let lost = self.type_line(who, &format!("{channel} {target}{}", spelt(word)));
        // What cannot be said leaves a word with no hearers, so that anyone who reads it is found out.
        let said = hearers.is_some();
        let hearers = hearers.unwrap_or_default();
        for listener in hearers.hear.clone() {
            let connection = self.current[listener].expect("whoever hears was connected once");
            self.ledger.owe(listener, word, connection, self.due(listener, connection, lost));
        }
        let seq = if said { self.said_on(channel) + 1 } else { 0 };
        let unsure = (0..self.ledger.connections.len())
            .filter(|at| self.ledger.connections[*at].unsure)
            .collect();
        self.ledger.words.push(Word { speaker: who, channel, seq, hearers, unsure });
    }

    fn said_on(&self, channel: &str) -> u64 {
        let on_channel = self.ledger.words.iter().filter(|word| word.channel == channel);
        on_channel.map(|word| word.seq).max().unwrap_or_default()
    }

    fn due(&self, listener: usize, connection: usize, lost: [bool; GATEWAYS]) -> Due {
        let hears_by = &self.ledger.connections[connection];
        match self.model.souls[listener].here {
            _ if lost[hears_by.gateway] || hears_by.deaf || hears_by.unsure => Due::Excused,
            Here::Live => Due::Required,
            _ if hears_by.is_kept => Due::Missed,
            _ => Due::Excused,
        }
    }

    /// Whether the gateway knows by now that a connection plays somebody.
    pub(super) fn is_welcomed(&self, connection: usize) -> bool {
        let connection = &self.ledger.connections[connection];
        !connection.deaf && self.delivered[connection.gateway] >= connection.batch
    }

    fn walk(&mut self, who: usize) {
        let (way, to) = *ROOMS[self.model.souls[who].room].1.choose(&mut self.dice).expect("a way");
        self.type_line(who, way);
        self.model.souls[who].room = to;
    }

    /// Somebody hears differently from now on.
    fn change_tune(&mut self, who: usize) {
        let (whom, name) = self.somebody();
        let channel = *LEAVABLE.choose(&mut self.dice).expect("there are channels to leave");
        let (happens, line) = match self.dice.random_range(0..5) {
            0 | 1 => (self.model.ignore(who, whom), format!("ignore {name}")),
            2 => (self.model.unignore(who, whom), format!("unignore {name}")),
            3 => (self.model.leave_channel(who, channel), format!("channels leave {channel}")),
            _ => (self.model.join_channel(who, channel), format!("channels join {channel}")),
        };
        let lost = self.type_line(who, &line);
        let connection = self.current[who].expect("whoever types is connected");
        let connection = &mut self.ledger.connections[connection];
        if happens && !connection.deaf {
            connection.unsure = lost[connection.gateway];
        }
    }

    fn party(&mut self, who: usize) {
        let (whom, name) = self.somebody();
        let line = match self.dice.random_range(0..12) {
            0..4 => format!("party invite {name}"),
            4..8 => format!("accept {name}"),
            8 => "party create".to_owned(),
            9 => "party leave".to_owned(),
            10 => format!("party {} {name}", if whom % 2 == 0 { "kick" } else { "lead" }),
            _ => "party disband".to_owned(),
        };
        let model = &mut self.model;
        match line.split(' ').nth(1) {
            Some("invite") => model.invite(who, whom),
            Some("create") => model.create_party(who),
            Some("leave") => model.leave_party(who),
            Some("kick") => model.kick(who, whom),
            Some("lead") => model.lead(who, whom),
            Some("disband") => model.disband(who),
            _ => model.accept(who, whom),
        }
        self.type_line(who, &line);
    }
}
