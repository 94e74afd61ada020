//! `socials.yaml` and `topics.yaml`: gestures with verbs of their own, and pages of help.

use super::reader::{Fields, Reader, quoted};
use super::survey::Survey;
use super::yaml::Node;
use crate::world::atlas::{Social, Topic};

/// Reads `socials.yaml`, a list.
pub(super) fn read_socials(reader: &mut Reader<'_>, node: &Node, survey: &mut Survey) {
    for node in reader.items(node).unwrap_or_default() {
        let Some(fields) = reader.fields(node, &["verb", "alone", "at"]) else { continue };
        let Some(verb) = reader.id(&fields, "verb") else { continue };
        let is_new = survey.claims.take(reader, "social", &verb, node);
        let lines = reader.within(&format!("social {verb}"), |reader| {
            let alone = gesture(reader, &fields, "alone", ["", "$n"]);
            let at = gesture(reader, &fields, "at", ["$t", "$n", "$n $t"]);
            alone.zip(at)
        });
        if let Some((alone, at)) = lines.filter(|_| is_new) {
            survey.socials.insert(verb.clone(), Social { verb, alone, at });
        }
    }
}

/// As many lines as there are readers of a gesture; each must name the people that `named` lists for it.
fn gesture<const READERS: usize>(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: &str,
    named: [&str; READERS],
) -> Option<[String; READERS]> {
    let node = reader.required(fields, key)?;
    let items = reader.items(node)?;
    if items.len() != READERS {
        reader.error(node, format!("{key} has {} lines; it must have {READERS}", items.len()));
        return None;
    }
    let has_target = named.iter().any(|names| names.contains("$t"));
    let lines = items.iter().zip(named);
    let lines: Option<Vec<String>> =
        lines.map(|(node, named)| gesture_line(reader, node, key, named, has_target)).collect();
    lines.and_then(|lines| lines.try_into().ok())
}

fn gesture_line(
    reader: &mut Reader<'_>,
    node: &Node,
    key: &str,
    named: &str,
    has_target: bool,
) -> Option<String> {
    let line = reader.plain(node, key, reader.limits.speech_chars_max)?;
    for name in named.split_whitespace().filter(|name| !line.contains(name)) {
        reader.error(node, format!("{key}: the line does not name {name}"));
    }
    for (at, _) in line.match_indices('$') {
        let is_known = match line[at + 1..].chars().next() {
            Some('n') => true,
            Some('t') => has_target,
            _ => false,
        };
        if !is_known {
            let known = if has_target { "$n and $t" } else { "$n" };
            reader.error(node, format!("{key}: a \"$\" that is not part of {known}"));
        }
    }
    Some(line)
}

/// Reads `topics.yaml`, a list.
pub(super) fn read_topics(reader: &mut Reader<'_>, node: &Node, survey: &mut Survey) {
    for node in reader.items(node).unwrap_or_default() {
        let Some(fields) = reader.fields(node, &["name", "words", "text"]) else { continue };
        let name = reader.name(&fields);
        let topic = reader.within(&format!("topic {}", quoted(&name)), |reader| {
            topic(reader, &fields, name.clone())
        });
        let is_named = !name.is_empty();
        if is_named && survey.claims.take(reader, "topic", &name.to_lowercase(), node) {
            survey.topics.push(topic);
        }
    }
}

fn topic(reader: &mut Reader<'_>, fields: &Fields<'_>, name: String) -> Topic {
    let words = reader.words(fields);
    let chars_max = reader.limits.topic_chars_max;
    let text = reader.required(fields, "text");
    let text = text.map(|node| reader.page(node, "text", chars_max));
    Topic { name: name.into(), words, text: text.unwrap_or_default() }
}
