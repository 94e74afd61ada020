//! How much somebody may say, as they read it; and what is done when a crowd comes in.

use chrono::TimeDelta;
use smol_str::SmolStr;

use super::step::Game;
use super::{Outcome, Request, RuleAct};
use crate::channels::Channel;
use crate::commands::Clock;
use crate::moderation::{Allowance, Burst, Speaking, WAVE};
use crate::vocab::{
    Audience, Fact, List, Person, PlayerId, Prose, Rank, Role, Table, countdown, lasting,
};
use crate::world::Player;

/// How much a player may say just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowances {
    /// On each channel that they may speak on, in the order of lists.
    pub channels: Vec<Allowance>,
    /// On all channels together; none is without limit.
    pub burst: Option<Burst>,
    /// How many of their lines wait.
    pub waiting: usize,
}

impl Game {
    /// How much a player in the world may say just now.
    #[must_use]
    pub fn allowances(&self, player: PlayerId, clock: Clock) -> Option<Allowances> {
        let player = self.world.player(player)?;
        let (who, rank) = (Person::of(player.account, player.id), player.rank);
        let rows = self.table.rows().iter().filter(|row| rank >= row.speak);
        Some(Allowances {
            channels: rows.map(|row| self.allowance_on(row, player, clock)).collect(),
            burst: self.moderation.floods.burst(who, rank, clock.now),
            waiting: self.waiting.count(player.id),
        })
    }

    /// How much a player may say on a channel just now.
    pub(super) fn allowance_on(&self, row: &Channel, player: &Player, clock: Clock) -> Allowance {
        let speaking = Speaking {
            who: Person::of(player.account, player.id),
            rank: player.rank,
            account_age: player.account_age(clock.at),
            channel: &row.name,
        };
        self.moderation.allowance(&speaking, row.per_minute, row.reach(), clock.now)
    }

    /// Shows somebody how much a player may say.
    pub(super) fn show_limits(
        &self,
        asker: PlayerId,
        of: PlayerId,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some((player, may)) = self.world.player(of).zip(self.allowances(of, clock)) else {
            return;
        };
        let whose = if asker == of { "you" } else { player.name.as_str() };
        if player.rank.is_staff() {
            return out.tell(asker, format!("Nothing limits how much {whose} may say: staff."));
        }
        let title = format!("How much {whose} may say");
        out.tell(asker, Prose::new().span(Role::Title, title).then(self.table_of(&may)));
    }

    fn table_of(&self, may: &Allowances) -> Prose {
        let heads = Table::new().words("channel").numbers("a minute").numbers("said");
        let heads = heads.numbers("left").words("next");
        let table = may.channels.iter().fold(heads, |table, it| table.row(cells(it)));
        let unanswered = self.table.rows().iter().filter(|row| row.per_minute_unanswered > 0);
        let unanswered = unanswered.map(|row| {
            let most = row.per_minute_unanswered;
            format!("On {} {most} a minute to each one who has not answered.", row.name)
        });
        let notes = unanswered.chain(burst_line(may.burst, may.waiting)).map(Prose::text);
        Prose::new().table(table).list(List::of(notes))
    }

    /// Somebody has come in who was not here before: perhaps one newcomer too many.
    pub(super) fn watch_for_waves(&mut self, player: &Player, clock: Clock, out: &mut Outcome) {
        let (age, rank) = (player.account_age(clock.at), player.rank);
        let Some(lasts) = self.moderation.floods.came_in(age, rank, clock.now) else { return };
        let closed = "newcomers are not heard on wide channels";
        let text =
            format!("[{WAVE}] Very many newcomers come in: for {} {closed}.", lasting(lasts));
        let prose = Prose::new().span(Role::Warning, text);
        out.emit(Audience::Rank(Rank::Helper), Fact::Told(prose));
        out.ask(Request::RuleAct(Box::new(RuleAct {
            at: clock.at,
            rule: SmolStr::new_static(WAVE),
            subject: None,
            act: "wave",
            detail: closed.to_owned(),
            restriction: None,
            until: TimeDelta::from_std(lasts).ok().map(|lasts| clock.at + lasts),
        })));
    }
}

fn cells(it: &Allowance) -> [String; 5] {
    let left = it.remaining().map_or_else(|| "any".to_owned(), |left| left.to_string());
    let most = if it.per_minute == 0 { "no limit".to_owned() } else { it.per_minute.to_string() };
    let next = match it.closed_by {
        Some(rule) => format!("not now ({rule})"),
        None if it.wait.is_zero() => "now".to_owned(),
        None => format!("in {}", countdown(it.wait)),
    };
    let slow = it.gap.map(|gap| format!(", slow mode: {}", lasting(gap))).unwrap_or_default();
    [it.channel.to_string(), most, it.said.to_string(), left, format!("{next}{slow}")]
}

