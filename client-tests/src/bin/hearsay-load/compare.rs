//! Server and relay side by side: starts each in turn on one processor core, loads it from another, prints a table.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use clap::Args;
use client_tests::nats::Nats;
use client_tests::process::allow_files;
use client_tests::server::{Home, Server};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::profiles::{Bus, PROFILES, Profile};
use crate::report::Report;
use crate::session::Target;
use crate::world;

const TARGET_CORE: usize = 0;
const LOAD_CORE: usize = 1;
/// Enough for the largest profile, on either side.
const FILES_MAX: u64 = 10_000;

/// What to compare.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Only this profile; may be given more than once. All without it.
    #[arg(long = "profile", value_name = "NAME")]
    profiles: Vec<String>,
    /// How long each measurement takes.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Where to write all reports as JSON, too.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// What was found of one target under one profile.
struct Row {
    profile: &'static str,
    /// At the profile's rate.
    steady: Report,
    /// As fast as it goes, where the profile wants that.
    closed: Option<Report>,
}

/// A target that is up. Dropping it ends it.
enum Running {
    Server {
        server: Box<Server>,
        _world: Option<Box<(Server, Home)>>,
        _home: Box<Home>,
        _nats: Option<Nats>,
    },
    Relay {
        child: Child,
        address: SocketAddr,
    },
}

/// Measures and prints; false when a delivery went wrong.
pub(crate) async fn compare(options: &Options) -> Result<bool> {
    ensure!(
        std::thread::available_parallelism()?.get() > LOAD_CORE,
        "target and load need a processor core each"
    );
    allow_files(FILES_MAX)?;
    let mut rows = Vec::new();
    for profile in chosen(&options.profiles)? {
        for target in profile.targets {
            rows.push(measure(profile, *target, options.seconds).await?);
        }
    }
    print_table(&rows);
    let reports: Vec<_> =
        rows.iter().flat_map(|row| [Some(&row.steady), row.closed.as_ref()]).flatten().collect();
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&reports)?)?;
    }
    let flawed = reports.iter().filter(|report| !report.is_flawless());
    Ok(flawed.inspect(|report| print!("\nFLAWED: {report}")).count() == 0)
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

async fn measure(profile: &'static Profile, target: Target, seconds: u64) -> Result<Row> {
    let what = || format!("{} against {target:?}", profile.name);
    let steady = load(profile, target, false, seconds).await.with_context(what)?;
    let closed = match profile.closed_too {
        true => Some(load(profile, target, true, seconds).await.with_context(what)?),
        false => None,
    };
    Ok(Row { profile: profile.name, steady, closed })
}

/// One run against a fresh target.
async fn load(profile: &Profile, target: Target, closed: bool, seconds: u64) -> Result<Report> {
    let files = tempfile::tempdir()?;
    let running = start(profile, target, &files).await?;
    let _pests = pester(profile, &running)?;
    let json = files.path().join("report.json");
    let mut command = pinned(LOAD_CORE, &std::env::current_exe()?);
    let target = format!("{target:?}").to_lowercase();
    command.args(["run", "--target", &target, "--addr", &running.address(&target).to_string()]);
    for (option, value) in [
        ("--sessions", u64::from(profile.sessions)),
        ("--rooms", u64::from(profile.rooms)),
        ("--speakers", u64::from(profile.speakers)),
        ("--seconds", seconds),
        ("--pid", u64::from(running.pid()?)),
    ] {
        command.arg(option).arg(value.to_string());
    }
    if closed {
        command.arg("--closed");
    } else {
        command.arg("--rate").arg(profile.rate.to_string());
    }
    let ended = command.arg("--json").arg(&json).output().await?;
    let report = std::fs::read(&json)
        .with_context(|| format!("the load gave up: {}", String::from_utf8_lossy(&ended.stderr)))?;
    Ok(serde_json::from_slice(&report)?)
}

async fn start(profile: &Profile, target: Target, files: &TempDir) -> Result<Running> {
    if target == Target::Relay {
        return start_relay().await;
    }
    let folder = files.path().join("world");
    world::write(profile.rooms, &folder)?;
    let nats = if profile.nats == Bus::Local { None } else { Nats::start().await? };
    let world = match profile.nats {
        Bus::Between => {
            let home = home(profile, &folder, nats.as_ref())?.with_arguments(&["--role", "world"]);
            Some(Box::new((home.start().await?, home)))
        }
        Bus::Local | Bus::Published => None,
    };
    let mut home = home(profile, &folder, nats.as_ref())?;
    if world.is_some() {
        home = home.with_arguments(&["--role", "gateway"]);
    }
    let server = Box::new(home.start().await?);
    Ok(Running::Server { server, _world: world, _home: Box::new(home), _nats: nats })
}

