//! `title` and `describe`: what others see of a player without hearing from them.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal, ShownText};

pub(super) const TITLE: Command = Command {
    name: "title",
    aliases: &[],
    usage: "title\ntitle <text>\ntitle off",
    help: "Put a few words behind your name, where `who`, `finger` and `look` show it: \
           `title mender of nets`. Alone, tell what they are. `off` takes them away.",
    rank: Rank::Player,
    run: title,
};

pub(super) const DESCRIBE: Command = Command {
    name: "describe",
    aliases: &["description"],
    usage: "describe\ndescribe <text>\ndescribe off",
    help: "Say what others see who `look` at you. Alone, tell what it is. `off` takes it away.",
    rank: Rank::Player,
    run: describe,
};

fn title(scene: &Scene, text: &str) -> Result<Vec<Effect>, Refusal> {
    show(scene, ShownText::Title, text)
}

fn describe(scene: &Scene, text: &str) -> Result<Vec<Effect>, Refusal> {
    show(scene, ShownText::Description, text)
}

fn show(scene: &Scene, kind: ShownText, text: &str) -> Result<Vec<Effect>, Refusal> {
    match text {
        "" => Effect::answer(match scene.actor.text(kind) {
            Some(text) => format!("Your {}: {text}", kind.as_str()),
            None => format!("You show no {0}. (`{1} <text>`)", kind.as_str(), kind.verb()),
        }),
        "off" => Ok(vec![Effect::Show(kind, None)]),
        text => Ok(vec![Effect::Show(kind, Some(text.to_owned()))]),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rehearsal::check::check;

    #[test]
    fn titles_and_descriptions_are_for_those_who_look() {
        check(
            "ada: title mender  of nets\nada: describe Small, with ink on her hands.\n\
             bob: look ada\ngil: ignore ada\ngil: look ada\nada: title off\nbob: look ada",
            expect![[r#"
                ada hears: Your title: mender of nets.
                ada hears: Who looks at you reads: Small, with ink on her hands.
                bob hears: Ada, mender of nets, a visitor to these parts.
                bob hears: Small, with ink on her hands.
                gil hears: You will no longer hear Ada.
                gil hears: Ada, a visitor to these parts.
                ada hears: You no longer show a title.
                bob hears: Ada, a visitor to these parts.
                bob hears: Small, with ink on her hands."#]],
        );
    }

    #[test]
    fn what_would_pass_for_words_of_the_server_is_no_title() {
        check(
            "ada: title of this server (owner)\nada: title （owner）\nada: title off\nada: title",
            expect![[r#"
                ada hears: No brackets in a title: what the server says of players stands in them.
                ada hears: No brackets in a title: what the server says of players stands in them.
                ada hears: You show no title.
                ada hears: You show no title. (`title <text>`)"#]],
        );
    }
}
