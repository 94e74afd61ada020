//! Everyone loses the connection at once and comes back: how fast a server takes them in, how long each waits, and whether
//! anybody misses a line of what is said meanwhile.
//!
//! All have accounts, which `people` writes, and come by WebSocket. Whoever is back goes on by the token of their last
//! `welcome`, names the last line they saw, and is sent what came since. The first of them never drops and speaks to all.

mod person;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use client_tests::process::{Usage, allow_files};
use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use self::person::Person;
use crate::report::Latency;

/// How long all of them may take to come in, or to come back.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long everyone listens before and after a storm.
const CALM: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// The longest wait that is told from longer ones. Microseconds.
const WAIT_US_MAX: u64 = 600_000_000;
/// Files besides the sessions' sockets.
const OTHER_FILES: u64 = 64;

/// Whom to bring, and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Where the server listens for HTTP.
    #[arg(long)]
    pub(crate) addr: SocketAddr,
    /// How many people.
    #[arg(long, default_value_t = 1000)]
    pub(crate) sessions: u32,
    /// The number of the first of them, where other loads run beside this one.
    #[arg(long, default_value_t = 0)]
    pub(crate) first: u32,
    /// How many of them log in within a second to begin with.
    #[arg(long, default_value_t = 1000.0)]
    pub(crate) logins_per_second: f64,
    /// How many begin to come back within a second.
    #[arg(long, default_value_t = 5000.0)]
    pub(crate) per_second: f64,
    /// How many storms, one after the other. With none, and all logins at once, it is a storm of logins.
    #[arg(long, default_value_t = 2)]
    pub(crate) storms: u32,
    /// Lines a second that are said to everyone all the while.
    #[arg(long, default_value_t = 2.0)]
    pub(crate) rate: f64,
    /// The server's process, to measure its memory and processor time.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
    /// Where to write the report as JSON, too.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
}

/// What all have in common.
struct Crowd {
    address: SocketAddr,
    began: Instant,
    tally: RefCell<Tally>,
    /// Lines that the first of them has said.
    said: Cell<u32>,
}

/// What has happened to them since the last storm began.
struct Tally {
    here: u32,
    /// Microseconds from the first packet to `welcome`, and to the last line that was missed.
    welcomed: Histogram<u64>,
    resumed: Histogram<u64>,
    replayed: u64,
    gaps: u64,
    lost: u64,
    repeated: u64,
    cut_off: u64,
    latest: Instant,
}

/// What came of one storm.
#[derive(Debug, Serialize)]
struct Storm {
    /// How many came back in a second, from the first packet to the last line.
    per_second: f64,
    welcome_ms: Latency,
    resumed_ms: Latency,
    /// Lines that were sent again.
    replayed: u64,
    /// How many were told that something may be missing.
    gaps: u64,
    /// The server's processor time for each who came back. Microseconds.
    cpu_us: Option<f64>,
}

/// What came of all.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    sessions: u32,
    /// What a session added to the server's resident memory.
    rss_kib_per_session: Option<f64>,
    /// From the first packet to `welcome`.
    logins_ms: Latency,
    said: u32,
    lost: u64,
    repeated: u64,
    /// Connections that the server closed.
    cut_off: u64,
    storms: Vec<Storm>,
}

/// Runs the storms.
pub(crate) async fn storm(options: &Options) -> Result<Report> {
    ensure!(options.sessions > 1, "somebody who speaks and somebody who drops");
    allow_files(u64::from(options.sessions) + OTHER_FILES)?;
    let crowd = Rc::new(Crowd::new(options.addr)?);
    let usage = || options.pid.map(Usage::of).transpose();
    let before = usage()?;
    let (signal, drops) = watch::channel(None);
    let mut people = JoinSet::new();
    let first = Instant::now();
    for number in 0..options.sessions {
        let person = Person::new(Rc::clone(&crowd), number, options);
        let at = first + Duration::from_secs_f64(f64::from(number) / options.logins_per_second);
        people.spawn_local(person.live(at, drops.clone()));
    }
    crowd.all_here(options.sessions, &mut people).await?;
    let logins_ms = Latency::of(&crowd.tally.borrow().welcomed);
    sleep(CALM).await;
    let idle = usage()?;
    let mut storms = Vec::new();
    for _ in 0..options.storms {
        storms.push(crowd.storm(options, &signal, &mut people).await?);
        sleep(CALM).await;
    }
    let tally = crowd.tally.borrow();
    Ok(Report {
        sessions: options.sessions,
        rss_kib_per_session: before
            .zip(idle)
            .map(|(before, idle)| (idle.rss_kib - before.rss_kib) / f64::from(options.sessions)),
        logins_ms,
        said: crowd.said.get(),
        lost: tally.lost,
        repeated: tally.repeated,
        cut_off: tally.cut_off,
        storms,
    })
}

