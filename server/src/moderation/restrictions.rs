//! Rule `restrictions`: who may not speak, act or come in just now. One index in memory, one evaluator.
//!
//! What is known here is committed in the store before it gets here; this never stores, lifts or decides anything itself.
//!
//! Each restriction gets a deadline on the monotonic clock at the moment it becomes known: the time it has left by the wall
//! clock, counted from then. After that the wall clock is not asked again, so that whoever sets it, forward or back,
//! neither frees anyone early nor holds anyone late. Only over a restart must the wall clock be believed.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use crate::vocab::{
    ActId, Applicant, Hindrance, Person, Prose, Rank, Refusal, Remark, Restriction,
    RestrictionKind, Role, Scope, Subject, countdown,
};

/// A restriction that counts, and when it ends: monotonic, since the start of the process.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The restriction.
    pub restriction: Arc<Restriction>,
    ends: Option<Duration>,
}

impl Standing {
    /// Whether it still counts.
    #[must_use]
    pub fn counts(&self, now: Duration) -> bool {
        self.ends.is_none_or(|ends| now < ends)
    }

    /// How long it still counts; none is until it is lifted.
    #[must_use]
    pub fn left(&self, now: Duration) -> Option<Duration> {
        self.ends.map(|ends| ends.saturating_sub(now))
    }

    /// What the one whom it concerns reads about its end: `for 59 min 3 s (until 2026-11-21 10:15 UTC)`.
    #[must_use]
    pub fn how_long(&self, now: Duration) -> String {
        match (self.left(now), self.restriction.until) {
            (Some(left), Some(until)) => {
                let until = until.format("%Y-%m-%d %H:%M:%S UTC");
                format!("for another {} (until {until})", countdown(left))
            }
            _ => "until staff lift it".to_owned(),
        }
    }

    fn hindrance(&self, now: Duration) -> Hindrance {
        let Restriction { kind, scope, reason, .. } = &*self.restriction;
        let channels = match scope {
            Scope::All => None,
            Scope::Channels(channels) => Some(channels.iter().cloned().collect()),
        };
        // A time that is nearly over is not over.
        let seconds = |left: Duration| left.as_secs() + u64::from(left.subsec_nanos() > 0);
        Hindrance {
            kind: kind.as_str().to_owned(),
            text: what(&self.restriction),
            reason: reason.clone(),
            channels,
            seconds_left: self.left(now).map(seconds),
        }
    }

    fn rank_of_end(&self) -> Duration {
        self.ends.unwrap_or(Duration::MAX)
    }
}

/// All restrictions that count, and the warnings that nobody acknowledged.
#[derive(Debug, Default)]
pub struct Restrictions {
    people: FxHashMap<Person, Vec<Standing>>,
    /// Bans of names and addresses, which only those who come in are held against.
    others: Vec<Standing>,
    /// What concerns channels and the whole server, which are few.
    everyone: Vec<Standing>,
    warnings: FxHashMap<Person, Vec<Arc<Remark>>>,
}

impl Restrictions {
    /// Takes a restriction in that became known at a moment, by both clocks. It takes the place of the one it supersedes.
    pub fn add(&mut self, restriction: Arc<Restriction>, at: DateTime<Utc>, now: Duration) {
        if let Some(before) = restriction.supersedes {
            self.remove(&restriction.subject, before);
        }
        // A time that was over before it became known leaves nothing.
        let left = restriction.until.map(|until| (until - at).to_std().unwrap_or_default());
        let standing = Standing { ends: left.map(|left| now.saturating_add(left)), restriction };
        self.kept_with(&standing.restriction.subject.clone()).push(standing);
    }

    /// Takes one out that was lifted.
    pub fn remove(&mut self, subject: &Subject, id: ActId) {
        self.kept_with(subject).retain(|standing| standing.restriction.id != id);
    }

    fn kept_with(&mut self, subject: &Subject) -> &mut Vec<Standing> {
        match subject {
            Subject::Person(person, _) => self.people.entry(*person).or_default(),
            Subject::Names(_) | Subject::Addresses(_) => &mut self.others,
            Subject::Everyone => &mut self.everyone,
        }
    }

    /// What counts against somebody or something now.
    pub fn on(&self, subject: &Subject, now: Duration) -> impl Iterator<Item = &Standing> {
        let all = match subject {
            Subject::Person(person, _) => self.people.get(person).map_or(&[][..], Vec::as_slice),
            Subject::Names(_) | Subject::Addresses(_) => self.others.as_slice(),
            Subject::Everyone => self.everyone.as_slice(),
        };
        let same = |standing: &&Standing| standing.restriction.subject.is(subject);
        all.iter().filter(same).filter(move |standing| standing.counts(now))
    }

    /// All that counts now.
    pub fn all(&self, now: Duration) -> impl Iterator<Item = &Standing> {
        let all = self.people.values().flatten().chain(&self.others).chain(&self.everyone);
        all.filter(move |standing| standing.counts(now))
    }

    /// What somebody who may do nothing is told whatever they type.
    #[must_use]
    pub fn frozen(&self, who: Person, now: Duration) -> Option<Refusal> {
        let freezes = |standing: &&Standing| standing.restriction.kind == RestrictionKind::Freeze;
        let standing = self.heaviest(who, now, freezes)?;
        let text = told(standing, now)
            .plain("\nUntil then there is `help`, `myrecord`, `appeal` and `quit`.");
        Some(Refusal::from(text))
    }

