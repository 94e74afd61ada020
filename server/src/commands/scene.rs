//! What a command sees: the world, its actor, the moment. Read only.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::channels::{Channel, Table};
pub(super) use crate::vocab::lasting;
use crate::vocab::{ChannelName, MaskLevel, Prose, Refusal, ShownText};
use crate::world::{Atlas, GameTime, Item, ItemKey, Player, Room, World};

/// The moment at which something happens.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// The wall clock.
    pub at: DateTime<Utc>,
    /// Time since the process started; never goes back.
    pub now: Duration,
}

impl Clock {
    /// The hour in a world whose day lasts so many real minutes. Its first midnight was that of the Unix epoch, so the
    /// hour goes on over restarts.
    #[must_use]
    pub fn game_time(self, day_minutes: u32) -> GameTime {
        GameTime::at(DateTime::UNIX_EPOCH, self.at, day_minutes)
    }
}

/// How the server is, for staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerStatus {
    /// One line a part: bus, store, journal.
    pub lines: Vec<String>,
}

/// What a command sees.
pub struct Scene<'a> {
    /// The world.
    pub world: &'a World,
    /// The channels.
    pub channels: &'a Table,
    /// Who typed.
    pub actor: &'a Player,
    /// When.
    pub clock: Clock,
    /// How the server is.
    pub status: &'a ServerStatus,
    /// Which words those read as stars who have not chosen.
    pub mask_usual: MaskLevel,
    /// Why the actor may do next to nothing, if they may not.
    pub frozen: Option<Refusal>,
    /// Whether the texts that a player shows are kept from others, because staff have silenced them.
    pub hides_texts: &'a dyn Fn(&Player) -> bool,
}

