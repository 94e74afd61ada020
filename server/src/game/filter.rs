//! The content filter in the loop: what it found goes on record, and staff can ask it.

use std::fmt::Write;
use std::sync::Arc;

use super::step::{Game, Stage};
use super::{Flagged, Outcome, Request};
use crate::channels::funnel::{Origin, Passed, Utterance};
use crate::channels::{Readable, Speaker};
use crate::commands::Clock;
use crate::vocab::{Blocked, ChannelName, FilterHit, Listener, Message, Prose};

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
        let messages = self.history.latest(count);
        let (mut lines, mut hits) = (Prose::new(), 0);
        for message in &messages {
            let verdict =
                self.moderation.content_filter().judge(&message.channel, &message.content);
            let Some(action) = verdict.action else { continue };
            hits += 1;
            if hits <= SHOWN_LINES_MAX {
                let text = self.readable(message, &listener);
                let rules: Vec<&str> = verdict.hits.iter().map(|hit| &*hit.rule).collect();
                lines = lines.plain(format!("\n{text} [{action}: {}]", rules.join(", ")));
            }
        }
        let mut told = format!("Found in {hits} of the last {} messages", messages.len());
        if hits > SHOWN_LINES_MAX {
            let _ = write!(told, "; the oldest {SHOWN_LINES_MAX} of them");
        }
        told.push(if hits == 0 { '.' } else { ':' });
        out.tell(stage.actor, Prose::from(told).then(lines));
    }

    /// A message as somebody may read it: the words only where they heard them, or could have.
    fn readable(&self, message: &Arc<Message>, listener: &Listener) -> String {
        let hear = self.table.get(&message.channel).map(|row| row.style.hear);
        let may_read = hear.is_some_and(|hear| Readable { listener, hear }.allows(message));
        let words = if may_read { message.content.as_str() } else { "(not for you to read)" };
        format!("{} {}: {words}", message.channel, message.sender.name)
    }
}
