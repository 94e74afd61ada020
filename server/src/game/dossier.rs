//! What is on record about somebody, as it reads; and the lists of what counts now.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::actor::Actor;
use super::call_staff::Awaited;
use super::step::Game;
use super::{Outcome, Reading, RecordRead, Request, deeds};
use crate::bus::{StaffDone, StaffRecord};
use crate::commands::Clock;
use crate::moderation::Standing;
use crate::vocab::{
    ActId, Dossier, Issuer, List, MessageId, Person, PlayerId, Prose, Remark, RemarkKind,
    Restriction, RestrictionKind, Role, Subject, lasting,
};

/// The most lines of a list.
const LINES_MAX: usize = 100;

/// A line of a list, and its time.
pub(super) type Line = (DateTime<Utc>, String);

impl Game {
    /// A player wants to read what is on record about somebody of this name, or about themselves.
    pub(super) fn read_record(
        &mut self,
        asker: PlayerId,
        about: Option<String>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(actor) = self.actor(asker) else { return };
        let (name, is_own) = match about {
            Some(name) => (name, false),
            None => (actor.issuer.name.to_string(), true),
        };
        self.record_asked_by(&actor, name, is_own, clock, out);
    }

    /// The same of somebody in the world or not. What comes of it will have the name that is returned.
    pub(super) fn record_asked_by(
        &mut self,
        actor: &Actor,
        name: String,
        is_own: bool,
        clock: Clock,
        out: &mut Outcome,
    ) -> ActId {
        let id = self.act_id(clock);
        let named = self.world.named(&name);
        let here = named.map(|player| Person::of(player.account, player.id));
        let name = named.map_or(name, |player| player.name.to_string());
        let (asker, reader) = (actor.id, actor.who);
        out.ask(Request::ReadRecord(Box::new(Reading { id, asker, reader, name, here, is_own })));
        id
    }

    /// What is on record was looked up.
    pub(super) fn show_record(&mut self, read: RecordRead, clock: Clock, out: &mut Outcome) {
        let RecordRead { reading, found } = read;
        let Reading { id, asker, reader, is_own, .. } = reading;
        let found = found.map(|(about, dossier)| (about, without_secrets(dossier, reader)));
        let person = found.as_ref().ok().and_then(|(about, _)| about.person());
        let points = person.and_then(|who| self.points_of(who, clock));
        let answer = || {
            let (about, dossier) = found.clone()?;
            Ok(StaffDone::Record(Box::new(StaffRecord { about, dossier, points })))
        };
        if self.answer_program(Awaited::Record, id, answer, out) {
            return;
        }
        match found {
            Ok((_, dossier)) if is_own => out.tell(asker, self.own(&dossier, clock)),
            Ok((about, dossier)) => out.tell(asker, self.full(&about, &dossier, clock)),
            Err(why) => out.tell(asker, why),
        }
        self.show_prompt(asker, out);
    }

    /// Somebody's points; none without a ladder.
    fn points_of(&self, who: Person, clock: Clock) -> Option<f64> {
        let escalation = &self.moderation.escalation;
        escalation.ladder().map(|_| escalation.points(who, clock.now))
    }

    fn own(&self, dossier: &Dossier, clock: Clock) -> Prose {
        let heading = Prose::new().span(Role::Title, "Your record");
        let remarks = dossier.remarks.iter().filter(|remark| !remark.kind.is_for_staff());
        let mut lines: Vec<Line> = Vec::new();
        lines.extend(remarks.map(|remark| (remark.at, remark_line(remark, "", false))));
        let restrictions = dossier.restrictions.iter().filter(|it| !it.kind.is_secret());
        lines.extend(
            restrictions.map(|it| (it.from, self.restriction_line(it, false, false, clock))),
        );
        if lines.is_empty() {
            return heading.plain("\nNothing stands against you, and nothing ever did.");
        }
        let prose = listed(heading, lines);
        let mut standing = self.moderation.restrictions.all(clock.now);
        let may_appeal = standing.any(|it| {
            !it.restriction.kind.is_secret()
                && dossier.restrictions.iter().any(|known| known.id == it.restriction.id)
        });
        if !may_appeal {
            return prose;
        }
        prose.plain(
            "\nIs something of it wrong? With `appeal <text>` somebody else looks at it again.",
        )
    }

    fn person(&self, player: PlayerId) -> Option<Person> {
        self.world.player(player).map(|player| Person::of(player.account, player.id))
    }

    fn full(&self, about: &Subject, dossier: &Dossier, clock: Clock) -> Prose {
        let mut done_to = self.imposed(&dossier.restrictions, false, clock);
        done_to.extend(dossier.remarks.iter().map(|it| (it.at, remark_line(it, "", true))));
        done_to.extend(deeds::done_to(dossier, clock));
        let mut done_by = self.imposed(&dossier.imposed, true, clock);
        done_by.extend(dossier.made.iter().map(|it| {
            let whom = format!(" about {}", it.subject);
            (it.at, remark_line(it, &whom, true))
        }));
        done_by.extend(dossier.lifted.iter().filter_map(deeds::lifted));
        done_by.extend(deeds::done_by(dossier, about.person()));
        let mut prose = Prose::new().span(Role::Title, format!("The record of {about}"));
        if done_to.is_empty() && done_by.is_empty() {
            return prose.plain("\nNothing is on record.");
        }
        prose = listed(prose, done_to);
        if done_by.is_empty() {
            return prose;
        }
        listed(prose.line().span(Role::Title, format!("Done by {about}")), done_by)
    }

    /// Restrictions, as staff read them.
    fn imposed(
        &self,
        restrictions: &[Restriction],
        names_subject: bool,
        clock: Clock,
    ) -> Vec<Line> {
        let lines = restrictions.iter();
        lines.map(|it| (it.from, self.restriction_line(it, true, names_subject, clock))).collect()
    }

