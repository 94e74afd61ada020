//! Moderation over HTTP. What staff want goes the way of what they type, so ranks, the limits on what one may order alone and
//! the record are the same, and so is what they read when it is refused.

pub(super) mod announce;
pub(super) mod audit;
mod cases;
pub(super) mod defcon;
pub(super) mod filter;
pub(super) mod imposed;
pub(super) mod lines;
pub(super) mod mutes;
pub(super) mod queue;
pub(super) mod records;
pub(super) mod redaction;
pub(super) mod remarks;
pub(super) mod reports;
pub(super) mod restraints;
pub(super) mod trial;

use super::guard::Caller;
use super::json::{NAME_CHARS_MAX, line};
use super::{Api, replays};
use crate::api::problem::Problem;
use crate::bus::{Call, ReplyTo, Staff, StaffDone, StaffQuestion, StaffWish};
use crate::vocab::{AccountId, Done, Order, OrderedAct, REASON_CHARS_MAX, Scope, Whom};

/// The most channels that one order names.
const CHANNELS_MAX: usize = 100;

fn player(name: &str) -> Result<Whom, Problem> {
    player_name(name).map(Whom::Player)
}

fn player_name(name: &str) -> Result<String, Problem> {
    line("player", name, NAME_CHARS_MAX)
}

fn reason(text: &str) -> Result<String, Problem> {
    line("reason", text, REASON_CHARS_MAX)
}

/// The same, or nothing.
fn optional_reason(text: Option<String>) -> Result<String, Problem> {
    text.filter(|text| !text.is_empty()).map_or_else(|| Ok(String::new()), |text| reason(&text))
}

/// The answer is to something else than what was asked.
fn unexpected() -> Problem {
    Problem::fault("what became of a wish of staff is an answer to another")
}

impl Api {
    /// The channels of these names.
    pub(super) async fn scope(&self, caller: &Caller, names: &[String]) -> Result<Scope, Problem> {
        if !(1..=CHANNELS_MAX).contains(&names.len()) {
            let what = format!("channels: names 1 to {CHANNELS_MAX}, or is left out");
            return Err(Problem::bad_request(what));
        }
        let channels = self.channels_named(caller, names.iter().map(String::as_str)).await?;
        Ok(Scope::Channels(channels))
    }

    /// Whoever may do nothing in the game may not read on from outside, either.
    pub(in crate::api::v1) async fn check_frozen(&self, account: AccountId) -> Result<(), Problem> {
        let frozen = self.ask(|reply| Call::Frozen(account, reply)).await?;
        frozen.map_or(Ok(()), |why| Err(Problem::not_done(why)))
    }

    /// The member of staff that calls.
    pub(super) async fn staff(&self, caller: &Caller) -> Result<Staff, Problem> {
        let account = caller.account()?;
        self.check_frozen(account.id).await?;
        let characters = self.store.characters_of(account.id).await.map_err(Problem::fault)?;
        let first = characters.into_iter().next();
        let first = first.ok_or_else(|| Problem::forbidden("This account has no character."))?;
        Ok(Staff { account: account.id, player: first.id, name: first.name, rank: account.rank })
    }

    pub(super) async fn order(
        &self,
        caller: &Caller,
        whom: Whom,
        act: OrderedAct,
        reason: String,
    ) -> Result<Done, Problem> {
        let order = Box::new(Order { whom, act, reason, evidence: Vec::new() });
        match self.want(caller, StaffWish::Order(order, Vec::new())).await? {
            StaffDone::Ordered(done) => Ok(done),
            _ => Err(unexpected()),
        }
    }

    /// Asks the world something that staff alone ask.
    async fn ask_as<T: Send + 'static>(
        &self,
        caller: &Caller,
        question: impl FnOnce(ReplyTo<T>) -> StaffQuestion,
    ) -> Result<T, Problem> {
        let staff = self.staff(caller).await?;
        self.ask(|reply| Call::AskedByStaff(staff, question(reply))).await
    }

    /// What becomes of something that staff want.
    async fn want(&self, caller: &Caller, wish: StaffWish) -> Result<StaffDone, Problem> {
        let staff = self.staff(caller).await?;
        match self.ask(|reply| Call::Staff(staff, wish, reply)).await? {
            Ok(StaffDone::Nothing) => {
                replays::undone();
                let what = "The server cannot reach its database just now; nothing was done.";
                Err(Problem::unavailable(what))
            }
            done => done.map_err(Problem::not_done),
        }
    }
}
