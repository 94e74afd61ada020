//! What is typed after a verb: what every verb gets, and what the usage of a command says.

use hearsay::commands::{ALL, Command};

/// What any verb may carry to others.
const USUAL: [&str; 10] = [
    "zebra",
    "bob zebra",
    "gil zebra",
    "zebra $n",
    "zebra Ada",
    "talk zebra",
    "bob say zebra",
    "at gil zebra",
    "bob 1h zebra",
    "zebra zebra zebra",
];

/// The lines that begin with a verb and hold the word somewhere, whatever the verb is.
pub(crate) fn lines(verb: &str) -> Vec<String> {
    let mut lines = all(verb);
    lines.retain(|line| line.contains("zebra"));
    lines
}

/// The lines that begin with a verb, whatever the verb is, with the word or without it.
pub(crate) fn all(verb: &str) -> Vec<String> {
    let usual = USUAL.iter().map(|rest| format!("{verb} {rest}"));
    let command = ALL.iter().find(|it| it.name == verb || it.aliases.contains(&verb));
    let own = command.into_iter().flat_map(|command| stated(command, verb));
    let mut lines: Vec<String> = usual.chain(own).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// What the usage of a command says, with the word in every place where it may stand.
fn stated(command: &Command, verb: &str) -> Vec<String> {
    let forms = command.usage.lines().map(str::trim).filter(|form| form.starts_with(command.name));
    forms.flat_map(|form| filled(verb, &form[command.name.len()..])).collect()
}

fn filled(verb: &str, form: &str) -> Vec<String> {
    let mut lines = vec![verb.to_owned()];
    for place in places(form) {
        let fillings = fillings(&place);
        let longer = |line: &String| {
            let line = line.clone();
            fillings.clone().into_iter().map(move |filling| format!("{line} {filling}"))
        };
        lines = lines.iter().flat_map(longer).collect();
    }
    lines.into_iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The places of a form: words, and what stands in brackets.
fn places(form: &str) -> Vec<String> {
    let (mut places, mut place, mut depth) = (Vec::new(), String::new(), 0_u32);
    for c in form.chars().chain([' ']) {
        match c {
            '<' | '[' => depth += 1,
            '>' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ' ' && depth == 0 {
            places.push(std::mem::take(&mut place));
        } else {
            place.push(c);
        }
    }
    places.retain(|place| !place.is_empty());
    places
}

/// What may stand in a place.
fn fillings(place: &str) -> Vec<&str> {
    let inner = place.trim_matches(['<', '>', '[', ']']);
    if !place.starts_with(['<', '[']) && !inner.contains('|') {
        return vec![place];
    }
    let mut fillings: Vec<&str> = inner.split('|').flat_map(meant).collect();
    fillings.push("zebra");
    if place.starts_with('[') {
        fillings.push("");
    }
    fillings
}

/// What somebody might type for a word of a usage.
fn meant(inner: &str) -> Vec<&str> {
    match inner {
        _ if inner.contains("player") || inner.contains("leader") => vec!["bob", "gil"],
        "channel" => vec!["say"],
        "duration" => vec!["1h"],
        "item" => vec!["lantern"],
        "count" | "seconds" => vec!["5"],
        "command" | "line" => vec!["say zebra", "whisper bob zebra"],
        _ if inner.contains("$n") => vec!["zebra $n"],
        _ => vec![inner],
    }
}

#[test]
fn the_word_stands_in_every_place() {
    let mute = lines("mute");
    for line in
        ["mute bob zebra", "mute gil say 1h zebra", "mute bob all zebra zebra", "mute zebra zebra"]
    {
        assert!(mute.iter().any(|it| it == line), "{line}: {mute:?}");
    }
    assert!(lines("at").contains(&"at bob whisper bob zebra".to_owned()), "{:?}", lines("at"));
    assert!(lines("cleartext").contains(&"cleartext bob description zebra".to_owned()));
    assert!(lines("pose").contains(&"pose zebra $n".to_owned()));
}
