//! What one session was answered: every `look` once, whole, and with the own room.

use memchr::memmem;

use crate::ledger::{Layout, Verdict};
use crate::world;

/// One session's account of its commands and their answers.
#[derive(Debug)]
pub(crate) struct Answers {
    /// The line with which an answer begins.
    room: String,
    asked: u32,
    answered: u32,
    /// When the newest was asked, in microseconds since the run began.
    asked_us: u64,
    /// Whether the beginning of an answer was read, and not yet its end.
    begun: bool,
}

impl Answers {
    pub(crate) fn new(layout: Layout, session: u32) -> Self {
        let room = world::room_name(layout.place_of(session));
        Self { room, asked: 0, answered: 0, asked_us: 0, begun: false }
    }

    pub(crate) fn ask(&mut self, now_us: u64) {
        self.asked += 1;
        self.asked_us = now_us;
    }

    /// Enters a line that was read; with the last of an answer, what it was and when it was asked for.
    pub(crate) fn read(&mut self, text: &[u8]) -> Option<(Verdict, u64)> {
        if self.asked == 0 {
            // What is told of the room to someone who enters it.
            return None;
        }
        if memmem::find(text, world::ROOM_NAME_START.as_bytes()).is_some() {
            self.begun = memmem::find(text, self.room.as_bytes()).is_some();
            return (!self.begun).then_some((Verdict::Leak, self.asked_us));
        }
        if !self.begun || memmem::find(text, world::ANSWER_END.as_bytes()).is_none() {
            return None;
        }
        self.begun = false;
        if self.answered == self.asked {
            return Some((Verdict::Duplicate, self.asked_us));
        }
        self.answered += 1;
        Some((Verdict::InOrder, self.asked_us))
    }

    /// How many commands were never answered.
    pub(crate) fn lost(&self) -> u64 {
        u64::from(self.asked - self.answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::Speech;

    const LAYOUT: Layout =
        Layout { sessions: 9, rooms: 3, speakers: 9, places: 3, speech: Speech::Look };

    fn read(answers: &mut Answers, answer: &str) -> Vec<Verdict> {
        answer
            .lines()
            .filter_map(|line| answers.read(line.as_bytes()))
            .map(|(verdict, _)| verdict)
            .collect()
    }

    #[test]
    fn an_answer_is_whole_once_and_from_the_own_room() {
        let mut answers = Answers::new(LAYOUT, 4);
        assert_eq!(read(&mut answers, &world::answer(1)), [], "not asked for");
        answers.ask(7);
        assert_eq!(read(&mut answers, "Lbbbb and Lbbbd are here."), [], "only the end");
        assert_eq!(read(&mut answers, &world::answer(2)), [Verdict::Leak]);
        assert_eq!(answers.lost(), 1);
        assert_eq!(read(&mut answers, &world::answer(1)), [Verdict::InOrder]);
        assert_eq!(read(&mut answers, &world::answer(1)), [Verdict::Duplicate]);
        assert_eq!(answers.lost(), 0);
    }
}
