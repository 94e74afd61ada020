//! Processes that tests start: signals by id, what they use, and how many files they may open.
//!
//! Never looks a process up by its name.

use std::io;

use anyhow::{Context, Result};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};

/// Sends a signal to the process of this id.
///
/// # Errors
/// When there is no such process any more.
pub fn signal(pid: u32, signal: Signal) -> Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("a process id above zero")?;
    kill_process(pid, signal).with_context(|| format!("sending {signal:?} to process {pid:?}"))
}

/// What a process has used so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Processor time in user and kernel mode, in microseconds; counted in ticks of 10 ms.
    pub cpu_us: f64,
    /// Resident memory, in KiB.
    pub rss_kib: f64,
}

impl Usage {
    /// Reads it from `/proc`.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn of(pid: u32) -> Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let statm = std::fs::read_to_string(format!("/proc/{pid}/statm"))?;
        Self::parse(&stat, &statm).with_context(|| format!("reading /proc/{pid}/stat"))
    }

    fn parse(stat: &str, statm: &str) -> Option<Self> {
        // The second field is the command in brackets and may hold blanks: count from its end.
        let (_, after_command) = stat.rsplit_once(')')?;
        let mut times = after_command.split_whitespace().skip(11);
        let user_ticks: u32 = times.next()?.parse().ok()?;
        let system_ticks: u32 = times.next()?.parse().ok()?;
        let resident_pages: u32 = statm.split_whitespace().nth(1)?.parse().ok()?;
        let ticks = f64::from(user_ticks) + f64::from(system_ticks);
        Some(Self {
            cpu_us: ticks * 1e6 / rustix::param::clock_ticks_per_second() as f64,
            rss_kib: f64::from(resident_pages) * (rustix::param::page_size() / 1024) as f64,
        })
    }
}

/// Lets this process, and those it starts from now on, open at least so many files, and tells how many it may.
///
/// # Errors
/// When the system allows fewer; says how to allow more.
pub fn allow_files(wanted: u64) -> Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return Ok(limit.current.unwrap_or(u64::MAX));
    }
    let maximum = limit.maximum.map(|maximum| maximum.max(wanted));
    let within = Rlimit { current: Some(wanted), maximum: limit.maximum };
    let beyond = Rlimit { current: Some(wanted), maximum };
    setrlimit(Resource::Nofile, within)
        .or_else(|_| setrlimit(Resource::Nofile, beyond))
        .map_err(io::Error::from)
        .with_context(|| {
            format!("{wanted} open files are needed: run `ulimit -n {wanted}` first")
        })?;
    Ok(wanted)
}

/// Lets this process, and those it starts from now on, open as many files as the system allows without asking.
pub fn allow_most_files() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    // To stay below one's own maximum is allowed to everybody; if not, the limit is as before.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_with_blanks_and_brackets_does_not_shift_the_fields() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1 0 9 9 9";
        let usage = Usage::parse(stat, "900 512 30 1 0 60 0").expect("a whole line");
        assert_eq!(usage.cpu_us, 300.0 * 1e6 / rustix::param::clock_ticks_per_second() as f64);
        assert_eq!(usage.rss_kib, 512.0 * (rustix::param::page_size() / 1024) as f64);
    }

    #[test]
    fn this_process_uses_memory() {
        assert!(Usage::of(std::process::id()).expect("we exist").rss_kib > 100.0);
    }
}
