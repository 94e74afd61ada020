//! The messages, a function each: names and data, and nothing of how they travel.

use serde_json::{Map, Value, json};
use smol_str::SmolStr;

use super::names::told;
use super::{Extras, Told};
use crate::vocab::{
    ChannelName, Group, Heads, Hearer, LineId, Listener, Member, Message, PlayerId, Rank, RoomView,
    Styles, Thing, WayBack, capital, number,
};

/// As long as a list may get. Bytes; what does not fit is left out.
const LIST_BYTES_MAX: usize = 8 * 1024;

/// The last message of a session.
pub(in crate::gateway) fn goodbye(text: &str) -> Told {
    Told { name: "Core.Goodbye", data: text.into() }
}

/// How one can log in.
pub(in crate::gateway) fn login_default() -> Told {
    Told { name: "Char.Login.Default", data: json!({ "type": ["password-credentials"] }) }
}

/// How a login by [`login_default`] went, with the reason if it failed.
pub(in crate::gateway) fn login_result(refused: Option<&str>) -> Told {
    let data = match refused {
        None => json!({ "success": true }),
        Some(why) => json!({ "success": false, "message": why }),
    };
    Told { name: "Char.Login.Result", data }
}

/// What a client logs in by after its connection was lost, and how long after; with the newest lines of the channels, where
/// play begins. Not `Char.Login.Token`: clients keep that for
/// good, and promise their player to log in by it next time.
pub(in crate::gateway) fn way_back(name: &str, way: &WayBack, heads: Option<&Heads>) -> Told {
    let WayBack { token, seconds, .. } = way;
    let mut data = json!({ "account": name, "token": token.expose(), "seconds": seconds });
    if let Some(heads) = heads {
        let heads = heads.iter().map(|(channel, head)| (told(channel), json!(head)));
        data["heads"] = heads.collect();
    }
    Told { name: "Char.Login.Resume", data }
}

/// Whom the session plays.
pub(in crate::gateway) fn name(listener: &Listener) -> Told {
    Told { name: "Char.Name", data: person(&listener.name) }
}

/// The labels of [`status`].
pub(in crate::gateway) fn status_vars() -> Told {
    Told { name: "Char.StatusVars", data: json!({ "name": "Name", "rank": "Rank" }) }
}

/// All that there is to say about the player.
pub(in crate::gateway) fn status(listener: &Listener) -> Told {
    let data = json!({ "name": listener.name, "rank": listener.rank });
    Told { name: "Char.Status", data }
}

/// What has changed about the player: clients merge it into what they know.
pub(in crate::gateway) fn new_rank(rank: Rank) -> Told {
    Told { name: "Char.Status", data: json!({ "rank": rank }) }
}

/// The prompt: players choose what is in it, and there is nothing else to measure.
pub(in crate::gateway) fn vitals(prompt: &str) -> Told {
    Told { name: "Char.Vitals", data: json!({ "string": prompt.trim_end() }) }
}

/// What [`vitals`] are measured by. Empty, as nothing is: clients that wait for it draw no gauges.
pub(in crate::gateway) fn max_stats() -> Told {
    Told { name: "Char.Maxstats", data: json!({}) }
}

/// Who is in the player's party, and who of them is in the same place; nobody, when it is over.
pub(in crate::gateway) fn group(group: Option<&Group>, player: PlayerId) -> Told {
    let members = group.map(|group| group.members.as_slice()).unwrap_or_default();
    let room = members.iter().find(|member| member.player == player).map(|member| &member.room);
    let row = |member: &Member| {
        let here = u8::from(Some(&member.room) == room);
        json!({ "name": member.name, "info": { "here": here } })
    };
    let leader = group.map(|group| group.leader.as_str()).unwrap_or_default();
    let data = json!({ "leader": leader, "members": fitting(members.iter().map(row)) });
    Told { name: "Group", data }
}

/// What the player carries.
pub(in crate::gateway) fn inventory(things: &[Thing]) -> Told {
    items("inv", things.iter().map(|one| thing(one, TAKEABLE)))
}

