//! Which options are on, by the Q method, for the options of the table. Says what follows from it, nothing else.

use bytes::{BufMut, Bytes, BytesMut};

use super::answers::Answers;
use super::codes::{IAC, Verb};
use super::options::{OPTIONS, Offers, Policy, Side, TelnetOption, position};
use super::q_method::{State, Switch};

/// The state of all options of one connection.
#[derive(Debug)]
pub(super) struct Negotiation {
    options: [Sides; OPTIONS.len()],
    switches_max: u16,
}

#[derive(Debug, Clone, Copy)]
struct Sides {
    us: Toggle,
    him: Toggle,
}

#[derive(Debug, Clone, Copy)]
struct Toggle {
    state: State,
    is_wanted: bool,
    /// How often it went on or off.
    switches: u16,
}

impl Toggle {
    fn new(policy: Policy) -> Self {
        let is_offered = policy == Policy::Offer;
        let (asking, _) = State::No.ask(Switch::On);
        Self {
            state: if is_offered { asking } else { State::No },
            is_wanted: is_offered || policy == Policy::Accept,
            switches: 0,
        }
    }
}

impl Negotiation {
    /// The state after the [`first_write`].
    pub(super) fn new(switches_max: u16, offers: Offers) -> Self {
        let options = std::array::from_fn(|index| {
            let row = &OPTIONS[index];
            let toggle = |policy| Toggle::new(offers.policy(row.code, policy));
            Sides { us: toggle(row.us), him: toggle(row.him) }
        });
        let switches_max = if switches_max == 0 { u16::MAX } else { switches_max };
        Self { options, switches_max }
    }

    /// The client said a verb. Answers it and returns what went on or off by it.
    pub(super) fn hear(
        &mut self,
        verb: Verb,
        option: u8,
        answers: &mut Answers<'_>,
    ) -> Option<(Side, Switch)> {
        let (side, word) = heard(verb);
        let Some(index) = position(option) else {
            refuse(side, word, option, answers);
            return None;
        };
        match OPTIONS[index].us {
            Policy::YesEachTime if side == Side::Us => {
                if word == Switch::On {
                    answers.negotiate(Verb::Will, option);
                }
                None
            }
            // The answer to a decree, and not answered in turn.
            Policy::Decree if side == Side::Us && self.options[index].us.switches > 0 => None,
            _ => self.turn(index, side, word, answers),
        }
    }

    /// Says that we do an option or no longer do it, and asks nobody.
    ///
    /// RFC 1143 would wait for the answer to the last word before saying the next. Some clients never send it, and what
    /// is said here hides passwords. So the answers are not waited for, and what is more, never answered: a late one
    /// looks like a request.
    pub(super) fn decree(&mut self, option: u8, word: Switch, out: &mut BytesMut) {
        let Some(index) = position(option) else { return };
        let toggle = &mut self.options[index].us;
        if toggle.state.is_on() != (word == Switch::On) {
            toggle.state = if word == Switch::On { State::Yes } else { State::No };
            toggle.switches = 1;
            out.put_slice(&[IAC, said(Side::Us, word).byte(), option]);
        }
    }

    fn turn(
        &mut self,
        index: usize,
        side: Side,
        word: Switch,
        answers: &mut Answers<'_>,
    ) -> Option<(Side, Switch)> {
        let switches_max = self.switches_max.min(OPTIONS[index].switches_max);
        let toggle = self.toggle(index, side);
        let (after, answer) = toggle.state.hear(word, toggle.is_wanted);
        let switch = change(toggle.state, after);
        if switch.is_some() && toggle.switches >= switches_max && switches_max < u16::MAX {
            return None;
        }
        if let Some(answer) = answer
            && !answers.negotiate(said(side, answer), OPTIONS[index].code)
        {
            // What cannot be answered is not heard.
            return None;
        }
        toggle.state = after;
        toggle.switches = toggle.switches.saturating_add(u16::from(switch.is_some()));
        switch.map(|switch| (side, switch))
    }

    /// Whether a side of an option is on, and both know it.
    pub(super) fn is_on(&self, option: u8, side: Side) -> bool {
        position(option).is_some_and(|index| match side {
            Side::Us => self.options[index].us.state.is_on(),
            Side::Him => self.options[index].him.state.is_on(),
        })
    }

    /// Asks for our side of an option to be on or off, in the middle of play.
    pub(super) fn ask(&mut self, option: u8, wanted: Switch, out: &mut BytesMut) {
        let Some(index) = position(option) else { return };
        let toggle = &mut self.options[index].us;
        let (after, word) = toggle.state.ask(wanted);
        toggle.state = after;
        if let Some(word) = word {
            out.put_slice(&[IAC, said(Side::Us, word).byte(), option]);
        }
    }

    /// Offers an option that was neither offered nor on before, if it may be on.
    pub(super) fn offer_once(&mut self, option: u8, answers: &mut Answers<'_>) {
        let Some(index) = position(option) else { return };
        let toggle = &mut self.options[index].us;
        if toggle.is_wanted
            && (toggle.state, toggle.switches) == (State::No, 0)
            && answers.negotiate(Verb::Will, option)
        {
            (toggle.state, _) = toggle.state.ask(Switch::On);
            toggle.switches = 1;
        }
    }

    /// Whether the client owes us no answer that decides how things look.
    pub(super) fn is_settled(&self) -> bool {
        let is_open = |(row, sides): (&TelnetOption, &Sides)| {
            row.is_awaited && (sides.us.state.is_pending() || sides.him.state.is_pending())
        };
        !OPTIONS.iter().zip(&self.options).any(is_open)
    }

    fn toggle(&mut self, index: usize, side: Side) -> &mut Toggle {
        match side {
            Side::Us => &mut self.options[index].us,
            Side::Him => &mut self.options[index].him,
        }
    }
}

/// What we offer and ask for before anything else, in one packet.
pub(super) fn first_write(offers: Offers) -> Bytes {
    let mut out = BytesMut::with_capacity(OPTIONS.len() * 6);
    for row in OPTIONS {
        for (policy, verb) in [(row.us, Verb::Will), (row.him, Verb::Do)] {
            if offers.policy(row.code, policy) == Policy::Offer {
                out.put_slice(&[IAC, verb.byte(), row.code]);
            }
        }
    }
    out.freeze()
}

/// What the client's verb is about.
fn heard(verb: Verb) -> (Side, Switch) {
    match verb {
        Verb::Will => (Side::Him, Switch::On),
        Verb::Wont => (Side::Him, Switch::Off),
        Verb::Do => (Side::Us, Switch::On),
        Verb::Dont => (Side::Us, Switch::Off),
    }
}

/// The verb that we say it with.
fn said(side: Side, word: Switch) -> Verb {
    match (side, word) {
        (Side::Us, Switch::On) => Verb::Will,
        (Side::Us, Switch::Off) => Verb::Wont,
        (Side::Him, Switch::On) => Verb::Do,
        (Side::Him, Switch::Off) => Verb::Dont,
    }
}

fn refuse(side: Side, word: Switch, option: u8, answers: &mut Answers<'_>) {
    if word == Switch::On {
        answers.negotiate(said(side, Switch::Off), option);
    }
}

fn change(before: State, after: State) -> Option<Switch> {
    match (before.is_on(), after.is_on()) {
        (false, true) => Some(Switch::On),
        (true, false) => Some(Switch::Off),
        _ => None,
    }
}
