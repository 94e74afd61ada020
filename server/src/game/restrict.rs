//! Acts of moderation in the loop: orders leave it to be committed, and take effect when they come back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::actor::Actor;
use super::call_staff::Awaited;
use super::cited::{CITED_MAX, Pointing};
use super::step::{Game, Stage};
use super::{Ordered, Outcome, Request, StaffAct};
use crate::bus::StaffDone;
use crate::commands::Clock;
use crate::vocab::{
    ActId, Done, Farewell, Issuer, Order, OrderedAct, Person, Placed, PlayerId, Present, Prose,
    Remark, RemarkKind, Restriction, RestrictionKind, Role, Subject, Wanted, Whom, countdown,
};
use crate::world::Player;

impl Game {
    /// A member of staff wants something done.
    pub(super) fn place_order(
        &mut self,
        stage: &Stage,
        order: Order,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(Actor { id, issuer, .. }) = self.actor(stage.actor) else { return };
        if issuer.account.is_none() {
            return out.tell(stage.actor, "Guests have no account.");
        }
        if let Err(why) = self.order_by((id, issuer), order, Pointing::Typed, clock, out) {
            out.tell(stage.actor, why);
        }
    }

    /// Somebody's order leaves the loop; the lines that it points at led to it. What comes of it will have the name that is
    /// returned.
    ///
    /// # Errors
    /// Why it does not, in a sentence for them.
    pub(super) fn order_by(
        &mut self,
        (by, issuer): (PlayerId, Issuer),
        order: Order,
        pointing: Pointing<'_>,
        clock: Clock,
        out: &mut Outcome,
    ) -> Result<ActId, String> {
        let here = match &order.whom {
            Whom::Player(name) => self.world.named(name).map(present),
            Whom::Names(_) | Whom::Addresses(_) | Whom::Everyone => None,
        };
        let (at, now) = (clock.at, clock.now);
        let id = self.act_id(clock);
        let cited = self.cited(&order.act, &order.reason, pointing);
        if cited.len() > CITED_MAX {
            return Err(format!("A reason may name at most {CITED_MAX} lines."));
        }
        let placed = Placed { id, by, issuer, here, at, now, order, cited };
        out.ask(Request::Order(Box::new(placed)));
        Ok(id)
    }

    pub(super) fn act_id(&mut self, clock: Clock) -> ActId {
        let id: Uuid = super::talk::next_message_id(&mut self.last_act, clock, &mut self.dice).0;
        ActId(id)
    }

    /// What became of an order.
    pub(super) fn ordered(&mut self, ordered: Ordered, clock: Clock, out: &mut Outcome) {
        let Ordered { placed, outcome } = ordered;
        let answer = || outcome.clone().map(StaffDone::Ordered);
        self.answer_program(Awaited::Order, placed.id, answer, out);
        match outcome {
            Ok(done) => self.done(&placed, &done, clock, out),
            Err(why) if placed.issuer.is_rule() => self.journal_rule(&placed, Err(&why), out),
            Err(why) => {
                self.journal_order(&placed, None, Some(why.clone()), out);
                out.tell(placed.by, why);
            }
        }
        self.show_prompt(placed.by, out);
    }

    fn done(&mut self, placed: &Placed, done: &Done, clock: Clock, out: &mut Outcome) {
        if placed.issuer.is_rule() {
            self.journal_rule(placed, Ok(done), out);
        } else {
            self.journal_order(placed, Some(done), None, out);
        }
        match done {
            Done::Restricted(restriction) => self.restricted(placed, restriction, clock, out),
            Done::Lifted(lifted) => self.lifted(placed, lifted, clock, out),
            Done::Remarked(remark) => self.remarked(placed, remark, clock, out),
        }
    }

    /// A restriction is committed: it counts from the moment it was ordered.
    fn restricted(
        &mut self,
        placed: &Placed,
        restriction: &Arc<Restriction>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        self.moderation.restrictions.add(Arc::clone(restriction), placed.at, placed.now);
        self.tell_issuer(placed, &restriction.subject, told_of(restriction), out);
        if restriction.kind == RestrictionKind::Ban {
            return self.put_out_banned(clock, out);
        }
        if restriction.subject == Subject::Everyone {
            return self.announce_changes(clock, out);
        }
        if restriction.kind.is_secret() {
            return;
        }
        let text = imposed(restriction, &self.how_long(restriction, clock));
        for id in self.players_of(restriction.subject.person()) {
            if restriction.kind == RestrictionKind::Freeze {
                self.world.follow(id, None);
            }
            self.tell_hindrances(id, clock, out);
            self.tell_and_prompt(id, Prose::new().span(Role::Warning, text.as_str()), out);
        }
    }

