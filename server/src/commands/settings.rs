//! `settings`: what one prefers over what one's client says. `compact` and `screenreader` are two of them by themselves.

use super::scene::heading;
use super::{Command, Effect, Preference, Scene};
use crate::vocab::{
    Background, Charset, ColourDepth, LinkChoice, List, Paging, Prose, Rank, Refusal, Role,
    Settings, Transport,
};

pub(super) const SETTINGS: Command = Command {
    name: "settings",
    aliases: &["config", "set"],
    usage: "settings\nsettings colour auto|none|16|256|true\nsettings background dark|light\n\
            settings charset auto|utf-8|latin-1|ascii\nsettings width auto|off|<columns>\n\
            settings page off|on|<rows>\nsettings screenreader auto|on|off\n\
            settings brief on|off\nsettings compact on|off\nsettings links auto|on|off|mxp",
    help: "Show or change how the game looks to you. `auto` trusts what your client says of itself. \
           With `page`, long texts stop when your window is full; with `links`, names and ways out can be \
           clicked in clients that know how.",
    rank: Rank::Guest,
    run: settings,
};

pub(super) const COMPACT: Command = Command {
    name: "compact",
    aliases: &[],
    usage: "compact\ncompact on|off",
    help: "Save rows: no empty lines, and lists run on in one line.",
    rank: Rank::Guest,
    run: compact,
};

pub(super) const SCREENREADER: Command = Command {
    name: "screenreader",
    aliases: &[],
    usage: "screenreader on|off|auto",
    help: "Have everything told in words, for a program that reads the screen aloud: no drawings, no \
           columns, no lines broken in the middle. `auto` trusts what your client says of itself.",
    rank: Rank::Guest,
    run: screen_reader,
};

/// What is added for those whom the encoding does not reach.
const UTF8_HERE: &str =
    " It holds when you come by telnet: this connection is a WebSocket, which is UTF-8 always.";

/// One setting.
struct Setting {
    name: &'static str,
    shown: fn(&Settings) -> String,
    chosen: fn(&str) -> Result<Preference, Refusal>,
}

const ALL: [Setting; 9] = [
    Setting { name: "colour", shown: |own| depth_word(own.colour).to_owned(), chosen: depth },
    Setting {
        name: "background",
        shown: |own| own.background.as_str().to_owned(),
        chosen: background,
    },
    Setting { name: "charset", shown: |own| charset_word(own.charset).to_owned(), chosen: charset },
    Setting { name: "width", shown: |own| width_word(own.width), chosen: width },
    Setting { name: "page", shown: |own| page_word(own.paging), chosen: page },
    Setting {
        name: "screenreader",
        shown: |own| own.screen_reader.map_or("auto", on_off).to_owned(),
        chosen: reader,
    },
    Setting {
        name: "brief",
        shown: |own| on_off(own.brief).to_owned(),
        chosen: |word| switch(word).map(Preference::Brief),
    },
    Setting {
        name: "compact",
        shown: |own| on_off(own.compact).to_owned(),
        chosen: |word| switch(word).map(Preference::Compact),
    },
    Setting { name: "links", shown: |own| own.links.as_str().to_owned(), chosen: links },
];

fn settings(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let rest = rest.to_lowercase();
    let mut words = rest.split_whitespace();
    let (Some(name), word) = (words.next(), words.next()) else {
        return Effect::answer(list(scene));
    };
    let name = if name == "color" { "colour" } else { name };
    let setting = ALL.iter().find(|setting| setting.name == name);
    let usage = || Refusal::new(format!("Usage:\n{}", SETTINGS.usage));
    let (setting, word) = setting.zip(word).ok_or_else(usage)?;
    let chosen = (setting.chosen)(word)?;
    let mut told = format!("{name} is {word} now.");
    if matches!(chosen, Preference::Charset(_)) && scene.actor.via == Transport::Websocket {
        told.push_str(UTF8_HERE);
    }
    Ok(vec![Effect::Prefer(chosen), Effect::reply(told)])
}