impl Scene<'_> {
    /// The builders' world.
    #[must_use]
    pub fn atlas(&self) -> &Atlas {
        &self.world.atlas
    }

    /// The actor's room as the builders wrote it.
    #[must_use]
    pub fn room(&self) -> &Room {
        self.atlas().room(&self.actor.room).expect("everyone stands in a room of the atlas")
    }

    /// The hour in the world.
    #[must_use]
    pub fn game_time(&self) -> GameTime {
        self.clock.game_time(self.atlas().day_minutes)
    }

    /// Whether it is dark outside.
    #[must_use]
    pub fn is_night(&self) -> bool {
        self.game_time().is_night()
    }

    /// A player in the world by name or by an unambiguous beginning of it.
    ///
    /// # Errors
    /// Says that nobody, or that several, answer to it.
    pub fn find_player(&self, name: &str) -> Result<&Player, Refusal> {
        if name.is_empty() {
            return Err(Refusal::new("Whom do you mean?"));
        }
        if let Some(player) = self.world.named(name) {
            return Ok(player);
        }
        let found: Vec<&Player> = self.world.named_like(name).collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => {
                let name = shortened(name);
                Err(Refusal::new(format!("Nobody called {name} is in the world just now.")))
            }
            many => Err(ambiguous(name, many.iter().map(|player| player.name.as_str()))),
        }
    }

    /// A player in the actor's room.
    ///
    /// # Errors
    /// As [`Scene::find_player`], and when they are elsewhere.
    pub fn find_player_here(&self, name: &str) -> Result<&Player, Refusal> {
        let player = self.find_player(name)?;
        if player.room == self.actor.room {
            return Ok(player);
        }
        Err(Refusal::new(format!("{} is not here.", player.name)))
    }

    /// An item among these that answers to what was typed.
    #[must_use]
    pub fn item_among<'s>(&'s self, items: &'s [ItemKey], typed: &str) -> Option<&'s Item> {
        items
            .iter()
            .filter_map(|key| self.atlas().item(key))
            .find(|item| answers_to(&item.words, typed))
    }

    /// The items that lie in the actor's room.
    #[must_use]
    pub fn items_here(&self) -> &[ItemKey] {
        self.world.room(&self.actor.room).map_or(&[], |room| room.items.as_slice())
    }

    /// What the actor carries.
    #[must_use]
    pub fn items_held(&self) -> Vec<ItemKey> {
        self.actor.state.inventory.iter().cloned().map(ItemKey::from).collect()
    }

    /// A channel that the actor may hear or speak on, by name, verb or unambiguous beginning.
    ///
    /// # Errors
    /// Says that there is none of that name.
    pub fn find_channel(&self, name: &str) -> Result<&Channel, Refusal> {
        let known = |row: &&Channel| self.actor.rank >= row.style.hear;
        if let Some(row) = self.channels.by_verb(name).filter(known) {
            return Ok(row);
        }
        let rows = self.channels.rows().iter().filter(known);
        let found: Vec<&Channel> = rows.filter(|row| row.name.as_str().starts_with(name)).collect();
        match found.as_slice() {
            [one] if !name.is_empty() => Ok(one),
            [_, _, ..] if !name.is_empty() => {
                Err(ambiguous(name, found.iter().map(|row| row.name.as_str())))
            }
            _ => {
                let name = shortened(name);
                Err(Refusal::new(format!("There is no channel {name:?}; `channels` lists them.")))
            }
        }
    }

    /// A text that a player shows, if the actor may read it: everyone reads their own; nobody those of players whom they
    /// ignore, and only staff those of players who are silenced or shadowed everywhere.
    #[must_use]
    pub fn text_of<'p>(&self, player: &'p Player, kind: ShownText) -> Option<&'p str> {
        let text = player.text(kind).filter(|text| !text.is_empty())?;
        let own = player.id == self.actor.id;
        let hidden = !self.actor.rank.is_staff() && (self.hides_texts)(player);
        (own || !(self.actor.ignores(player.id) || hidden)).then_some(text)
    }

    /// A player's name, with their title behind it if the actor may read it.
    #[must_use]
    pub fn titled(&self, player: &Player) -> Prose {
        let name = Prose::new().name(player.name.as_str());
        match self.text_of(player, ShownText::Title) {
            Some(title) => name.plain(format!(", {title}")),
            None => name,
        }
    }

    /// What follows `away` where a player is said to be: their reason, behind a colon, if the actor may read it. None when
    /// they are not away.
    #[must_use]
    pub fn away(&self, player: &Player) -> Option<String> {
        player.afk.as_ref()?;
        let why = self.text_of(player, ShownText::Away);
        Some(why.map(|why| format!(": {why}")).unwrap_or_default())
    }

    /// Whether the actor hears this channel.
    #[must_use]
    pub fn is_on(&self, row: &Channel) -> bool {
        let name: &ChannelName = &row.name;
        let state = &self.actor.state;
        match row.scope.name {
            crate::config::ScopeName::Members => state.joined.contains(name),
            _ => !state.left.contains(name),
        }
    }
}

/// Whether something with these words is what was typed: every word typed is one of them, or begins one.
#[must_use]
pub(super) fn answers_to(words: &[smol_str::SmolStr], typed: &str) -> bool {
    let mut typed = typed.split_whitespace().filter(|word| !is_small_word(word)).peekable();
    typed.peek().is_some()
        && typed.all(|part| {
            let part = part.to_lowercase();
            words.iter().any(|word| *word == part || (part.len() > 2 && word.starts_with(&part)))
        })
}

fn is_small_word(word: &str) -> bool {
    ["a", "an", "the", "at", "my", "of"].contains(&word.to_lowercase().as_str())
}

/// The refusal that lists what an abbreviation could stand for.
#[must_use]
pub(super) fn ambiguous<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Refusal {
    let names: Vec<&str> = names.take(8).collect();
    Refusal::new(format!("{typed:?} could be {}.", listed(&names, "or")))
}

/// As much of what was typed as an answer repeats.
#[must_use]
pub(super) fn shortened(typed: &str) -> String {
    typed.chars().take(40).collect()
}

/// `a, b and c`.
#[must_use]
pub(super) fn listed(names: &[&str], last: &str) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// `3 lines`, `1 line`.
#[must_use]
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// A heading over a list.
#[must_use]
pub(super) fn heading(text: &str) -> Prose {
    Prose::new().span(crate::vocab::Role::Title, text)
}
