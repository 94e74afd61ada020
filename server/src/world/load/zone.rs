//! A zone's file: the zone, its subzones, and what they hold.

use smol_str::{SmolStr, format_smolstr};

use super::files::ZoneFile;
use super::reader::{Fields, Reader, not_an_id};
use super::suggest::{closest, did_you_mean};
use super::survey::Survey;
use super::yaml::Node;
use super::{npc, room};
use crate::vocab::is_id_part;
use crate::world::atlas::{Subzone, Zone};

/// Reads a zone's file. Where the file and its path disagree about what it holds, the path counts.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, file: &ZoneFile, survey: &mut Survey) {
    let id = file.id();
    let known = ["plane", "zone", "name", "about", "subzones"];
    let Some(fields) = reader.fields(node, &known).filter(|_| path_is_good(reader, node, file))
    else {
        survey.unread.insert(id);
        return;
    };
    check_plane(reader, &fields, file, survey);
    check_zone(reader, &fields, file, survey);
    let name = reader.name(&fields);
    let about = reader.line(&fields, "about", reader.limits.text_chars_max);
    survey.zones.insert(id.clone(), Zone { id: id.clone(), name, about });
    if let Some(subzones) = reader.required(&fields, "subzones") {
        for node in reader.items(subzones).unwrap_or_default() {
            subzone(reader, node, &id, survey);
        }
    }
}

fn path_is_good(reader: &mut Reader<'_>, node: &Node, file: &ZoneFile) -> bool {
    let wrong = [&file.plane, &file.zone].into_iter().find(|part| !is_id_part(part));
    if let Some(part) = wrong {
        reader.error(node, format!("the path's {}", not_an_id(part)));
    }
    wrong.is_none()
}

fn check_plane(reader: &mut Reader<'_>, fields: &Fields<'_>, file: &ZoneFile, survey: &Survey) {
    let Some(declared) = reader.id(fields, "plane") else { return };
    let node = fields.get("plane").unwrap_or(fields.node);
    if declared != file.plane {
        let what = format!("plane \"{declared}\" lies in the folder of plane \"{}\"", file.plane);
        reader.error(node, what);
    } else if !survey.planes_unread && !survey.planes.contains_key(&declared) {
        let hint = closest(&declared, survey.planes.keys().map(SmolStr::as_str));
        let hint = did_you_mean(hint);
        reader.error(node, format!("plane \"{declared}\" is not declared in world.yaml{hint}"));
    }
}

fn check_zone(reader: &mut Reader<'_>, fields: &Fields<'_>, file: &ZoneFile, survey: &mut Survey) {
    let Some(declared) = reader.id(fields, "zone") else { return };
    let node = fields.get("zone").unwrap_or(fields.node);
    let path = format!("{}.{declared}", file.plane);
    survey.claims.take(reader, "zone", &path, node);
    if declared != file.zone {
        let what = format!("zone \"{declared}\" belongs in a file named {declared}.yaml");
        reader.error(node, what);
        // Ways into the zone that this file was meant to be are not wrong for that.
        survey.unread.insert(path.into());
    }
}

fn subzone(reader: &mut Reader<'_>, node: &Node, zone: &str, survey: &mut Survey) {
    let known = ["id", "name", "about", "rooms", "npcs"];
    let Some(fields) = reader.fields(node, &known) else {
        survey.unread.insert(zone.into());
        return;
    };
    let Some(id) = reader.id(&fields, "id") else {
        survey.unread.insert(zone.into());
        return;
    };
    let path = format_smolstr!("{zone}.{id}");
    reader.within(&format!("subzone {id}"), |reader| {
        survey.claims.take(reader, "subzone", &path, node);
        let name = reader.name(&fields);
        let about = reader.line(&fields, "about", reader.limits.text_chars_max);
        survey.subzones.insert(path.clone(), Subzone { id: path.clone(), name, about });
    });
    if let Some(rooms) = reader.required(&fields, "rooms") {
        for node in reader.items(rooms).unwrap_or_default() {
            room::read(reader, node, &path, survey);
        }
    }
    for node in reader.list(&fields, "npcs") {
        npc::read(reader, node, &path, survey);
    }
}
