//! What concerns everyone without a rank: slow mode, locks, age limits, defcon. Those who hear of it are told when it
//! begins, when it changes and when it ends, however it ends.

use std::sync::Arc;
use std::time::Duration;

use super::Outcome;
use super::step::Game;
use crate::bus::{DefconRow, RestrictionRow};
use crate::channels::Channel;
use crate::commands::Clock;
use crate::config::ScopeName;
use crate::moderation::{Defcon, Standing};
use crate::vocab::{
    Audience, Fact, PlayerId, Prose, Restriction, RestrictionKind, Role, Scope, Subject, countdown,
};
use crate::world::Player;

impl Game {
    /// Tells those whom it concerns what has changed since they were last told.
    pub(super) fn announce_changes(&mut self, clock: Clock, out: &mut Outcome) {
        let standing = self.moderation.restrictions.on(&Subject::Everyone, clock.now);
        let now: Vec<Standing> = standing.cloned().collect();
        let before = std::mem::take(&mut self.announced);
        let begun = now.iter().filter(|it| before.iter().all(|old| old.id != it.restriction.id));
        let is_over = |old: &&Arc<Restriction>| {
            now.iter().all(|it| !takes_the_place_of(&it.restriction, old))
        };
        let told = before.iter().filter(is_over).map(|old| (old, Role::Good, end(old)));
        let told = told.chain(begun.map(|it| {
            let text = format!("{} {}", beginning(&it.restriction), reason(it, clock));
            (&it.restriction, Role::Warning, text)
        }));
        for (restriction, role, text) in told {
            let prose = Fact::Told(Prose::new().span(role, text));
            out.emit(self.concerned(&restriction.scope), prose);
        }
        self.announced = now.into_iter().map(|standing| standing.restriction).collect();
    }

    /// Everyone, or those who hear one of the channels.
    fn concerned(&self, scope: &Scope) -> Audience {
        let Scope::Channels(names) = scope else { return Audience::EVERYONE };
        let rows: Vec<&Channel> = names.iter().filter_map(|name| self.table.get(name)).collect();
        let hears = |player: &&Player| rows.iter().any(|row| is_on(player, row));
        let there: Vec<PlayerId> =
            self.world.players().filter(hears).map(|player| player.id).collect();
        Audience::Witnesses(there.into())
    }

    /// Tells somebody what is closed just now.
    pub(super) fn show_defcon(&self, asker: PlayerId, clock: Clock, out: &mut Outcome) {
        let text = match self.defcon(clock) {
            Some(it) => {
                let issuer = &it.restriction.issuer;
                let by = format!("{} ({})", issuer.name, issuer.rank);
                format!("{} {} By {by}.", beginning(&it.restriction), reason(it, clock))
            }
            None => "Defcon is 5: nothing is closed.".to_owned(),
        };
        out.tell(asker, text);
    }

    fn defcon(&self, clock: Clock) -> Option<&Standing> {
        let mut standing = self.moderation.restrictions.on(&Subject::Everyone, clock.now);
        standing.find(|it| it.restriction.kind == RestrictionKind::Defcon)
    }

    /// The same for a program.
    pub(super) fn defcon_row(&self, clock: Clock) -> DefconRow {
        let stands = self.defcon(clock).map(|standing| RestrictionRow {
            restriction: Arc::clone(&standing.restriction),
            left: standing.left(clock.now),
        });
        let levels = Defcon::LEVELS.map(|level| (level, Defcon::level(level).closes()));
        DefconRow { stands, levels: levels.into() }
    }
}

/// Whether a player hears a channel, as far as that is theirs to choose and their rank's to allow.
pub(super) fn is_on(player: &Player, row: &Channel) -> bool {
    let state = &player.state;
    let has_it = match row.scope.name {
        ScopeName::Members => state.joined.contains(&row.name),
        _ => !state.left.contains(&row.name),
    };
    player.rank >= row.style.hear && has_it
}

fn takes_the_place_of(new: &Restriction, old: &Restriction) -> bool {
    new.kind == old.kind && new.scope == old.scope
}

/// What begins, without its end and its reason.
fn beginning(it: &Restriction) -> String {
    let scope = &it.scope;
    let time = || countdown(Duration::from_secs(it.measure));
    match it.kind {
        RestrictionKind::Slow => format!("Slow mode is on: one line every {} on {scope}.", time()),
        RestrictionKind::Age => format!("To speak on {scope}, an account must be {} old.", time()),
        RestrictionKind::Defcon => {
            let closes = Defcon::of(it).closes();
            format!("The server is under attack; staff have set defcon {}. {closes}", it.measure)
        }
        _ => format!("Staff have locked {scope}."),
    }
}

fn reason(standing: &Standing, clock: Clock) -> String {
    let it = &standing.restriction;
    let ends = it.reason.ends_with(['.', '!', '?']);
    let stop = if ends { "" } else { "." };
    format!("It counts {}. The reason: {}{stop}", standing.how_long(clock.now), it.reason)
}

fn end(it: &Restriction) -> String {
    let scope = &it.scope;
    match it.kind {
        RestrictionKind::Slow => format!("Slow mode is over on {scope}."),
        RestrictionKind::Age => format!("Accounts of any age may speak on {scope} again."),
        RestrictionKind::Defcon => "Defcon is 5 again: nothing is closed any more.".to_owned(),
        _ => format!("Everyone may speak on {scope} again."),
    }
}