fn list(scene: &Scene) -> Prose {
    let state = &scene.actor.state;
    let shown = ALL.iter().map(|setting| {
        let shown = (setting.shown)(&state.settings);
        (setting.name, shown + &by_client(setting.name, scene))
    });
    let mask = state.settings.mask.map_or("usual", |mask| mask.as_str());
    let prompt = state.settings.prompt.as_deref().unwrap_or("usual");
    let others = [("mask", mask.to_owned()), ("prompt", prompt.to_owned())];
    let lines = shown.chain(others).map(|(name, value)| Prose::text(format!("{name}: {value}")));
    let colours = state.colours.iter().map(|(channel, colour)| {
        let prose = Prose::text("colour of ").span(Role::Talk(*colour), channel.as_str());
        prose.plain(format!(": {colour}"))
    });
    heading("Settings").list(List::of(lines.chain(colours)))
}

/// What follows for now from a setting that goes by what the client says, as far as the world knows of that.
fn by_client(setting: &str, scene: &Scene) -> String {
    let (own, screen) = (&scene.actor.state.settings, scene.actor.screen);
    match setting {
        "width" if own.width.is_none() && screen.width > 0 => {
            format!(" ({} columns)", screen.width)
        }
        "width" if own.width.is_none() => " (your client does not tell)".to_owned(),
        "screenreader" if own.screen_reader.is_none() => {
            format!(" ({})", on_off(screen.screen_reader))
        }
        _ => String::new(),
    }
}

fn compact(scene: &Scene, word: &str) -> Result<Vec<Effect>, Refusal> {
    let on = if word.is_empty() { !scene.actor.state.settings.compact } else { switch(word)? };
    let told = if on { "Texts take as few rows as they can." } else { "Texts take their room." };
    Ok(vec![Effect::Prefer(Preference::Compact(on)), Effect::reply(told)])
}

fn screen_reader(_: &Scene, word: &str) -> Result<Vec<Effect>, Refusal> {
    let word = &*word.to_lowercase();
    let told = match word {
        "on" | "yes" => {
            "Screen reader mode is on: everything is told in words, a line for each fact."
        }
        "off" | "no" => "Screen reader mode is off: maps are drawn and tables have columns.",
        "auto" => "Screen reader mode is on whenever your client says that it reads aloud.",
        _ => {
            return Err(Refusal::new(
                "Say `screenreader on`, `screenreader off` or `screenreader auto`.",
            ));
        }
    };
    Ok(vec![Effect::Prefer(reader(word)?), Effect::reply(told)])
}

fn reader(word: &str) -> Result<Preference, Refusal> {
    match word {
        "auto" => Ok(Preference::ScreenReader(None)),
        word => switch(word).map(|on| Preference::ScreenReader(Some(on))),
    }
}

fn depth(word: &str) -> Result<Preference, Refusal> {
    let depth = match word {
        "auto" => None,
        "none" | "off" => Some(ColourDepth::None),
        "16" | "on" => Some(ColourDepth::Sixteen),
        "256" => Some(ColourDepth::TwoFiveSix),
        "true" => Some(ColourDepth::True),
        _ => return Err(Refusal::new("Colours can be auto, none, 16, 256 or true.")),
    };
    Ok(Preference::Depth(depth))
}

fn depth_word(depth: Option<ColourDepth>) -> &'static str {
    depth.map_or("auto", |depth| match depth {
        ColourDepth::None => "none",
        ColourDepth::Sixteen => "16",
        ColourDepth::TwoFiveSix => "256",
        ColourDepth::True => "true",
    })
}

fn background(word: &str) -> Result<Preference, Refusal> {
    let known = Background::ALL.into_iter().find(|background| background.as_str() == word);
    let known = known.ok_or_else(|| Refusal::new("A background is dark or light."))?;
    Ok(Preference::Background(known))
}

fn charset(word: &str) -> Result<Preference, Refusal> {
    let charset = match word {
        "auto" => None,
        "utf-8" | "utf8" => Some(Charset::Utf8),
        "latin-1" | "latin1" | "iso-8859-1" => Some(Charset::Latin1),
        "ascii" | "us-ascii" => Some(Charset::Ascii),
        _ => return Err(Refusal::new("A charset is auto, utf-8, latin-1 or ascii.")),
    };
    Ok(Preference::Charset(charset))
}

fn charset_word(charset: Option<Charset>) -> &'static str {
    charset.map_or("auto", |charset| match charset {
        Charset::Utf8 => "utf-8",
        Charset::Latin1 => "latin-1",
        Charset::Ascii => "ascii",
    })
}

