//! How a line of talk lies in its row of `messages`: what is asked for by it in columns, everything else as JSON in `body`.

use std::sync::Arc;

use chrono::DateTime;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::vocab::{
    AccountId, Fields, Masks, Message, MessageId, PartyId, PlayerId, RoomId, Sender, Target,
    Transport, WIRE_VERSION,
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
    pub(super) redacted: bool,
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
#[derive(Deserialize)]
struct Body {
    sender: Sender,
    content: String,
    room: Option<RoomId>,
    party: Option<PartyId>,
    target: Option<Target>,
    /// Of lines that few people heard.
    audience: Option<Arc<[PlayerId]>>,
    #[serde(default)]
    flags: Vec<SmolStr>,
    #[serde(default)]
    masks: Masks,
    to_sender: Option<String>,
    to_target: Option<String>,
}

/// Writes what goes into `body`, as `Body` reads it; without who heard it, if that is stored in a row of its own.
pub(super) fn write_body(line: &Message, has_own_audience: bool, to: &mut Vec<u8>) {
    Fields::object(to, |body| {
        body.within("sender", |fields| write_sender(&line.sender, fields));
        body.text("content", &*line.content);
        body.plain_if_any("room", line.room.as_ref().map(RoomId::as_str));
        body.id_if_any("party", line.party.map(PartyId::hex));
        if let Some(Target { id, name }) = &line.target {
            body.within("target", |fields| {
                fields.id("id", id.hex());
                fields.text("name", &**name);
            });
        }
        if let Some(there) = line.audience.as_ref().filter(|_| !has_own_audience) {
            body.ids("audience", there.iter().map(|listener| listener.hex()));
        }
        if !line.flags.is_empty() {
            body.texts("flags", line.flags.iter().map(SmolStr::as_str));
        }
        if !line.masks.are_empty() {
            let Masks { mild, strict } = &line.masks;
            body.within("masks", |fields| {
                fields.text_if_any("mild", mild.as_deref());
                fields.text_if_any("strict", strict.as_deref());
            });
        }
        body.text_if_any("to_sender", line.to_sender.as_deref());
        body.text_if_any("to_target", line.to_target.as_deref());
    });
}

fn write_sender(sender: &Sender, fields: &mut Fields<'_>) {
    let Sender { id, name, kind, account, via } = sender;
    fields.id("id", id.hex());
    fields.text("name", &**name);
    fields.plain("kind", kind.as_str());
    fields.id_if_any("account", account.map(AccountId::hex));
    fields.plain_if_any("via", via.map(Transport::as_str));
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
    Ok(body.and_then(|body: Body| {
        let audience = members.map(serde_json::from_str).transpose().map_err(Unreadable::new)?;
        let id = id.ok_or_else(|| Unreadable::new("it has no name"))?;
        Ok(Message {
            v: WIRE_VERSION,
            id: MessageId(id.parse().map_err(Unreadable::new)?),
            epoch,
            seq,
            channel: channel.parse().map_err(Unreadable::new)?,
            at: at.ok_or_else(|| Unreadable::new("its time is none"))?,
            sender: body.sender,
            content: body.content,
            room: body.room,
            party: body.party,
            target: body.target,
            audience: audience.or(body.audience),
            flags: body.flags,
            masks: body.masks,
            to_sender: body.to_sender,
            to_target: body.to_target,
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{ChannelName, SenderKind};
    use proptest::prelude::*;
    use uuid::Uuid;

    const KINDS: [SenderKind; 5] = [
        SenderKind::Player,
        SenderKind::Npc,
        SenderKind::Staff,
        SenderKind::System,
        SenderKind::External,
    ];

    fn channel() -> ChannelName {
        "say".parse().unwrap()
    }

    prop_compose! {
        fn sender()(
            id in 0..1_u64 << 63, name: String, kind in prop::sample::select(&KINDS[..]),
            account: Option<u64>,
            via in prop::option::of(prop::sample::select(&[Transport::Telnet, Transport::Websocket][..])),
        ) -> Sender {
            Sender { id: PlayerId(id), name: name.into(), kind, account: account.map(AccountId), via }
        }
    }

    prop_compose! {
        /// A line of which anything may be missing.
        fn line()(
            sender in sender(), content: String, target: Option<(u64, String)>, party: Option<u64>,
            audience: Option<Vec<u64>>, flags: Vec<String>, masks: (Option<String>, Option<String>),
            views: (Option<String>, Option<String>), in_room: bool,
        ) -> Message {
            Message {
                v: WIRE_VERSION, id: MessageId(Uuid::nil()), epoch: "e".into(), seq: 1, channel: channel(),
                at: DateTime::UNIX_EPOCH, sender, content,
                room: in_room.then(|| "earth.harbour.docks.pier".parse().unwrap()),
                party: party.map(PartyId),
                target: target.map(|(id, name)| Target { id: PlayerId(id), name: name.into() }),
                audience: audience.map(|there| there.into_iter().map(PlayerId).collect()),
                flags: flags.into_iter().map(SmolStr::from).collect(),
                masks: Masks { mild: masks.0, strict: masks.1 },
                to_sender: views.0, to_target: views.1,
            }
        }
    }

    proptest! {
        /// Whatever a line holds is in its body, as it is on the wire.
        #[test]
        fn a_body_holds_all_of_a_line(line in line(), has_own_audience: bool) {
            let mut body = Vec::new();
            write_body(&line, has_own_audience, &mut body);
            let read: Body = serde_json::from_slice(&body).unwrap();
            let same = Message {
                sender: read.sender, content: read.content, room: read.room, party: read.party,
                target: read.target, flags: read.flags, masks: read.masks,
                to_sender: read.to_sender, to_target: read.to_target,
                audience: if has_own_audience { line.audience.clone() } else { read.audience.clone() },
                ..line.clone()
            };
            prop_assert_eq!(&same, &line);
            prop_assert!(!has_own_audience || read.audience.is_none());
            let mut wire = serde_json::to_value(&line).unwrap();
            let stored: serde_json::Value = serde_json::from_slice(&body).unwrap();
            for (field, value) in stored.as_object().unwrap() {
                prop_assert_eq!(wire[field].take(), value.clone(), "{}", field);
            }
        }
    }
}
