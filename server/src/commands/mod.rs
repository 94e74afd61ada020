//! What players type: one file per verb. A command reads the world and answers with effects; it changes nothing.

mod duration;
mod effect;
mod message_ref;
mod orders;
mod parse;
mod scene;

mod accept;
mod afk;
mod alias;
mod at;
mod ban;
mod brief;
mod channels;
mod characters;
mod claim;
mod cleartext;
mod defcon;
mod drop;
mod echo;
mod examine;
mod exits;
mod filter;
mod finger;
mod follow;
mod freeze;
mod get;
mod give;
mod go;
mod goto;
mod help;
mod history;
mod hold;
mod ignore;
mod inventory;
mod kick;
mod limits;
mod lock;
mod look;
mod map;
mod mask;
mod modqueue;
mod mute;
mod note;
mod party;
mod points;
mod pose;
mod prompt;
mod quit;
mod rank;
mod record;
mod redact;
mod reload;
mod reply;
mod report;
mod resume;
mod save;
mod score;
mod search;
mod settings;
mod shadow;
mod shutdown;
mod slow;
mod socials;
mod speak;
mod stat;
mod time;
mod timeout;
mod title;
mod transfer;
mod warn;
mod watch;
mod whereabouts;
mod whisper;
mod who;

pub use effect::{About, Effect, PartyEffect, Preference};
pub use ignore::{ignore, unignore};
pub use message_ref::message_ref;
pub use parse::{Resolved, Typed, dispatch, dispatch_plain, expand_alias, resolve, split};
pub use prompt::shown as prompt_shown;
pub use scene::{Clock, Scene, ServerStatus};
pub use speak::{Speech, say_on};

use crate::vocab::{Rank, Refusal};

/// A verb and what it does.
#[derive(Debug)]
pub struct Command {
    /// What players type; any unambiguous beginning of it will do.
    pub name: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// How to type it, one form per line.
    pub usage: &'static str,
    /// What it does, in a few sentences.
    pub help: &'static str,
    /// The lowest rank that may.
    pub rank: Rank,
    /// Decides what happens; gets what was typed after the verb.
    pub run: fn(&Scene, &str) -> Result<Vec<Effect>, Refusal>,
}

/// Every command, in the order of lists. Movement, channels and socials come from data besides.
pub const ALL: &[&Command] = &[
    &look::LOOK,
    &examine::EXAMINE,
    &search::SEARCH,
    &exits::EXITS,
    &go::GO,
    &map::MAP,
    &whereabouts::WHERE,
    &whisper::WHISPER,
    &reply::REPLY,
    &reply::RETELL,
    &party::PARTY,
    &accept::ACCEPT,
    &pose::POSE,
    &socials::SOCIALS,
    &channels::CHANNELS,
    &history::HISTORY,
    &ignore::IGNORE,
    &ignore::UNIGNORE,
    &ignore::IGNORES,
    &limits::LIMITS,
    &mute::MUTE,
    &warn::ACKNOWLEDGE,
    &record::MYRECORD,
    &report::REPORT,
    &report::APPEAL,
    &who::WHO,
    &finger::FINGER,
    &afk::AFK,
    &title::TITLE,
    &title::DESCRIBE,
    &follow::FOLLOW,
    &follow::UNFOLLOW,
    &get::GET,
    &drop::DROP,
    &inventory::INVENTORY,
    &give::GIVE,
    &time::TIME,
    &help::HELP,
    &help::COMMANDS,
    &alias::ALIAS,
    &alias::UNALIAS,
    &prompt::PROMPT,
    &settings::SETTINGS,
    &settings::SCREENREADER,
    &settings::COMPACT,
    &brief::BRIEF,
    &mask::MASK,
    &score::SCORE,
    &save::SAVE,
    &resume::RESUME,
    &quit::QUIT,
    &characters::CHARACTERS,
    &claim::CLAIM,
    &goto::GOTO,
    &transfer::TRANSFER,
    &at::AT,
    &echo::ECHO,
    &stat::STAT,
    &mute::UNMUTE,
    &mute::MUTES,
    &timeout::TIMEOUT,
    &shadow::SHADOW,
    &shadow::UNSHADOW,
    &hold::HOLD,
    &hold::UNHOLD,
    &hold::HELD,
    &hold::APPROVE,
    &hold::DENY,
    &slow::SLOW,
    &slow::UNSLOW,
    &slow::SLOWMODE,
    &lock::LOCK,
    &lock::UNLOCK,
    &lock::AGELIMIT,
    &defcon::DEFCON,
    &freeze::FREEZE,
    &freeze::THAW,
    &kick::KICK,
    &ban::BAN,
    &ban::UNBAN,
    &ban::BANS,
    &warn::WARN,
    &cleartext::CLEARTEXT,
    &watch::WATCH,
    &watch::SNOOP,
    &redact::REDACT,
    &redact::UNREDACT,
    &note::NOTE,
    &record::RECORD,
    &points::POINTS,
    &modqueue::MODQUEUE,
    &modqueue::UNCLAIM,
    &modqueue::UPHOLD,
    &modqueue::DISMISS,
    &modqueue::GRANT,
    &rank::RANK,
    &filter::FILTER,
    &reload::RELOAD,
    &shutdown::SHUTDOWN,
];
