//! What may be asked for at all: which restriction can concern whom, on which channels, how much of it and for how long.

use std::ops::RangeInclusive;

use crate::vocab::{RestrictionKind, Scope, Subject, Wanted};

/// The time between two lines that slow mode may ask for. Seconds; at most a day.
const SLOW_SECONDS: RangeInclusive<u64> = 1..=86_400;
/// The age that an account may have to have. Seconds; at most a year.
const AGE_SECONDS: RangeInclusive<u64> = 1..=31_536_000;
/// The levels that close something.
const DEFCON_LEVELS: RangeInclusive<u64> = 1..=4;

/// Whether this can be done to that at all.
///
/// # Errors
/// Why not, in a sentence.
pub(super) fn check(wanted: &Wanted, subject: &Subject) -> Result<(), String> {
    check_subject(wanted.kind, subject)?;
    check_measure(wanted)?;
    if *subject == Subject::Everyone {
        check_channels(wanted)?;
    }
    match wanted.kind {
        RestrictionKind::Defcon if wanted.lasts.is_none() => {
            Err("Defcon ends by itself: say for how long.".to_owned())
        }
        RestrictionKind::Timeout if wanted.lasts.is_none() => {
            Err("A timeout runs out; `mute` is what lasts until it is lifted.".to_owned())
        }
        _ => Ok(()),
    }
}

fn check_subject(kind: RestrictionKind, subject: &Subject) -> Result<(), String> {
    let fits = match subject {
        Subject::Person(..) => !kind.is_for_everyone(),
        Subject::Names(_) | Subject::Addresses(_) => kind == RestrictionKind::Ban,
        Subject::Everyone => kind.is_for_everyone() || kind == RestrictionKind::Slow,
    };
    if fits { Ok(()) } else { Err(format!("That cannot be done to {subject}.")) }
}

fn check_measure(wanted: &Wanted) -> Result<(), String> {
    let (range, what) = match wanted.kind {
        RestrictionKind::Slow => (SLOW_SECONDS, "Slow mode takes 1 to 86400 seconds."),
        RestrictionKind::Age => (AGE_SECONDS, "An age limit is at least a second, at most 365d."),
        RestrictionKind::Defcon => (DEFCON_LEVELS, "Defcon is 4, 3, 2 or 1; 5 ends it."),
        _ => return Ok(()),
    };
    if range.contains(&wanted.measure) { Ok(()) } else { Err(what.to_owned()) }
}

/// So that each channel has one slow mode, one lock and one age limit, and the server one defcon.
fn check_channels(wanted: &Wanted) -> Result<(), String> {
    match (&wanted.scope, wanted.kind) {
        (Scope::All, RestrictionKind::Defcon) => Ok(()),
        (Scope::Channels(_), RestrictionKind::Defcon) => {
            Err("Defcon is for the whole server.".to_owned())
        }
        (Scope::Channels(channels), _) if channels.len() == 1 => Ok(()),
        _ => Err("Name one channel.".to_owned()),
    }
}
