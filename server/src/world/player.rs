//! Someone in the world.

use std::collections::{BTreeSet, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use crate::vocab::{
    AccountId, Character, CharacterState, Listener, MaskLevel, PartyId, PlayerId, Rank, RoomId,
    Screen, SessionId, ShownText, Target, TokenHash, Transport, lasting,
};

/// How many whisperers a player is remembered to have heard from; the oldest is forgotten.
const HEARD_FROM_MAX: usize = 50;

/// Silence after which others see that somebody is idle.
const IDLE: Duration = Duration::from_mins(5);

/// Whether a player has a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Yes.
    Live,
    /// No, since this moment (monotonic, since the start of the process).
    Dead(Duration),
}

/// A player in the world: a session being played.
#[derive(Debug, Clone)]
pub struct Player {
    /// Who.
    pub id: PlayerId,
    /// The account; none for guests.
    pub account: Option<AccountId>,
    /// The name.
    pub name: SmolStr,
    /// What they may do.
    pub rank: Rank,
    /// Where they are.
    pub room: RoomId,
    /// The session that plays them.
    pub session: SessionId,
    /// What the session came in by.
    pub via: Transport,
    /// Where their connection comes from.
    pub address: Option<IpAddr>,
    /// The size of their window.
    pub screen: Screen,
    /// Whether they have a connection.
    pub link: Link,
    /// What is kept of the word by which they come back.
    pub token: Option<TokenHash>,
    /// Their party.
    pub party: Option<PartyId>,
    /// Parties they may join.
    pub invitations: BTreeSet<PartyId>,
    /// Whom they walk behind.
    pub following: Option<PlayerId>,
    /// Why they do not answer.
    pub afk: Option<String>,
    /// When the character was created.
    pub created: DateTime<Utc>,
    /// When the account was made; none for guests.
    pub account_made: Option<DateTime<Utc>>,
    /// When they came into the world; monotonic.
    pub entered: Duration,
    /// When they last typed something; monotonic.
    pub active: Duration,
    /// Who whispered to them last.
    pub reply_to: Option<Target>,
    /// Whom they whispered to last, for `retell`.
    pub whispered_to: Option<Target>,
    /// Who has whispered to them, newest last.
    pub heard_from: VecDeque<PlayerId>,
    /// What is kept of them.
    pub state: CharacterState,
}

impl Player {
    /// A character that comes into the world now.
    #[must_use]
    pub fn entering(
        character: Character,
        rank: Rank,
        session: SessionId,
        via: Transport,
        room: RoomId,
        now: Duration,
    ) -> Self {
        Self {
            id: character.id,
            account: character.account,
            name: character.name,
            rank,
            room,
            session,
            via,
            address: None,
            screen: Screen::default(),
            link: Link::Live,
            token: None,
            party: None,
            invitations: BTreeSet::new(),
            following: None,
            afk: None,
            created: character.created,
            account_made: None,
            entered: now,
            active: now,
            reply_to: None,
            whispered_to: None,
            heard_from: VecDeque::new(),
            state: character.state,
        }
    }

    /// Whether they have an account.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.account.is_none()
    }

    /// Why they may not answer, as others see it: `link-dead`, or for how many minutes they have done nothing. Monotonic.
    #[must_use]
    pub fn absence(&self, now: Duration) -> Option<String> {
        let silent = now.saturating_sub(self.active);
        let minutes = Duration::from_secs(silent.as_secs() / 60 * 60);
        match self.link {
            Link::Dead(_) => Some("link-dead".to_owned()),
            Link::Live if silent >= IDLE => Some(format!("idle {}", lasting(minutes))),
            Link::Live => None,
        }
    }

    /// How long they have had their account, by the wall clock; none for guests.
    #[must_use]
    pub fn account_age(&self, at: DateTime<Utc>) -> Option<Duration> {
        self.account_made.map(|made| (at - made).to_std().unwrap_or_default())
    }

    /// What is stored of them now.
    #[must_use]
    pub fn character(&self, at: DateTime<Utc>, now: Duration) -> Character {
        let mut state = self.state.clone();
        state.room = Some(self.room.clone());
        state.seconds_played += now.saturating_sub(self.entered).as_secs();
        Character {
            id: self.id,
            account: self.account,
            name: self.name.clone(),
            created: self.created,
            last_seen: Some(at),
            state,
        }
    }

    /// How they hear; masked is what they say, or else what the server does.
    #[must_use]
    pub fn listener(&self, mask_usual: MaskLevel) -> Listener {
        Listener {
            player: self.id,
            name: self.name.clone(),
            rank: self.rank,
            ignores: self.state.ignores.keys().copied().collect(),
            left: self.state.left.clone(),
            colours: self.state.colours.clone(),
            settings: self.state.settings.clone(),
            mask: self.state.settings.mask.unwrap_or(mask_usual),
            page_rows: self.page_rows(),
        }
    }

    /// How many rows a page of theirs has; 0 when nothing is shown by pages.
    #[must_use]
    pub fn page_rows(&self) -> u16 {
        self.state.settings.paging.rows(self.screen.height, self.screen_reader())
    }

    /// Whether they ignore this player.
    #[must_use]
    pub fn ignores(&self, speaker: PlayerId) -> bool {
        self.state.ignores.contains_key(&speaker)
    }

    /// Remembers that somebody whispered to them.
    pub fn note_whisper_from(&mut self, speaker: Target) {
        self.heard_from.retain(|id| *id != speaker.id);
        self.heard_from.push_back(speaker.id);
        if self.heard_from.len() > HEARD_FROM_MAX {
            self.heard_from.pop_front();
        }
        self.reply_to = Some(speaker);
    }

    /// A text that they show, if they do.
    #[must_use]
    pub fn text(&self, kind: ShownText) -> Option<&str> {
        match kind {
            ShownText::Title => self.state.title.as_deref(),
            ShownText::Description => self.state.description.as_deref(),
            ShownText::Away => self.afk.as_deref(),
            ShownText::Echo => None,
        }
    }

    /// Shows a text from now on, or none. What is shown once has nothing to stay in.
    pub fn set_text(&mut self, kind: ShownText, text: Option<String>) {
        match kind {
            ShownText::Title => self.state.title = text,
            ShownText::Description => self.state.description = text,
            ShownText::Away => self.afk = text,
            ShownText::Echo => {}
        }
    }

    /// This player as the one a message is for.
    #[must_use]
    pub fn as_target(&self) -> Target {
        Target { id: self.id, name: self.name.clone() }
    }

    /// Whether a screen reader reads their screen.
    #[must_use]
    pub fn screen_reader(&self) -> bool {
        self.state.settings.screen_reader.unwrap_or(self.screen.screen_reader)
    }
}
