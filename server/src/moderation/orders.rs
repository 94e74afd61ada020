//! What may be done to whom: the one place where the rules of rank for acts of moderation stand.
//!
//! Decides by ranks as they are stored, not as sessions remember them. Carries nothing out.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use smol_str::SmolStr;

use super::bounds;
use crate::vocab::{
    AccountId, Issuer, Lifted, OrderedAct, Person, Placed, Rank, Remark, RemarkKind, Restriction,
    RestrictionKind, Scope, Spared, Subject, Wanted, Whom,
};

/// The lowest rank that may moderate.
pub const MODERATES: Rank = Rank::Moderator;
/// The most restrictions of one kind that may stand against somebody at once.
const STANDING_MAX: usize = 20;

/// Whom an order is about, as they are stored.
#[derive(Debug, Clone)]
pub struct Target {
    /// The name on record.
    pub subject: Subject,
    /// The stored rank; a guest's for guests, and for what has none.
    pub rank: Rank,
    /// Those whom a ban of names or addresses shall let in all the same.
    pub except: Vec<Spared>,
}

impl Target {
    /// Somebody with an account.
    #[must_use]
    pub fn account(account: AccountId, name: SmolStr, rank: Rank) -> Self {
        let subject = Subject::Person(Person::Account(account), name);
        Self { subject, rank, except: Vec::new() }
    }

    /// What an order is about when nothing has to be looked up: names, addresses, and guests, who are stored nowhere.
    #[must_use]
    pub fn known(placed: &Placed) -> Option<Self> {
        let rank = Rank::Guest;
        let subject = match &placed.order.whom {
            Whom::Names(pattern) => Subject::Names(pattern.clone()),
            Whom::Addresses(range) => Subject::Addresses(*range),
            Whom::Everyone => Subject::Everyone,
            Whom::Player(_) => match &placed.here {
                Some(here) if matches!(here.person, Person::Guest(_)) => {
                    Subject::Person(here.person, here.name.clone())
                }
                _ => return None,
            },
        };
        Some(Self { subject, rank, except: Vec::new() })
    }
}

/// What is to be committed.
#[derive(Debug, Clone)]
pub enum Decision {
    /// A restriction; what it supersedes is lifted with it.
    Restrict(Restriction),
    /// These are lifted.
    Lift(Vec<Arc<Restriction>>, Lifted),
    /// A remark.
    Remark(Remark),
}

/// Why an order is not carried out, in a sentence for whoever gave it.
pub type Refused = String;

/// The names that an order spares, of those whom its ban would hit. Each must be looked up before it is decided.
#[must_use]
pub fn spared_names(placed: &Placed) -> &[String] {
    match &placed.order.act {
        OrderedAct::Restrict(wanted) => &wanted.except,
        _ => &[],
    }
}

/// Decides an order. `rank` is the issuer's as it is stored, `standing` what counts against the target now.
///
/// # Errors
/// Why not.
pub fn decide(
    placed: &Placed,
    rank: Rank,
    target: Option<Target>,
    standing: &[Arc<Restriction>],
) -> Result<Decision, Refused> {
    if rank < MODERATES {
        return Err(format!("Only a {MODERATES} or above may do that."));
    }
    let target = target.ok_or_else(|| unknown(placed))?;
    check_ranks(placed, rank, &target)?;
    let mut issuer = placed.issuer.clone();
    issuer.rank = rank;
    let subject = target.subject;
    match &placed.order.act {
        OrderedAct::Restrict(wanted) => {
            let Wanted { kind, scope, lasts, measure, except } = wanted;
            check_guest(placed, *kind, &subject)?;
            bounds::check(wanted, &subject)?;
            check_spared(except, &target.except)?;
            let before = superseded(*kind, scope, standing);
            check_above(rank, before, "changed")?;
            let same_kind = standing.iter().filter(|other| other.kind == *kind).count();
            // For everyone there is one for each channel, and channels are few.
            let is_person = subject != Subject::Everyone;
            if before.is_none() && is_person && same_kind >= STANDING_MAX {
                return Err(format!("{subject} has more than enough of these."));
            }
            Ok(Decision::Restrict(Restriction {
                id: placed.id,
                kind: *kind,
                subject,
                scope: scope.clone(),
                measure: *measure,
                from: placed.at,
                until: lasts.and_then(|lasts| end(placed, lasts)),
                reason: placed.order.reason.clone(),
                issuer,
                evidence: placed.order.evidence.clone(),
                except: target.except,
                supersedes: before.map(|before| before.id),
                lifted: None,
            }))
        }
        OrderedAct::Lift(kinds) => {
            let of_kind = standing.iter().filter(|standing| kinds.contains(&standing.kind));
            let lifted: Vec<Arc<Restriction>> = of_kind.cloned().collect();
            if lifted.is_empty() {
                return Err(format!("{subject} is not {}.", participles(kinds)));
            }
            lift(placed, rank, issuer, lifted)
        }
        OrderedAct::LiftOn(kinds, scope) => {
            let there = |it: &&Arc<Restriction>| kinds.contains(&it.kind) && it.scope == *scope;
            let lifted: Vec<Arc<Restriction>> = standing.iter().filter(there).cloned().collect();
            if lifted.is_empty() {
                return Err(nothing_on(kinds, scope));
            }
            lift(placed, rank, issuer, lifted)
        }
        OrderedAct::Clear(kind) => {
            let reason = &placed.order.reason;
            let text = format!("{}: {reason}", kind.as_str());
            let (id, at, kind) = (placed.id, placed.at, RemarkKind::Cleared);
            let (evidence, acknowledged) = (placed.order.evidence.clone(), None);
            Ok(Decision::Remark(Remark {
                id,
                kind,
                subject,
                text,
                at,
                issuer,
                evidence,
                acknowledged,
            }))
        }
        OrderedAct::Remark(kind) => {
            let needs_presence = matches!(kind, RemarkKind::Kick | RemarkKind::Snoop);
            if needs_presence && placed.here.is_none() {
                return Err(format!("{subject} is not in the world."));
            }
            let (id, at) = (placed.id, placed.at);
            let text = placed.order.reason.clone();
            let (kind, evidence, acknowledged) = (*kind, placed.order.evidence.clone(), None);
            let remark = Remark { id, kind, subject, text, at, issuer, evidence, acknowledged };
            Ok(Decision::Remark(remark))
        }
    }
}

