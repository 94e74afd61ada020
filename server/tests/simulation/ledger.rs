//! Every word that was said, and for each listener whether they are owed it, have read it, or may do without.

use std::collections::{BTreeMap, BTreeSet};

use hearsay::gateway::Dialect;
use serde_json::Value;

use crate::model::Hearers;

/// Words that were said.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) speaker: usize,
    pub(crate) channel: &'static str,
    /// Its number on its channel, counted here.
    pub(crate) seq: u64,
    pub(crate) hearers: Hearers,
    /// Connections that had missed a change of what their player hears when this was said.
    pub(crate) unsure: BTreeSet<usize>,
}

/// Whether a listener must read what they should hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Required,
    /// Their connection was gone: required again if they come back the same way.
    Missed,
    /// The bus lost it, or what would have brought it.
    Excused,
}

/// One word owed to one listener.
#[derive(Debug)]
pub(crate) struct Owed {
    pub(crate) word: usize,
    pub(crate) connection: usize,
    pub(crate) due: Due,
    pub(crate) read: bool,
}

/// One connection of somebody.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: usize,
    pub(crate) who: usize,
    pub(crate) gateway: usize,
    pub(crate) dialect: Dialect,
    /// The batch of its gateway in which it is let in.
    pub(crate) batch: u64,
    /// Whether that batch was lost: nothing is ever read here.
    pub(crate) deaf: bool,
    /// Whether the gateway does not know how its player hears now, because that was lost.
    pub(crate) unsure: bool,
    pub(crate) is_open: bool,
    /// Whether its gateway keeps what is missed after it closed: not if it closed before it was let in.
    pub(crate) is_kept: bool,
    /// What it gets again, because its client said what it saw last.
    pub(crate) replayed: BTreeSet<usize>,
    /// The newest word it has read; words come in the order in which they are said.
    newest: Option<usize>,
    /// The newest number it has seen of each channel, as JSON tells it.
    pub(crate) seen: BTreeMap<String, u64>,
}

impl Connection {
    pub(crate) fn new(client: usize, who: usize, gateway: usize, dialect: Dialect) -> Self {
        Self {
            client,
            who,
            gateway,
            dialect,
            batch: 0,
            deaf: false,
            unsure: false,
            is_open: true,
            is_kept: false,
            replayed: BTreeSet::new(),
            newest: None,
            seen: BTreeMap::new(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) words: Vec<Word>,
    pub(crate) connections: Vec<Connection>,
    /// By listener.
    pub(crate) owed: BTreeMap<usize, Vec<Owed>>,
}

impl Ledger {
    pub(crate) fn owe(&mut self, who: usize, word: usize, connection: usize, due: Due) {
        self.owed.entry(who).or_default().push(Owed { word, connection, due, read: false });
    }

    /// Changes what is due of all that a connection has not read.
    pub(crate) fn reassess(&mut self, connection: usize, assess: impl Fn(&mut Owed)) {
        let who = self.connections[connection].who;
        let owed = self.owed.entry(who).or_default().iter_mut();
        owed.filter(|owed| owed.connection == connection && !owed.read).for_each(assess);
    }

    /// A connection reads a line. Any word in it must have been for its player.
    pub(crate) fn reads_line(&mut self, connection: usize, line: &str) {
        if let Some(word) = word_in(line) {
            self.reads(connection, word);
        }
    }

    /// A connection reads a frame: its number must be the word's, and higher than the last on that channel.
    pub(crate) fn reads_frame(&mut self, connection: usize, frame: &Value) {
        if frame["type"] == "welcome" {
            for (channel, head) in frame["heads"].as_object().expect("a welcome has heads") {
                let seq = head[1].as_u64().expect("a head has a number");
                self.connections[connection].seen.insert(channel.clone(), seq);
            }
        }
        if frame["type"] != "message" {
            return;
        }
        let word =
            word_in(frame["content"].as_str().unwrap_or_default()).expect("words are marked");
        let (channel, seq) = (frame["channel"].as_str().unwrap(), frame["seq"].as_u64().unwrap());
        let said = &self.words[word];
        assert_eq!((said.channel, said.seq), (channel, seq), "the number of word {word}");
        for hidden in ["audience", "account", "via"] {
            assert!(frame.get(hidden).is_none() && frame["sender"].get(hidden).is_none());
        }
        self.connections[connection].seen.insert(channel.to_owned(), seq);
        self.reads(connection, word);
    }

    fn reads(&mut self, connection: usize, word: usize) {
        let reader = &mut self.connections[connection];
        let said = &self.words[word];
        let who = reader.who;
        let is_for_them = said.hearers.wide || said.hearers.there.contains(&who);
        assert!(is_for_them, "{who} reads word {word}, which was not for them: {said:?}");
        let hears = said.hearers.hear.contains(&who) || reader.replayed.contains(&word);
        assert!(hears || said.unsure.contains(&connection), "{who} hears word {word}: {said:?}");
        assert!(reader.newest.is_none_or(|newest| newest < word), "{who}: word {word} comes late");
        reader.newest = Some(word);
        let owed = self.owed.entry(who).or_default().iter_mut();
        owed.filter(|owed| owed.word == word).for_each(|owed| owed.read = true);
    }

    /// What somebody should have read and did not.
    pub(crate) fn unpaid(&self) -> Vec<String> {
        let all = self.owed.iter().flat_map(|(who, owed)| owed.iter().map(move |one| (who, one)));
        all.filter(|(_, one)| one.due == Due::Required && !one.read)
            .map(|(who, one)| {
                format!("{who} never reads word {}: {:?}", one.word, self.words[one.word])
            })
            .collect()
    }
}

/// A word as it is typed.
pub(crate) fn spelt(word: usize) -> String {
    format!("w{word}w")
}

/// The word in a line, if there is one: names and texts of the world hold no digits.
fn word_in(line: &str) -> Option<usize> {
    let start = line.find(|c: char| c.is_ascii_digit())?;
    let digits = &line[start..];
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    line[..start].ends_with('w').then(|| digits[..end].parse().ok()).flatten()
}
