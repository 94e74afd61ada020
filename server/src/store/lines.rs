//! How a line of talk lies in its row of `messages`: what is asked for by it in columns, everything else as JSON in `body`.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::DateTime;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::vocab::{
    Masks, Message, MessageId, PartyId, PlayerId, RoomId, Sender, Target, WIRE_VERSION,
};

/// What [`StoredLine::read`] reads of a row of `messages`.
pub(super) const LINE_COLUMNS: &str = "epoch, seq, channel, at_ms, id, body, \
    (SELECT name FROM epochs WHERE number = epoch), \
    audience, (SELECT members FROM audiences WHERE number = audience), \
    EXISTS (SELECT 1 FROM redactions WHERE redactions.message = messages.id AND undone_at_ms IS NULL)";

/// The columns of a row, in the order of [`LINE_COLUMNS`].
mod column {
    pub(super) const EPOCH: usize = 0;
    pub(super) const SEQ: usize = 1;
    pub(super) const CHANNEL: usize = 2;
    pub(super) const AT_MS: usize = 3;
    pub(super) const ID: usize = 4;
    pub(super) const BODY: usize = 5;
    pub(super) const EPOCH_NAME: usize = 6;
    pub(super) const AUDIENCE: usize = 7;
    pub(super) const MEMBERS: usize = 8;
    pub(super) const REDACTED: usize = 9;
}

/// A line and its place.
pub(super) struct StoredLine {
    pub(super) epoch: i64,
    pub(super) seq: i64,
    /// None when it cannot be read; it then counts as missing, and the others are still served.
    pub(super) message: Option<Message>,
    /// Whether staff took it back.
    redacted: bool,
}

impl StoredLine {
    /// The line, if players may read it.
    pub(super) fn readable(self) -> Option<Message> {
        self.message.filter(|_| !self.redacted)
    }

    /// Reads a row of [`LINE_COLUMNS`].
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (epoch, seq) = (row.get(column::EPOCH)?, row.get(column::SEQ)?);
        let message = read_message(row)?
            .inspect_err(
                |error| tracing::error!(epoch, seq, %error, "a stored line cannot be read"),
            )
            .ok();
        Ok(Self { epoch, seq, message, redacted: row.get(column::REDACTED)? })
    }
}

/// Why a row holds no line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(String);

impl Unreadable {
    fn new(why: impl ToString) -> Self {
        Self(why.to_string())
    }
}

/// The part of a line that lies in `body`. Rows of earlier versions have all of it there.
#[derive(Serialize, Deserialize)]
struct Body<'a> {
    sender: Cow<'a, Sender>,
    content: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    room: Option<Cow<'a, RoomId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    party: Option<PartyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<Cow<'a, Target>>,
    /// Of lines that few people heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audience: Option<Arc<[PlayerId]>>,
    #[serde(default, skip_serializing_if = "<[SmolStr]>::is_empty")]
    flags: Cow<'a, [SmolStr]>,
    #[serde(default, skip_serializing_if = "masks_are_empty")]
    masks: Cow<'a, Masks>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to_sender: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to_target: Option<Cow<'a, str>>,
}

fn masks_are_empty(masks: &Masks) -> bool {
    masks.are_empty()
}

/// What goes into `body`; without who heard it, if that is stored in a row of its own.
///
/// # Errors
/// None that is known of: a line holds only texts, numbers and lists.
pub(super) fn body(line: &Message, has_own_audience: bool) -> serde_json::Result<String> {
    serde_json::to_string(&Body {
        sender: Cow::Borrowed(&line.sender),
        content: Cow::Borrowed(&line.content),
        room: line.room.as_ref().map(Cow::Borrowed),
        party: line.party,
        target: line.target.as_ref().map(Cow::Borrowed),
        audience: line.audience.clone().filter(|_| !has_own_audience),
        flags: Cow::Borrowed(&line.flags),
        masks: Cow::Borrowed(&line.masks),
        to_sender: line.to_sender.as_deref().map(Cow::Borrowed),
        to_target: line.to_target.as_deref().map(Cow::Borrowed),
    })
}

/// Reads the line of a row of [`LINE_COLUMNS`].
pub(super) fn read_message(row: &Row<'_>) -> rusqlite::Result<Result<Message, Unreadable>> {
    let text = |at| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
    let body = serde_json::from_str(text(column::BODY)?).map_err(Unreadable::new);
    let members = match row.get_ref(column::AUDIENCE)? {
        ValueRef::Null => None,
        // A list that is gone was nobody's: better a line that nobody gets again than one that anybody does.
        _ => Some(row.get_ref(column::MEMBERS)?.as_str().unwrap_or("[]")),
    };
    let id: Option<String> = row.get(column::ID)?;
    let epoch = SmolStr::new(text(column::EPOCH_NAME)?);
    let seq = row.get::<_, i64>(column::SEQ)?.cast_unsigned();
    let channel = text(column::CHANNEL)?;
    let at = DateTime::from_timestamp_millis(row.get(column::AT_MS)?);
    Ok(body.and_then(|body: Body<'_>| {
        let audience = members.map(serde_json::from_str).transpose().map_err(Unreadable::new)?;
        let id = id.ok_or_else(|| Unreadable::new("it has no name"))?;
        Ok(Message {
            v: WIRE_VERSION,
            id: MessageId(id.parse().map_err(Unreadable::new)?),
            epoch,
            seq,
            channel: channel.parse().map_err(Unreadable::new)?,
            at: at.ok_or_else(|| Unreadable::new("its time is none"))?,
            sender: body.sender.into_owned(),
            content: body.content.into_owned(),
            room: body.room.map(Cow::into_owned),
            party: body.party,
            target: body.target.map(Cow::into_owned),
            audience: audience.or(body.audience),
            flags: body.flags.into_owned(),
            masks: body.masks.into_owned(),
            to_sender: body.to_sender.map(Cow::into_owned),
            to_target: body.to_target.map(Cow::into_owned),
        })
    }))
}
