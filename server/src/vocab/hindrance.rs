//! What keeps somebody from speaking or acting, as their client shows it beside the text.

use serde::{Deserialize, Serialize};

use super::ChannelName;

/// Something that staff, or a rule, have done about somebody, and that counts now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hindrance {
    /// What it is, in a word: `mute`.
    pub kind: String,
    /// What whoever it concerns is told: `You are muted on say`.
    pub text: String,
    /// Why.
    pub reason: String,
    /// The channels on which it counts; none is all of them.
    pub channels: Option<Vec<ChannelName>>,
    /// How long it still counts; none is until it is lifted.
    pub seconds_left: Option<u64>,
}
