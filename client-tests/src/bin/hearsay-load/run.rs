//! One run against one target: everyone in, a moment to warm up, the measurement, and the account of every delivery.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use client_tests::process::{Usage, allow_files};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::ledger::Layout;
use crate::report::{Latency, Report};
use crate::session::{self, Target};
use crate::stage::{Listener, Stage};

/// How many sessions enter at the same time: so few that the start room never fills.
const ENTERING_MAX: usize = 32;
const WARM_UP: Duration = Duration::from_secs(1);
/// Deliveries that have not come after so long without any other are lost.
const SILENCE_MAX: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(20);
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
    /// The target's process, to measure its memory and processor time.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
    /// Where to write the report as JSON, too.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
}

/// What processes had used at some moment.
struct Moment {
    at: Instant,
    target: Option<Usage>,
    load: Usage,
    delivered: u64,
}

/// Runs the load.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let layout = check(options)?;
    allow_files(u64::from(options.sessions) + OTHER_FILES)?;
    let stage = Rc::new(Stage::new(layout)?);
    let before = moment(options, &stage)?;
    let listeners = fill(options, layout).await?;
    let mut tasks = JoinSet::new();
    for listener in &listeners {
        tasks.spawn_local(Rc::clone(&stage).listen(Rc::clone(listener)));
    }
    sleep(WARM_UP).await;
    let idle = moment(options, &stage)?;
    let mut speaking = speak(options, &stage, &listeners);
    sleep(WARM_UP).await;
    let start = moment(options, &stage)?;
    stage.tally.borrow_mut().latency.reset();
    sleep(Duration::from_secs(options.seconds)).await;
    stage.over.set(true);
    while let Some(spoken) = speaking.join_next().await {
        // A speaker whose connection is gone shows in the account.
        drop(spoken.context("a speaker")?);
    }
    drain(&stage).await;
    let end = moment(options, &stage)?;
    tasks.abort_all();
    let report = report(options, &stage, &listeners, [&before, &idle, &start, &end]);
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(report)
}

fn check(options: &Options) -> Result<Layout> {
    ensure!(options.rooms > 0 && options.sessions >= options.rooms, "each room needs a session");
    ensure!(options.speakers <= options.sessions, "every speaker is one of the sessions");
    ensure!(options.rate > 0.0, "a rate above zero");
    let Options { sessions, rooms, speakers, .. } = *options;
    Ok(Layout { sessions, rooms, speakers })
}

fn moment(options: &Options, stage: &Stage) -> Result<Moment> {
    Ok(Moment {
        at: Instant::now(),
        target: options.pid.map(Usage::of).transpose()?,
        load: Usage::of(std::process::id())?,
        delivered: stage.tally.borrow().delivered,
    })
}

/// Brings every session to its room.
async fn fill(options: &Options, layout: Layout) -> Result<Vec<Rc<Listener>>> {
    stream::iter(0..options.sessions)
        .map(|number| async move {
            let room = layout.room_of(number);
            let entered = session::enter(options.target, options.addr, number, room).await?;
            Ok(Rc::new(Listener::new(layout, number, entered.0, entered.1)))
        })
        .buffered(ENTERING_MAX)
        .try_collect()
        .await
}

fn speak(options: &Options, stage: &Rc<Stage>, listeners: &[Rc<Listener>]) -> JoinSet<Result<()>> {
    let mut speaking = JoinSet::new();
    let every = Duration::from_secs_f64(f64::from(options.speakers) / options.rate);
    for (number, listener) in (0..options.speakers).zip(listeners) {
        let (stage, listener) = (Rc::clone(stage), Rc::clone(listener));
        if options.closed {
            speaking.spawn_local(stage.speak_in_turn(listener, number));
        } else {
            let first = every.mul_f64(f64::from(number) / f64::from(options.speakers));
            speaking.spawn_local(stage.speak_steadily(listener, number, first, every));
        }
    }
    speaking
}

/// Waits until everything said has arrived, or nothing has for a while.
async fn drain(stage: &Stage) {
    let expected = stage.expected();
    loop {
        let (delivered, newest) = {
            let tally = stage.tally.borrow();
            (tally.delivered, tally.newest)
        };
        if delivered >= expected || newest.elapsed() > SILENCE_MAX {
            return;
        }
        sleep(LOOK_EVERY).await;
    }
}

fn report(
    options: &Options,
    stage: &Stage,
    listeners: &[Rc<Listener>],
    [before, idle, start, end]: [&Moment; 4],
) -> Report {
    let tally = stage.tally.borrow();
    let deliveries = end.delivered - start.delivered;
    let until = tally.newest.max(start.at);
    let seconds = until.duration_since(start.at).as_secs_f64().max(f64::MIN_POSITIVE);
    let elapsed_us = end.at.duration_since(start.at).as_secs_f64() * 1e6;
    let over = |usage: Option<(Usage, Usage)>, of: fn(&Usage) -> f64| {
        usage.map(|(from, to)| of(&to) - of(&from))
    };
    let lost = listeners.iter().map(|l| l.ledger.borrow().lost(|speaker| stage.said(speaker)));
    Report {
        target: options.target,
        sessions: options.sessions,
        rooms: options.rooms,
        speakers: options.speakers,
        closed_loop: options.closed,
        said: (0..options.speakers).map(|speaker| u64::from(stage.said(speaker))).sum(),
        expected: stage.expected(),
        delivered: tally.delivered,
        lost: lost.sum(),
        duplicated: tally.duplicated,
        out_of_order: tally.late,
        leaked: tally.leaked,
        disconnected: tally.closed,
        deliveries_per_s: deliveries as f64 / seconds,
        target_cpu_us_per_delivery: over(start.target.zip(end.target), |usage| usage.cpu_us)
            .map(|cpu_us| cpu_us / (deliveries as f64).max(1.0)),
        target_rss_kib_per_session: over(before.target.zip(idle.target), |usage| usage.rss_kib)
            .map(|rss_kib| rss_kib / f64::from(options.sessions)),
        load_cpu_share: (end.load.cpu_us - start.load.cpu_us) / elapsed_us,
        sending_behind_ms_max: tally.behind.as_secs_f64() * 1e3,
        latency_ms: Latency::of(&tally.latency),
    }
}