    /// One restriction and what became of it.
    fn restriction_line(
        &self,
        it: &Restriction,
        names_staff: bool,
        names_subject: bool,
        clock: Clock,
    ) -> String {
        let what = it.particulars();
        let whom = if names_subject { format!(" for {}", it.subject) } else { String::new() };
        let by = by(&it.issuer, names_staff);
        let state = self.state(it, names_staff, clock);
        let evidence = if names_staff { evidence(&it.evidence) } else { String::new() };
        format!("{what}{whom}{by}: {} [{state}]{evidence}", it.reason)
    }

    fn state(&self, it: &Restriction, names_staff: bool, clock: Clock) -> String {
        if let Some(lifted) = &it.lifted {
            let at = lifted.at.format("%Y-%m-%d %H:%M");
            let by = if names_staff { format!(" by {}", lifted.by.name) } else { String::new() };
            let why =
                if lifted.why.is_empty() { String::new() } else { format!(": {}", lifted.why) };
            return format!("lifted {at}{by}{why}");
        }
        let mut standing = self.moderation.restrictions.on(&it.subject, clock.now);
        match standing.find(|standing| standing.restriction.id == it.id) {
            Some(standing) => {
                format!("counts {}", standing.how_long(clock.now))
            }
            None => "over".to_owned(),
        }
    }

    /// Lists what counts now: bans, or what keeps from speaking and acting.
    pub(super) fn list_restrictions(
        &self,
        asker: PlayerId,
        bans: bool,
        of: Option<&str>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let person =
            of.and_then(|name| self.world.named(name)).map(|p| Person::of(p.account, p.id));
        let asking = self.person(asker);
        let wanted = |standing: &&Standing| {
            let restriction = &standing.restriction;
            (restriction.kind == RestrictionKind::Ban) == bans
                && may_know(restriction, asking)
                && of.is_none_or(|name| is_about(&restriction.subject, person, name))
        };
        let all = self.moderation.restrictions.all(clock.now).filter(wanted);
        let lines = all.map(|standing| (standing.restriction.from, brief(standing, clock.now)));
        let lines: Vec<Line> = lines.collect();
        if lines.is_empty() {
            let whom = of.map(|name| format!(" against {name}")).unwrap_or_default();
            let what = if bans { "No ban" } else { "No restriction" };
            return out.tell(asker, format!("{what} counts{whom}."));
        }
        let title = if bans { "Bans" } else { "Mutes and other restrictions" };
        out.tell(asker, listed(Prose::new().span(Role::Title, title), lines));
    }
}

/// What is on record, without what whoever reads it must not know.
fn without_secrets(mut dossier: Dossier, reader: Person) -> Dossier {
    for restrictions in [&mut dossier.restrictions, &mut dossier.imposed, &mut dossier.lifted] {
        restrictions.retain(|it| may_know(it, Some(reader)));
    }
    for remarks in [&mut dossier.remarks, &mut dossier.made] {
        remarks.retain(|it| !(it.kind.is_for_staff() && it.subject.person() == Some(reader)));
    }
    dossier
}

/// Not even staff read that they are shadowed.
pub(super) fn may_know(restriction: &Restriction, reader: Option<Person>) -> bool {
    !(restriction.kind.is_secret() && restriction.subject.person() == reader)
}

fn is_about(subject: &Subject, person: Option<Person>, name: &str) -> bool {
    let is_person = person.is_some() && subject.person() == person;
    is_person || subject.to_string().to_lowercase() == name.to_lowercase()
}

fn brief(standing: &Standing, now: Duration) -> String {
    let it = &standing.restriction;
    let left = match standing.left(now) {
        Some(left) => format!("{} left", lasting(left)),
        None => "until lifted".to_owned(),
    };
    let by = by(&it.issuer, true);
    format!("{}: {}{by}, {left}: {}", it.subject, it.particulars(), it.reason)
}

fn remark_line(remark: &Remark, about: &str, names_staff: bool) -> String {
    let by = by(&remark.issuer, names_staff);
    let read = match (remark.kind, remark.acknowledged) {
        (RemarkKind::Warning, Some(at)) => {
            format!(" [acknowledged {}]", at.format("%Y-%m-%d %H:%M"))
        }
        (RemarkKind::Warning, None) => " [not acknowledged]".to_owned(),
        _ => String::new(),
    };
    let evidence = if names_staff { evidence(&remark.evidence) } else { String::new() };
    format!("{}{about}{by}: {}{read}{evidence}", remark.kind.as_str(), remark.text)
}

/// The names of the lines that led to it, which stay when their numbers have begun anew.
fn evidence(lines: &[MessageId]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let names: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!(" (evidence: {})", names.join(", "))
}

/// Who did it: staff only to staff, a rule to everyone.
pub(super) fn by(issuer: &Issuer, names_staff: bool) -> String {
    match issuer.is_rule() {
        true => format!(" by the rule {}", issuer.name),
        false if names_staff => format!(" by {} ({})", issuer.name, issuer.rank),
        false => String::new(),
    }
}

/// The lines below a heading, newest first.
fn listed(heading: Prose, mut lines: Vec<Line>) -> Prose {
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let is_cut = lines.len() > LINES_MAX;
    let lines = lines.into_iter().take(LINES_MAX).map(|(at, line)| {
        let at = at.format("%Y-%m-%d %H:%M ").to_string();
        Prose::new().span(Role::Dim, at).plain(line)
    });
    let more = format!(
        "These are the newest {LINES_MAX}. From a shell, `hearsay logs search --player <name>` has what is older."
    );
    heading.list(List::of(lines.chain(is_cut.then(|| Prose::text(more)))))
}
