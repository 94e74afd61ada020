//! `channels`: what channels there are; joining, leaving and colouring them.

use super::scene::heading;
use super::{Command, Effect, Preference, Scene};
use crate::channels::Channel;
use crate::config::ScopeName;
use crate::vocab::{Prose, Rank, Refusal, Role};

pub(super) const CHANNELS: Command = Command {
    name: "channels",
    aliases: &["channel"],
    usage: "channels\nchannels join <channel>\nchannels leave <channel>\nchannels colour <channel> <colour>",
    help: "List the channels, who hears each, and which you are on. A colour is #rrggbb, one of \
           red, green, yellow, blue, magenta, cyan, white, grey, orange, pink, or `own` for the \
           channel's usual one.",
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
            paint(scene.find_channel(name)?, colour)
        }
        _ => Err(Refusal::new(format!("Usage:\n{}", CHANNELS.usage))),
    }
}

fn list(scene: &Scene) -> Prose {
    let mut prose = heading("Channels");
    for row in scene.channels.rows().iter().filter(|row| scene.actor.rank >= row.style.hear) {
        let colour = scene.actor.state.colours.get(&row.name).copied();
        let on = if scene.is_on(row) { "" } else { ", left" };
        let heard = row.scope.heard_by;
        prose = prose
            .plain("\n  ")
            .span(Role::Talk(colour.unwrap_or(row.style.colour)), row.name.as_str())
            .plain(format!(" ({heard}{on}): {}", row.about));
    }
    prose.plain(
        "\n`help <channel>` tells more; `channels leave <channel>` spares you what is said on it.",
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

fn paint(row: &Channel, colour: &str) -> Result<Vec<Effect>, Refusal> {
    let colour = match colour {
        "own" => None,
        word => Some(
            word.parse()
                .map_err(|why: crate::vocab::UnknownColour| Refusal::new(format!("{why}.")))?,
        ),
    };
    let shown = colour.unwrap_or(row.style.colour);
    let told = Prose::new().span(Role::Talk(shown), format!("{} looks like this now.", row.name));
    Ok(vec![Effect::Prefer(Preference::Colour(row.name.clone(), colour)), Effect::Reply(told)])
}