/// What is in the room: those who belong to it, and things.
pub(in crate::gateway) fn room_items(npcs: &[Thing], things: &[Thing]) -> Told {
    let npcs = npcs.iter().map(|one| thing(one, CREATURE));
    items("room", npcs.chain(things.iter().map(|one| thing(one, TAKEABLE))))
}

fn items(location: &str, items: impl Iterator<Item = Value>) -> Told {
    let data = json!({ "location": location, "items": fitting(items) });
    Told { name: "Char.Items.List", data }
}

/// Something is in the room now, or in the player's hands.
pub(in crate::gateway) fn add_item(location: &'static str, added: &Thing) -> Told {
    let data = json!({ "location": location, "item": thing(added, TAKEABLE) });
    Told { name: "Char.Items.Add", data }
}

/// Something is there no longer.
pub(in crate::gateway) fn remove_item(location: &'static str, removed: &Thing) -> Told {
    let data = json!({ "location": location, "item": thing(removed, TAKEABLE) });
    Told { name: "Char.Items.Remove", data }
}

/// What `attrib` says of things and of NPCs.
const TAKEABLE: &str = "t";
const CREATURE: &str = "m";

fn thing(thing: &Thing, attrib: &str) -> Value {
    json!({ "id": number(&thing.key).to_string(), "name": thing.name, "attrib": attrib })
}

/// A room. With the keys of both kinds of mapping scripts: `area`, `environment`, `coords`, and `zone`, `terrain`, `coord`.
pub(in crate::gateway) fn room(view: &RoomView) -> Told {
    let (area, spot) = (number(view.id.zone()), view.spot);
    let environment = if view.indoors { "indoors" } else { "outdoors" };
    let way = |way: &SmolStr| short(way).to_owned();
    let exits = view.exits.iter().map(|exit| (way(&exit.way), exit.to.number().into()));
    let data = json!({
        "num": view.id.number(),
        "id": view.id,
        "name": view.name,
        "area": view.zone,
        "zone": view.id.zone(),
        "environment": environment,
        "terrain": environment,
        "coords": format!("{area},{},{},{}", spot.x, spot.y, spot.z),
        "coord": { "id": area, "x": spot.x, "y": spot.y, "z": spot.z },
        "exits": Value::Object(exits.collect::<Map<_, Value>>()),
    });
    Told { name: "Room.Info", data }
}

/// A way that the room does not have.
pub(in crate::gateway) fn wrong_way(way: &str) -> Told {
    Told { name: "Room.WrongDir", data: short(way).into() }
}

/// Who else is in the room.
pub(in crate::gateway) fn players(names: &[SmolStr]) -> Told {
    Told { name: "Room.Players", data: fitting(names.iter().map(person)) }
}

/// Somebody came into the room.
pub(in crate::gateway) fn add_player(name: &SmolStr) -> Told {
    Told { name: "Room.AddPlayer", data: person(name) }
}

/// Somebody left the room.
pub(in crate::gateway) fn remove_player(name: &SmolStr) -> Told {
    Told { name: "Room.RemovePlayer", data: name.as_str().into() }
}

/// The channels that somebody may hear, by name, and whether they do.
pub(in crate::gateway) fn channels(listener: &Listener, styles: &Styles) -> Told {
    let rows = styles.0.iter().filter(|(_, style)| listener.rank >= style.hear);
    let mut names: Vec<&ChannelName> = rows.map(|(name, _)| name).collect();
    names.sort_unstable();
    let row = |name: &ChannelName| {
        let caption = capital(name.as_str());
        json!({ "name": told(name), "caption": caption, "command": name })
    };
    let data = fitting(names.into_iter().map(row));
    Told { name: "Comm.Channel.List", data }
}

/// Who hears which channel.
pub(in crate::gateway) fn hearers(hearers: &[Hearer]) -> Told {
    let row = |one: &Hearer| {
        let channels: Vec<_> = one.channels.iter().map(told).collect();
        json!({ "name": one.name, "channels": channels })
    };
    Told { name: "Comm.Channel.Players", data: fitting(hearers.iter().map(row)) }
}

