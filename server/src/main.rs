//! The binary `hearsay`: reads the command line, sets the process up, and hands over to the library.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use hearsay::config::{self, Config};
use hearsay::journal::{self, Guard, Journal};
use hearsay::roles::records::{self, LogsTask, PrivacyTask};
use hearsay::roles::tokens::{self, TokenTask};
use hearsay::roles::{self, Reachable, Role, Signals};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code for a configuration that cannot be used.
const BAD_CONFIG: u8 = 2;
/// After how many steps of tasks it is seen which sockets are ready. Until then the broadcaster waits for whoever else is
/// ready to speak, so that each client is written to once for all of them.
const EVENT_INTERVAL: u32 = 512;
/// How long the runtime may take to end what still runs when everything is written.
const RUNTIME_CLOSING: Duration = Duration::from_millis(500);

/// A MUD game server whose channel system is its heart.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The configuration file; without it, server_config.yaml here if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Run the server (what happens without a subcommand).
    Serve(Serve),
    /// Check configuration and world, print every problem with its place, and exit with 1 if there is an error.
    Check,
    /// Look into the content filter without starting anything.
    #[command(subcommand)]
    Filter(FilterTask),
    /// Verify, search and follow the logs.
    #[command(subcommand)]
    Logs(LogsTask),
    /// Copy or erase all that is stored about an account.
    #[command(subcommand)]
    Privacy(PrivacyTask),
    /// Make, list and revoke tokens of services for the REST API.
    #[command(subcommand)]
    Token(TokenTask),
    /// Print the version.
    Version,
}