fn width(word: &str) -> Result<Preference, Refusal> {
    let width = match word {
        "auto" => None,
        "off" => Some(0),
        columns => match columns.parse() {
            Ok(columns @ 20..=500) => Some(columns),
            _ => return Err(Refusal::new("A width is auto, off, or from 20 to 500 columns.")),
        },
    };
    Ok(Preference::Width(width))
}

fn width_word(width: Option<u16>) -> String {
    match width {
        None => "auto".to_owned(),
        Some(0) => "off".to_owned(),
        Some(columns) => columns.to_string(),
    }
}

fn page(word: &str) -> Result<Preference, Refusal> {
    let paging = match word {
        "off" | "no" => Paging::Off,
        "on" | "yes" => Paging::Window,
        rows => match rows.parse() {
            Ok(rows @ 5..=200) => Paging::Rows(rows),
            _ => return Err(Refusal::new("A page is off, on, or from 5 to 200 rows.")),
        },
    };
    Ok(Preference::Paging(paging))
}

fn page_word(paging: Paging) -> String {
    match paging {
        Paging::Off => "off".to_owned(),
        Paging::Window => "on".to_owned(),
        Paging::Rows(rows) => format!("{rows} rows"),
    }
}

fn links(word: &str) -> Result<Preference, Refusal> {
    let known = LinkChoice::ALL.into_iter().find(|choice| choice.as_str() == word);
    let known = known.ok_or_else(|| Refusal::new("Links can be auto, on, off or mxp."))?;
    Ok(Preference::Links(known))
}

fn on_off(is: bool) -> &'static str {
    if is { "on" } else { "off" }
}

/// `on` or `off`.
pub(super) fn switch(word: &str) -> Result<bool, Refusal> {
    match word.to_lowercase().as_str() {
        "on" | "yes" => Ok(true),
        "off" | "no" => Ok(false),
        _ => Err(Refusal::new("Say `on` or `off`.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::Rehearsal;

    #[test]
    fn every_value_of_the_usage_is_taken_and_listed() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        for form in SETTINGS.usage.lines().skip(1) {
            let (name, values) = form["settings ".len()..].split_once(' ').unwrap();
            assert!(ALL.iter().any(|setting| setting.name == name), "{name}");
            for value in values.split('|') {
                let value = if value.starts_with('<') { "40" } else { value };
                stage.types(ada, &format!("settings {name} {value}"));
                let told = stage.heard(ada);
                assert_eq!(told, [format!("{name} is {value} now.")]);
                stage.types(ada, "settings");
                let listed = stage.heard(ada).join(" ");
                assert!(listed.contains(&format!("{name}: {value}")), "{name} {value}: {listed}");
            }
        }
        assert_eq!(SETTINGS.usage.lines().count() - 1, ALL.len());
    }

    #[test]
    fn capitals_and_american_spelling_will_do() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        stage.types(ada, "Settings Color TRUE");
        assert_eq!(stage.heard(ada), ["colour is true now."]);
        stage.types(ada, "Compact ON");
        assert_eq!(stage.heard(ada), ["Texts take as few rows as they can."]);
        stage.types(ada, "Screenreader On");
        assert!(stage.heard(ada)[0].starts_with("Screen reader mode is on"));
    }

    #[test]
    fn what_goes_by_the_client_is_told() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        stage.types(ada, "settings");
        let listed = stage.heard(ada).join(" ");
        assert!(listed.contains("width: auto (your client does not tell)"), "{listed}");
        assert!(listed.contains("screenreader: auto (off)"), "{listed}");
        stage.types(ada, "screenreader off");
        stage.heard(ada);
        stage.types(ada, "settings");
        assert!(!stage.heard(ada).join(" ").contains("screenreader: off ("));
    }

    #[test]
    fn a_wrong_value_changes_nothing() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        stage.types(ada, "settings");
        let before = stage.heard(ada);
        for setting in &ALL {
            stage.types(ada, &format!("settings {} perhaps", setting.name));
            let told = stage.heard(ada).join(" ");
            assert!(!told.contains("now."), "{}: {told}", setting.name);
        }
        stage.types(ada, "settings");
        assert_eq!(stage.heard(ada), before);
    }
}