    /// Whoever ordered something is told; if nobody did, the staff.
    fn tell_issuer(&self, placed: &Placed, subject: &Subject, text: String, out: &mut Outcome) {
        if placed.issuer.is_rule() {
            let text = format!("[{}] {text}", placed.issuer.name);
            return self.tell_staff_about(subject, &text, out);
        }
        out.tell(placed.by, text);
    }

    fn how_long(&self, restriction: &Restriction, clock: Clock) -> String {
        let all = self.moderation.restrictions.on(&restriction.subject, clock.now);
        let standing = all.into_iter().find(|standing| standing.restriction.id == restriction.id);
        standing.map(|standing| standing.how_long(clock.now)).unwrap_or_default()
    }

    fn lifted(
        &mut self,
        placed: &Placed,
        lifted: &[Arc<Restriction>],
        clock: Clock,
        out: &mut Outcome,
    ) {
        for restriction in lifted {
            self.moderation.restrictions.remove(&restriction.subject, restriction.id);
        }
        let Some(first) = lifted.first() else { return };
        if first.subject == Subject::Everyone {
            let what: Vec<String> = lifted.iter().map(|it| it.particulars()).collect();
            out.tell(placed.by, format!("Lifted: {}.", what.join(", ")));
            return self.announce_changes(clock, out);
        }
        out.tell(placed.by, format!("{} is no longer {}.", first.subject, participles(lifted)));
        let told: Vec<Arc<Restriction>> =
            lifted.iter().filter(|it| !it.kind.is_secret()).cloned().collect();
        if told.is_empty() {
            return;
        }
        let text = format!("Staff have decided: you are no longer {}.", participles(&told));
        for id in self.players_of(first.subject.person()) {
            self.tell_hindrances(id, clock, out);
            self.tell_and_prompt(id, Prose::new().span(Role::Good, text.as_str()), out);
        }
    }

    fn remarked(&mut self, placed: &Placed, remark: &Arc<Remark>, clock: Clock, out: &mut Outcome) {
        let name = &remark.subject;
        let players = self.players_of(remark.subject.person());
        match remark.kind {
            RemarkKind::Cleared => self.cleared(placed, remark, clock, out),
            RemarkKind::Note => out.tell(placed.by, format!("Noted about {name}.")),
            RemarkKind::Warning => {
                self.moderation.restrictions.warn(Arc::clone(remark));
                let when = if players.is_empty() { " and reads it on coming back" } else { "" };
                let told = format!("{name} is warned{when}: {}", remark.text);
                self.tell_issuer(placed, name, told, out);
                for id in players {
                    self.tell_and_prompt(id, warning(remark), out);
                }
                self.was_warned(remark, clock, out);
            }
            RemarkKind::Pardon => self.pardoned(name, placed.by, clock, out),
            RemarkKind::Snoop => self.snooped(placed, remark, clock, out),
            RemarkKind::Kick => {
                out.tell(placed.by, format!("{name} is put out of the world: {}", remark.text));
                let text = format!("Staff put you out of the world. The reason: {}", remark.text);
                for id in players {
                    self.put_out(id, &text, clock, out);
                }
            }
        }
    }

    pub(super) fn players_of(&self, person: Option<Person>) -> Vec<PlayerId> {
        let is = |player: &&Player| Some(Person::of(player.account, player.id)) == person;
        self.world.players().filter(is).map(|player| player.id).collect()
    }

    fn tell_and_prompt(&self, id: PlayerId, prose: Prose, out: &mut Outcome) {
        out.tell(id, prose);
        self.show_prompt(id, out);
    }

    /// Everyone leaves whom a ban keeps out.
    fn put_out_banned(&mut self, clock: Clock, out: &mut Outcome) {
        let barred = |player: &Player| self.barred(player, clock).map(|why| (player.id, why));
        let banned: Vec<(PlayerId, String)> = self.world.players().filter_map(barred).collect();
        for (id, why) in banned {
            self.put_out(id, &why, clock, out);
        }
    }

