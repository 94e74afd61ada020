//! The chain that the lines of the moderation log form: each has a number and the digest of the line before it.
//!
//! The chain goes on over midnights, restarts and crashes. What a crash cut off is accounted for by a line of its own, so that
//! nothing stands in the files that the chain does not cover.

use std::fs;
use std::io;
use std::path::Path;

use ring::digest::{Context, SHA256};
use serde::Deserialize;

use super::Log;
use super::entry::Note;
use super::retention::days;
use super::tail;
use crate::vocab::{ChainHead, Digest};

/// What ties a line to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    /// The line's number, from 1.
    pub(super) seq: u64,
    /// The digest of the line before it.
    pub(super) prev: Digest,
}

/// The SHA-256 of a line, given without its end.
pub(super) fn digest(line: &[u8]) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(line);
    finish(context)
}

/// The digest of several lines joined by newlines, fed one by one.
pub(super) struct Running {
    context: Context,
    pub(super) lines: u64,
}

impl Running {
    pub(super) fn new() -> Self {
        Self { context: Context::new(&SHA256), lines: 0 }
    }

    pub(super) fn feed(&mut self, line: &[u8]) {
        if self.lines > 0 {
            self.context.update(b"\n");
        }
        self.context.update(line);
        self.lines += 1;
    }

    pub(super) fn digest(&self) -> Digest {
        finish(self.context.clone())
    }
}

fn finish(context: Context) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    Digest(bytes)
}

/// What of a line ties it to the chain, and what it says about it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Linked {
    pub(super) seq: u64,
    #[serde(deserialize_with = "from_text")]
    pub(super) prev: Digest,
    pub(super) kind: String,
    #[serde(default, deserialize_with = "from_some_text")]
    pub(super) whole: Option<Digest>,
    #[serde(default, deserialize_with = "from_some_text")]
    pub(super) digest: Option<Digest>,
    #[serde(default)]
    pub(super) lines: Option<u64>,
    #[serde(default)]
    pub(super) through: Option<u64>,
    #[serde(default, deserialize_with = "from_some_text")]
    pub(super) hash: Option<Digest>,
}

impl Linked {
    /// The line, if it is one of a chain.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// Whether a line is from before there was a chain: of the log's first form, which had no numbers.
pub(super) fn is_older(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Older {
        schema: u8,
        seq: Option<serde::de::IgnoredAny>,
    }
    serde_json::from_slice::<Older>(line).is_ok_and(|line| line.schema == 1 && line.seq.is_none())
}

fn from_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

fn from_some_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Digest>, D::Error> {
    from_text(from).map(Some)
}

/// Where the chain stands: what the next line is tied to.
#[derive(Debug)]
pub(super) struct Chain {
    next: Link,
}

impl Chain {
    /// Finds the end of the chain in the log's files. The note is to be its next line: what a crash left behind.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn resume(root: &Path) -> io::Result<(Self, Option<Note>)> {
        let found = tail::find(Log::Moderation, root)?;
        let (last, whole) = found.whole.map_or((0, Digest::NONE), |head| (head.seq, head.hash));
        let seq = last + 1;
        let Some(cut) = found.after else {
            return Ok((Self { next: Link { seq, prev: whole } }, None));
        };
        let note = Note::Cut { whole, lines: cut.lines, digest: cut.digest };
        Ok((Self { next: Link { seq, prev: cut.last } }, Some(note)))
    }

    /// What ties the next line.
    pub(super) fn next(&self) -> Link {
        self.next
    }

    /// A line was taken: the next is tied to it.
    pub(super) fn took(&mut self, line: &[u8]) {
        self.next = Link { seq: self.next.seq + 1, prev: digest(line) };
    }
}

/// What a sweep that keeps files from `oldest` on would remove of the chain: its last line there, and how many files.
///
/// # Errors
/// When the folder or a file cannot be read.
pub(super) fn going(root: &Path, oldest: chrono::NaiveDate) -> io::Result<Option<Note>> {
    let old: Vec<_> =
        days(Log::Moderation, root)?.into_iter().filter(|(day, _)| *day < oldest).collect();
    let mut last: Option<ChainHead> = None;
    for (day, path) in old.iter().rev() {
        last = tail::of_file(&fs::File::open(path)?, *day)?.whole;
        if last.is_some() {
            break;
        }
    }
    let files = old.len() as u64;
    Ok(last.map(|head| Note::Swept { through: head.seq, hash: head.hash, files }))
}
