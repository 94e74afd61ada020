//! What one listener should have heard and did: every spoken line of the own room exactly once, each speaker's in order.

use std::ops::Range;

use crate::line::Spoken;
use crate::speech::Speech;

/// How the sessions of a run are spread: session `i` hears room `i % rooms`, stands in place `i % places`, and the first
/// ones speak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) sessions: u32,
    /// Those who hear one another. For a channel this is one room, for whispers each pair is one.
    pub(crate) rooms: u32,
    pub(crate) speakers: u32,
    /// The rooms of the world in which they stand; as many as `rooms` where the room is who hears.
    pub(crate) places: u32,
    pub(crate) speech: Speech,
}

impl Layout {
    pub(crate) fn room_of(self, session: u32) -> u32 {
        session % self.rooms
    }

    /// In which room of the world a session stands.
    pub(crate) fn place_of(self, session: u32) -> u32 {
        session % self.places
    }

    /// The other one in a room of two.
    pub(crate) fn partner(self, session: u32) -> u32 {
        (session + self.rooms) % self.sessions
    }

    /// How many hear a line of a speaker.
    pub(crate) fn audience(self, speaker: u32) -> u32 {
        let members = share(self.sessions, self.rooms, self.room_of(speaker));
        match self.speech {
            Speech::Say | Speech::Channel => members,
            Speech::Whisper => members - 1,
            Speech::Look => 1,
        }
    }

    fn speakers_in(self, room: u32) -> u32 {
        share(self.speakers, self.rooms, room)
    }
}

/// How many of `0..all` leave this remainder.
fn share(all: u32, rooms: u32, room: u32) -> u32 {
    all / rooms + u32::from(room < all % rooms)
}

/// What a heard line was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The next of its speaker, or a later one with some still missing.
    InOrder,
    /// A line of the own room that came after a later one of its speaker.
    Late,
    /// Heard before.
    Duplicate,
    /// Said in another room.
    Leak,
    /// What a whisperer reads of the own whisper, which is no delivery.
    Own,
}

/// One listener's account.
#[derive(Debug)]
pub(crate) struct Ledger {
    layout: Layout,
    session: u32,
    room: u32,
    /// The speakers of the room, in order.
    heard: Vec<Heard>,
}

#[derive(Debug, Default, Clone)]
struct Heard {
    next: u32,
    missing: Vec<Range<u32>>,
}

impl Ledger {
    pub(crate) fn new(layout: Layout, session: u32) -> Self {
        let room = layout.room_of(session);
        Self { layout, session, room, heard: vec![Heard::default(); layout.speakers_in(room) as usize] }
    }

    /// Enters a line that was heard.
    pub(crate) fn hear(&mut self, spoken: &Spoken) -> Verdict {
        let Layout { rooms, speech, .. } = self.layout;
        if spoken.speaker == self.session && !speech.is_heard_by_its_speaker() {
            return Verdict::Own;
        }
        let (index, room) = ((spoken.speaker / rooms) as usize, spoken.speaker % rooms);
        let of_this_room = spoken.room == self.room && room == self.room;
        match self.heard.get_mut(index) {
            Some(heard) if of_this_room => heard.take(spoken.count),
            _ => Verdict::Leak,
        }
    }

    /// How many lines were never heard, of as many as each speaker said.
    pub(crate) fn lost(&self, said: impl Fn(u32) -> u32) -> u64 {
        let speakers = (self.room..).step_by(self.layout.rooms as usize);
        let others = speakers.zip(&self.heard).filter(|(speaker, _)| {
            *speaker != self.session || self.layout.speech.is_heard_by_its_speaker()
        });
        others.map(|(speaker, heard)| heard.lost(said(speaker))).sum()
    }
}

impl Heard {
    fn take(&mut self, count: u32) -> Verdict {
        if count < self.next {
            return self.take_missing(count);
        }
        if count > self.next {
            self.missing.push(self.next..count);
        }
        self.next = count + 1;
        Verdict::InOrder
    }

    fn take_missing(&mut self, count: u32) -> Verdict {
        let Some(at) = self.missing.iter().position(|range| range.contains(&count)) else {
            return Verdict::Duplicate;
        };
        let range = self.missing.swap_remove(at);
        let parts = [range.start..count, count + 1..range.end];
        self.missing.extend(parts.into_iter().filter(|part| !part.is_empty()));
        Verdict::Late
    }

    fn lost(&self, said: u32) -> u64 {
        let skipped: u64 = self.missing.iter().map(|range| range.len() as u64).sum();
        skipped + u64::from(said.saturating_sub(self.next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout =
        Layout { sessions: 10, rooms: 3, speakers: 5, places: 3, speech: Speech::Say };

    fn spoken(speaker: u32, count: u32) -> Spoken {
        Spoken { speaker, room: LAYOUT.room_of(speaker), count, sent_us: 0 }
    }

    #[test]
    fn sessions_and_speakers_spread_over_rooms() {
        assert_eq!([0, 1, 2].map(|room| LAYOUT.audience(room)), [4, 3, 3]);
        assert_eq!([0, 1, 2].map(|room| LAYOUT.speakers_in(room)), [2, 2, 1]);
    }

    #[test]
    fn each_kind_of_flaw_is_told_apart() {
        // Session 4 stands in room 1 and hears speakers 1 and 4.
        let mut ledger = Ledger::new(LAYOUT, 4);
        assert_eq!(ledger.hear(&spoken(1, 0)), Verdict::InOrder);
        assert_eq!(ledger.hear(&spoken(1, 3)), Verdict::InOrder);
        assert_eq!(ledger.hear(&spoken(1, 2)), Verdict::Late);
        assert_eq!(ledger.hear(&spoken(1, 2)), Verdict::Duplicate);
        assert_eq!(ledger.hear(&spoken(4, 0)), Verdict::InOrder);
        assert_eq!(ledger.hear(&spoken(0, 0)), Verdict::Leak);
        assert_eq!(ledger.hear(&Spoken { room: 2, ..spoken(1, 4) }), Verdict::Leak);
        // Speaker 1 said five lines, of which numbers 1 and 4 never came.
        let said = |speaker| if speaker == 1 { 5 } else { 1 };
        assert_eq!(ledger.lost(said), 2);
    }

    #[test]
    fn a_whisper_is_for_the_other_one_alone() {
        let layout = Layout { sessions: 4, rooms: 2, speakers: 4, places: 1, speech: Speech::Whisper };
        assert_eq!((layout.partner(1), layout.partner(3), layout.audience(1)), (3, 1, 1));
        let whispered = Spoken { speaker: 1, room: 1, count: 0, sent_us: 0 };
        let mut own = Ledger::new(layout, 1);
        assert_eq!(own.hear(&whispered), Verdict::Own);
        assert_eq!(own.lost(|speaker| u32::from(speaker == 1)), 0);
        let mut partner = Ledger::new(layout, 3);
        assert_eq!(partner.lost(|speaker| u32::from(speaker == 1)), 1);
        assert_eq!(partner.hear(&whispered), Verdict::InOrder);
        assert_eq!(Ledger::new(layout, 2).hear(&whispered), Verdict::Leak);
    }
}
