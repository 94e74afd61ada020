//! Turns in which somebody comes, comes back over another connection, loses one, or leaves.

use std::collections::BTreeSet;

use hearsay::gateway::Dialect;
use hearsay::vocab::{Rank, Resume};
use rand::RngExt;

use crate::ledger::{Connection, Due, Word};
use crate::model::{CAST, Here};
use crate::play::{GATEWAYS, Play};
use crate::rehearsal::Arrival;

impl Play {
    /// Somebody comes in: for the first time, after they left, or over a connection that they have or had.
    pub(super) fn come(&mut self, who: usize) {
        let (name, rank) = CAST[who];
        let before = self.current[who];
        let was = self.model.souls[who].here;
        if was == Here::Live && rank == Rank::Guest {
            // Nobody can prove to be a guest who is here.
            return;
        }
        let gateway = self.dice.random_range(0..GATEWAYS);
        let dialect = if self.dice.random_bool(0.5) { Dialect::Json } else { Dialect::Telnet };
        let resume = before.filter(|_| rank > Rank::Guest && self.dice.random_bool(0.5));
        let resume = resume.filter(|_| dialect == Dialect::Json).and_then(|at| self.seen_by(at));
        let replayed = resume.as_ref().map(|seen| self.replay(who, seen)).unwrap_or_default();
        let (mut client, resumes) = (0, resume.is_some());
        self.deeds.push(format!("{name} comes by gateway {gateway}, {dialect:?}, {resume:?}"));
        let arrival = Arrival { dialect, gateway, resume, ..Arrival::of(name, rank) };
        let lost = self.act(|stage| client = stage.arrive(arrival));
        self.model.enter(who);
        let now = self.ledger.connections.len();
        let mut connection = Connection::new(client, who, gateway, dialect);
        connection.batch = self.accepted[gateway];
        connection.deaf = lost[gateway];
        connection.unsure = lost[gateway];
        connection.replayed.clone_from(&replayed);
        self.ledger.connections.push(connection);
        let due = if lost[gateway] { Due::Excused } else { Due::Required };
        replayed.into_iter().for_each(|word| self.ledger.owe(who, word, now, due));
        if let Some(before) = before.filter(|_| was != Here::Away) {
            self.take_over(before, now, was, resumes, lost);
        }
        self.current[who] = Some(now);
    }

    /// What the old connection has missed comes by the new one, if both are of one gateway.
    fn take_over(
        &mut self,
        before: usize,
        now: usize,
        was: Here,
        resumes: bool,
        lost: [bool; GATEWAYS],
    ) {
        let old = &mut self.ledger.connections[before];
        old.unsure |= lost[old.gateway];
        let gateway = old.gateway;
        if was == Here::Live || resumes || gateway != self.ledger.connections[now].gateway {
            return;
        }
        let wanted: BTreeSet<usize> = self.wanted_by(self.ledger.connections[now].who);
        self.ledger.reassess(before, |owed| {
            if owed.due == Due::Missed {
                let is_due = wanted.contains(&owed.word) && !lost[gateway];
                owed.due = if is_due { Due::Required } else { Due::Excused };
                owed.connection = now;
            }
        });
    }

    /// All words of those whom somebody does not ignore now, on channels that they have not left.
    fn wanted_by(&self, who: usize) -> BTreeSet<usize> {
        let wants =
            |word: &Word| word.speaker == who || self.model.wants(who, word.speaker, word.channel);
        let words = self.ledger.words.iter().enumerate();
        words.filter(|(_, word)| wants(word)).map(|(at, _)| at).collect()
    }

    /// What a client saw last, once its welcome has come.
    fn seen_by(&mut self, connection: usize) -> Option<Resume> {
        self.read(connection);
        let seen = &self.ledger.connections[connection].seen;
        let of_channel = |(channel, seq): (&String, &u64)| {
            (channel.parse().expect("a channel's name"), ("rehearsal".into(), *seq))
        };
        (!seen.is_empty()).then(|| Resume(seen.iter().map(of_channel).collect()))
    }

    /// What somebody gets again who has seen so much: all since then that they may read and want to hear now.
    fn replay(&self, who: usize, seen: &Resume) -> BTreeSet<usize> {
        let may_read = |at: &usize| {
            let word = &self.ledger.words[*at];
            let channel = word.channel.parse().expect("a channel's name");
            let is_new = seen.0.get(&channel).is_some_and(|(_, seq)| word.seq > *seq);
            is_new && (word.hearers.wide || word.hearers.there.contains(&who))
        };
        self.wanted_by(who).into_iter().filter(may_read).collect()
    }

    pub(super) fn hang_up(&mut self, who: usize) {
        let connection = self.current[who].expect("whoever is here was connected");
        self.read(connection);
        let is_kept = CAST[who].1 > Rank::Guest && self.is_welcomed(connection);
        self.ledger.connections[connection].is_kept = is_kept;
        let due = if is_kept { Due::Missed } else { Due::Excused };
        self.ledger.reassess(connection, |owed| {
            if owed.due == Due::Required {
                owed.due = due;
            }
        });
        let client = self.ledger.connections[connection].client;
        self.ledger.connections[connection].is_open = false;
        self.deeds.push(format!("{} hangs up", CAST[who].0));
        let lost = self.act(|stage| stage.hang_up(client));
        self.model.hang_up(who, self.stage.clock.now);
        if self.model.souls[who].here == Here::Away {
            self.ledger.connections[connection].unsure |=
                lost[self.ledger.connections[connection].gateway];
        }
    }

    pub(super) fn quit(&mut self, who: usize) {
        let lost = self.type_line(who, "quit");
        self.depart(who, lost);
    }

    pub(super) fn depart(&mut self, who: usize, lost: [bool; GATEWAYS]) {
        self.model.depart(who);
        let connection = self.current[who].expect("whoever leaves was connected");
        let connection = &mut self.ledger.connections[connection];
        connection.unsure |= lost[connection.gateway];
    }
}
