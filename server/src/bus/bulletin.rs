//! What programs are told besides events: what staff and rules did, and who came and went. Nobody in the world perceives it
//! in this form, so it takes no way over the bus.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use smol_str::SmolStr;
use tokio::sync::mpsc;

use super::tap::Valve;
use crate::vocab::{AccountId, ActId, Person, Rank};

/// Bulletins that may wait for those who hand them on.
const BULLETINS_MAX: usize = 4_096;

/// One thing that programs are told.
#[derive(Debug, Clone)]
pub enum Bulletin {
    /// Staff or a rule did something; it is on record.
    Act(Arc<ActNews>),
    /// Somebody came or went.
    Presence(Arc<PresenceNews>),
}

/// What staff or a rule did.
#[derive(Debug, Clone)]
pub struct ActNews {
    /// When.
    pub at: DateTime<Utc>,
    /// What, as the moderation log calls it.
    pub act: SmolStr,
    /// Who did it: somebody's name, or the rule's. None for a player whom staff are not told.
    pub actor: Option<SmolStr>,
    /// Their account.
    pub actor_account: Option<AccountId>,
    /// Whom it concerned, where that is one person and it is known who.
    pub subject: Option<Person>,
    /// The subject's stored rank.
    pub subject_rank: Rank,
    /// To whom or to what.
    pub target: Option<String>,
    /// Particulars, with the reason.
    pub detail: Option<String>,
    /// What was put on record by it, or taken back.
    pub restriction: Option<ActId>,
    /// When it ends by itself.
    pub until: Option<DateTime<Utc>>,
    /// Whether it is about a case: of those only staff above the subject learn.
    pub is_of_case: bool,
}

impl ActNews {
    /// Whether one of the staff may know of it. What concerns themselves they are told in the world, as far as they may know
    /// it; of cases nobody learns whose rank is not above the subject's.
    #[must_use]
    pub fn is_for(&self, reader: AccountId, rank: Rank) -> bool {
        let is_own = self.actor_account == Some(reader);
        let is_subject = self.subject == Some(Person::Account(reader));
        rank >= Rank::Moderator
            && !is_subject
            && (is_own || !self.is_of_case || rank > self.subject_rank)
    }
}

/// That somebody came or went.
#[derive(Debug, Clone)]
pub struct PresenceNews {
    /// When.
    pub at: DateTime<Utc>,
    /// Their name.
    pub player: SmolStr,
    /// What became of them.
    pub state: PresenceState,
}

/// What may become of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresenceState {
    /// They came into the world.
    Came,
    /// They left it.
    Left,
    /// They lost their connection.
    Lost,
    /// They have one again.
    Back,
}

impl PresenceState {
    /// It as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Left => "left",
            Self::Lost => "lost",
            Self::Back => "back",
        }
    }
}

/// Where bulletins are put; nothing waits for it. One without a tap takes none.
#[derive(Debug, Clone, Default)]
pub struct Board(Option<Open>);

#[derive(Debug, Clone)]
struct Open {
    queue: mpsc::Sender<Bulletin>,
    valve: Valve,
    dropped: Arc<AtomicU64>,
}

impl Board {
    /// A board, and where what is put on it comes out.
    pub(super) fn new(valve: Valve, dropped: Arc<AtomicU64>) -> (Self, mpsc::Receiver<Bulletin>) {
        let (queue, bulletins) = mpsc::channel(BULLETINS_MAX);
        (Self(Some(Open { queue, valve, dropped })), bulletins)
    }

    /// Whether anybody reads it.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.0.as_ref().is_some_and(|open| open.valve.is_open())
    }

    /// Puts something on it; what finds no room is dropped and counted.
    pub fn put(&self, bulletin: Bulletin) {
        let Some(open) = self.0.as_ref().filter(|_| self.is_read()) else { return };
        if open.queue.try_send(bulletin).is_err() {
            open.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_learns_of_what_is_about_themselves_nor_of_cases_of_those_above() {
        let (mara, vera) = (AccountId(1), AccountId(2));
        let news = ActNews {
            at: Utc::now(),
            act: "shadow".into(),
            actor: Some("Owen".into()),
            actor_account: None,
            subject: Some(Person::Account(mara)),
            subject_rank: Rank::Moderator,
            target: Some("Mara".to_owned()),
            detail: None,
            restriction: None,
            until: None,
            is_of_case: false,
        };
        assert!(!news.is_for(mara, Rank::Moderator) && news.is_for(vera, Rank::Moderator));
        assert!(!news.is_for(vera, Rank::Helper));
        let case = ActNews { is_of_case: true, ..news };
        assert!(!case.is_for(vera, Rank::Moderator) && case.is_for(vera, Rank::Admin));
        let own = ActNews { actor_account: Some(vera), ..case };
        assert!(own.is_for(vera, Rank::Moderator), "what one did oneself one knows");
    }
}