fn burst_line(burst: Option<Burst>, waiting: usize) -> Option<String> {
    let Burst { lines, free, per_second } = burst?;
    let waiting = if waiting > 0 { format!("; {waiting} wait") } else { String::new() };
    Some(format!(
        "In all {lines} at once, then {per_second} a second: {free} at once now{waiting}."
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::channels::Table;
    use crate::game::{Answer, Turn};
    use crate::moderation::FloodLimits;
    use crate::rehearsal::{Rehearsal, settings, world_of_tests};
    use crate::world::Ground;

    fn stage(own: &[(&str, &str)]) -> Rehearsal {
        let own = own.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let on = ("chat.rate_limiting.enabled".to_owned(), "true".to_owned());
        let own: Vec<_> = std::iter::once(on).chain(own).collect();
        Rehearsal::within(&settings(&own), world_of_tests(), &[1_000], 1)
    }

    fn of(stage: &Rehearsal, channel: &str) -> Allowance {
        let may = stage.game.allowances(PlayerId(1), stage.clock).unwrap();
        let is = |it: &Allowance| it.channel.as_str() == channel;
        may.channels.into_iter().find(is).unwrap()
    }

    #[test]
    fn what_is_left_is_exact() {
        let mut stage = stage(&[("chat.rate_limiting.say", "3")]);
        let ada = stage.enter("Ada", Rank::Player);
        for (said, line) in ["say one", "say two", "say three", "say four"].iter().enumerate() {
            assert_eq!(of(&stage, "say").remaining(), Some(3 - said as u32));
            stage.types(ada, line);
            stage.wait(Duration::from_secs(1));
        }
        let say = of(&stage, "say");
        assert_eq!((say.said, say.wait), (3, Duration::from_secs(56)));
        stage.heard(ada);
        stage.types(ada, "limits");
        let read = stage.heard(ada);
        assert!(read.contains(&"  say             3     3     0  in 56 s".to_owned()), "{read:#?}");
        stage.wait(Duration::from_secs(56));
        assert_eq!(of(&stage, "say").remaining(), Some(1));
    }

    #[test]
    fn a_reload_brings_other_limits_and_forgets_nobody() {
        let mut stage = stage(&[]);
        let ada = stage.enter("Ada", Rank::Player);
        stage.types(ada, "say one");
        let mut chat = crate::config::Chat::default();
        (chat.rate_limiting.burst, chat.rate_limiting.say) = (2, 7);
        let reloaded = Answer::Reloaded {
            ground: Box::new(Ground::of(world_of_tests())),
            table: Box::new(Table::new(&chat).unwrap()),
            filter: std::sync::Arc::default(),
            ladder: None,
            floods: Box::new(FloodLimits::of(&chat)),
            by: PlayerId(1),
        };
        stage.turn(Turn::Answered(reloaded));
        let may = stage.game.allowances(PlayerId(1), stage.clock).unwrap();
        assert_eq!(may.burst, Some(Burst { lines: 2, free: 1, per_second: 2 }));
        let say = of(&stage, "say");
        assert_eq!((say.per_minute, say.said), (7, 1));
    }

    #[test]
    fn a_mute_is_told() {
        let mut stage = stage(&[]);
        let ada = stage.enter("Ada", Rank::Player);
        let mara = stage.enter("Mara", Rank::Moderator);
        stage.types(mara, "mute ada shout 1h spamming");
        stage.heard(ada);
        stage.types(ada, "limits");
        let told = stage.heard(ada);
        let shout = told.iter().find(|line| line.starts_with("  shout")).unwrap();
        assert!(shout.ends_with("6     0     6  not now (mute)"), "{shout}");
    }

    #[test]
    fn a_crowd_of_newcomers_is_kept_off_wide_channels() {
        let mut stage = stage(&[("chat.floods.wave_newcomers_per_minute", "3")]);
        let mara = stage.enter("Mara", Rank::Moderator);
        let guests: Vec<usize> = ["Ann", "Ben", "Cat", "Dan", "Eve"]
            .map(|name| stage.arrive(crate::rehearsal::Arrival::of(name, Rank::Guest)))
            .into();
        stage.deliver();
        let told = stage.heard(mara);
        let told: Vec<_> = told.iter().filter(|line| line.starts_with("[wave 1]")).collect();
        assert_eq!(told.len(), 1, "staff are told once: {told:?}");
        stage.types(guests[0], "shout hello");
        let read = stage.heard(guests[0]);
        assert!(read.iter().any(|line| line.contains("heard on shout again in 5 min")), "{read:?}");
        stage.heard(mara);
        stage.types(guests[0], "say hello");
        assert_eq!(stage.heard(mara), ["Ann says, \"hello\""]);
        stage.wait(Duration::from_mins(5));
        stage.types(guests[0], "shout hello");
        assert_eq!(stage.heard(mara).len(), 1);
    }
}
