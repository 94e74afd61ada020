//! Whether the moderation log is as it was written: every line tied to the one before it, from the oldest that is kept to the
//! newest that the database knows of.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::super::Log;
use super::super::chain::{Linked, Running, digest, is_older};
use super::super::retention::days;
use super::lines::{Line, Lines};
use crate::vocab::{ChainHead, Digest};

/// Problems that are told one by one; of more only the number is.
const PROBLEMS_MAX: usize = 100;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Lines of the chain.
    pub lines: u64,
    /// Files with lines of the chain.
    pub days: u64,
    /// Lines from before there was a chain; nothing vouches for them.
    pub unchained: u64,
    /// Whether the last line is being written, or was cut off and the server has not started since.
    pub is_unfinished: bool,
    /// What is wrong, each with its place, in the order of the files; at most a hundred.
    pub problems: Vec<String>,
    /// How many problems there are beyond those.
    pub more: u64,
    /// The newest line.
    pub head: Option<ChainHead>,
}

impl Findings {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_unbroken(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks the moderation log under `root` against itself and against the heads that were stored. Have the heads before the
/// files are read, so that a server that writes meanwhile is not taken for someone who cuts the end off.
///
/// # Errors
/// When a file cannot be read.
pub fn verify(root: &Path, heads: &[ChainHead]) -> io::Result<Findings> {
    let mut check = Check::new(heads);
    for (day, path) in days(Log::Moderation, root)? {
        let mut lines = Lines::open(&path)?;
        let in_chain = check.findings.lines;
        check.open(day, path);
        while let Some(line) = lines.next()? {
            check.line(&line);
        }
        check.findings.days += u64::from(check.findings.lines > in_chain);
    }
    Ok(check.finish())
}

/// Where a line stands.
#[derive(Debug, Clone)]
struct Place {
    file: PathBuf,
    number: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.number)
    }
}

/// The last whole line that was seen.
#[derive(Debug, Clone)]
struct Last {
    head: ChainHead,
    place: Place,
}

/// Lines that are none of the chain, until the next that is.
struct Strays {
    first: Place,
    sum: Running,
    last: Digest,
    /// The only one, when it is the end of a file and has no end itself.
    half: Option<(PathBuf, Vec<u8>)>,
}

/// The state of a verification.
struct Check {
    findings: Findings,
    /// The stored heads by the lines' numbers. There may be several for one, if somebody cut the end off and the log went on.
    heads: HashMap<u64, Vec<ChainHead>>,
    newest_head: Option<ChainHead>,
    day: NaiveDate,
    file: PathBuf,
    /// What the oldest line is tied to, and where it is.
    begin: Option<(u64, Digest, Place)>,
    last: Option<Last>,
    strays: Option<Strays>,
    /// The last line that was removed when its time had come, as the log tells.
    swept: Option<(u64, Digest)>,
}

impl Check {
    fn new(heads: &[ChainHead]) -> Self {
        let mut by_number: HashMap<u64, Vec<ChainHead>> = HashMap::new();
        for head in heads {
            by_number.entry(head.seq).or_default().push(*head);
        }
        Self {
            findings: Findings::default(),
            heads: by_number,
            newest_head: heads.iter().max_by_key(|head| head.seq).copied(),
            day: NaiveDate::default(),
            file: PathBuf::new(),
            begin: None,
            last: None,
            strays: None,
            swept: None,
        }
    }

    fn open(&mut self, day: NaiveDate, file: PathBuf) {
        (self.day, self.file) = (day, file);
    }

    fn line(&mut self, line: &Line<'_>) {
        let place = Place { file: self.file.clone(), number: line.number };
        match Linked::read(line.bytes) {
            Some(linked) => self.link(&linked, line, place),
            None if self.last.is_none() && is_older(line.bytes) => self.findings.unchained += 1,
            None => self.stray(line, place),
        }
    }

    fn stray(&mut self, line: &Line<'_>, place: Place) {
        let half = (!line.is_ended).then(|| (place.file.clone(), line.bytes.to_vec()));
        let alone = self.strays.is_none();
        let strays = self.strays.get_or_insert_with(|| Strays {
            first: place,
            sum: Running::new(),
            last: Digest::NONE,
            half: None,
        });
        strays.sum.feed(line.bytes);
        strays.last = digest(line.bytes);
        strays.half = half.filter(|_| alone);
    }

    /// A line of the chain: sees what it is tied to, then takes it for the last.
    fn link(&mut self, linked: &Linked, line: &Line<'_>, place: Place) {
        let strays = self.strays.take();
        match self.last.take() {
            None => self.first(linked, strays, &place),
            Some(last) => self.next(linked, line, &last, strays, &place),
        }
        let head = ChainHead { day: self.day, seq: linked.seq, hash: digest(line.bytes) };
        self.against_heads(&head, &place);
        if linked.kind == "swept"
            && let (Some(through), Some(hash)) = (linked.through, linked.hash)
        {
            self.swept = Some((through, hash));
        }
        self.findings.lines += 1;
        self.last = Some(Last { head, place });
    }

