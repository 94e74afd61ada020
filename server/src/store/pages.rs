//! What was said on a channel, a page at a time, for one reader: from the newest line back, or from a line on.

use rusqlite::{Connection, params};

use super::Store;
use super::error::{Problem, StoreError};
use super::lines::{LINE_COLUMNS, StoredLine};
use super::reader::Reader;
use crate::vocab::{ChannelName, Message, PlayerId};

/// The most lines that are looked at for one page: what a reader may not read lies between.
const LOOKED_AT_MAX: usize = 2_000;
/// How many are read from the database at once.
const CHUNK: usize = 500;

/// Where a line stands on its channel: the number of its epoch, and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinePlace {
    /// The epoch, in the order of runs.
    pub epoch: i64,
    /// The line's number.
    pub seq: i64,
}

/// Which lines, seen from which place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Those before a line, the nearest first; or the newest, with none.
    Before(Option<LinePlace>),
    /// Those after a line, the nearest first.
    After(LinePlace),
}

/// What is wanted of a channel.
#[derive(Debug, Clone)]
pub struct PageQuery {
    /// The channel.
    pub channel: ChannelName,
    /// Who reads.
    pub reader: Reader,
    /// Only lines with this in them, in whatever case.
    pub text: Option<String>,
    /// Only lines by this player or for them.
    pub with: Option<PlayerId>,
    /// Which lines.
    pub direction: Direction,
    /// How many at most.
    pub limit: usize,
}

/// Lines of a channel, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The lines, oldest first.
    pub lines: Vec<(LinePlace, Message)>,
    /// The place from which to go on in the same direction; none when there is nothing more.
    pub next: Option<LinePlace>,
    /// The first line that was looked at, whether it may be read or not.
    pub first_seen: Option<LinePlace>,
}

impl Store {
    /// A page of what was said on a channel. Lines that were taken back are left out.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn page(&self, query: PageQuery) -> Result<Page, StoreError> {
        self.question(move |connection| page(connection, &query)).await
    }
}

impl PageQuery {
    fn takes(&self, line: &Message) -> bool {
        let has_it = |text: &String| contains(line.words(self.reader.mask), text);
        let is_with = |player: &PlayerId| {
            line.sender.id == *player || line.target.as_ref().is_some_and(|it| it.id == *player)
        };
        self.with.as_ref().is_none_or(is_with)
            && self.reader.takes(line)
            && self.text.as_ref().is_none_or(has_it)
    }
}

/// Whether a text contains another, whatever the case; `part` is in small letters.
fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(part)
}

fn page(connection: &Connection, query: &PageQuery) -> Result<Page, Problem> {
    let query =
        PageQuery { text: query.text.as_ref().map(|it| it.to_lowercase()), ..query.clone() };
    let mut page = Page::default();
    let mut direction = query.direction;
    let mut looked_at = 0;
    loop {
        let chunk = chunk(connection, &query.channel, direction)?;
        let is_last = chunk.len() < CHUNK;
        looked_at += chunk.len();
        for line in chunk {
            let place = LinePlace { epoch: line.epoch, seq: line.seq };
            direction = from(direction, place);
            page.first_seen.get_or_insert(place);
            let Some(message) = line.readable().filter(|message| query.takes(message)) else {
                continue;
            };
            if page.lines.len() == query.limit {
                page.next = page.lines.last().map(|(place, _)| *place);
                return Ok(in_order(page, direction));
            }
            page.lines.push((place, message));
        }
        if is_last {
            return Ok(in_order(page, direction));
        }
        if looked_at >= LOOKED_AT_MAX {
            page.next = place_of(direction);
            return Ok(in_order(page, direction));
        }
    }
}

fn from(direction: Direction, place: LinePlace) -> Direction {
    match direction {
        Direction::Before(_) => Direction::Before(Some(place)),
        Direction::After(_) => Direction::After(place),
    }
}

fn place_of(direction: Direction) -> Option<LinePlace> {
    match direction {
        Direction::Before(place) => place,
        Direction::After(place) => Some(place),
    }
}

fn in_order(mut page: Page, direction: Direction) -> Page {
    if matches!(direction, Direction::Before(_)) {
        page.lines.reverse();
    }
    page
}

fn chunk(
    connection: &Connection,
    channel: &ChannelName,
    direction: Direction,
) -> rusqlite::Result<Vec<StoredLine>> {
    let (comparison, order, place) = match direction {
        Direction::Before(place) => {
            ("<", "DESC", place.unwrap_or(LinePlace { epoch: i64::MAX, seq: i64::MAX }))
        }
        Direction::After(place) => (">", "ASC", place),
    };
    connection
        .prepare_cached(&format!(
            "SELECT {LINE_COLUMNS} FROM messages
             WHERE channel = ?1 AND (epoch, seq) {comparison} (?2, ?3)
             ORDER BY epoch {order}, seq {order} LIMIT {CHUNK}"
        ))?
        .query_map(params![channel.as_str(), place.epoch, place.seq], StoredLine::read)?
        .collect()
}
