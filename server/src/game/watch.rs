//! Staff who watch a channel wherever it is used, with what the filter found. What they read goes to their session and
//! nowhere else. Whispers and parties are never watched: the command sees to that.

use super::Outcome;
use super::step::Game;
use crate::commands::Clock;
use crate::moderation::MODERATES;
use crate::vocab::{Audience, ChannelName, Fact, MaskLevel, Message, PlayerId, Prose, Role, View};
use crate::world::Player;

impl Game {
    /// A member of staff watches a channel, or none any longer.
    pub(super) fn watch(
        &mut self,
        actor: PlayerId,
        channel: Option<ChannelName>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let before = match &channel {
            Some(channel) => self.watches.insert(actor, channel.clone()),
            None => self.watches.remove(&actor),
        };
        let ended = before.filter(|before| channel.as_ref() != Some(before));
        let told = match (&channel, &ended) {
            (Some(channel), None) => format!("You watch {channel}, wherever it is used."),
            (Some(channel), Some(ended)) => {
                format!("You watch {channel}, wherever it is used, and no longer {ended}.")
            }
            (None, Some(ended)) => format!("You no longer watch {ended}."),
            (None, None) => return out.tell(actor, "You watch no channel."),
        };
        for (channel, detail) in [(ended, "ends"), (channel, "begins")] {
            let Some(channel) = channel else { continue };
            self.record(actor, "watch", channel.to_string(), detail.to_owned(), clock, out);
        }
        out.tell(actor, told);
    }

    /// Shows a line of talk to those who watch its channel. Who hears it anyway reads it again only if there is something
    /// to be marked.
    pub(super) fn show_watchers(&self, message: &Message, to: &Audience, out: &mut Outcome) {
        let mut shown = None;
        for (id, channel) in &self.watches {
            let Some(player) = self.world.player(*id).filter(|_| *channel == message.channel)
            else {
                continue;
            };
            let marks = marks(message);
            let hears = is_in(to, player)
                && self.listener(*id).is_some_and(|listener| listener.hears(message));
            // Not even staff read of their own words that they are shadowed.
            let is_own = message.sender.id == *id;
            if player.rank >= MODERATES && !is_own && (!hears || !marks.is_empty()) {
                let prose = shown.get_or_insert_with(|| self.watched(message, &marks));
                let to = Audience::Session(player.session);
                out.emit(to, Fact::Told(prose.clone()));
            }
        }
    }

    fn watched(&self, message: &Message, marks: &str) -> Prose {
        let place = message.room.as_ref().map_or_else(String::new, |room| format!(" in {room}"));
        let head = format!("[watch: {}#{}{place}] ", message.channel, message.seq);
        let words = bracketed(&message.content, message.masked(MaskLevel::Strict));
        let line = self.table.styles().line_of(message, &words, View::Other, None);
        let prose = Prose::new().span(Role::Dim, head).then(line);
        if marks.is_empty() { prose } else { prose.span(Role::Warning, format!(" ({marks})")) }
    }
}

/// Whether somebody is in an audience.
pub(super) fn is_in(audience: &Audience, player: &Player) -> bool {
    match audience {
        Audience::Session(session) => *session == player.session,
        Audience::Witnesses(there) => there.contains(&player.id),
        Audience::Rank(rank) => player.rank >= *rank,
    }
}

/// What is to be said of a line besides its words.
fn marks(message: &Message) -> String {
    let filter = match (&message.masks.mild, &message.masks.strict) {
        (Some(_), _) => Some("masked from mild on"),
        (None, Some(_)) => Some("masked if strict"),
        (None, None) => None,
    };
    let flags = message.flags.iter().map(|flag| flag.as_str()).filter(|flag| *flag != "social");
    filter.into_iter().chain(flags).collect::<Vec<_>>().join(", ")
}

/// The words as they were said, with what is masked for the strict in brackets.
fn bracketed(content: &str, masked: Option<&str>) -> String {
    let Some(masked) = masked else { return content.to_owned() };
    if masked.chars().count() != content.chars().count() {
        return format!("[{content}]");
    }
    let mut text = String::with_capacity(content.len() + 8);
    let mut inside = false;
    for (said, shown) in content.chars().zip(masked.chars()) {
        let hit = said != shown;
        if hit != inside {
            text.push(if hit { '[' } else { ']' });
            inside = hit;
        }
        text.push(said);
    }
    if inside {
        text.push(']');
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rehearsal::Rehearsal;
    use crate::vocab::{Masks, Rank};

    #[test]
    fn what_the_filter_found_stands_in_brackets() {
        for (content, masked, shown) in [
            ("darn and hell", Some("**** and ****"), "[darn] and [hell]"),
            ("darn * it", Some("**** * it"), "[darn] * it"),
            ("d\u{200b}arn", Some("****"), "[d\u{200b}arn]"),
            ("clean", None, "clean"),
        ] {
            assert_eq!(bracketed(content, masked), shown);
        }
    }

    #[test]
    fn whoever_hears_it_anyway_reads_it_again_only_where_something_is_marked() {
        let mut stage = Rehearsal::new();
        let (mara, bob) = (stage.enter("Mara", Rank::Moderator), stage.enter("Bob", Rank::Player));
        stage.types(mara, "watch say");
        stage.types(bob, "say anything");
        let clean = Message::clone(&stage.kept[0]);
        let there = Audience::Witnesses(clean.audience.clone().unwrap());
        let masks = Masks { strict: Some("********".to_owned()), mild: None };
        let hit = Message { masks, ..clean.clone() };
        let shown = |message: &Message, to: &Audience| {
            let mut out = Outcome::default();
            stage.game.show_watchers(message, to, &mut out);
            out.events.len()
        };
        assert_eq!((shown(&clean, &there), shown(&hit, &there)), (0, 1));
        assert_eq!(shown(&clean, &Audience::Witnesses([].into())), 1);
    }

    proptest! {
        /// Nothing of what was said is lost to those who watch, whatever was masked.
        #[test]
        fn brackets_only_add(content in "[a-z* ]{0,20}", masked in "[a-z* ]{0,20}") {
            let text = bracketed(&content, Some(&masked));
            prop_assert_eq!(text.replace(['[', ']'], ""), content);
        }
    }
}
