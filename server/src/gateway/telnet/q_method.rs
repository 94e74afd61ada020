//! The Q method of RFC 1143: what to think and say when one side of one option is asked for or spoken of.
//!
//! Pure. One table serves both sides: for what we do ourselves we hear DO and DONT and say WILL and WONT, for what the
//! peer does we hear WILL and WONT and say DO and DONT.

/// Yes or no, as a word on the wire: WILL or DO, WONT or DONT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    /// WILL or DO.
    On,
    /// WONT or DONT.
    Off,
}

/// What we believe of one side of one option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum State {
    /// Off, and both know it.
    #[default]
    No,
    /// On, and both know it.
    Yes,
    /// We said no and wait for the answer.
    WantNo,
    /// We said no, and shall say yes when the answer is here.
    WantNoThenYes,
    /// We said yes and wait for the answer.
    WantYes,
    /// We said yes, and shall say no when the answer is here.
    WantYesThenNo,
}

impl State {
    /// The peer said a word. `is_wanted` is whether we agree if it was the peer's idea.
    #[must_use]
    pub(super) const fn hear(self, word: Switch, is_wanted: bool) -> (Self, Option<Switch>) {
        match (word, self) {
            (Switch::On, Self::No) if is_wanted => (Self::Yes, Some(Switch::On)),
            (Switch::On, Self::No) => (Self::No, Some(Switch::Off)),
            (Switch::On, Self::Yes | Self::WantYes) => (Self::Yes, None),
            // Two errors of the peer: it may not answer a no with a yes.
            (Switch::On, Self::WantNo) => (Self::No, None),
            (Switch::On, Self::WantNoThenYes) => (Self::Yes, None),
            (Switch::On, Self::WantYesThenNo) => (Self::WantNo, Some(Switch::Off)),
            (Switch::Off, Self::Yes) => (Self::No, Some(Switch::Off)),
            (Switch::Off, Self::WantNoThenYes) => (Self::WantYes, Some(Switch::On)),
            (Switch::Off, Self::No | Self::WantNo | Self::WantYes | Self::WantYesThenNo) => {
                (Self::No, None)
            }
        }
    }

    /// We would have it so.
    #[must_use]
    pub(super) const fn ask(self, word: Switch) -> (Self, Option<Switch>) {
        match (word, self) {
            (Switch::On, Self::No) => (Self::WantYes, Some(Switch::On)),
            (Switch::On, Self::WantNo) => (Self::WantNoThenYes, None),
            (Switch::On, Self::WantYesThenNo) => (Self::WantYes, None),
            (Switch::Off, Self::Yes) => (Self::WantNo, Some(Switch::Off)),
            (Switch::Off, Self::WantYes) => (Self::WantYesThenNo, None),
            (Switch::Off, Self::WantNoThenYes) => (Self::WantNo, None),
            (_, state) => (state, None),
        }
    }

    /// Whether the option is on, and both know it.
    pub(super) const fn is_on(self) -> bool {
        matches!(self, Self::Yes)
    }

    /// Whether the peer owes us an answer.
    pub(super) const fn is_pending(self) -> bool {
        !matches!(self, Self::No | Self::Yes)
    }
}

#[cfg(test)]
mod tests {
    use super::State::{No, WantNo, WantNoThenYes, WantYes, WantYesThenNo, Yes};
    use super::Switch::{Off, On};

    /// RFC 1143, section 7, line by line.
    #[test]
    fn hearing() {
        let table = [
            (On, true, No, Yes, Some(On)),
            (On, false, No, No, Some(Off)),
            (On, true, Yes, Yes, None),
            (On, true, WantNo, No, None),
            (On, true, WantNoThenYes, Yes, None),
            (On, true, WantYes, Yes, None),
            (On, true, WantYesThenNo, WantNo, Some(Off)),
            (Off, true, No, No, None),
            (Off, true, Yes, No, Some(Off)),
            (Off, true, WantNo, No, None),
            (Off, true, WantNoThenYes, WantYes, Some(On)),
            (Off, true, WantYes, No, None),
            (Off, true, WantYesThenNo, No, None),
        ];
        for (word, wanted, before, after, answer) in table {
            assert_eq!(before.hear(word, wanted), (after, answer), "{before:?} hears {word:?}");
            if before != No {
                assert_eq!(before.hear(word, false), (after, answer), "unwanted, {before:?}");
            }
        }
    }

    #[test]
    fn asking() {
        let table = [
            (On, No, WantYes, Some(On)),
            (On, Yes, Yes, None),
            (On, WantNo, WantNoThenYes, None),
            (On, WantNoThenYes, WantNoThenYes, None),
            (On, WantYes, WantYes, None),
            (On, WantYesThenNo, WantYes, None),
            (Off, No, No, None),
            (Off, Yes, WantNo, Some(Off)),
            (Off, WantNo, WantNo, None),
            (Off, WantNoThenYes, WantNo, None),
            (Off, WantYes, WantYesThenNo, None),
            (Off, WantYesThenNo, WantYesThenNo, None),
        ];
        for (word, before, after, answer) in table {
            assert_eq!(before.ask(word), (after, answer), "{before:?} asks {word:?}");
        }
    }

    #[test]
    fn what_holds_is_never_answered() {
        for wanted in [true, false] {
            assert_eq!(Yes.hear(On, wanted).1, None);
            assert_eq!(No.hear(Off, wanted).1, None);
        }
    }
}
