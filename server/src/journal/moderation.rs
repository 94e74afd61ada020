//! What the moderation log holds: a struct for each kind of line, as those who act and decide tell it.
//!
//! Ids are written as they are. Texts that a person typed or that name one are sealed under that person's account; which
//! texts those are is decided in `entry.rs`.

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use crate::vocab::{AccountId, ActId, ChannelName, MessageId, Person, PlayerId, Rank};

/// A line of the moderation log to be.
#[derive(Debug, Clone)]
pub enum ModerationRecord {
    /// Somebody on the staff did something, or was refused.
    Act(Act),
    /// The filter found something in a line of talk.
    Hit(Hit),
    /// A rule acted by itself.
    Automatic(Automatic),
    /// A player reported another.
    Report(Report),
    /// Somebody read what is on record.
    Read(Read),
}

/// The acts whose target is a word, a channel or a process, even where somebody has its name.
const ABOUT_NOBODY: [&str; 4] = ["filter", "watch", "drain", "undrain"];

impl ModerationRecord {
    /// The accounts whose texts the line may hold, each once.
    #[must_use]
    pub fn accounts(&self) -> Vec<AccountId> {
        let account = |person: Option<Person>| person.and_then(account_of);
        let mut accounts: Vec<AccountId> = match self {
            Self::Act(act) => vec![act.actor_account, account(act.subject)],
            Self::Hit(hit) => vec![hit.account],
            Self::Automatic(automatic) => vec![account(automatic.subject)],
            Self::Report(report) => {
                vec![account_of(report.reporter), report.reported.and_then(account_of)]
            }
            Self::Read(read) => vec![read.reader_account, account(read.subject)],
        }
        .into_iter()
        .flatten()
        .collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    /// Whoever acted or read, where their account is not known yet.
    #[must_use]
    pub fn unknown_actor(&self) -> Option<(PlayerId, SmolStr)> {
        match self {
            Self::Act(act) if act.actor_account.is_none() => {
                act.actor_id.map(|id| (id, act.actor_name.clone()))
            }
            Self::Read(read) if read.reader_account.is_none() => {
                read.reader_id.map(|id| (id, read.reader_name.clone()))
            }
            _ => None,
        }
    }

    /// Says which account acted or read.
    pub fn name_actor(&mut self, account: Option<AccountId>) {
        match self {
            Self::Act(act) => act.actor_account = account,
            Self::Read(read) => read.reader_account = account,
            Self::Hit(_) | Self::Automatic(_) | Self::Report(_) => {}
        }
    }

    /// The name under which to look up whom it is about, where that is not known yet.
    #[must_use]
    pub fn unknown_subject(&self) -> Option<&str> {
        match self {
            Self::Act(act) if ABOUT_NOBODY.contains(&act.act.as_str()) => None,
            Self::Act(act) if act.subject.is_none() => act.target.as_deref(),
            Self::Read(read) if read.subject.is_none() => read.target.as_deref(),
            _ => None,
        }
    }

    /// Says whom it is about.
    pub fn name_subject(&mut self, person: Person) {
        match self {
            Self::Act(act) => act.subject = Some(person),
            Self::Read(read) => read.subject = Some(person),
            Self::Hit(_) | Self::Automatic(_) | Self::Report(_) => {}
        }
    }
}

/// The account behind a person; guests have none.
pub(super) fn account_of(person: Person) -> Option<AccountId> {
    match person {
        Person::Account(account) => Some(account),
        Person::Guest(_) => None,
    }
}

/// Something that staff did, with effect on others or on the server.
#[derive(Debug, Clone)]
pub struct Act {
    /// When it took effect.
    pub at: DateTime<Utc>,
    /// Who did it; none for what the operator did outside the world, at the console or by a signal.
    pub actor_id: Option<PlayerId>,
    /// The account behind them.
    pub actor_account: Option<AccountId>,
    /// Their name at that time.
    pub actor_name: SmolStr,
    /// Their rank at that time.
    pub rank: Rank,
    /// What they did, as a word such as the command's name: `goto`, `transfer`, `shutdown`, `claim`.
    pub act: SmolStr,
    /// Whom it concerned, if that is one person and it is known who.
    pub subject: Option<Person>,
    /// To whom or to what, as it was typed; none for what concerns everything.
    pub target: Option<String>,
    /// The rest: the words echoed, the room gone to, the reason given.
    pub detail: Option<String>,
    /// Why nothing was done, in the sentence that they read; none for what was done.
    pub refused: Option<String>,
    /// The restriction, warning, note or kick that it put on record or took back.
    pub restriction: Option<ActId>,
    /// When what was done ends by itself.
    pub until: Option<DateTime<Utc>>,
}

/// Something that the filter found in what somebody said.
#[derive(Debug, Clone)]
pub struct Hit {
    /// When.
    pub at: DateTime<Utc>,
    /// The message; none when it got no name because it was refused.
    pub message: Option<MessageId>,
    /// The channel it was meant for.
    pub channel: ChannelName,
    /// Which rule it was, as a word: the list's entry or the pattern's name.
    pub rule: SmolStr,
    /// The version of the list that has the rule.
    pub list_version: SmolStr,
    /// How bad it is, as a word.
    pub severity: SmolStr,
    /// What it is about, as a word.
    pub category: SmolStr,
    /// What was done, as a word: `note`, `mask`, `hold`, `refuse`, `escalate`.
    pub action: SmolStr,
    /// Who said it.
    pub speaker: PlayerId,
    /// The account behind them; none for guests.
    pub account: Option<AccountId>,
    /// Their name at that time.
    pub name: SmolStr,
    /// The words.
    pub content: String,
}

/// Something that a rule did by itself.
#[derive(Debug, Clone)]
pub struct Automatic {
    /// When it took effect.
    pub at: DateTime<Utc>,
    /// The rule.
    pub rule: SmolStr,
    /// Its version.
    pub version: SmolStr,
    /// Whom it concerned; none for what concerned everybody.
    pub subject: Option<Person>,
    /// Their name at that time.
    pub name: Option<SmolStr>,
    /// What was done, as a word.
    pub what: SmolStr,
    /// The rest: what led to it.
    pub detail: Option<String>,
    /// What it put on record.
    pub restriction: Option<ActId>,
    /// When it ends by itself.
    pub until: Option<DateTime<Utc>>,
}

/// That a player reported another.
#[derive(Debug, Clone)]
pub struct Report {
    /// When.
    pub at: DateTime<Utc>,
    /// The report's name.
    pub id: SmolStr,
    /// Who reported.
    pub reporter: Person,
    /// Their name at that time.
    pub reporter_name: SmolStr,
    /// Who was reported; none for what no player said.
    pub reported: Option<Person>,
    /// Their name at that time.
    pub reported_name: Option<SmolStr>,
    /// What was reported.
    pub messages: Vec<MessageId>,
    /// Why.
    pub reason: String,
}

/// That somebody read what is on record.
#[derive(Debug, Clone)]
pub struct Read {
    /// When.
    pub at: DateTime<Utc>,
    /// Who read; none for whoever has a shell on the server's machine.
    pub reader_id: Option<PlayerId>,
    /// The account behind them.
    pub reader_account: Option<AccountId>,
    /// Their name at that time; for a shell, the user's on that machine.
    pub reader_name: SmolStr,
    /// Their rank at that time; none for a shell.
    pub rank: Option<Rank>,
    /// How, as a word: `record`, `mutes`, `bans`, `search`, `stats`, `tail`, `export`.
    pub what: SmolStr,
    /// Whose record, if it is one person's and it is known who.
    pub subject: Option<Person>,
    /// The name or the words that they asked for; none for everything.
    pub target: Option<String>,
}
