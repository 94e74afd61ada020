//! The section about other systems that are told what happens.

use std::path::PathBuf;

use garde::Validate;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::checks::id_part;
use crate::vocab::ChannelName;

/// What a hook may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookKind {
    /// What everybody hears.
    Messages,
    /// What staff and rules do.
    Acts,
    /// Who comes and goes.
    Presence,
}

/// Another system that is told what happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// What it is called here.
    #[garde(custom(id_part))]
    pub name: SmolStr,
    /// Where to: `https`, or `http` on this machine.
    #[garde(length(min = 1, max = 2000))]
    pub url: String,
    /// Whether `http` may go to other machines.
    #[serde(default)]
    #[garde(skip)]
    pub insecure: bool,
    /// File with the secret on its first line: `whsec_` and 24 to 64 bytes in base64.
    #[serde(default)]
    #[garde(skip)]
    pub secret_file: Option<PathBuf>,
    /// Environment variable with the secret, instead.
    #[serde(default)]
    #[garde(inner(length(min = 1, max = 200)))]
    pub secret_env: Option<String>,
    /// File with certificates of authorities, in PEM, that are trusted besides those of this machine.
    #[serde(default)]
    #[garde(skip)]
    pub ca_file: Option<PathBuf>,
    /// What it is told.
    #[serde(default)]
    #[garde(skip)]
    pub kinds: Vec<HookKind>,
    /// Of messages, only those on these channels; on all, when left out.
    #[serde(default)]
    #[garde(inner(length(min = 1, max = 200)))]
    pub channels: Option<Vec<ChannelName>>,
    /// Whether it is told of mentions of and whispers to players who are away and want it.
    #[serde(default)]
    #[garde(skip)]
    pub offline: bool,
    /// After how many attempts something is given up.
    #[serde(default = "attempts")]
    #[garde(range(min = 1, max = 100))]
    pub attempts_max: u32,
    /// The wait after the first attempt that fails; it doubles each time. Seconds.
    #[serde(default = "first_wait")]
    #[garde(range(min = 1, max = 3600))]
    pub wait_seconds: u64,
    /// The longest wait. Seconds.
    #[serde(default = "longest_wait")]
    #[garde(range(min = 1, max = 86_400))]
    pub wait_seconds_max: u64,
    /// How long one attempt may take. Seconds.
    #[serde(default = "patience")]
    #[garde(range(min = 1, max = 120))]
    pub timeout_seconds: u64,
    /// How many may wait, and how many that were given up are kept.
    #[serde(default = "rows")]
    #[garde(range(min = 10, max = 1_000_000))]
    pub waiting_max: u32,
    /// How long something may wait, and how long it is kept once it was given up. Days.
    #[serde(default = "days")]
    #[garde(range(min = 1, max = 365))]
    pub keep_days: u32,
}

fn attempts() -> u32 {
    12
}

fn first_wait() -> u64 {
    5
}

fn longest_wait() -> u64 {
    3600
}

fn patience() -> u64 {
    10
}

fn rows() -> u32 {
    10_000
}

fn days() -> u32 {
    7
}