    fn first(&mut self, linked: &Linked, strays: Option<Strays>, place: &Place) {
        let mut prev = linked.prev;
        if let Some(strays) = strays {
            if linked.accounts_for(&strays, Digest::NONE) && prev == strays.last {
                prev = Digest::NONE;
            } else {
                self.strange(&strays);
            }
        }
        self.begin = Some((linked.seq, prev, place.clone()));
    }

    fn next(
        &mut self,
        linked: &Linked,
        line: &Line<'_>,
        last: &Last,
        strays: Option<Strays>,
        place: &Place,
    ) {
        let tied_to = match strays {
            Some(strays) if linked.accounts_for(&strays, last.head.hash) => strays.last,
            Some(strays) => {
                if !strays.is_begun_again(line, place) {
                    self.strange(&strays);
                }
                last.head.hash
            }
            None => last.head.hash,
        };
        if linked.seq == last.head.seq + 1 && linked.prev == tied_to {
            return;
        }
        self.problem(&broken(linked, last, place), 1);
    }

    fn against_heads(&mut self, head: &ChainHead, place: &Place) {
        for stored in self.heads.get(&head.seq).cloned().unwrap_or_default() {
            if stored.hash != head.hash {
                let what = format!("{place}: line {} is not the one that was written", head.seq);
                self.problem(&format!("{what}: the database knows another of that number"), 1);
            } else if stored.day != head.day {
                let what = format!("{place}: line {} was written on {}", head.seq, stored.day);
                self.problem(&format!("{what}: the file was renamed or the line moved"), 1);
            }
        }
    }

    fn problem(&mut self, what: &str, lines: u64) {
        let many = if lines > 1 { format!(" ({lines} lines)") } else { String::new() };
        if self.findings.problems.len() < PROBLEMS_MAX {
            self.findings.problems.push(format!("{what}{many}"));
        } else {
            self.findings.more += 1;
        }
    }

    fn finish(mut self) -> Findings {
        self.against_sweeps();
        if let Some(strays) = self.strays.take() {
            self.after_the_end(&strays);
        }
        let last = self.last.as_ref().map_or(0, |last| last.head.seq);
        if let Some(head) = self.newest_head.filter(|head| head.seq > last) {
            let missing = format!("lines {} to {} are missing", last + 1, head.seq);
            let at = match &self.last {
                Some(last) => format!("after {}", last.place),
                None => "the whole log".to_owned(),
            };
            let known = format!("the database knows line {}, of {}", head.seq, head.day);
            self.problem(&format!("{at}: {missing}: {known}"), 1);
        }
        self.findings.head = self.last.map(|last| last.head);
        self.findings
    }

    /// Lines behind the last whole one: one without an end is being written, or was cut off by a kill.
    fn after_the_end(&mut self, strays: &Strays) {
        if strays.half.is_some() {
            self.findings.is_unfinished = true;
        } else {
            self.strange(strays);
        }
    }

    fn strange(&mut self, strays: &Strays) {
        let what = format!("{}: not a line of the log", strays.first);
        self.problem(&what, strays.sum.lines);
    }

    /// Whether what is missing before the oldest line was removed when its time had come.
    fn against_sweeps(&mut self) {
        let Some((seq, prev, place)) = self.begin.clone() else { return };
        let Some(gone) = seq.checked_sub(1).filter(|gone| *gone > 0) else {
            if seq == 0 || prev != Digest::NONE {
                self.problem(&format!("{place}: the first line is tied to another"), 1);
            }
            return;
        };
        let known = self.heads.get(&gone).map(Vec::as_slice).unwrap_or_default();
        let is_another = known.iter().any(|head| head.hash != prev);
        let by_right = match self.swept {
            Some((through, hash)) if through == gone => hash == prev,
            Some((through, _)) => through > gone,
            None => false,
        };
        if !by_right {
            let what = format!("before {place}: lines 1 to {gone} are missing");
            self.problem(&format!("{what}, and the log does not say that their time had come"), 1);
        } else if is_another {
            self.problem(&format!("{place}: is tied to another line than the database knows"), 1);
        }
    }
}

impl Strays {
    /// Whether this is half a line that a full disk kept out of the day before, and which was written again, whole.
    fn is_begun_again(&self, line: &Line<'_>, place: &Place) -> bool {
        self.half.as_ref().is_some_and(|(file, half)| {
            *file != place.file && place.number == 1 && line.bytes.starts_with(half)
        })
    }
}

impl Linked {
    /// Whether this line says of exactly these that they were cut off behind exactly that one.
    fn accounts_for(&self, strays: &Strays, last: Digest) -> bool {
        self.kind == "cut"
            && self.whole == Some(last)
            && self.lines == Some(strays.sum.lines)
            && self.digest == Some(strays.sum.digest())
    }
}

/// What is wrong where a line is not tied to the one before it.
fn broken(linked: &Linked, last: &Last, place: &Place) -> String {
    let (seq, before) = (linked.seq, last.head.seq);
    if seq > before + 1 {
        let missing = match seq - before {
            2 => format!("line {} is missing", before + 1),
            _ => format!("lines {} to {} are missing", before + 1, seq - 1),
        };
        format!("before {place}: {missing}")
    } else if seq <= before {
        format!("{place}: line {seq} stands after line {before}: inserted or out of order")
    } else {
        format!("{}: line {before} was changed: {place} is tied to another", last.place)
    }
}
