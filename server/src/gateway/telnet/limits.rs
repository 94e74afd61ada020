//! How much one telnet connection may ask of us, and the account of what it did. Closes nothing itself.

use std::time::{Duration, Instant};

const TEN_SECONDS: Duration = Duration::from_secs(10);
const HOUR: Duration = Duration::from_secs(3600);

/// The limits of one connection. A limit of 0 is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelnetLimits {
    /// The longest line, in bytes before decoding. The only bound on the memory that a line takes.
    pub line_bytes_max: usize,
    /// Answers to telnet commands in ten seconds; commands beyond go unanswered.
    pub answers_per_10s_max: u64,
    /// How many bytes all answers together may exceed all input, so that no one uses us to flood another.
    pub answer_bytes_ahead_max: u64,
    /// How often a client may switch one side of one option; after that the side stays as it is.
    pub switches_per_option_max: u16,
    /// Telnet commands in an hour; more are hostile. A limit for ever would close on clients that send NOP for weeks.
    pub commands_per_hour_max: u64,
    /// Input bytes thrown away in an hour, as parts of overlong lines and subnegotiations; more are hostile.
    pub discarded_bytes_per_hour_max: u64,
}

impl Default for TelnetLimits {
    fn default() -> Self {
        Self {
            line_bytes_max: 4096,
            answers_per_10s_max: 256,
            answer_bytes_ahead_max: 512,
            switches_per_option_max: 32,
            commands_per_hour_max: 20_000,
            discarded_bytes_per_hour_max: 1024 * 1024,
        }
    }
}

/// What one connection has used of its limits.
#[derive(Debug)]
pub(super) struct Account {
    limits: TelnetLimits,
    bytes_in: u64,
    answer_bytes: u64,
    answers: Window,
    commands: Window,
    discarded: Window,
}

impl Account {
    pub(super) fn new(limits: TelnetLimits) -> Self {
        Self {
            limits,
            bytes_in: 0,
            answer_bytes: 0,
            answers: Window::default(),
            commands: Window::default(),
            discarded: Window::default(),
        }
    }

    /// The longest line; the largest number there is when the limit is off.
    pub(super) fn line_bytes_max(&self) -> usize {
        match self.limits.line_bytes_max {
            0 => usize::MAX,
            max => max,
        }
    }

    /// Enters bytes that came in.
    pub(super) fn count_input(&mut self, bytes: usize) {
        self.bytes_in += bytes as u64;
    }

    /// Whether an answer of so many bytes may go out, which is entered if so.
    pub(super) fn may_answer(&mut self, bytes: usize, now: Instant) -> bool {
        let total = self.answer_bytes + bytes as u64;
        let ahead_max = self.limits.answer_bytes_ahead_max;
        if ahead_max > 0 && total > self.bytes_in.saturating_add(ahead_max) {
            return false;
        }
        let fits = self.answers.spend(1, self.limits.answers_per_10s_max, TEN_SECONDS, now);
        if fits {
            self.answer_bytes = total;
        }
        fits
    }

    /// Enters a command; false when there were too many.
    pub(super) fn count_command(&mut self, now: Instant) -> bool {
        self.commands.spend(1, self.limits.commands_per_hour_max, HOUR, now)
    }

    /// Enters bytes thrown away; false when there were too many.
    pub(super) fn count_discarded(&mut self, bytes: usize, now: Instant) -> bool {
        self.discarded.spend(bytes as u64, self.limits.discarded_bytes_per_hour_max, HOUR, now)
    }
}

/// A sum that starts again when its time is over.
#[derive(Debug, Default)]
struct Window {
    started: Option<Instant>,
    spent: u64,
}

impl Window {
    /// Adds to the sum and says whether it is still within the limit. What does not fit is not added.
    fn spend(&mut self, amount: u64, max: u64, length: Duration, now: Instant) -> bool {
        if max == 0 {
            return true;
        }
        let is_over = self.started.is_none_or(|started| now.duration_since(started) >= length);
        if is_over {
            *self = Self { started: Some(now), spent: 0 };
        }
        let fits = self.spent.saturating_add(amount) <= max;
        if fits {
            self.spent += amount;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_resume_after_ten_seconds() {
        let start = Instant::now();
        let limits = TelnetLimits { answers_per_10s_max: 2, ..TelnetLimits::default() };
        let mut account = Account::new(limits);
        assert!(account.may_answer(3, start));
        assert!(account.may_answer(3, start));
        assert!(!account.may_answer(3, start + Duration::from_millis(9_999)));
        assert!(account.may_answer(3, start + TEN_SECONDS));
    }

    #[test]
    fn answers_may_not_outgrow_input() {
        let limits = TelnetLimits { answer_bytes_ahead_max: 10, ..TelnetLimits::default() };
        let mut account = Account::new(limits);
        assert!(account.may_answer(10, Instant::now()));
        assert!(!account.may_answer(1, Instant::now()));
        account.count_input(1);
        assert!(account.may_answer(1, Instant::now()));
    }

    #[test]
    fn zero_switches_a_limit_off() {
        let limits = TelnetLimits {
            line_bytes_max: 0,
            answers_per_10s_max: 0,
            answer_bytes_ahead_max: 0,
            switches_per_option_max: 0,
            commands_per_hour_max: 0,
            discarded_bytes_per_hour_max: 0,
        };
        let mut account = Account::new(limits);
        for _ in 0..30_000 {
            assert!(account.may_answer(100, Instant::now()));
            assert!(account.count_command(Instant::now()));
            assert!(account.count_discarded(1_000_000, Instant::now()));
        }
        assert_eq!(account.line_bytes_max(), usize::MAX);
    }
}