fn home(profile: &Profile, folder: &Path, nats: Option<&Nats>) -> Result<Home> {
    let home = Home::new()?
        .on_core(TARGET_CORE)
        .set("world.path", folder.display())
        .set("limits.connections_max", 0)
        .set("telnet.mccp3", profile.pests > 0);
    Ok(match nats {
        Some(nats) => home.set("nats.enabled", "true").set("nats.url", nats.url()),
        None => home,
    })
}

/// Lets hostile peers loose where the profile wants them. They share the load's core.
fn pester(profile: &Profile, running: &Running) -> Result<Option<Child>> {
    if profile.pests == 0 {
        return Ok(None);
    }
    let mut command = pinned(LOAD_CORE, &std::env::current_exe()?);
    command.args(["pester", "--addr", &running.address("telnet").to_string()]);
    command.args(["--each", &profile.pests.to_string()]).stdout(Stdio::null());
    command.spawn().context("starting the hostile peers").map(Some)
}

async fn start_relay() -> Result<Running> {
    let mut child = pinned(TARGET_CORE, &std::env::current_exe()?)
        .arg("relay")
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the relay")?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    let line = line.context("the relay says where it listens")?;
    let address = line.strip_prefix("listening ").context("the relay says where it listens")?;
    Ok(Running::Relay { child, address: address.parse()? })
}

fn pinned(core: usize, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program).kill_on_drop(true);
    command
}

impl Running {
    fn address(&self, target: &str) -> SocketAddr {
        match self {
            Self::Server { server, .. } if target == "websocket" => server.web,
            Self::Server { server, .. } => server.telnet,
            Self::Relay { address, .. } => *address,
        }
    }

    fn pid(&self) -> Result<u32> {
        match self {
            Self::Server { server, .. } => Ok(server.pid()),
            Self::Relay { child, .. } => child.id().context("the relay is gone"),
        }
    }
}

const HEAD: [&str; 12] = [
    "profile",
    "target",
    "sessions",
    "KiB/session",
    "deliv/s",
    "us/deliv",
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
    "speed",
    "CPU",
    "load CPU %",
];

/// Prints a row for each target; `speed` and `CPU` are ratios to the relay under the same profile.
fn print_table(rows: &[Row]) {
    println!("{}", line(&HEAD.map(str::to_owned)));
    for row in rows {
        let is_yardstick =
            |other: &&Row| other.profile == row.profile && other.steady.target == Target::Relay;
        println!("{}", line(&cells(row, rows.iter().find(is_yardstick))));
    }
}

fn line(cells: &[String; 12]) -> String {
    let [profile, target, numbers @ ..] = cells;
    let numbers: String = numbers.iter().map(|cell| format!(" {cell:>11}")).collect();
    format!("{profile:<15} {target:<10}{numbers}")
}

fn cells(row: &Row, yardstick: Option<&Row>) -> [String; 12] {
    let full = full_speed(row);
    let latency = row.steady.latency_ms;
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
    let ratio = |of: fn(&Report) -> Option<f64>| {
        let relay = yardstick.and_then(|relay| of(full_speed(relay)))?;
        of(full).map(|value| value / relay)
    };
    [
        row.profile.to_owned(),
        format!("{:?}", row.steady.target).to_lowercase(),
        row.steady.sessions.to_string(),
        number(row.steady.target_rss_kib_per_session),
        format!("{:.0}", full.deliveries_per_s),
        number(full.target_cpu_us_per_delivery),
        number(Some(latency.p50)),
        number(Some(latency.p99)),
        number(Some(latency.p999)),
        number(ratio(|report| Some(report.deliveries_per_s))),
        number(ratio(|report| report.target_cpu_us_per_delivery)),
        format!("{:.0}", full.load_cpu_share * 100.0),
    ]
}

/// The run that shows how much the target can do; the steady one where there is no other.
fn full_speed(row: &Row) -> &Report {
    row.closed.as_ref().unwrap_or(&row.steady)
}