fn lift(
    placed: &Placed,
    rank: Rank,
    by: Issuer,
    lifted: Vec<Arc<Restriction>>,
) -> Result<Decision, Refused> {
    check_above(rank, lifted.iter(), "lifted")?;
    let why = placed.order.reason.clone();
    Ok(Decision::Lift(lifted, Lifted { by, at: placed.at, why }))
}

fn nothing_on(kinds: &[RestrictionKind], scope: &Scope) -> Refused {
    match kinds {
        [RestrictionKind::Slow] => format!("There is no slow mode on {scope}."),
        [RestrictionKind::Age] => format!("There is no age limit on {scope}."),
        [RestrictionKind::Defcon] => "Defcon is 5 already: nothing is closed.".to_owned(),
        _ => format!("{scope} is not {}.", participles(kinds)),
    }
}

/// A name that nobody has would spare nobody, and whoever typed it would not know.
fn check_spared(names: &[String], found: &[Spared]) -> Result<(), Refused> {
    if names.len() == found.len() {
        return Ok(());
    }
    Err("Not everyone after `except` has an account. Write each name in full.".to_owned())
}

fn unknown(placed: &Placed) -> Refused {
    match &placed.order.whom {
        Whom::Player(name) => format!("There is no player {name}. Write the name in full."),
        Whom::Names(_) | Whom::Addresses(_) | Whom::Everyone => {
            "There is nobody to do that to.".to_owned()
        }
    }
}

fn check_ranks(placed: &Placed, rank: Rank, target: &Target) -> Result<(), Refused> {
    let issuer = placed.issuer.account.map(Person::Account);
    if issuer.is_some() && target.subject.person() == issuer {
        return Err("You cannot do that to yourself.".to_owned());
    }
    if placed.issuer.is_rule() && target.rank.is_staff() {
        return Err(format!("{} is staff: no rule acts on them.", target.subject));
    }
    if target.rank >= rank {
        return Err(format!("{} is not below you in rank.", target.subject));
    }
    Ok(())
}

fn check_guest(placed: &Placed, kind: RestrictionKind, subject: &Subject) -> Result<(), Refused> {
    if kind != RestrictionKind::Ban || !matches!(subject.person(), Some(Person::Guest(_))) {
        return Ok(());
    }
    let address = placed.here.as_ref().and_then(|here| here.address);
    let range = address.map_or_else(|| "<address>".to_owned(), |address| address.to_string());
    Err(format!("{subject} is a guest and has no account: `kick` them, or `ban {range}`."))
}

/// What a new restriction takes the place of: those of the same kind on the same channels.
fn superseded<'a>(
    kind: RestrictionKind,
    scope: &Scope,
    standing: &'a [Arc<Restriction>],
) -> Option<&'a Arc<Restriction>> {
    standing.iter().find(|other| other.kind == kind && other.scope == *scope)
}

/// What somebody of a higher rank has done stays.
fn check_above<'a>(
    rank: Rank,
    acts: impl IntoIterator<Item = &'a Arc<Restriction>>,
    done: &str,
) -> Result<(), Refused> {
    match acts.into_iter().find(|act| act.issuer.rank > rank) {
        Some(act) => {
            let by = act.issuer.rank;
            Err(format!("That was done by somebody of rank {by} and can only be {done} by one."))
        }
        None => Ok(()),
    }
}

fn participles(kinds: &[RestrictionKind]) -> &'static str {
    kinds.first().map_or("restricted", |kind| kind.participle())
}

/// When something ends; what lies beyond the calendar lasts until it is lifted.
fn end(placed: &Placed, lasts: Duration) -> Option<DateTime<Utc>> {
    placed.at.checked_add_signed(TimeDelta::from_std(lasts).ok()?)
}

#[cfg(test)]
mod tests;
