//! One run against one target: everyone in, a moment to warm up, the measurement, and the account of every delivery.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;
use client_tests::process::{Usage, allow_files};
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::ledger::Layout;
use crate::report::{self, Latency, Report};
use crate::session::{self, Seat, Session, Target};
use crate::speech::Speech;
use crate::stage::{Pace, Stage};
use crate::wire::Scanner;

/// How many sessions enter at the same time. Most of it they wait for what a server asks of a client that says nothing.
const ENTERING_MAX: usize = 256;
const WARM_UP: Duration = Duration::from_secs(1);
/// Deliveries that have not come after so long without any other are lost.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// How long it may take at most until everything has arrived.
const DRAIN_MAX: Duration = Duration::from_secs(60);
/// Files besides the sessions' sockets.
const OTHER_FILES: u64 = 64;

/// What to load and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// What is at the address.
    #[arg(long, value_enum)]
    pub(crate) target: Target,
    /// Where it listens.
    #[arg(long)]
    pub(crate) addr: SocketAddr,
    /// How many connections.
    #[arg(long, default_value_t = 100)]
    pub(crate) sessions: u32,
    /// Over how many rooms they are spread.
    #[arg(long, default_value_t = 1)]
    pub(crate) rooms: u32,
    /// In how many rooms of the world they stand, where that is not who hears them.
    #[arg(long)]
    pub(crate) places: Option<u32>,
    /// Whom their lines are for.
    #[arg(long, value_enum, default_value_t = Speech::Say)]
    pub(crate) speech: Speech,
    /// How many of them speak.
    #[arg(long, default_value_t = 10)]
    pub(crate) speakers: u32,
    /// Lines a second that all speakers together say.
    #[arg(long, default_value_t = 50.0, conflicts_with = "closed")]
    pub(crate) rate: f64,
    /// Each speaker says the next line when all have heard the last: as fast as the target can.
    #[arg(long)]
    pub(crate) closed: bool,
    /// How long to measure.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// The target's process, to measure its memory and processor time; each of several is named.
    #[arg(long = "pid")]
    pub(crate) pids: Vec<u32>,
    /// Where to write the report as JSON, too.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
}

/// What processes had used at some moment.
struct Moment {
    at: Instant,
    /// All of the target's processes together.
    target: Option<Usage>,
    load: Usage,
    delivered: u64,
}

/// Runs the load.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let layout = check(options)?;
    allow_files(u64::from(options.sessions) + OTHER_FILES)?;
    let before = moment(options, 0)?;
    let mut stage = Stage::new(layout, options.target, fill(options, layout).await?)?;
    stage.play(&mut Pace::Silent, WARM_UP, |_| false)?;
    let idle = moment(options, 0)?;
    let mut pace = pace(options);
    stage.play(&mut pace, WARM_UP, |_| false)?;
    let start = moment(options, stage.tally.delivered)?;
    stage.tally.latency.reset();
    stage.play(&mut pace, Duration::from_secs(options.seconds), |_| false)?;
    stage.play(&mut Pace::Silent, DRAIN_MAX, is_drained)?;
    let end = moment(options, stage.tally.delivered)?;
    let report = found(options, &stage, [&before, &idle, &start, &end]);
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(report)
}

fn pace(options: &Options) -> Pace {
    let every = Duration::from_secs_f64(1.0 / options.rate);
    match options.closed {
        true => Pace::InTurn,
        false => Pace::Steady { every, due: Instant::now() + every },
    }
}

/// Whether everything said has arrived, or nothing has for a while.
fn is_drained(stage: &Stage) -> bool {
    stage.tally.delivered >= stage.expected() || stage.tally.newest.elapsed() > SILENCE_MAX
}

fn check(options: &Options) -> Result<Layout> {
    let Options { sessions, rooms, speakers, places, speech, .. } = *options;
    let places = places.unwrap_or(rooms);
    ensure!(rooms > 0 && places > 0 && sessions >= rooms, "each room needs a session");
    ensure!(speakers > 0 && speakers <= sessions, "every speaker is one of the sessions");
    ensure!(options.rate > 0.0, "a rate above zero");
    let by_websocket = matches!(options.target, Target::Websocket | Target::WebsocketRelay);
    ensure!(speech != Speech::Look || !by_websocket, "looks are answered in lines");
    ensure!(speech != Speech::Whisper || sessions == 2 * rooms, "whispers are for rooms of two");
    Ok(Layout { sessions, rooms, speakers, places, speech })
}

fn moment(options: &Options, delivered: u64) -> Result<Moment> {
    let used = options.pids.iter().map(|pid| Usage::of(*pid)).collect::<Result<Vec<_>>>()?;
    let target = used.into_iter().reduce(|sum, next| Usage {
        cpu_us: sum.cpu_us + next.cpu_us,
        rss_kib: sum.rss_kib + next.rss_kib,
    });
    Ok(Moment { at: Instant::now(), target, load: Usage::of(std::process::id())?, delivered })
}

/// Brings every session to its room.
async fn fill(options: &Options, layout: Layout) -> Result<Vec<(Session, Scanner)>> {
    stream::iter(0..options.sessions)
        .map(|number| {
            session::enter(options.target, options.addr, number, Seat::of(layout, number))
        })
        .buffered(ENTERING_MAX)
        .try_collect()
        .await
}

fn found(options: &Options, stage: &Stage, [before, idle, start, end]: [&Moment; 4]) -> Report {
    let tally = &stage.tally;
    let deliveries = end.delivered - start.delivered;
    let until = tally.newest.max(start.at);
    let seconds = until.duration_since(start.at).as_secs_f64().max(f64::MIN_POSITIVE);
    let elapsed_us = end.at.duration_since(start.at).as_secs_f64() * 1e6;
    let over = |usage: Option<(Usage, Usage)>, of: fn(&Usage) -> f64| {
        usage.map(|(from, to)| of(&to) - of(&from))
    };
    Report {
        target: options.target,
        speech: options.speech,
        sessions: options.sessions,
        rooms: options.rooms,
        speakers: options.speakers,
        closed_loop: options.closed,
        said: (0..options.speakers).map(|speaker| u64::from(stage.tally.said(speaker))).sum(),
        expected: stage.expected(),
        delivered: tally.delivered,
        lost: stage.lost(),
        duplicated: tally.duplicated,
        out_of_order: tally.late,
        leaked: tally.leaked,
        disconnected: tally.closed,
        deliveries_per_s: deliveries as f64 / seconds,
        target_cpu_us_per_delivery: over(start.target.zip(end.target), |usage| usage.cpu_us)
            .map(|cpu_us| cpu_us / (deliveries as f64).max(1.0)),
        target_rss_kib_per_session: over(before.target.zip(idle.target), |usage| usage.rss_kib)
            .map(|rss_kib| rss_kib / f64::from(options.sessions)),
        target_cpu_share: over(start.target.zip(end.target), |usage| usage.cpu_us)
            .map(|cpu_us| cpu_us / elapsed_us),
        load_cpu_share: (end.load.cpu_us - start.load.cpu_us) / elapsed_us,
        sending_behind_ms_max: tally.behind.as_secs_f64() * 1e3,
        latency_ms: Latency::of(&tally.latency),
        curve: report::curve(&tally.latency),
    }
}
