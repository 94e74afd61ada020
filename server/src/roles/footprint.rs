//! What this process uses of the machine, as the system tells. Linux alone tells it here; elsewhere there are no figures.

use std::fs;
use std::io;

use rustix::process::{Resource, getrlimit};

/// What a process uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Footprint {
    /// Resident memory.
    pub(super) resident_bytes: u64,
    /// Open files, sockets among them.
    pub(super) open_files: usize,
    /// The most that may be open, if there is a limit.
    pub(super) open_files_max: Option<u64>,
    /// Processor time, in ticks of 10 ms.
    pub(super) cpu_seconds: f64,
}

impl Footprint {
    /// Reads it; none where the system does not tell. Looks through the list of open files: not for a thread that others
    /// wait for.
    pub(super) fn read() -> Option<Self> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        Some(Self {
            resident_bytes: resident_bytes(&status)?,
            open_files: open_files().ok()?,
            open_files_max: getrlimit(Resource::Nofile).current,
            cpu_seconds: cpu_seconds(&stat)?,
        })
    }
}

/// The memory alone, which costs little to learn.
pub(super) fn memory_bytes() -> Option<u64> {
    resident_bytes(&fs::read_to_string("/proc/self/status").ok()?)
}

/// `VmRSS` of proc(5), which is in KiB.
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// Without the one that the list itself is read by.
fn open_files() -> io::Result<usize> {
    Ok(fs::read_dir("/proc/self/fd")?.count().saturating_sub(1))
}

/// `utime` and `stime` of proc(5). The second field is the command in brackets and may hold blanks: count from its end.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, after_command) = stat.rsplit_once(')')?;
    let mut times = after_command.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (times.next()?.parse().ok()?, times.next()?.parse().ok()?);
    Some((user + system) as f64 / rustix::param::clock_ticks_per_second() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_writes_is_read() {
        assert_eq!(resident_bytes("VmPeak:\t 9 kB\nVmRSS:\t    1204 kB\n"), Some(1_232_896));
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1 0 9 9 9";
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        assert_eq!(cpu_seconds(stat), Some(300.0 / ticks));
    }

    #[test]
    fn this_process_uses_something() {
        let footprint = Footprint::read().unwrap();
        assert!(footprint.resident_bytes > 100_000 && footprint.open_files > 2, "{footprint:?}");
    }
}
