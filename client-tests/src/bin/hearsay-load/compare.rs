//! Server and relay side by side: starts each in turn on one processor core, loads it from another, and tells what was found.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use clap::Args;
use client_tests::process::allow_files;
use tokio::process::Child;

use crate::contender::{self, Contender, Running, pinned};
use crate::plot;
use crate::profiles::{PROFILES, Profile};
use crate::report::Report;
use crate::table::{self, Cell};
use crate::world;

const LOAD_CORE: usize = 1;
/// Enough for the largest profile, on either side.
const FILES_MAX: u64 = 10_000;

/// What to compare.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Only this profile; may be given more than once. All without it.
    #[arg(long = "profile", value_name = "NAME")]
    profiles: Vec<String>,
    /// How long each measurement takes; those at a fixed rate take twice as long.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// How often everything is measured; tables show medians.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Where to write all reports as JSON, too.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Where to write the tables, too.
    #[arg(long)]
    markdown: Option<PathBuf>,
    /// The folder in which to draw latencies at a fixed rate, a file for each profile.
    #[arg(long)]
    plots: Option<PathBuf>,
}

/// Measures and prints; false when a delivery went wrong.
pub(crate) async fn compare(options: &Options) -> Result<bool> {
    ensure!(
        std::thread::available_parallelism()?.get() > LOAD_CORE,
        "target and load need a processor core each"
    );
    allow_files(FILES_MAX)?;
    let chosen = chosen(&options.profiles)?;
    let mut cells: Vec<Cell> = chosen
        .iter()
        .flat_map(|profile| {
            profile.contenders.iter().map(|contender| Cell::new(profile, *contender))
        })
        .collect();
    let mut whole = true;
    for round in 1..=options.rounds {
        for cell in &mut cells {
            print!("round {round}: {}, {}: ", cell.profile.name, cell.contender.name);
            // One run that could not be made does not throw away what all others found.
            match load(cell.profile, cell.contender, options.seconds).await {
                Ok(report) => {
                    let (speed, p99) = (report.deliveries_per_s, report.latency_ms.p99);
                    println!("{speed:.0}/s, p99 {p99:.2} ms");
                    cell.runs.push(report);
                }
                Err(error) => {
                    println!("FAILED: {error:#}");
                    whole = false;
                }
            }
        }
    }
    Ok(tell(options, &cells)? && whole)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Profile>> {
    if names.is_empty() {
        return Ok(PROFILES.iter().collect());
    }
    let find = |name: &String| {
        let known = PROFILES.iter().find(|profile| profile.name == name);
        known.with_context(|| {
            let all: Vec<_> = PROFILES.iter().map(|profile| profile.name).collect();
            format!("there is no profile {name:?}; profiles are {}", all.join(", "))
        })
    };
    names.iter().map(find).collect()
}

/// One run against a fresh target.
async fn load(profile: &Profile, contender: Contender, seconds: u64) -> Result<Report> {
    let files = tempfile::tempdir()?;
    let world = files.path().join("world");
    world::write(profile.places, &world)?;
    let running = contender::start(profile, contender.kind, &world).await?;
    let _pests = pester(profile, &running)?;
    let json = files.path().join("report.json");
    let mut command = pinned(LOAD_CORE, &std::env::current_exe()?);
    command.arg("run").args(["--addr", &running.address.to_string()]);
    command.arg("--target").arg(contender.kind.target().name());
    command.arg("--speech").arg(profile.speech.name());
    for pid in &running.pids {
        command.arg("--pid").arg(pid.to_string());
    }
    for (option, value) in [
        ("--sessions", u64::from(profile.sessions)),
        ("--rooms", u64::from(profile.rooms)),
        ("--places", u64::from(profile.places)),
        ("--speakers", u64::from(profile.speakers)),
        ("--seconds", seconds * if profile.rate.is_some() { 2 } else { 1 }),
    ] {
        command.arg(option).arg(value.to_string());
    }
    match profile.rate {
        Some(rate) => command.arg("--rate").arg(rate.to_string()),
        None => command.arg("--closed"),
    };
    let ended = command.arg("--json").arg(&json).output().await?;
    let report = std::fs::read(&json)
        .with_context(|| format!("the load gave up: {}", String::from_utf8_lossy(&ended.stderr)))?;
    Ok(serde_json::from_slice(&report)?)
}

/// Lets hostile peers loose where the profile wants them. They share the load's core.
fn pester(profile: &Profile, running: &Running) -> Result<Option<Child>> {
    if profile.pests == 0 {
        return Ok(None);
    }
    let mut command = pinned(LOAD_CORE, &std::env::current_exe()?);
    command.args(["pester", "--addr", &running.address.to_string()]);
    command.args(["--each", &profile.pests.to_string()]).stdout(Stdio::null());
    command.spawn().context("starting the hostile peers").map(Some)
}

fn tell(options: &Options, cells: &[Cell]) -> Result<bool> {
    let tables = table::markdown(cells);
    print!("\n{tables}");
    if let Some(path) = &options.markdown {
        std::fs::write(path, tables)?;
    }
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(cells)?)?;
    }
    if let Some(folder) = &options.plots {
        plot::draw_all(cells, folder)?;
    }
    let runs = cells.iter().flat_map(|cell| cell.runs.iter().map(move |run| (cell, run)));
    let flawed = runs.filter(|(_, report)| !report.is_flawless());
    let told = flawed.inspect(|(cell, report)| {
        print!("\nFLAWED: {}, {}: {report}", cell.profile.name, cell.contender.name);
    });
    Ok(told.count() == 0)
}
