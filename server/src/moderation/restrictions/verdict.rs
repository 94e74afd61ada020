//! What restrictions say of a line that somebody wants to say.

use std::time::Duration;

use super::{Restrictions, Standing, stopped, told};
use crate::vocab::{
    Blocked, ChannelName, Person, Prose, Rank, Refusal, RestrictionKind, Role, Scope, lasting,
};

/// Who wants to speak, and where.
#[derive(Debug, Clone, Copy)]
pub struct Speaking<'a> {
    /// The one behind the player.
    pub who: Person,
    /// Their rank.
    pub rank: Rank,
    /// How long they have had an account; none without one.
    pub account_age: Option<Duration>,
    /// The channel.
    pub channel: &'a ChannelName,
}

/// What a line is under that may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restraint {
    /// Only the speaker and staff read it.
    pub is_shadowed: bool,
    /// Staff must approve of it first.
    pub is_held: bool,
    /// The time that must have passed since the speaker's last line on the channel.
    pub gap: Option<Duration>,
}

impl Restrictions {
    /// Whether somebody may speak on a channel, and under what restraint.
    ///
    /// # Errors
    /// What keeps them from it.
    pub fn verdict(&self, speaking: &Speaking, now: Duration) -> Result<Restraint, Blocked> {
        let covers = |standing: &&Standing| standing.restriction.scope.covers(speaking.channel);
        let own = self.people.get(&speaking.who).into_iter().flatten();
        let all =
            own.chain(self.on_everyone(speaking.rank)).filter(|standing| standing.counts(now));
        let mut restraint = Restraint::default();
        let mut heaviest: Option<&Standing> = None;
        for standing in all.filter(covers) {
            if keeps_from_speaking(standing, speaking) {
                heaviest = heaviest.max_by_weight(standing);
            }
            restraint.add(standing);
        }
        if let Some(standing) = heaviest {
            return Err(blocked_by(standing, now));
        }
        self.unread_warning(speaking.who).map_or(Ok(restraint), Err)
    }

    /// Whether what somebody shows is kept from others, because they are silenced or shadowed on all channels.
    #[must_use]
    pub fn hides_texts(&self, who: Person, now: Duration) -> bool {
        let own = self.people.get(&who).into_iter().flatten();
        own.filter(|standing| standing.counts(now)).any(|standing| {
            let kind = standing.restriction.kind;
            standing.restriction.scope == Scope::All
                && (kind.silences() || kind == RestrictionKind::Shadow)
        })
    }

    /// What concerns all who have no rank.
    fn on_everyone(&self, rank: Rank) -> &[Standing] {
        if rank < Rank::Helper { &self.everyone } else { &[] }
    }

    fn unread_warning(&self, who: Person) -> Option<Blocked> {
        let warning = self.warnings.get(&who)?.first()?;
        let by = match warning.issuer.is_rule() {
            true => format!("The rule {} has warned you", warning.issuer.name),
            false => "Staff have warned you".to_owned(),
        };
        let text = format!("{by}: {}\n`acknowledge` it, then you may speak again.", warning.text);
        let refusal = Refusal::from(Prose::new().span(Role::Warning, text));
        Some(Blocked { rule: "warning", refusal })
    }
}

impl Restraint {
    fn add(&mut self, standing: &Standing) {
        let restriction = &standing.restriction;
        match restriction.kind {
            RestrictionKind::Slow => self.slow_down(Duration::from_secs(restriction.measure)),
            RestrictionKind::Hold => self.is_held = true,
            RestrictionKind::Shadow => self.is_shadowed = true,
            RestrictionKind::Defcon => {
                let level = super::Defcon::of(restriction);
                self.is_held |= level.holds();
                if let Some(gap) = level.gap() {
                    self.slow_down(gap);
                }
            }
            _ => {}
        }
    }

    fn slow_down(&mut self, gap: Duration) {
        self.gap = Some(self.gap.map_or(gap, |other| other.max(gap)));
    }
}

/// Of what keeps somebody from speaking, the heaviest is told, and of equals the one that lasts longest.
trait Heaviest<'a> {
    fn max_by_weight(self, other: &'a Standing) -> Option<&'a Standing>;
}

impl<'a> Heaviest<'a> for Option<&'a Standing> {
    fn max_by_weight(self, other: &'a Standing) -> Option<&'a Standing> {
        let weight = |standing: &Standing| (standing.restriction.kind, standing.rank_of_end());
        match self {
            Some(one) if weight(one) > weight(other) => Some(one),
            _ => Some(other),
        }
    }
}

fn keeps_from_speaking(standing: &Standing, speaking: &Speaking) -> bool {
    let restriction = &standing.restriction;
    match restriction.kind {
        RestrictionKind::Age => {
            let least = Duration::from_secs(restriction.measure);
            speaking.rank < Rank::Helper && speaking.account_age.is_none_or(|age| age < least)
        }
        RestrictionKind::Defcon => {
            super::Defcon::of(restriction).is_for_the_registered() && speaking.rank == Rank::Guest
        }
        kind => kind.silences(),
    }
}

fn blocked_by(standing: &Standing, now: Duration) -> Blocked {
    let restriction = &standing.restriction;
    let rule = restriction.kind.as_str();
    let text = match restriction.kind {
        RestrictionKind::Age => {
            let least = lasting(Duration::from_secs(restriction.measure));
            let reason = stopped(&restriction.reason);
            let scope = &restriction.scope;
            format!("To speak on {scope}, an account must be {least} old. The reason: {reason}")
        }
        RestrictionKind::Defcon => {
            let reason = stopped(&restriction.reason);
            format!("Guests are not heard just now. The reason: {reason}")
        }
        _ => return Blocked { rule, refusal: Refusal::from(told(standing, now)) },
    };
    Blocked { rule, refusal: Refusal::from(Prose::new().span(Role::Warning, text)) }
}