impl Crowd {
    fn new(address: SocketAddr) -> Result<Self> {
        Ok(Self {
            address,
            began: Instant::now(),
            tally: RefCell::new(Tally::new()?),
            said: Cell::new(0),
        })
    }

    /// Waits until so many are in the world.
    async fn all_here(&self, count: u32, people: &mut JoinSet<Result<()>>) -> Result<()> {
        let arrivals = async {
            while self.tally.borrow().here < count {
                if let Some(ended) = people.try_join_next() {
                    ended.context("a session")??;
                }
                sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        timeout(PATIENCE, arrivals).await.with_context(|| {
            format!("only {} of {count} within {PATIENCE:?}", self.tally.borrow().here)
        })?
    }

    async fn storm(
        &self,
        options: &Options,
        signal: &watch::Sender<Option<Instant>>,
        people: &mut JoinSet<Result<()>>,
    ) -> Result<Storm> {
        let usage = || options.pid.map(Usage::of).transpose();
        self.tally.borrow_mut().begin();
        let began = Instant::now() + Duration::from_secs(1);
        signal.send_replace(Some(began));
        sleep_until(began).await;
        let before = usage()?;
        self.all_here(options.sessions, people).await?;
        let after = usage()?;
        let tally = self.tally.borrow();
        let (back, took) = (f64::from(options.sessions - 1), tally.latest - began);
        Ok(Storm {
            per_second: back / took.as_secs_f64(),
            welcome_ms: Latency::of(&tally.welcomed),
            resumed_ms: Latency::of(&tally.resumed),
            replayed: tally.replayed,
            gaps: tally.gaps,
            cpu_us: before.zip(after).map(|(before, after)| (after.cpu_us - before.cpu_us) / back),
        })
    }
}

impl Tally {
    fn new() -> Result<Self> {
        Ok(Self {
            here: 0,
            welcomed: Histogram::new_with_bounds(1, WAIT_US_MAX, 3)?,
            resumed: Histogram::new_with_bounds(1, WAIT_US_MAX, 3)?,
            replayed: 0,
            gaps: 0,
            lost: 0,
            repeated: 0,
            cut_off: 0,
            latest: Instant::now(),
        })
    }

    /// Everyone but the first drops.
    fn begin(&mut self) {
        self.here = 1;
        self.welcomed.reset();
        self.resumed.reset();
        (self.replayed, self.gaps) = (0, 0);
    }
}

impl Report {
    /// Whether nobody missed anything.
    pub(crate) fn is_flawless(&self) -> bool {
        let gaps: u64 = self.storms.iter().map(|storm| storm.gaps).sum();
        self.lost + self.repeated + self.cut_off + gaps == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |value: Option<f64>| value.map_or("unknown".to_owned(), |v| format!("{v:.2}"));
        writeln!(f, "{} sessions, {} lines to all", self.sessions, self.said)?;
        writeln!(f, "KiB/session  {}", known(self.rss_kib_per_session))?;
        let Latency { p50, p99, max, .. } = self.logins_ms;
        writeln!(f, "login ms     p50 {p50:.1}  p99 {p99:.1}  max {max:.1}")?;
        let Self { lost, repeated, cut_off, .. } = self;
        writeln!(f, "lost {lost}  repeated {repeated}  cut off {cut_off}")?;
        for storm in &self.storms {
            let Storm { per_second, welcome_ms, resumed_ms, replayed, gaps, cpu_us } = storm;
            writeln!(f, "came back    {per_second:.0} a second")?;
            for (what, wait) in [("welcome", welcome_ms), ("resumed", resumed_ms)] {
                let Latency { p50, p99, max, .. } = wait;
                writeln!(f, "  {what} ms  p50 {p50:.1}  p99 {p99:.1}  max {max:.1}")?;
            }
            writeln!(
                f,
                "  {replayed} lines sent again, {gaps} gaps, CPU us/person {}",
                known(*cpu_us)
            )?;
        }
        Ok(())
    }
}