    fn barred(&self, player: &Player, clock: Clock) -> Option<String> {
        let (account, rank, name) = (player.account, player.rank, player.name.as_str());
        let address = player.address?;
        let applicant = crate::vocab::Applicant { account, rank, name, address };
        self.moderation.restrictions.banned(&applicant, clock.now)
    }

    fn put_out(&mut self, id: PlayerId, why: &str, clock: Clock, out: &mut Outcome) {
        out.tell(id, Prose::new().span(Role::Warning, why));
        self.depart(id, Some(Farewell::Removed), clock, out);
    }

    fn journal_order(
        &self,
        placed: &Placed,
        done: Option<&Done>,
        refused: Option<String>,
        out: &mut Outcome,
    ) {
        let (restriction, until) = match done {
            Some(Done::Restricted(restriction)) => (Some(restriction.id), restriction.until),
            Some(Done::Remarked(remark)) => (Some(remark.id), None),
            Some(Done::Lifted(lifted)) => (lifted.first().map(|first| first.id), None),
            None => (None, None),
        };
        let detail = detail(placed);
        let present = placed.here.as_ref().map(|here| here.person);
        out.ask(Request::Act(StaffAct {
            at: placed.at,
            actor: placed.by,
            name: placed.issuer.name.clone(),
            rank: placed.issuer.rank,
            act: placed.order.as_str(),
            subject: done.and_then(concerned).or(present),
            target: typed(&placed.order.whom),
            detail,
            refused,
            restriction,
            until,
        }));
    }

    /// Shows those who come in what they were warned of while they were away.
    pub(super) fn remind(&self, id: PlayerId, clock: Clock, out: &mut Outcome) {
        let Some(player) = self.world.player(id) else { return };
        let who = Person::of(player.account, id);
        if !self.moderation.restrictions.hindrances(who, clock.now).is_empty() {
            self.tell_hindrances(id, clock, out);
        }
        for remark in self.moderation.restrictions.warnings(who) {
            out.tell(id, warning(remark));
        }
    }

    /// The actor has read what they were warned of.
    pub(super) fn acknowledge(&self, actor: PlayerId, clock: Clock, out: &mut Outcome) {
        let Some(player) = self.world.player(actor) else { return };
        let who = Person::of(player.account, actor);
        let warnings = self.moderation.restrictions.warnings(who);
        let ids: Vec<ActId> = warnings.iter().map(|warning| warning.id).collect();
        if ids.is_empty() {
            return out.tell(actor, "There is nothing to acknowledge.");
        }
        out.ask(Request::Acknowledge { player: actor, who, ids, at: clock.at });
    }

    /// It is committed that somebody has read these warnings.
    pub(super) fn acknowledged(
        &mut self,
        player: PlayerId,
        who: Person,
        ids: &[ActId],
        out: &mut Outcome,
    ) {
        self.moderation.restrictions.acknowledge(who, ids);
        self.tell_and_prompt(
            player,
            "Thank you. This no longer keeps you from speaking.".into(),
            out,
        );
    }
}

pub(super) fn present(player: &Player) -> Present {
    let person = Person::of(player.account, player.id);
    Present { person, name: player.name.clone(), rank: player.rank, address: player.address }
}

/// Whom it concerns that something was done.
fn concerned(done: &Done) -> Option<Person> {
    match done {
        Done::Restricted(it) => it.subject.person(),
        Done::Remarked(it) => it.subject.person(),
        Done::Lifted(lifted) => lifted.first().and_then(|it| it.subject.person()),
    }
}

fn typed(whom: &Whom) -> String {
    match whom {
        Whom::Player(name) => name.clone(),
        Whom::Names(pattern) => pattern.to_string(),
        Whom::Addresses(range) => range.to_string(),
        Whom::Everyone => "everyone".to_owned(),
    }
}

fn warning(remark: &Remark) -> Prose {
    let by = match remark.issuer.is_rule() {
        true => format!("The rule {} warns you", remark.issuer.name),
        false => "Staff warn you".to_owned(),
    };
    let text = format!(
        "{by}: {}\nBefore you speak again, `acknowledge` that you have read this.",
        remark.text
    );
    Prose::new().span(Role::Warning, text)
}

