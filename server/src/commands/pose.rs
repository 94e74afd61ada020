//! `pose <text>`: an emote in which one's own name may stand anywhere.

use super::{Command, Effect, Scene};
use crate::channels::funnel::{SocialText, Utterance};
use crate::vocab::{Rank, Refusal};

pub(super) const POSE: Command = Command {
    name: "pose",
    aliases: &[],
    usage: "pose <text with $n in it>",
    help: "Show what happens around you: `pose Rain drips from $n's hat.` The $n becomes your \
           name and has to be there, so that everyone knows whose doing it is.",
    rank: Rank::Guest,
    run: pose,
};

fn pose(scene: &Scene, text: &str) -> Result<Vec<Effect>, Refusal> {
    let name = scene.actor.name.as_str();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    if !text.contains("$n") && !words.any(|word| word == name) {
        return Err(Refusal::new("A pose needs $n in it, where your name shall stand."));
    }
    let shown = text.replace("$n", name);
    let social = SocialText { to_sender: None, to_target: None };
    let utterance = Utterance { social: Some(social), ..Utterance::plain(shown) };
    let channel = "emote".parse().expect("the built-in channel has a name");
    Ok(vec![Effect::Speak(channel, utterance)])
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rehearsal::check::check;

    #[test]
    fn everyone_knows_whose_doing_it_is() {
        check(
            "ada: pose Adamant, Bob falls over.\nada: pose A bird sits on Ada.",
            expect![[r#"
            ada hears: A pose needs $n in it, where your name shall stand.
            ada hears: A bird sits on Ada.
            bob hears: A bird sits on Ada.
            gil hears: A bird sits on Ada."#]],
        );
    }
}