#[derive(Subcommand)]
enum FilterTask {
    /// Say what every step makes of a text, and what is found in it.
    Test { text: Vec<String> },
    /// Say what other lists would have found in the messages that are stored.
    Dryrun {
        /// A folder with lists as in world-data/moderation.
        lists: PathBuf,
        /// How many messages to look at, from the newest back.
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        last: u32,
    },
    /// Measure the filter: what it finds of its lexicon in every dress, what in clean texts, and how fast.
    Score {
        /// A text in which there is nothing to find; may be given several times.
        #[arg(long = "text", value_name = "FILE")]
        texts: Vec<PathBuf>,
        /// A folder with lists instead of the world's.
        #[arg(long, value_name = "FOLDER")]
        lists: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
struct Serve {
    /// Which halves this process has; world and gateway need NATS.
    #[arg(long, value_enum, default_value_t = Half::Both)]
    role: Half,
    /// This gateway's number, different for each: 1 to 65535.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    gateway: u16,
}

#[derive(Clone, Copy, ValueEnum)]
enum Half {
    Both,
    World,
    Gateway,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let file = arguments.config.or_else(config::default_file);
    match arguments.task {
        Some(Task::Version) => print(&format!("hearsay {}", env!("CARGO_PKG_VERSION"))),
        Some(Task::Check) => return check(file),
        Some(Task::Filter(task)) => return filter(file, task),
        Some(Task::Privacy(task)) => {
            let mut input = std::io::stdin().lock();
            return with_records(file, |config, out| {
                records::privacy(&task, config, &mut input, out)
            });
        }
        Some(Task::Logs(task)) => {
            return with_records(file, |config, out| {
                records::logs(&task, config, std::io::stdout().is_terminal(), out)
            });
        }
        Some(Task::Token(task)) => {
            return with_records(file, |config, out| tokens::tokens(&task, config, out));
        }
        Some(Task::Serve(serve)) => {
            let role = match serve.role {
                Half::Both => Role::Both,
                Half::World => Role::World,
                Half::Gateway => Role::Gateway(serve.gateway),
            };
            return start(file, role);
        }
        None => return start(file, Role::Both),
    }
    ExitCode::SUCCESS
}

fn check(file: Option<PathBuf>) -> ExitCode {
    let findings = roles::check(file.as_deref(), std::env::vars());
    for problem in &findings.problems {
        print(problem);
    }
    if let Some(summary) = &findings.summary {
        print(summary);
    }
    match (findings.errors, findings.problems.len()) {
        (0, 0) => print("no problems"),
        (errors, problems) => {
            let (errors, warnings) =
                (counted(errors, "error"), counted(problems - errors, "warning"));
            print(&format!("{errors}, {warnings}"));
        }
    }
    if findings.errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Does something with the records; exits with 1 if all is not well.
fn with_records(
    file: Option<PathBuf>,
    task: impl FnOnce(&Config, &mut dyn Write) -> anyhow::Result<bool>,
) -> ExitCode {
    let config = match config::load(file.as_deref(), std::env::vars()) {
        Ok(config) => config,
        Err(problem) => {
            complain(&problem.to_string());
            return ExitCode::from(BAD_CONFIG);
        }
    };
    match task(&config, &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever read has seen enough.
        Err(why) if is_closed_pipe(&why) => ExitCode::SUCCESS,
        Err(why) => {
            complain(&format!("{why:#}"));
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(why: &anyhow::Error) -> bool {
    why.downcast_ref::<std::io::Error>()
        .is_some_and(|why| why.kind() == std::io::ErrorKind::BrokenPipe)
}

fn filter(file: Option<PathBuf>, task: FilterTask) -> ExitCode {
    let told = config::load(file.as_deref(), std::env::vars())
        .map_err(anyhow::Error::from)
        .and_then(|config| filter_tells(&config, task));
    match told {
        Ok(told) => {
            print(told.trim_end());
            ExitCode::SUCCESS
        }
        Err(why) => {
            complain(&format!("{why:#}"));
            ExitCode::FAILURE
        }
    }
}

fn filter_tells(config: &Config, task: FilterTask) -> anyhow::Result<String> {
    match task {
        FilterTask::Test { text } => {
            let (filter, _) = roles::filter::load(config, None)?;
            Ok(filter.explain(&text.join(" ")).to_string())
        }
        FilterTask::Dryrun { lists, last } => roles::filter::dry_run(config, &lists, last),
        FilterTask::Score { texts, lists } => {
            let (filter, lists) = roles::filter::load(config, lists.as_deref())?;
            let texts: Vec<&std::path::Path> = texts.iter().map(PathBuf::as_path).collect();
            roles::filter::score(&filter, &lists, &texts)
        }
    }
}

fn start(file: Option<PathBuf>, role: Role) -> ExitCode {
    let config = match config::load(file.as_deref(), std::env::vars()) {
        Ok(config) => config,
        Err(problem) => {
            complain(&problem.to_string());
            return ExitCode::from(BAD_CONFIG);
        }
    };
    let impossible = roles::impossible(&config);
    if !impossible.is_empty() {
        complain(&impossible.join("\n"));
        return ExitCode::from(BAD_CONFIG);
    }
    let mut is_up = false;
    match serve(config, file, role, &mut is_up) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let what = if is_up { "stopped, but not in order" } else { "did not start" };
            complain(&format!("hearsay {what}: {why:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the server; `is_up` tells afterwards whether it was ready at any time.
fn serve(
    config: Config,
    file: Option<PathBuf>,
    role: Role,
    is_up: &mut bool,
) -> anyhow::Result<()> {
    let (journal, guard) = open_logs(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .event_interval(EVENT_INTERVAL)
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        let signals = Signals::default();
        listen_for_signals(&signals)?;
        let journal = (journal, guard);
        let ready = |reachable: &Reachable| {
            *is_up = true;
            announce(reachable);
        };
        roles::serve(config, file, role, journal, signals, ready).await?;
        anyhow::Ok(())
    });
    runtime.shutdown_timeout(RUNTIME_CLOSING);
    served
}

fn open_logs(config: &Config) -> anyhow::Result<(Journal, Guard)> {
    let (journal, guard) = journal::start(roles::logs(config))?;
    // The NATS client logs every attempt to connect; the link says once what there is to say. The WebSocket library logs
    // whole messages, and one of them holds a password.
    let filter = format!("{},async_nats=off,tungstenite=off", config.logs.level);
    let filter = EnvFilter::try_new(filter)
        .map_err(|why| anyhow::anyhow!("logs.level: {:?}: {why}", config.logs.level))?;
    tracing_subscriber::registry()
        .with(journal::system_layer(&journal, filter.clone()))
        .with(journal::terminal_layer(&journal, filter, std::io::stderr().is_terminal()))
        .try_init()?;
    Ok((journal, guard))
}

/// The first SIGINT or SIGTERM stops the server in order, a second one at once. SIGHUP has the certificate read again.
fn listen_for_signals(signals: &Signals) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let Signals { stop, reload } = signals.clone();
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            reload.notify_one();
        }
    });
    tokio::spawn(async move {
        for first in [true, false] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if first {
                stop.notify_one();
            } else {
                std::process::exit(130);
            }
        }
    });
    Ok(())
}

fn announce(reachable: &Reachable) {
    print(&format!("Hearsay {}", env!("CARGO_PKG_VERSION")));
    if let Some(telnet) = reachable.telnet {
        print(&format!("telnet      {telnet}"));
    }
    if let Some(telnet) = reachable.telnet_tls {
        print(&format!("telnet+tls  {telnet}"));
    }
    if let Some(web) = reachable.web {
        print(&format!("web         http://{web}/"));
    }
    if let Some(web) = reachable.web_tls {
        print(&format!("web+tls     https://{web}/"));
    }
    if let Some(code) = &reachable.claim_code {
        print(&format!("claim code  {code}"));
        print("            Log in and type `claim` with this code to become the owner.");
    }
    print("ready");
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Whoever started the server may have stopped reading; that is no reason to stop serving.
fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
