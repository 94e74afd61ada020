//! The conversation before a line client plays: name, password, or a new character. Pure: lines in, steps out.

use crate::vocab::{
    LoginReply, LoginRequest, Prose, Resume, ResumeToken, Role, Secret, clean_line,
};

/// How often a connection may fail to log in.
const FAILURES_MAX: u32 = 5;

/// What somebody reads who shows what cannot be a token.
pub(super) const NO_TOKEN: &str = "That is no word to come back by. Log in by your name.";

/// What somebody reads who asks for help, or for more than was said.
const HELP: &str = "Type the name of your character; if nobody has it yet, you can make one by that name. To come back \
                    without a password, type `resume` and the word that you were shown. `quit` closes the connection.";

/// What to type for having all told in words; also what the same is as a command.
const SCREEN_READER: &str = "screenreader";
/// How those who chose it, or whose client did, learn of it.
const READS_ALOUD: &str = "Screen reader mode is on: everything is told in words. Once you play, screenreader off ends it.";

/// What the connection does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Show a text.
    Say(Prose),
    /// Ask, and wait for a line.
    Ask(Prose),
    /// Ask for a password: the client shall not show what is typed.
    AskHidden(Prose),
    /// The client may show what is typed again.
    Unhide,
    /// From here on all is told in words.
    ReadAloud,
    /// Ask the world.
    Request(LoginRequest),
    /// Say good-bye and close.
    Close,
}

#[derive(Debug)]
enum Stage {
    Name,
    NewName,
    GuestName,
    Looking { name: String, wants_new: bool },
    Password { name: String },
    Confirm { name: String },
    Choose { name: String },
    Again { name: String, password: Secret },
    Waiting,
}

/// Where the conversation is.
#[derive(Debug)]
pub(super) struct Dialog {
    stage: Stage,
    failures: u32,
    password_chars_min: usize,
    guests: bool,
}

impl Dialog {
    /// A conversation that has not begun.
    pub(super) fn new(password_chars_min: usize, guests: bool) -> Self {
        Self { stage: Stage::Name, failures: 0, password_chars_min, guests }
    }

    /// What everyone reads first; whether a screen reader reads it may be known already.
    pub(super) fn begin(&self, read_aloud: bool) -> Vec<Step> {
        let guest = if self.guests { " To look around first, type " } else { "" };
        let mut greeting = Prose::new()
            .span(Role::Title, "Hearsay")
            .plain(": the town of Marrowhythe, and what lies under it.\n")
            .plain("Type your name, or ")
            .span(Role::Exit, "new")
            .plain(" to make a character.")
            .plain(guest);
        if self.guests {
            greeting = greeting.span(Role::Exit, "guest").plain(".");
        }
        greeting = if read_aloud {
            greeting.line().plain(READS_ALOUD)
        } else {
            let word = Prose::new().span(Role::Exit, SCREEN_READER);
            greeting.plain("\nIf you use a screen reader, type ").then(word).plain(".")
        };
        vec![Step::Say(greeting), ask("Name: ")]
    }

    /// Whether the question is who comes.
    pub(super) fn asks_name(&self) -> bool {
        matches!(self.stage, Stage::Name)
    }

    /// The first question again.
    pub(super) fn again(&self) -> Vec<Step> {
        vec![ask("Name: ")]
    }

    /// The client typed a line.
    pub(super) fn line(&mut self, line: &str) -> Vec<Step> {
        match std::mem::replace(&mut self.stage, Stage::Waiting) {
            Stage::Name => match token_in(line) {
                Some(token) => self.come_back(token, None),
                None => self.named(&clean_line(line)),
            },
            Stage::NewName => self.look(&clean_line(line), true),
            Stage::GuestName => vec![Step::Request(LoginRequest::Guest { name: clean_line(line) })],
            Stage::Password { name } => {
                let password = Secret::new(line);
                vec![
                    Step::Unhide,
                    Step::Request(LoginRequest::Enter { name, password, resume: None }),
                ]
            }
            Stage::Confirm { name } => self.confirmed(name, &clean_line(line)),
            Stage::Choose { name } => self.chosen(name, line),
            Stage::Again { name, password } => self.repeated(name, password, line),
            waiting @ (Stage::Looking { .. } | Stage::Waiting) => {
                // Typed ahead of an answer that is on its way: there is no question it could be for.
                self.stage = waiting;
                Vec::new()
            }
        }
    }

