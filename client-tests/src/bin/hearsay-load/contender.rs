//! Who is measured: how each is started on its processor core, and what of it is loaded and watched.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use client_tests::nats::Nats;
use client_tests::server::{Home, Server};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::profiles::Profile;
use crate::session::Target;
use crate::speech::CHANNEL;

/// Where targets run, and NATS with them.
pub(crate) const TARGET_CORE: usize = 0;

/// One who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contender {
    /// What tables call it.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// What is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The yardstick.
    Relay,
    /// The same by WebSocket.
    WebsocketRelay,
    /// The same, with every line going through NATS.
    NatsRelay,
    /// A server as people run it, except for its limits.
    Server(Target),
    /// A server without content filter, history and chat log.
    Bare(Target),
    /// A server that publishes on NATS what is said.
    Published,
    /// World and gateway in two processes, with NATS between.
    Split,
}

impl Kind {
    /// What the load is told it meets.
    pub(crate) fn target(self) -> Target {
        match self {
            Self::Relay | Self::NatsRelay => Target::Relay,
            Self::WebsocketRelay => Target::WebsocketRelay,
            Self::Server(target) | Self::Bare(target) => target,
            Self::Published | Self::Split => Target::Telnet,
        }
    }

    pub(crate) fn is_yardstick(self) -> bool {
        matches!(self.target(), Target::Relay | Target::WebsocketRelay)
    }

    fn needs_nats(self) -> bool {
        matches!(self, Self::NatsRelay | Self::Published | Self::Split)
    }
}

/// A target that is up. Dropping it ends it.
pub(crate) struct Running {
    /// Where the load connects.
    pub(crate) address: SocketAddr,
    /// All of its processes, the one with the connections first.
    pub(crate) pids: Vec<u32>,
    _relay: Option<Child>,
    _servers: Vec<(Server, Home)>,
    _nats: Option<Nats>,
}

/// Starts one.
pub(crate) async fn start(profile: &Profile, kind: Kind, world: &Path) -> Result<Running> {
    let nats = if kind.needs_nats() { Some(start_nats().await?) } else { None };
    let mut running = match kind.is_yardstick() {
        true => start_relay(kind, nats.as_ref()).await?,
        false => start_server(profile, kind, world, nats.as_ref()).await?,
    };
    running.pids.extend(nats.as_ref().map(Nats::pid).transpose()?);
    running._nats = nats;
    Ok(running)
}

async fn start_nats() -> Result<Nats> {
    let nats = Nats::start().await?.context("nats-server is not installed")?;
    // All of its threads; those that it starts later have it from these.
    let pinned = Command::new("taskset")
        .args(["-a", "-c", "-p", &TARGET_CORE.to_string(), &nats.pid()?.to_string()])
        .stdout(Stdio::null())
        .status()
        .await?;
    ensure!(pinned.success(), "nats-server could not be pinned");
    Ok(nats)
}

async fn start_relay(kind: Kind, nats: Option<&Nats>) -> Result<Running> {
    let mut command = pinned(TARGET_CORE, &std::env::current_exe()?);
    command.arg("relay").stdout(Stdio::piped());
    if kind == Kind::WebsocketRelay {
        command.arg("--websocket");
    }
    if let Some(nats) = nats {
        command.args(["--nats", &nats.url()]);
    }
    let mut child = command.spawn().context("starting the relay")?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    let address = line.as_deref().and_then(|line| line.strip_prefix("listening "));
    let address = address.context("the relay says where it listens")?.parse()?;
    let pids = vec![child.id().context("the relay is gone")?];
    Ok(Running { address, pids, _relay: Some(child), _servers: Vec::new(), _nats: None })
}

async fn start_server(
    profile: &Profile,
    kind: Kind,
    world: &Path,
    nats: Option<&Nats>,
) -> Result<Running> {
    let roles: &[&[&str]] = match kind {
        Kind::Split => &[&["--role", "world"], &["--role", "gateway"]],
        _ => &[&[]],
    };
    let mut servers = Vec::new();
    for role in roles {
        let home = home(profile, kind, world, nats)?.with_arguments(role);
        servers.insert(0, (home.start().await?, home));
    }
    let (server, _) = &servers[0];
    let address = if kind.target() == Target::Websocket { server.web } else { server.telnet };
    let pids = servers.iter().map(|(server, _)| server.pid()).collect();
    Ok(Running { address, pids, _relay: None, _servers: servers, _nats: None })
}

fn home(profile: &Profile, kind: Kind, world: &Path, nats: Option<&Nats>) -> Result<Home> {
    let channel = format!(
        "[{{name: {CHANNEL}, about: For measuring., colour: \"#9fd98f\", scope: everyone, speak: guest}}]"
    );
    let mut home = Home::new()?
        .on_core(TARGET_CORE)
        .set("world.path", world.display())
        .set("chat.channels", channel)
        .set("limits.connections_max", 0)
        .set("telnet.mccp3", profile.pests > 0);
    if let Some(nats) = nats {
        home = home.set("nats.enabled", true).set("nats.url", nats.url());
    }
    if let Kind::Bare(_) = kind {
        home = home
            .set("chat.content_filtering.enabled", false)
            .set("chat.message_history.enabled", false)
            .set("logs.content", "none");
    }
    Ok(home)
}

/// A program that stays on one processor core.
pub(crate) fn pinned(core: usize, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program).kill_on_drop(true);
    command
}
