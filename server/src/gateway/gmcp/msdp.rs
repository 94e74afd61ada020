//! MSDP: variables for clients that do not speak GMCP. Each is a part of a GMCP message, so that both tell the same.

use std::ops::{BitOr, BitOrAssign};

use bytes::{BufMut, BytesMut};
use serde_json::{Map, Value};

use super::{Packages, Told};

/// The telnet option.
pub(in crate::gateway) const OPTION_MSDP: u8 = 69;
const VAR: u8 = 1;
const VAL: u8 = 2;
const TABLE_OPEN: u8 = 3;
const TABLE_CLOSE: u8 = 4;
const ARRAY_OPEN: u8 = 5;
const ARRAY_CLOSE: u8 = 6;

/// A variable.
pub(in crate::gateway) struct Variable {
    /// Its name.
    pub(in crate::gateway) name: &'static str,
    /// The package that tells of it.
    package: Packages,
    /// The message of GMCP that it is a part of.
    message: &'static str,
    /// Which part; none when the message is about something else.
    part: fn(&Value) -> Option<Value>,
}

/// Every variable there is.
pub(in crate::gateway) const VARIABLES: [Variable; 10] = [
    variable("AREA_NAME", Packages::ROOM, "Room.Info", |room| of(room, "area")),
    variable("CHANNELS", Packages::CHANNEL, "Comm.Channel.List", names),
    variable("CHARACTER_NAME", Packages::NAME, "Char.Name", |name| of(name, "name")),
    variable("INVENTORY", Packages::INVENTORY, "Char.Items.List", |list| {
        let is_inventory = list.get("location")? == "inv";
        is_inventory.then(|| names(list.get("items")?)).flatten()
    }),
    variable("PROMPT", Packages::VITALS, "Char.Vitals", |vitals| of(vitals, "string")),
    variable("RANK", Packages::STATUS, "Char.Status", |status| of(status, "rank")),
    variable("ROOM", Packages::ROOM, "Room.Info", table),
    variable("ROOM_NAME", Packages::ROOM, "Room.Info", |room| of(room, "name")),
    variable("ROOM_PLAYERS", Packages::PLAYERS, "Room.Players", names),
    variable("ROOM_VNUM", Packages::ROOM, "Room.Info", |room| of(room, "num")),
];

const fn variable(
    name: &'static str,
    package: Packages,
    message: &'static str,
    part: fn(&Value) -> Option<Value>,
) -> Variable {
    Variable { name, package, message, part }
}

fn of(data: &Value, key: &str) -> Option<Value> {
    data.get(key).cloned()
}

fn names(list: &Value) -> Option<Value> {
    Some(list.as_array()?.iter().filter_map(|one| of(one, "name")).collect())
}

fn table(room: &Value) -> Option<Value> {
    const KEYS: [(&str, &str); 6] = [
        ("VNUM", "num"),
        ("NAME", "name"),
        ("AREA", "area"),
        ("TERRAIN", "terrain"),
        ("COORDS", "coord"),
        ("EXITS", "exits"),
    ];
    let fields = KEYS.iter().map(|(ours, theirs)| Some(((*ours).to_owned(), of(room, theirs)?)));
    fields.collect::<Option<Map<_, _>>>().map(Value::Object)
}

/// A set of variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Variables(u16);

impl Variables {
    /// None of them.
    pub(in crate::gateway) const NONE: Self = Self(0);

    /// The variable of this name, if there is one.
    pub(in crate::gateway) fn named(name: &str) -> Self {
        let at = VARIABLES.iter().position(|row| row.name == name);
        at.map_or(Self::NONE, |at| Self(1 << at))
    }

    /// The set with none of these.
    pub(in crate::gateway) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Their rows.
    pub(in crate::gateway) fn rows(self) -> impl Iterator<Item = &'static Variable> {
        VARIABLES
            .iter()
            .enumerate()
            .filter(move |(at, _)| self.0 >> at & 1 == 1)
            .map(|(_, row)| row)
    }

    /// The packages that tell of them.
    pub(in crate::gateway) fn packages(self) -> Packages {
        self.rows().fold(Packages::NONE, |all, row| all | row.package)
    }
}

impl BitOr for Variables {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Variables {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl Told {
    /// What of the message these variables hold, framed for telnet; nothing when it is about none of them.
    pub(in crate::gateway) fn as_variables(&self, wanted: Variables) -> Option<bytes::Bytes> {
        let mut out = BytesMut::new();
        for row in wanted.rows().filter(|row| row.message == self.name) {
            if let Some(value) = (row.part)(&self.data) {
                out.put_slice(&[255, 250, OPTION_MSDP]);
                put_pair(row.name, &value, &mut out);
                out.put_slice(&[255, 240]);
            }
        }
        (!out.is_empty()).then(|| out.freeze())
    }
}

/// A variable and its value, without the frame.
pub(in crate::gateway) fn put_pair(name: &str, value: &Value, out: &mut BytesMut) {
    out.put_u8(VAR);
    put_text(name, out);
    out.put_u8(VAL);
    put_value(value, out);
}

/// As deep as our own tables are nested.
fn put_value(value: &Value, out: &mut BytesMut) {
    match value {
        Value::Null => {}
        Value::Bool(is) => out.put_u8(if *is { b'1' } else { b'0' }),
        Value::Number(number) => out.put_slice(number.to_string().as_bytes()),
        Value::String(text) => put_text(text, out),
        Value::Array(values) => {
            out.put_u8(ARRAY_OPEN);
            for value in values {
                out.put_u8(VAL);
                put_value(value, out);
            }
            out.put_u8(ARRAY_CLOSE);
        }
        Value::Object(fields) => {
            out.put_u8(TABLE_OPEN);
            fields.iter().for_each(|(name, value)| put_pair(name, value, out));
            out.put_u8(TABLE_CLOSE);
        }
    }
}

/// Text has no byte that means something to MSDP; IAC is in no UTF-8.
fn put_text(text: &str, out: &mut BytesMut) {
    out.extend(text.bytes().filter(|byte| *byte > ARRAY_CLOSE));
}

/// What a client sent: each name with each of its values. An array is its values; a table inside is passed over.
pub(in crate::gateway) fn pairs(payload: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    payload.split(|byte| *byte == VAR).skip(1).flat_map(|pair| {
        let mut parts = pair.split(|byte| *byte == VAL).map(|part| {
            let part = part.trim_ascii();
            let inner = part.strip_prefix(&[ARRAY_OPEN]).unwrap_or(part);
            let inner = inner.strip_suffix(&[ARRAY_CLOSE]).unwrap_or(inner);
            std::str::from_utf8(inner).unwrap_or_default()
        });
        let name = parts.next().unwrap_or_default();
        parts.filter(|value| !value.is_empty()).map(move |value| (name, value))
    })
}