    /// The client sent a name and a password at once, instead of lines. Only to be called while lines are taken.
    pub(super) fn credentials(&mut self, name: &str, password: Secret) -> Vec<Step> {
        self.stage = Stage::Waiting;
        let name = clean_line(name);
        vec![Step::Unhide, Step::Request(LoginRequest::Enter { name, password, resume: None })]
    }

    /// The client sent what it was handed to come back by, instead of lines. Only to be called while lines are taken.
    pub(super) fn token(&mut self, token: Option<ResumeToken>, seen: Option<Resume>) -> Vec<Step> {
        self.stage = Stage::Waiting;
        let steps = self.come_back(token, seen);
        std::iter::once(Step::Unhide).chain(steps).collect()
    }

    /// Whether a line would be taken now; until then, what is typed ahead has to wait.
    pub(super) fn takes_lines(&self) -> bool {
        !matches!(self.stage, Stage::Looking { .. } | Stage::Waiting)
    }

    /// The world answers.
    pub(super) fn reply(&mut self, reply: &LoginReply) -> Vec<Step> {
        match (std::mem::replace(&mut self.stage, Stage::Waiting), reply) {
            (Stage::Looking { name, wants_new: false }, LoginReply::Known) => {
                self.stage = Stage::Password { name };
                vec![Step::AskHidden(Prose::text("Password: "))]
            }
            (Stage::Looking { name, .. }, LoginReply::Known) => {
                self.stage = Stage::NewName;
                vec![say(format!("{name} is taken.")), ask("Another name: ")]
            }
            (Stage::Looking { name, wants_new: true }, LoginReply::Free) => self.choose(name),
            (Stage::Looking { name, .. }, LoginReply::Free) => {
                let question = format!(
                    "Nobody is called {name} yet. Create a new character by that name? (yes/no) "
                );
                self.stage = Stage::Confirm { name };
                vec![ask(question)]
            }
            (_, LoginReply::Refused(why)) => self.failed(why),
            (_, LoginReply::Barred(why)) => vec![say(why.as_str()), Step::Close],
            (stage, LoginReply::Known | LoginReply::Free) => {
                self.stage = stage;
                Vec::new()
            }
        }
    }

    fn named(&mut self, name: &str) -> Vec<Step> {
        match name.to_lowercase().as_str() {
            "" => {
                self.stage = Stage::Name;
                vec![ask("Name: ")]
            }
            "quit" | "exit" => vec![say("Until next time."), Step::Close],
            "help" | "?" | "resume" => {
                self.stage = Stage::Name;
                vec![say(HELP), ask("Name: ")]
            }
            "new" | "create" => {
                self.stage = Stage::NewName;
                vec![say("A name has 2 to 20 letters."), ask("Name of your character: ")]
            }
            SCREEN_READER => {
                self.stage = Stage::Name;
                vec![Step::ReadAloud, say(READS_ALOUD), ask("Name: ")]
            }
            "guest" if !self.guests => {
                self.stage = Stage::Name;
                vec![say("Guests are not let in here; make a character instead."), ask("Name: ")]
            }
            "guest" => {
                self.stage = Stage::GuestName;
                vec![ask("A name for your visit: ")]
            }
            _ => self.look(name, false),
        }
    }

    /// Somebody shows what they were handed to come back by.
    fn come_back(&mut self, token: Option<ResumeToken>, resume: Option<Resume>) -> Vec<Step> {
        match token {
            Some(token) => vec![Step::Request(LoginRequest::Return { token, resume })],
            None => self.failed(NO_TOKEN),
        }
    }

    fn look(&mut self, name: &str, wants_new: bool) -> Vec<Step> {
        if name.is_empty() {
            self.stage = Stage::Name;
            return vec![ask("Name: ")];
        }
        self.stage = Stage::Looking { name: name.to_owned(), wants_new };
        vec![Step::Request(LoginRequest::Look { name: name.to_owned() })]
    }

    fn confirmed(&mut self, name: String, line: &str) -> Vec<Step> {
        match line.to_lowercase().as_str() {
            "y" | "yes" => self.choose(name),
            _ => {
                self.stage = Stage::Name;
                vec![ask("Name: ")]
            }
        }
    }

