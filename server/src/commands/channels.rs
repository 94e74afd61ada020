//! `channels`: what channels there are; joining, leaving and colouring them.

use super::scene::heading;
use super::{Command, Effect, Preference, Scene};
use crate::channels::Channel;
use crate::config::ScopeName;
use crate::vocab::{Background, CONTRAST_MIN, Colour, List, Prose, Rank, Refusal, Role};

pub(super) const CHANNELS: Command = Command {
    name: "channels",
    aliases: &["channel"],
    usage: "channels\nchannels join <channel>\nchannels leave <channel>\nchannels colour <channel> <colour>",
    help: "List the channels, who hears each, and which you are on. A colour is #rrggbb, one of \
           red, green, yellow, blue, magenta, cyan, white, grey, orange, pink, or `own` for the \
           channel's usual one. One that is hard to read on your background is refused.",
    rank: Rank::Guest,
    run: channels,
};

fn channels(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let mut words = rest.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (None | Some("list"), ..) => Effect::answer(list(scene)),
        (Some("join"), Some(name), _) => join(scene, scene.find_channel(name)?),
        (Some("leave"), Some(name), _) => leave(scene, scene.find_channel(name)?),
        (Some("colour" | "color"), Some(name), Some(colour)) => {
            paint(scene, scene.find_channel(name)?, colour)
        }
        _ => Err(Refusal::new(format!("Usage:\n{}", CHANNELS.usage))),
    }
}

fn list(scene: &Scene) -> Prose {
    let rows = scene.channels.rows().iter().filter(|row| scene.actor.rank >= row.style.hear);
    let lines = rows.map(|row| {
        let colour = scene.actor.state.colours.get(&row.name).copied();
        let on = if scene.is_on(row) { "" } else { ", left" };
        let heard = row.scope.heard_by;
        Prose::new()
            .span(Role::Talk(colour.unwrap_or(row.style.colour)), row.name.as_str())
            .plain(format!(" ({heard}{on}): {}", row.about))
    });
    heading("Channels").list(List::of(lines)).plain(
        "`help <channel>` tells more; `channels leave <channel>` spares you what is said on it.",
    )
}

fn join(scene: &Scene, row: &Channel) -> Result<Vec<Effect>, Refusal> {
    if scene.is_on(row) {
        return Err(Refusal::new(format!("You are on {} already.", row.name)));
    }
    let told = format!("You hear {} from now on.", row.name);
    Ok(vec![Effect::Prefer(Preference::Join(row.name.clone())), Effect::reply(told)])
}

fn leave(scene: &Scene, row: &Channel) -> Result<Vec<Effect>, Refusal> {
    if !row.can_leave && row.scope.name != ScopeName::Members {
        return Err(Refusal::new(format!("Nobody can leave {}.", row.name)));
    }
    if !scene.is_on(row) {
        return Err(Refusal::new(format!("You are not on {}.", row.name)));
    }
    let told = format!("You no longer hear {}.", row.name);
    Ok(vec![Effect::Prefer(Preference::Leave(row.name.clone())), Effect::reply(told)])
}

/// Gives a channel a colour of one's own. A name stands for whatever of that kind can be read; what is told by its
/// numbers is shown as it is, and has to be readable.
fn paint(scene: &Scene, row: &Channel, word: &str) -> Result<Vec<Effect>, Refusal> {
    let background = scene.actor.state.settings.background;
    let colour = match word {
        "own" => None,
        word => {
            let colour: Colour = word
                .parse()
                .map_err(|why: crate::vocab::UnknownColour| Refusal::new(format!("{why}.")))?;
            if word.starts_with('#') && !colour.is_readable(background) {
                return Err(hard_to_read(colour, background));
            }
            Some(colour)
        }
    };
    let shown = colour.unwrap_or(row.style.colour).readable(background);
    let told = Prose::new()
        .span(Role::Talk(shown), format!("{} looks like this now", row.name))
        .plain(format!(": {shown}, {}.", contrast(shown, background)));
    Ok(vec![Effect::Prefer(Preference::Colour(row.name.clone(), colour)), Effect::Reply(told)])
}

fn hard_to_read(colour: Colour, background: Background) -> Refusal {
    let (nearest, found) = (colour.readable(background), contrast(colour, background));
    Refusal::new(format!(
        "{colour} is hard to read: {found}, and {CONTRAST_MIN} to 1 is the least. {nearest} would do. \
         (`settings background` says whether yours is dark or light.)"
    ))
}

fn contrast(colour: Colour, background: Background) -> String {
    format!("a contrast of {:.1} to 1 on {}", colour.contrast(background), background.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::Rehearsal;

    #[test]
    fn a_colour_has_to_be_readable_where_it_stands() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        let mut told = |line: &str| {
            stage.types(ada, line);
            stage.heard(ada).join(" ")
        };
        assert!(told("channels colour say #ffff80").contains("19.9 to 1 on dark"));
        let refused = told("channels colour say #000080");
        assert!(refused.contains("#000080 is hard to read: a contrast of 1.3 to 1 on dark"));
        assert!(told("settings").contains("colour of say: #ffff80"), "nothing changed");
        told("settings background light");
        assert!(told("channels colour say #000080").contains("16.0 to 1 on light"));
        assert!(told("channels colour say #ffff80").contains("hard to read"));
        assert!(told("channels colour say yellow").contains("on light"), "a name is adapted");
        assert!(told("channels colour say own").contains("looks like this now"));
        assert!(!told("settings").contains("colour of say"));
    }
}
