//! When staff learn that something waits for them: at once, but not more often than the rules say, and of what came in between
//! when its time has come. Each learns of the cases of those below them, and not that there are others.

use std::collections::VecDeque;
use std::time::Duration;

use super::Outcome;
use super::step::Game;
use crate::commands::Clock;
use crate::moderation::MODERATES;
use crate::vocab::{Case, CaseKind, Person, PlayerId, Prose, Rank, Role, Subject};
use crate::world::Player;

/// Of how many cases it is remembered that staff have to be told; of more, the oldest are only in the queue.
const UNTOLD_MAX: usize = 100;

/// When staff were last told that something waits, and what they have not been told since.
#[derive(Debug, Default)]
pub(super) struct CaseNews {
    told: Option<Duration>,
    untold: VecDeque<Tiding>,
}

/// That a case waits.
#[derive(Debug)]
struct Tiding {
    case: u64,
    subject: Subject,
    /// The subject's rank.
    rank: Rank,
    /// Who brought it forward.
    by: PlayerId,
    text: String,
}

impl Tiding {
    fn is_for(&self, player: &Player) -> bool {
        player.id != self.by && is_above(player, &self.subject, self.rank)
    }
}

impl Game {
    /// Staff above the one whom it is about learn that something waits.
    pub(super) fn tell_staff(
        &mut self,
        case: &Case,
        rank: Rank,
        by: PlayerId,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let subject = case.subject.clone();
        let tiding = Tiding { case: case.number, subject, rank, by, text: news(case) };
        self.news.untold.push_back(tiding);
        if self.news.untold.len() > UNTOLD_MAX {
            self.news.untold.pop_front();
        }
        self.bring_tidings(clock, out);
    }

    /// Tells what staff have not been told yet, unless they were told something just now.
    pub(super) fn bring_tidings(&mut self, clock: Clock, out: &mut Outcome) {
        let every = self.rules.case_lines_every;
        let is_early = self.news.told.is_some_and(|told| clock.now < told.saturating_add(every));
        if is_early || self.news.untold.is_empty() {
            return;
        }
        self.news.told = Some(clock.now);
        let untold = std::mem::take(&mut self.news.untold);
        let staff = self.world.players().filter(|player| player.rank >= MODERATES);
        let told: Vec<(PlayerId, String)> =
            staff.filter_map(|player| Some((player.id, line(&untold, player)?))).collect();
        for (id, text) in told {
            out.tell(id, Prose::new().span(Role::Warning, text));
            self.show_prompt(id, out);
        }
    }

    pub(super) fn staff_above(&self, subject: &Subject, rank: Rank) -> Vec<PlayerId> {
        let players = self.world.players().filter(|player| is_above(player, subject, rank));
        players.map(|player| player.id).collect()
    }
}

fn is_above(player: &Player, subject: &Subject, rank: Rank) -> bool {
    let who = Person::of(player.account, player.id);
    player.rank >= MODERATES && player.rank > rank && subject.person() != Some(who)
}

/// What one of the staff reads; none when nothing is for them.
fn line(untold: &VecDeque<Tiding>, player: &Player) -> Option<String> {
    let mut theirs = untold.iter().rev().filter(|tiding| tiding.is_for(player));
    let newest = theirs.next()?;
    let more = match theirs.count() {
        0 => String::new(),
        more => format!("; and {more} more in `modqueue`"),
    };
    let Tiding { case, text, .. } = newest;
    Some(format!("For the staff: {text}. `modqueue {case}`{more}"))
}

fn news(case: &Case) -> String {
    let (number, subject) = (case.number, &case.subject);
    match (case.kind, &case.contested, case.reports.first()) {
        (CaseKind::Report, _, Some(report)) => {
            format!("case {number}, {subject} is reported: {}", report.reason)
        }
        (CaseKind::Appeal, _, Some(report)) => {
            format!("case {number}, {subject} appeals: {}", report.reason)
        }
        (_, Some(contested), _) => {
            let by = &contested.issuer.name;
            format!(
                "case {number}, {by} asks for a second opinion about {subject} ({})",
                contested.what
            )
        }
        _ => format!("case {number} about {subject}"),
    }
}