/// A line of talk, as it is shown.
pub(in crate::gateway) fn text(said: &Message, line: &str) -> Told {
    let data = json!({
        "channel": told(&said.channel),
        "talker": said.sender.name,
        "text": line,
        "id": said.id,
        "epoch": said.epoch,
        "seq": said.seq,
    });
    Told { name: "Comm.Channel.Text", data }
}

/// A line of talk that was taken back and is where it was again: all that [`text`] says of it.
pub(in crate::gateway) fn restored(said: &Message, line: &str) -> Told {
    Told { name: "Comm.Channel.Restored", ..text(said, line) }
}

/// What follows is the line of talk, as text.
pub(in crate::gateway) fn start(channel: &ChannelName) -> Told {
    Told { name: "Comm.Channel.Start", data: told(channel).into() }
}

/// The line is over.
pub(in crate::gateway) fn end(channel: &ChannelName) -> Told {
    Told { name: "Comm.Channel.End", data: told(channel).into() }
}

/// A line of talk was taken back. No other game has this message; clients that do not know it pass over it.
pub(in crate::gateway) fn redacted(line: &LineId) -> Told {
    let LineId { id, channel, epoch, seq } = line;
    let data = json!({ "channel": told(channel), "id": id, "epoch": epoch, "seq": seq });
    Told { name: "Comm.Channel.Redacted", data }
}

/// A package that the client may install, if the operator has one.
pub(in crate::gateway) fn gui(extras: &Extras) -> Option<Told> {
    let (version, url) = extras.gui.as_ref()?;
    Some(Told { name: "Client.GUI", data: json!({ "version": version, "url": url }) })
}

/// A map that the client may load, if the operator has one.
pub(in crate::gateway) fn map(extras: &Extras) -> Option<Told> {
    let url = extras.map.as_ref()?;
    Some(Told { name: "Client.Map", data: json!({ "url": url }) })
}

/// Where sounds are, if the operator has some.
pub(in crate::gateway) fn media(extras: &Extras) -> Option<Told> {
    let url = extras.media.as_ref()?;
    Some(Told { name: "Client.Media.Default", data: json!({ "url": url }) })
}

/// The sound of a channel, if it has one. Its line of talk says the same in words.
pub(in crate::gateway) fn sound(extras: &Extras, channel: &ChannelName) -> Option<Told> {
    extras.media.as_ref()?;
    let file = extras.sounds.get(channel)?;
    let caption = format!("[{channel}]");
    let data = json!({ "name": file, "type": "sound", "tag": "channel", "caption": caption });
    Some(Told { name: "Client.Media.Play", data })
}

/// Where the game is on Discord, if it is there.
pub(in crate::gateway) fn discord(extras: &Extras) -> Option<Told> {
    let discord = extras.discord.as_ref()?;
    let invite = discord.invite.as_deref().unwrap_or_default();
    let data = json!({ "applicationid": discord.application, "inviteurl": invite });
    Some(Told { name: "External.Discord.Info", data })
}

/// What a player's friends on Discord read, if the game is there: what is played, and never where.
pub(in crate::gateway) fn discord_status(extras: &Extras) -> Option<Told> {
    let game = &extras.discord.as_ref()?.game;
    Some(Told { name: "External.Discord.Status", data: json!({ "game": game }) })
}

fn person(name: &SmolStr) -> Value {
    json!({ "name": name, "fullname": name })
}

/// As many as fit into one list.
fn fitting(values: impl Iterator<Item = Value>) -> Value {
    let mut bytes = 0;
    let fits = |value: &Value| {
        bytes += value.to_string().len() + 1;
        bytes <= LIST_BYTES_MAX
    };
    values.take_while(fits).collect()
}

/// What mapping scripts call a way out: a direction by its letters, any other by its word.
fn short(way: &str) -> &str {
    const LETTERS: [(&str, &str); 10] = [
        ("north", "n"),
        ("northeast", "ne"),
        ("east", "e"),
        ("southeast", "se"),
        ("south", "s"),
        ("southwest", "sw"),
        ("west", "w"),
        ("northwest", "nw"),
        ("up", "u"),
        ("down", "d"),
    ];
    LETTERS.iter().find(|(name, _)| *name == way).map_or(way, |(_, letters)| letters)
}
