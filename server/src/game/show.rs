//! Texts that players show: from what was typed through the funnel to where others find it, and away again.

use super::step::{Game, Stage};
use super::{Outcome, Request, StaffAct};
use crate::channels::shown::{self, Showing, Shown};
use crate::commands::Clock;
use crate::vocab::{
    Audience, Blocked, Fact, FilterHit, OrderedAct, Placed, PlayerId, Prose, Remark, Role,
    ShownText, clean_line,
};

impl Game {
    /// A player shows a text, or shows it no longer.
    pub(super) fn show(
        &mut self,
        stage: &Stage,
        kind: ShownText,
        text: Option<&str>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(text) = text else { return self.show_no_longer(stage.actor, kind, clock, out) };
        if kind == ShownText::Away && text.is_empty() {
            return self.go_away(stage.actor, String::new(), clock, out);
        }
        let mut hits = Vec::new();
        match self.through_funnel(stage.actor, kind, text, &mut hits, clock) {
            Ok(shown) => {
                self.record_text(stage, kind, &shown.text, None, clock, out);
                self.shown(stage, kind, shown, clock, out);
            }
            Err(blocked) => {
                let (rule, told) = (blocked.rule, blocked.refusal.prose());
                self.record_text(stage, kind, text, Some(told.to_text()), clock, out);
                out.tell(stage.actor, told);
                self.refused_by_rule(stage.actor, rule, &hits, clock, out);
                // Nobody is kept from being away; only the reason is left out.
                if kind == ShownText::Away {
                    self.go_away(stage.actor, String::new(), clock, out);
                }
            }
        }
    }

    fn go_away(&mut self, actor: PlayerId, why: String, clock: Clock, out: &mut Outcome) {
        self.set_text(actor, ShownText::Away, Some(why), clock, out);
        out.tell(actor, "You are away; `afk` ends it.");
    }

    fn through_funnel(
        &mut self,
        actor: PlayerId,
        kind: ShownText,
        text: &str,
        hits: &mut Vec<FilterHit>,
        clock: Clock,
    ) -> Result<Shown, Blocked> {
        let author = self.world.player(actor);
        let author = author.ok_or_else(|| Blocked::new("scope", "You are not in the world."))?;
        let moderation = &mut self.moderation;
        let showing = Showing { author, kind, text, at: clock.at };
        shown::show(&showing, self.table.shown(), &mut |draft| {
            let ruling = moderation.judge(draft, clock.now);
            *hits = std::mem::take(&mut draft.hits);
            ruling
        })
    }

    fn shown(
        &mut self,
        stage: &Stage,
        kind: ShownText,
        shown: Shown,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let told = match kind {
            ShownText::Title => format!("Your title: {}.", shown.text),
            ShownText::Description => format!("Who looks at you reads: {}", shown.text),
            ShownText::Away => return self.go_away(stage.actor, shown.text, clock, out),
            ShownText::Echo => return self.echo(stage, shown, out),
        };
        self.set_text(stage.actor, kind, Some(shown.text), clock, out);
        out.tell(stage.actor, told);
    }

    /// Staff show a text to a room; what is shadowed, only they and other staff see.
    fn echo(&mut self, stage: &Stage, shown: Shown, out: &mut Outcome) {
        let here = self.world.in_room(&stage.room);
        let sees = |id: &PlayerId| {
            let is_staff = self.world.player(*id).is_some_and(|player| player.rank.is_staff());
            !shown.is_shadowed || *id == stage.actor || is_staff
        };
        let seen_by: Vec<PlayerId> = here.iter().copied().filter(sees).collect();
        out.emit(Audience::Witnesses(seen_by.into()), Fact::Told(Prose::text(shown.text)));
    }

    fn show_no_longer(
        &mut self,
        actor: PlayerId,
        kind: ShownText,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let before = self.world.player(actor).and_then(|player| player.text(kind));
        let told = match (before, kind) {
            (None, _) => format!("You show no {}.", kind.as_str()),
            (_, ShownText::Away) => "You are back.".to_owned(),
            _ => format!("You no longer show a {}.", kind.as_str()),
        };
        self.set_text(actor, kind, None, clock, out);
        out.tell(actor, told);
    }

    fn set_text(
        &mut self,
        id: PlayerId,
        kind: ShownText,
        text: Option<String>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(player) = self.world.player_mut(id) else { return };
        player.set_text(kind, text);
        if kind != ShownText::Away && !player.is_guest() {
            out.ask(Request::SaveLater(Box::new(player.character(clock.at, clock.now))));
        }
    }

    /// It is committed that staff took away a text: it is gone from memory, too, and from what memory will store.
    pub(super) fn cleared(
        &mut self,
        placed: &Placed,
        remark: &Remark,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let OrderedAct::Clear(kind) = placed.order.act else { return };
        let word = kind.as_str();
        let reason = &placed.order.reason;
        out.tell(placed.by, format!("The {word} of {} is taken away: {reason}", remark.subject));
        let name = remark.subject.to_string();
        if let Some(id) = self.world.named(&name).map(|player| player.id) {
            self.set_text(id, kind, None, clock, out);
            let text = format!("Staff have taken away your {word}. The reason: {reason}");
            out.tell(id, Prose::new().span(Role::Warning, text));
            self.show_prompt(id, out);
        }
        for (_, character) in self.departed.values_mut().filter(|(_, it)| it.name == name) {
            character.state.clear_text(kind);
            out.ask(Request::SaveLater(character.clone()));
        }
    }

    /// Who showed which text when, or was refused to, is on record.
    fn record_text(
        &self,
        stage: &Stage,
        kind: ShownText,
        text: &str,
        refused: Option<String>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(player) = self.world.player(stage.actor) else { return };
        let target = match kind {
            ShownText::Echo => stage.room.to_string(),
            _ => String::new(),
        };
        out.ask(Request::Act(StaffAct {
            at: clock.at,
            actor: player.id,
            name: player.name.clone(),
            rank: player.rank,
            act: kind.verb(),
            subject: None,
            target,
            detail: clean_line(text),
            refused,
            restriction: None,
            until: None,
        }));
    }
}