    fn heaviest<'a>(
        &'a self,
        who: Person,
        now: Duration,
        which: impl Fn(&&'a Standing) -> bool,
    ) -> Option<&'a Standing> {
        let all = self.people.get(&who)?.iter();
        let counting = all.filter(|standing| standing.counts(now)).filter(which);
        counting.max_by_key(|standing| (standing.restriction.kind, standing.rank_of_end()))
    }

    /// Why somebody may not come in; none when they may. A ban of names or addresses spares those whom its issuer could not
    /// have banned by name: those of the same rank or above.
    #[must_use]
    pub fn barred(&self, applicant: &Applicant, now: Duration) -> Option<String> {
        self.banned(applicant, now).or_else(|| self.closed_to(applicant, now))
    }

    /// The same, by a ban alone: those who are in the world already need not leave because nobody else is let in.
    #[must_use]
    pub fn banned(&self, applicant: &Applicant, now: Duration) -> Option<String> {
        let own = applicant.account.and_then(|account| self.people.get(&Person::Account(account)));
        let of_account = own.into_iter().flatten().filter(|standing| is_ban(standing));
        let of_others = self.others.iter().filter(|standing| hits(standing, applicant));
        let counting = of_account.chain(of_others).filter(|standing| standing.counts(now));
        let heaviest = counting.max_by_key(|standing| standing.rank_of_end());
        heaviest.map(|standing| sentence(standing, now))
    }

    /// What keeps somebody from speaking or acting, as far as they may know of it.
    #[must_use]
    pub fn hindrances(&self, who: Person, now: Duration) -> Vec<Hindrance> {
        let all = self.people.get(&who).into_iter().flatten();
        let known = all.filter(|standing| {
            standing.counts(now) && !standing.restriction.kind.is_secret() && !is_ban(standing)
        });
        known.map(|standing| standing.hindrance(now)).collect()
    }

    /// Takes a warning in that nobody has acknowledged.
    pub fn warn(&mut self, warning: Arc<Remark>) {
        if let Some(person) = warning.subject.person() {
            self.warnings.entry(person).or_default().push(warning);
        }
    }

    /// The warnings that somebody has not acknowledged.
    #[must_use]
    pub fn warnings(&self, who: Person) -> &[Arc<Remark>] {
        self.warnings.get(&who).map_or(&[], Vec::as_slice)
    }

    /// Somebody has acknowledged these warnings.
    pub fn acknowledge(&mut self, who: Person, ids: &[ActId]) {
        if let Some(warnings) = self.warnings.get_mut(&who) {
            warnings.retain(|warning| !ids.contains(&warning.id));
        }
    }

    /// Drops what no longer counts, so that memory does not grow. Nothing depends on when.
    pub fn forget(&mut self, now: Duration) {
        self.people.retain(|_, all| {
            all.retain(|standing| standing.counts(now));
            !all.is_empty()
        });
        self.others.retain(|standing| standing.counts(now));
        self.everyone.retain(|standing| standing.counts(now));
        self.warnings.retain(|_, warnings| !warnings.is_empty());
    }
}

fn is_ban(standing: &Standing) -> bool {
    standing.restriction.kind == RestrictionKind::Ban
}

fn hits(standing: &Standing, applicant: &Applicant) -> bool {
    let is_like = match &standing.restriction.subject {
        Subject::Names(pattern) => pattern.matches(applicant.name),
        Subject::Addresses(range) => range.contains(applicant.address),
        Subject::Person(..) | Subject::Everyone => false,
    };
    let spared = &standing.restriction.except;
    let is_spared = spared.iter().any(|spared| Some(spared.account) == applicant.account);
    is_like && !is_spared && applicant.rank.max(Rank::Player) < standing.restriction.issuer.rank
}

/// What somebody is told who is kept from speaking or acting. What holds for everyone is on nobody's record.
fn told(standing: &Standing, now: Duration) -> Prose {
    let mut text = sentence(standing, now);
    if standing.restriction.subject != Subject::Everyone {
        text.push_str(" `myrecord` has the particulars.");
    }
    Prose::new().span(Role::Warning, text)
}

fn sentence(standing: &Standing, now: Duration) -> String {
    let restriction = &standing.restriction;
    let (what, how_long) = (what(restriction), standing.how_long(now));
    format!("{what} {how_long}. The reason: {}", stopped(&restriction.reason))
}

fn what(restriction: &Restriction) -> String {
    match (&restriction.subject, restriction.kind) {
        (Subject::Names(_), _) => "Names like this are banned".to_owned(),
        (Subject::Addresses(_), _) => "The address you come from is banned".to_owned(),
        (_, RestrictionKind::Lock) => format!("Staff have locked {}", restriction.scope),
        (_, RestrictionKind::Mute) => format!("You are muted on {}", restriction.scope),
        (_, kind) => format!("You are {}", kind.participle()),
    }
}

/// A text that ends like a sentence.
fn stopped(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

mod defcon;
mod verdict;

pub use defcon::Defcon;
pub use verdict::{Restraint, Speaking};

#[cfg(test)]
mod tests;
