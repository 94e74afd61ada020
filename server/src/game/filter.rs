//! The content filter in the loop: what it found goes on record, and staff can ask it.

use std::fmt::Write;
use std::sync::Arc;

use super::actor::Actor;
use super::step::{Game, Stage};
use super::{Flagged, Outcome, Request};
use crate::bus::{FilterTest, FilterTrial, TrialHit};
use crate::channels::funnel::{Origin, Passed, Utterance};
use crate::channels::{Readable, Speaker};
use crate::commands::Clock;
use crate::moderation::MODERATES;
use crate::moderation::filter::{Filter, Verdict};
use crate::vocab::{
    Blocked, ChannelName, FilterHit, FilterSummary, Listener, Message, Prose, Rank, TrialRule,
};

/// How many lines of a dry run are shown; all are counted.
const SHOWN_LINES_MAX: usize = 30;

impl Game {
    /// Puts on record what the filter found in what somebody wanted to say on a channel, and what became of it.
    pub(super) fn flag(
        &self,
        speaker: &Speaker,
        origin: Origin,
        said: &Utterance,
        (channel, hits, passed): (&ChannelName, &[FilterHit], &Result<Passed, Blocked>),
        clock: Clock,
        out: &mut Outcome,
    ) {
        if hits.is_empty() {
            return;
        }
        let filter = self.moderation.content_filter();
        let with_action = |hit: &FilterHit| (hit.clone(), filter.action(channel, hit.severity));
        let hits: Vec<_> = hits.iter().map(with_action).collect();
        self.call_staff(speaker.id, channel.as_str(), &hits, out);
        let message = match passed {
            Ok(Passed::Said(spoken)) => Some(spoken.message.id),
            Ok(Passed::Held(_)) | Err(_) => None,
        };
        out.ask(Request::Flagged(Box::new(Flagged {
            at: clock.at,
            player: speaker.id,
            name: speaker.name.clone(),
            account: origin.account,
            channel: channel.clone(),
            message,
            hits,
            content: said.content.clone(),
            version: filter.version().into(),
        })));
    }

    /// Tells somebody what every step of the filter makes of a text.
    pub(super) fn test_filter(&self, stage: &Stage, text: &str, out: &mut Outcome) {
        out.tell(stage.actor, self.moderation.content_filter().explain(text).to_string());
    }

    /// Tells somebody what the filter finds in the newest messages that memory holds.
    pub(super) fn try_filter(&self, stage: &Stage, count: usize, out: &mut Outcome) {
        let Some(reader) = self.world.player(stage.actor) else { return };
        let listener = reader.listener(self.rules.mask_usual);
        let may_read = |message: &Message| self.may_read(message, &listener);
        let FilterTrial { read, found } =
            self.trial(self.moderation.content_filter(), count, may_read);
        let mut told = format!("Found in {} of the last {read} messages", found.len());
        if found.len() > SHOWN_LINES_MAX {
            let _ = write!(told, "; the oldest {SHOWN_LINES_MAX} of them");
        }
        told.push(if found.is_empty() { '.' } else { ':' });
        let lines = found.iter().take(SHOWN_LINES_MAX).map(|hit| format!("\n{}", shown(hit)));
        let lines: String = lines.collect();
        out.tell(stage.actor, Prose::from(told).then(Prose::new().plain(lines)));
    }

    /// What a filter finds in the newest messages that memory holds.
    fn trial(
        &self,
        filter: &Filter,
        count: usize,
        may_read: impl Fn(&Message) -> bool,
    ) -> FilterTrial {
        let messages = self.history.latest(count);
        let found = messages.iter().filter_map(|message| {
            let verdict = filter.judge(&message.channel, &message.content);
            Some(TrialHit {
                action: verdict.action?,
                rules: verdict.hits.into_iter().map(|hit| hit.rule).collect(),
                may_read: may_read(message),
                message: Arc::clone(message),
            })
        });
        FilterTrial { found: found.collect(), read: messages.len() }
    }

    /// The same for staff who call, in the world or not; with a rule of their own in the place of the filter, if they bring
    /// one. They read the words where they could hear or watch them.
    ///
    /// # Errors
    /// Why it is no rule.
    pub(super) fn trial_for(
        &self,
        actor: &Actor,
        (count, rule): (usize, Option<TrialRule>),
        clock: Clock,
        out: &mut Outcome,
    ) -> Result<FilterTrial, String> {
        actor.put_on_record("filter", ("dryrun", &count.to_string()), None, clock, out);
        let listener = self.listener(actor.id);
        let may_read = |message: &Message| {
            let hears = listener.as_ref().is_some_and(|it| self.may_read(message, it));
            hears || self.may_watch(actor.issuer.rank, &message.channel)
        };
        let filter = self.moderation.content_filter();
        match rule {
            None => Ok(self.trial(filter, count, may_read)),
            Some(rule) => {
                let filter = filter.of_trial(rule).map_err(|why| format!("{why:#}"))?;
                Ok(self.trial(&filter, count, may_read))
            }
        }
    }

    /// What the filter makes of a text on a channel, or on the first of them, for staff who call.
    pub(super) fn filter_test_for(
        &self,
        actor: &Actor,
        text: &str,
        channel: Option<ChannelName>,
        clock: Clock,
        out: &mut Outcome,
    ) -> Option<FilterTest> {
        actor.put_on_record("filter", ("test", text), None, clock, out);
        let channel = channel.or_else(|| self.table.rows().first().map(|row| row.name.clone()))?;
        let filter = self.moderation.content_filter();
        let Verdict { hits, for_all, masks, .. } = filter.judge(&channel, text);
        let with_action = |hit: FilterHit| {
            let action = filter.action(&channel, hit.severity);
            (hit, action)
        };
        Some(FilterTest {
            version: filter.version().into(),
            steps: filter.explain(text).steps,
            hits: hits.into_iter().map(with_action).collect(),
            for_all,
            masks,
        })
    }

    /// What the filter is made of, and what it has found since the start.
    pub(super) fn filter_summary(&self) -> FilterSummary {
        let found = self.tally.hits().collect();
        FilterSummary { found, ..self.moderation.content_filter().summary() }
    }

    /// Whether staff of a rank may watch a channel wherever it is used.
    fn may_watch(&self, rank: Rank, channel: &ChannelName) -> bool {
        let row = self.table.get(channel);
        rank >= MODERATES && row.is_some_and(|row| rank >= row.style.hear && !row.is_private())
    }

    /// Whether somebody may read a message's words: they heard them, or could have.
    fn may_read(&self, message: &Message, listener: &Listener) -> bool {
        let hear = self.table.get(&message.channel).map(|row| row.style.hear);
        hear.is_some_and(|hear| Readable { listener, hear }.allows(message))
    }
}

/// A message in which something was found, as somebody may read it, and by which rules it was.
fn shown(hit: &TrialHit) -> String {
    let message = &hit.message;
    let words = if hit.may_read { message.content.as_str() } else { "(not for you to read)" };
    let (channel, name, rules) = (&message.channel, &message.sender.name, hit.rules.join(", "));
    format!("{channel} {name}: {words} [{}: {rules}]", hit.action)
}
