//! `settings`: what one prefers over what one's client says.

use super::scene::heading;
use super::{Command, Effect, Preference, Scene};
use crate::vocab::{ColourDepth, Prose, Rank, Refusal};

pub(super) const SETTINGS: Command = Command {
    name: "settings",
    aliases: &["config", "set"],
    usage: "settings\nsettings colour auto|none|16|256|true\nsettings width auto|off|<columns>\n\
            settings screenreader auto|on|off\nsettings brief on|off",
    help: "Show or change how the game looks to you. `auto` trusts what your client says of itself.",
    rank: Rank::Guest,
    run: settings,
};

fn settings(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let mut words = rest.split_whitespace();
    let (setting, word) = (words.next(), words.next());
    let preference = match (setting, word) {
        (None, _) => return Effect::answer(list(scene)),
        (Some("colour" | "color"), Some(word)) => Preference::Depth(depth(word)?),
        (Some("width"), Some(word)) => Preference::Width(width(word)?),
        (Some("screenreader"), Some("auto")) => Preference::ScreenReader(None),
        (Some("screenreader"), Some(word)) => Preference::ScreenReader(Some(switch(word)?)),
        (Some("brief"), Some(word)) => Preference::Brief(switch(word)?),
        _ => return Err(Refusal::new(format!("Usage:\n{}", SETTINGS.usage))),
    };
    let told = format!("{} is {} now.", setting.unwrap_or_default(), word.unwrap_or_default());
    Ok(vec![Effect::Prefer(preference), Effect::reply(told)])
}

fn list(scene: &Scene) -> Prose {
    let own = &scene.actor.state.settings;
    let colour = own.colour.map_or("auto", |depth| match depth {
        ColourDepth::None => "none",
        ColourDepth::Sixteen => "16",
        ColourDepth::TwoFiveSix => "256",
        ColourDepth::True => "true",
    });
    let width = match own.width {
        None => "auto".to_owned(),
        Some(0) => "off".to_owned(),
        Some(columns) => columns.to_string(),
    };
    let on = |is: bool| if is { "on" } else { "off" };
    let reader = own.screen_reader.map_or("auto", on);
    let brief = on(own.brief);
    heading("Settings").plain(format!(
        "\n  colour: {colour}\n  width: {width}\n  screenreader: {reader}\n  brief: {brief}"
    ))
}

fn depth(word: &str) -> Result<Option<ColourDepth>, Refusal> {
    match word {
        "auto" => Ok(None),
        "none" | "off" => Ok(Some(ColourDepth::None)),
        "16" | "on" => Ok(Some(ColourDepth::Sixteen)),
        "256" => Ok(Some(ColourDepth::TwoFiveSix)),
        "true" => Ok(Some(ColourDepth::True)),
        _ => Err(Refusal::new("Colours can be auto, none, 16, 256 or true.")),
    }
}

fn width(word: &str) -> Result<Option<u16>, Refusal> {
    match word {
        "auto" => Ok(None),
        "off" => Ok(Some(0)),
        columns => match columns.parse() {
            Ok(columns @ 20..=500) => Ok(Some(columns)),
            _ => Err(Refusal::new("A width is auto, off, or from 20 to 500 columns.")),
        },
    }
}

/// `on` or `off`.
pub(super) fn switch(word: &str) -> Result<bool, Refusal> {
    match word {
        "on" | "yes" => Ok(true),
        "off" | "no" => Ok(false),
        _ => Err(Refusal::new("Say `on` or `off`.")),
    }
}
