//! `prompt`: what stands before what one types.

use super::{Command, Effect, Preference, Scene};
use crate::vocab::{Prose, Rank, Refusal};
use crate::world::{Player, World};

/// The longest prompt. Characters.
const PROMPT_CHARS_MAX: usize = 80;

pub(super) const PROMPT: Command = Command {
    name: "prompt",
    aliases: &[],
    usage: "prompt\nprompt <text>\nprompt usual",
    help: "Set your prompt. In it, %n is your name, %r the room, %z the zone, %p how many are in \
           your party, %a shows when you are away, %% is a percent sign.",
    rank: Rank::Guest,
    run: prompt,
};

fn prompt(scene: &Scene, text: &str) -> Result<Vec<Effect>, Refusal> {
    let preference = match text {
        "" => {
            let own = scene.actor.state.settings.prompt.as_deref().unwrap_or("the usual one");
            return Effect::answer(format!("Your prompt is {own}."));
        }
        "usual" => None,
        text if text.chars().count() > PROMPT_CHARS_MAX => {
            return Err(Refusal::new(format!("At most {PROMPT_CHARS_MAX} characters, please.")));
        }
        text => Some(text.to_owned()),
    };
    Ok(vec![Effect::Prefer(Preference::Prompt(preference)), Effect::reply("Your prompt is set.")])
}

/// A player's prompt as it reads now, with the blank that follows it.
#[must_use]
pub fn shown(world: &World, player: &Player) -> Prose {
    let Some(template) = &player.state.settings.prompt else {
        let away = if player.afk.is_some() { "(away) " } else { "" };
        return Prose::text(format!("{away}> "));
    };
    let mut text = String::new();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match (c, c == '%') {
            (_, true) => text.push_str(&token(world, player, chars.next())),
            (c, false) => text.push(c),
        }
    }
    Prose::text(text + " ")
}

fn token(world: &World, player: &Player, letter: Option<char>) -> String {
    let room = world.atlas.room(&player.room);
    match letter {
        Some('n') => player.name.to_string(),
        Some('r') => room.map(|room| room.name.to_string()).unwrap_or_default(),
        Some('z') => {
            world.atlas.zone_of(&player.room).map(|zone| zone.name.clone()).unwrap_or_default()
        }
        Some('p') => {
            let party = player.party.and_then(|id| world.party(id));
            party.map_or(0, |party| party.members.len()).to_string()
        }
        Some('a') => player.afk.as_ref().map_or_else(String::new, |_| "(away)".to_owned()),
        Some('%') => "%".to_owned(),
        Some(other) => format!("%{other}"),
        None => "%".to_owned(),
    }
}
