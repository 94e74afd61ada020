//! Whether the ways of the world lead somewhere, and back, and everywhere. Reads no files.

use rustc_hash::{FxHashMap, FxHashSet};

use super::problem::Problems;
use super::suggest::{closest, did_you_mean, slips};
use super::survey::{Link, Survey};
use crate::vocab::RoomId;

/// Checks all exits and the rooms of all NPCs.
///
/// What is missing because of another problem is not told: a way back from a room whose exits could not all be read,
/// and what cannot be reached while there is such a room.
pub(super) fn check(survey: &Survey, problems: &mut Problems) {
    let astray: Vec<_> = survey.links.iter().filter(|link| is_unknown(survey, &link.to)).collect();
    check_posts(survey, problems);
    tell_astray(survey, &astray, problems);
    let mut unsure = survey.unsure.clone();
    unsure.extend(astray.iter().map(|link| link.from.clone()));
    check_ways_back(survey, &unsure, problems);
    if survey.unread.is_empty() && unsure.is_empty() {
        check_reach(survey, problems);
    }
}

fn tell_astray(survey: &Survey, astray: &[&Link], problems: &mut Problems) {
    let homes = rooms_by_zone(survey);
    for Link { from, way, to, written, place, .. } in astray {
        let hint = did_you_mean(meant(survey, &homes, to, from));
        let what = format!("exit \"{way}\" leads to unknown room \"{written}\"{hint}");
        problems.error(*place, format!("room {}: {what}", from.room()));
    }
}

fn check_posts(survey: &Survey, problems: &mut Problems) {
    let homes = rooms_by_zone(survey);
    for (npc, place) in survey.npcs.iter().zip(&survey.posts) {
        if is_unknown(survey, &npc.room) {
            let hint = did_you_mean(meant(survey, &homes, &npc.room, &npc.room));
            let name = npc.key.rsplit('.').next().unwrap_or(&npc.key);
            let what = format!("npc {name}: stands in unknown room \"{}\"{hint}", npc.room);
            problems.error(*place, what);
        }
    }
}

fn is_unknown(survey: &Survey, room: &RoomId) -> bool {
    !survey.rooms.contains_key(room) && !survey.unread.contains(room.zone())
}

type Homes<'a> = FxHashMap<&'a str, Vec<&'a RoomId>>;

fn rooms_by_zone(survey: &Survey) -> Homes<'_> {
    let mut homes = Homes::default();
    for (room, _) in &survey.room_order {
        homes.entry(room.zone()).or_default().push(room);
    }
    homes
}

/// What to write instead of a room that is not there: a room of the same name elsewhere in the zone, one with nearly
/// the same name, or the same room in a zone of nearly the same name.
fn meant(survey: &Survey, homes: &Homes<'_>, wrong: &RoomId, from: &RoomId) -> Option<String> {
    let Some(candidates) = homes.get(wrong.zone()) else {
        let zone = closest(wrong.zone(), homes.keys().copied())?;
        let moved = format!("{zone}{}", &wrong.as_str()[wrong.zone().len()..]).parse().ok()?;
        return survey.rooms.contains_key(&moved).then(|| written_from(&moved, from));
    };
    let likeness = |room: &&&RoomId| {
        slips(room.room(), wrong.room()) * 2 + usize::from(room.subzone() != wrong.subzone())
    };
    let best =
        candidates.iter().filter(|room| is_like(room.room(), wrong.room())).min_by_key(likeness)?;
    Some(written_from(best, from))
}

fn is_like(a: &str, b: &str) -> bool {
    a == b || closest(a, [b]).is_some()
}

/// The shortest way to write a room, seen from another.
fn written_from(room: &RoomId, from: &RoomId) -> String {
    if room.subzone() == from.subzone() {
        room.room().to_owned()
    } else if room.zone() == from.zone() {
        room.as_str()[room.zone().len() + 1..].to_owned()
    } else {
        room.to_string()
    }
}

fn check_ways_back(survey: &Survey, unsure: &FxHashSet<RoomId>, problems: &mut Problems) {
    let ways: FxHashSet<_> = survey.links.iter().map(|link| (&link.from, &link.to)).collect();
    let there_only = |link: &&Link| {
        let is_sure = survey.rooms.contains_key(&link.to) && !unsure.contains(&link.to);
        !link.one_way && is_sure && !ways.contains(&(&link.to, &link.from))
    };
    for Link { from, way, to, place, .. } in survey.links.iter().filter(there_only) {
        let to = written_from(to, from);
        let what = format!("exit \"{way}\" has no way back from \"{to}\" and is not one_way");
        problems.warning(*place, format!("room {}: {what}", from.room()));
    }
}

fn check_reach(survey: &Survey, problems: &mut Problems) {
    let Some((start, _)) = &survey.start else { return };
    if !survey.rooms.contains_key(start) {
        return;
    }
    let reached = reached_from(start, survey);
    for (room, place) in survey.room_order.iter().filter(|(room, _)| !reached.contains(room)) {
        let what = format!("room {}: no way leads here from the start, {start}", room.room());
        problems.warning(*place, what);
    }
}

fn reached_from<'a>(start: &'a RoomId, survey: &'a Survey) -> FxHashSet<&'a RoomId> {
    let mut reached = FxHashSet::from_iter([start]);
    let mut next = vec![start];
    while let Some(room) = next.pop() {
        let exits = survey.rooms.get(room).map_or(&[][..], |room| &room.exits);
        next.extend(exits.iter().map(|exit| &exit.to).filter(|to| reached.insert(to)));
    }
    reached
}