/// What whoever ordered it is told: what, to whom, until when.
fn told_of(restriction: &Restriction) -> String {
    let Restriction { kind, subject, scope, reason, .. } = restriction;
    let name = subject.to_string();
    let what = match (kind, subject) {
        (RestrictionKind::Slow, _) => {
            let subject = if *subject == Subject::Everyone { "Everyone" } else { name.as_str() };
            let gap = countdown(Duration::from_secs(restriction.measure));
            format!("{subject} has one line every {gap} on {scope}")
        }
        (RestrictionKind::Age, _) => {
            let age = countdown(Duration::from_secs(restriction.measure));
            format!("Only accounts that are {age} old speak on {scope}")
        }
        (RestrictionKind::Defcon, _) => format!("Defcon is {}", restriction.measure),
        (RestrictionKind::Lock, _) => format!("{scope} is locked"),
        (RestrictionKind::Ban, Subject::Names(_)) => format!("Names like {subject} are banned"),
        _ => format!("{subject} is {}", done_to(restriction)),
    };
    let except = match restriction.except.as_slice() {
        [] => String::new(),
        spared => {
            let names: Vec<&str> = spared.iter().map(|spared| spared.name.as_str()).collect();
            format!(" except for {}", names.join(", "))
        }
    };
    let until = match restriction.until {
        Some(until) => until.format("until %Y-%m-%d %H:%M:%S UTC").to_string(),
        None => "until it is lifted".to_owned(),
    };
    format!("{what}{except} {until}: {reason}")
}

/// What the one whom it concerns is told.
fn imposed(restriction: &Restriction, how_long: &str) -> String {
    let scope = &restriction.scope;
    let what = match restriction.kind {
        RestrictionKind::Hold => {
            format!("what you say on {scope} waits for their approval {how_long}")
        }
        RestrictionKind::Slow => {
            let gap = countdown(Duration::from_secs(restriction.measure));
            format!("you have one line every {gap} on {scope} {how_long}")
        }
        _ => format!("you are {} {how_long}", done_to(restriction)),
    };
    let reason = &restriction.reason;
    match restriction.issuer.is_rule() {
        true => format!(
            "By the rule {}, {what}. The reason: {reason}. You can `appeal <text>`.",
            restriction.issuer.name
        ),
        false => format!("Staff have decided: {what}. The reason: {reason}"),
    }
}

/// What somebody is by it, and on which channels: `muted on trade`.
fn done_to(restriction: &Restriction) -> String {
    let what = restriction.kind.participle();
    match restriction.kind {
        RestrictionKind::Mute | RestrictionKind::Hold | RestrictionKind::Shadow => {
            format!("{what} on {}", restriction.scope)
        }
        _ => what.to_owned(),
    }
}

/// What somebody was by them: `muted and in a timeout`.
fn participles(restrictions: &[Arc<Restriction>]) -> String {
    let kinds: BTreeSet<_> = restrictions.iter().map(|restriction| restriction.kind).collect();
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.participle()).collect();
    kinds.join(" and ")
}

/// Why, behind what the name of the act does not tell: the channels, and how much of it.
fn detail(placed: &Placed) -> String {
    let reason = &placed.order.reason;
    let particulars = match &placed.order.act {
        OrderedAct::Restrict(wanted) => asked_for(wanted),
        OrderedAct::LiftOn(_, scope) => Some(format!("on {scope}")),
        OrderedAct::Clear(kind) => Some(kind.as_str().to_owned()),
        OrderedAct::Lift(_) | OrderedAct::Remark(_) => None,
    };
    match particulars {
        Some(what) if reason.is_empty() => what,
        Some(what) => format!("{what}: {reason}"),
        None => reason.clone(),
    }
}

fn asked_for(wanted: &Wanted) -> Option<String> {
    let Wanted { kind, scope, measure, except, .. } = wanted;
    match kind {
        RestrictionKind::Slow | RestrictionKind::Age => Some(format!("{measure} s on {scope}")),
        RestrictionKind::Defcon => Some(measure.to_string()),
        RestrictionKind::Mute
        | RestrictionKind::Hold
        | RestrictionKind::Shadow
        | RestrictionKind::Lock => Some(format!("on {scope}")),
        RestrictionKind::Ban if !except.is_empty() => Some(format!("except {}", except.join(", "))),
        RestrictionKind::Ban | RestrictionKind::Timeout | RestrictionKind::Freeze => None,
    }
}
