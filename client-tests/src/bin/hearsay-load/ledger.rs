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
    /// Which line of each speaker of the room comes next; small, so that all listeners' together stay near the processor.
    next: Vec<u32>,
    /// Lines of a speaker that were passed over.
    missing: Vec<(usize, Range<u32>)>,
}

impl Ledger {
    pub(crate) fn new(layout: Layout, session: u32) -> Self {
        let room = layout.room_of(session);
        let next = vec![0; layout.speakers_in(room) as usize];
        Self { layout, session, room, next, missing: Vec::new() }
    }

    /// Enters a line that was heard.
    pub(crate) fn hear(&mut self, spoken: &Spoken) -> Verdict {
        let Layout { rooms, speech, .. } = self.layout;
        if spoken.speaker == self.session && !speech.is_heard_by_its_speaker() {
            return Verdict::Own;
        }
        let (index, room) = ((spoken.speaker / rooms) as usize, spoken.speaker % rooms);
        let of_this_room = spoken.room == self.room && room == self.room;
        match self.next.get_mut(index) {
            Some(next) if of_this_room && *next == spoken.count => {
                *next += 1;
                Verdict::InOrder
            }
            Some(_) if of_this_room => self.hear_out_of_turn(index, spoken.count),
            _ => Verdict::Leak,
        }
    }

    fn hear_out_of_turn(&mut self, index: usize, count: u32) -> Verdict {
        let next = std::mem::replace(&mut self.next[index], count + 1);
        if count > next {
            self.missing.push((index, next..count));
            return Verdict::InOrder;
        }
        self.next[index] = next;
        let missing = |(of, range): &(usize, Range<u32>)| *of == index && range.contains(&count);
        let Some(at) = self.missing.iter().position(missing) else { return Verdict::Duplicate };
        let (_, range) = self.missing.swap_remove(at);
        let parts = [range.start..count, count + 1..range.end].map(|part| (index, part));
        self.missing.extend(parts.into_iter().filter(|(_, part)| !part.is_empty()));
        Verdict::Late
    }

    /// How many lines were never heard, of as many as each speaker said.
    pub(crate) fn lost(&self, said: impl Fn(u32) -> u32) -> u64 {
        let Layout { rooms, speech, .. } = self.layout;
        let skipped: u64 = self.missing.iter().map(|(_, range)| range.len() as u64).sum();
        let speakers = (self.room..).step_by(rooms as usize).zip(&self.next);
        let others = speakers
            .filter(|(speaker, _)| *speaker != self.session || speech.is_heard_by_its_speaker());
        skipped
            + others
                .map(|(speaker, next)| u64::from(said(speaker).saturating_sub(*next)))
                .sum::<u64>()
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
        let layout =
            Layout { sessions: 4, rooms: 2, speakers: 4, places: 1, speech: Speech::Whisper };
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