    fn choose(&mut self, name: String) -> Vec<Step> {
        self.stage = Stage::Choose { name };
        vec![Step::AskHidden(Prose::text("Choose a password: "))]
    }

    fn chosen(&mut self, name: String, line: &str) -> Vec<Step> {
        let chars = line.chars().count();
        if chars < self.password_chars_min {
            let least = self.password_chars_min;
            let why = format!("At least {least} characters, please.");
            let mut steps = vec![say(why)];
            steps.extend(self.choose(name));
            return steps;
        }
        self.stage = Stage::Again { name, password: Secret::new(line) };
        vec![Step::AskHidden(Prose::text("Once more: "))]
    }

    fn repeated(&mut self, name: String, password: Secret, line: &str) -> Vec<Step> {
        if password.expose() != line {
            let mut steps = vec![say("That was not the same.")];
            steps.extend(self.choose(name));
            return steps;
        }
        vec![Step::Unhide, Step::Request(LoginRequest::Create { name, password })]
    }

    fn failed(&mut self, why: &str) -> Vec<Step> {
        self.failures += 1;
        if self.failures >= FAILURES_MAX {
            return vec![say(why), say("That was once too often."), Step::Close];
        }
        self.stage = Stage::Name;
        vec![say(why), ask("Name: ")]
    }
}

/// What follows `resume`, read as a token; none when the line is something else.
fn token_in(line: &str) -> Option<Option<ResumeToken>> {
    let (verb, token) = line.trim().split_once(' ')?;
    verb.eq_ignore_ascii_case("resume").then(|| ResumeToken::read(token))
}

fn say(text: impl Into<Prose>) -> Step {
    Step::Say(text.into())
}

fn ask(text: impl Into<Prose>) -> Step {
    Step::Ask(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(steps: &[Step]) -> Vec<String> {
        let text = |step: &Step| match step {
            Step::Say(prose) | Step::Ask(prose) => prose.to_text(),
            Step::AskHidden(prose) => format!("({})", prose.to_text()),
            other => format!("{other:?}"),
        };
        steps.iter().map(text).collect()
    }

    #[test]
    fn a_new_character_is_made() {
        let mut dialog = Dialog::new(8, true);
        dialog.line("Ada");
        assert!(!dialog.takes_lines());
        assert!(said(&dialog.reply(&LoginReply::Free))[0].contains("Create a new character"));
        assert_eq!(said(&dialog.line("yes")), ["(Choose a password: )"]);
        assert_eq!(said(&dialog.line("short"))[0], "At least 8 characters, please.");
        dialog.line("long enough");
        assert_eq!(said(&dialog.line("other"))[0], "That was not the same.");
        dialog.line("long enough");
        let steps = dialog.line("long enough");
        assert!(
            matches!(&steps[1], Step::Request(LoginRequest::Create { name, .. }) if name == "Ada")
        );
    }

    #[test]
    fn a_screen_reader_is_asked_for_before_the_name() {
        let mut dialog = Dialog::new(8, true);
        assert!(said(&dialog.begin(false))[0].contains("screen reader, type screenreader."));
        assert!(said(&dialog.begin(true))[0].ends_with(READS_ALOUD));
        let steps = dialog.line("Screenreader");
        assert_eq!(said(&steps), ["ReadAloud", READS_ALOUD, "Name: "]);
        assert!(dialog.asks_name());
    }

    #[test]
    fn who_asks_for_help_is_told_what_to_type() {
        let mut dialog = Dialog::new(8, true);
        for word in ["help", "?", "Resume"] {
            assert_eq!(said(&dialog.line(word)), [HELP, "Name: "]);
            assert!(dialog.asks_name());
        }
    }

    #[test]
    fn five_failures_close() {
        let mut dialog = Dialog::new(8, true);
        for _ in 0..4 {
            dialog.line("Ada");
            dialog.reply(&LoginReply::Known);
            dialog.line("wrong");
            assert_eq!(dialog.reply(&LoginReply::Refused("No.".into())).len(), 2);
        }
        dialog.line("Ada");
        dialog.reply(&LoginReply::Known);
        dialog.line("wrong");
        assert_eq!(dialog.reply(&LoginReply::Refused("No.".into())).last(), Some(&Step::Close));
    }
}
