//! The scenario format. Text in, values out; no I/O, so that a runner of any kind can use it.
//!
//! The format is described in `client-tests/README.md`.

use std::fmt;

/// A scenario file, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scenario {
    /// Settings that differ from those of the tests: a dotted key and its value.
    pub settings: Vec<(String, String)>,
    /// Everyone in it, in the order in which they enter the world.
    pub players: Vec<Player>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// Someone in a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// The name as the file writes it: small letters.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// What they are connected by, if the file insists.
    pub via: Option<Via>,
}

/// What someone in a scenario is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Has an account of the rank that all begin with.
    Player,
    /// Has no account.
    Guest,
    /// Has an account of this rank.
    Staff(String),
}

/// What a player is connected by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A telnet client.
    Telnet,
    /// A WebSocket client.
    Websocket,
}

/// One line of the file that does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number in the file, from 1.
    pub line: usize,
    /// Who, as an index into the players.
    pub player: usize,
    /// What.
    pub act: Act,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// `>`: the player types this line.
    Types(String),
    /// `<`: the player must read a line that contains this.
    Reads(String),
    /// `!`: the player must not have read a line that contains this since anyone last typed.
    NeverReads(String),
}

/// Why a file is no scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    line: usize,
    problem: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ParseError {}

impl Player {
    /// The name as a character bears it: `ada` plays Ada.
    #[must_use]
    pub fn character(&self) -> String {
        let mut chars = self.name.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    }
}

impl Scenario {
    /// Takes a file apart.
    ///
    /// # Errors
    /// Names the first line that is none of the format's.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut scenario = Self::default();
        for (at, line) in text.lines().enumerate() {
            scenario
                .take_line(at + 1, line)
                .map_err(|problem| ParseError { line: at + 1, problem })?;
        }
        Ok(scenario)
    }

    fn take_line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(directive) = line.strip_prefix('@') {
            return self.take_directive(directive);
        }
        let end = line.find(['>', '<', '!']).ok_or("no `name>`, `name<` or `name!`")?;
        let (name, rest) = line.split_at(end);
        let (sign, text) = rest.split_at(1);
        let text = text.strip_prefix(' ').unwrap_or(text).to_owned();
        let act = match sign {
            ">" => Act::Types(text),
            _ if text.is_empty() => return Err("an expectation needs a text".to_owned()),
            "<" => Act::Reads(text),
            _ => Act::NeverReads(text),
        };
        let player = self.player(name)?;
        self.steps.push(Step { line: number, player, act });
        Ok(())
    }

    fn take_directive(&mut self, directive: &str) -> Result<(), String> {
        if !self.steps.is_empty() {
            return Err("directives come before the first step".to_owned());
        }
        let words: Vec<_> = directive.split_whitespace().collect();
        let (words, via) = match words.as_slice() {
            [before @ .., "via", "telnet"] => (before, Some(Via::Telnet)),
            [before @ .., "via", "websocket"] => (before, Some(Via::Websocket)),
            all => (all, None),
        };
        match words {
            ["player", name] => self.declare(name, Role::Player, via),
            ["guest", name] => self.declare(name, Role::Guest, via),
            ["staff", name, rank] => self.declare(name, Role::Staff((*rank).to_owned()), via),
            ["set", key, value] => {
                self.settings.push(((*key).to_owned(), (*value).to_owned()));
                Ok(())
            }
            _ => Err(format!("no directive: @{directive}")),
        }
    }

    fn declare(&mut self, name: &str, role: Role, via: Option<Via>) -> Result<(), String> {
        if self.players.iter().any(|player| player.name == name) {
            return Err(format!("{name} is there already"));
        }
        self.add(name, role, via).map(|_| ())
    }

    /// The player of a name; whoever was not declared is an ordinary player.
    fn player(&mut self, name: &str) -> Result<usize, String> {
        match self.players.iter().position(|player| player.name == name) {
            Some(known) => Ok(known),
            None => self.add(name, Role::Player, None),
        }
    }

    fn add(&mut self, name: &str, role: Role, via: Option<Via>) -> Result<usize, String> {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase()) {
            return Err(format!("{name:?} is no name: small letters only"));
        }
        self.players.push(Player { name: name.to_owned(), role, via });
        Ok(self.players.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Scenario::parse(text).expect_err("it is no scenario").to_string()
    }

    #[test]
    fn names_are_players_in_the_order_of_their_first_line() {
        let text = "# A comment.\n\nbob> say a > b\nada< Bob says, \"a > b\"\nbob! nothing";
        let scenario = Scenario::parse(text).expect("it is one");
        assert_eq!(
            scenario.players.iter().map(Player::character).collect::<Vec<_>>(),
            ["Bob", "Ada"]
        );
        assert_eq!(
            scenario.steps,
            [
                Step { line: 3, player: 0, act: Act::Types("say a > b".to_owned()) },
                Step { line: 4, player: 1, act: Act::Reads("Bob says, \"a > b\"".to_owned()) },
                Step { line: 5, player: 0, act: Act::NeverReads("nothing".to_owned()) },
            ]
        );
    }

    #[test]
    fn directives_say_who_is_what_and_comes_by_what() {
        let text = "@staff mara moderator\n@guest gil via websocket\n@set chat.x 3\ngil> look";
        let scenario = Scenario::parse(text).expect("it is one");
        assert_eq!(scenario.players[0].role, Role::Staff("moderator".to_owned()));
        assert_eq!(scenario.players[1].via, Some(Via::Websocket));
        assert_eq!(scenario.settings, [("chat.x".to_owned(), "3".to_owned())]);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        assert_eq!(problem("ada> hi\nhello"), "line 2: no `name>`, `name<` or `name!`");
        assert_eq!(problem("ada<"), "line 1: an expectation needs a text");
        assert_eq!(problem("Ada> hi"), "line 1: \"Ada\" is no name: small letters only");
        assert_eq!(problem("@player ada\n@guest ada"), "line 2: ada is there already");
        assert_eq!(problem("ada> hi\n@set a b"), "line 2: directives come before the first step");
    }
}
