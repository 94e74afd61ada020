//! The funnel, from outside: every command, channel, gesture, alias and input is tried by somebody whom nobody may hear, and
//! nobody may notice.
//!
//! What is tried comes from the tables of commands and channels and from the usage that each command states, so a new verb
//! is tried without more work; a new way by which text reaches others shows in [`ways`] and has to be entered there.

#![allow(clippy::unwrap_used)]

mod bypass;
mod cast;
mod forms;
mod routes;
mod shown;
mod silence;
mod state;
mod walk;
mod ways;

#[path = "../support"]
mod support {
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod rehearsal;
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod verbs;
}
