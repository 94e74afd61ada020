//! From the configuration to a running server, and back to a stopped one with nothing lost.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::halves::{GatewayHalf, WorldHalf};
use super::status::Sources;
use super::wiring;
use crate::api;
use crate::bus::nats::{self, LinkEnd, NatsLink};
use crate::bus::{BusState, GatewayPort, WorldPort, local};
use crate::channels::Table;
use crate::config::Config;
use crate::gateway;
use crate::journal::{Guard, Journal};
use crate::vocab::{Prose, Rank, Role as TextRole};

/// How long connections may take to close at the end.
const CLOSING: Duration = Duration::from_millis(1500);
/// How long the journal may take to write what it holds at the end.
const JOURNAL_CLOSING: Duration = Duration::from_secs(2);
/// How often staff's view of the server is refreshed.
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// Which halves this process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sockets and the world.
    Both,
    /// The world alone; gateways are other processes.
    World,
    /// Sockets alone; the world is another process. The number differs for each gateway.
    Gateway(u16),
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::World => "world",
            Self::Gateway(_) => "gateway",
        }
    }
}

/// Why the server did not start.
#[derive(Debug)]
pub struct StartError(anyhow::Error);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for StartError {}

impl From<anyhow::Error> for StartError {
    fn from(error: anyhow::Error) -> Self {
        Self(error)
    }
}

/// Where the server can be reached, for whoever started it.
#[derive(Debug, Default)]
pub struct Reachable {
    /// Telnet.
    pub telnet: Option<SocketAddr>,
    /// HTTP and WebSocket.
    pub web: Option<SocketAddr>,
    /// The code that makes the first account that enters it the owner.
    pub claim_code: Option<String>,
}

/// Runs a server until it is told to stop, from outside by `stop` or from within the game.
///
/// # Errors
/// When it cannot start; the message says what is in the way.
pub async fn serve(
    config: Config,
    config_file: Option<PathBuf>,
    role: Role,
    journal: (Journal, Guard),
    stop: Arc<Notify>,
    ready: impl FnOnce(&Reachable),
) -> Result<(), StartError> {
    let (journal, guard) = journal;
    let result = run(&config, config_file, role, &journal, stop, ready).await;
    if let Err(why) = guard.close(JOURNAL_CLOSING) {
        // The logs themselves are what failed; whoever started the server is all that is left to tell.
        return Err(why.context("closing the logs").into());
    }
    result.map_err(StartError)
}

/// The sockets, taken before anything else is touched: a port that is taken is the commonest mistake.
struct Sockets {
    telnet: Option<TcpListener>,
    web: TcpListener,
}

async fn run(
    config: &Config,
    config_file: Option<PathBuf>,
    role: Role,
    journal: &Journal,
    stop: Arc<Notify>,
    ready: impl FnOnce(&Reachable),
) -> anyhow::Result<()> {
    let sockets = bind(config, role).await?;
    let mut parts = Parts::start(config, config_file, role, journal, Arc::clone(&stop)).await?;
    let mut reachable = Reachable {
        web: Some(sockets.web.local_addr()?),
        telnet: sockets.telnet.as_ref().map(TcpListener::local_addr).transpose()?,
        claim_code: None,
    };
    if let Some(world) = &mut parts.world {
        reachable.claim_code = world.claim_code.take();
    }
    let listeners = parts.listen(config, sockets);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), role = ?role, "the server is ready");
    ready(&reachable);
    let watched = parts.watch(&stop).await;
    if let Err(why) = &watched {
        tracing::error!(%why, "the server cannot go on");
    }
    tracing::info!("the server stops");
    for listener in listeners {
        listener.abort();
    }
    parts.finish().await.and(watched)
}

async fn bind(config: &Config, role: Role) -> anyhow::Result<Sockets> {
    let telnet = match role {
        Role::World => None,
        Role::Both | Role::Gateway(_) => Some(listen(config.telnet.listen, "telnet.listen").await?),
    };
    Ok(Sockets { telnet, web: listen(config.http.listen, "http.listen").await? })
}

async fn listen(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{key}: {address} cannot be listened on"))
}

/// The ends of the bus that a role has.
#[derive(Default)]
struct Ports {
    world: Option<WorldPort>,
    gateway: Option<GatewayPort>,
    link: Option<LinkEnd>,
    dropped: Arc<AtomicU64>,
}

impl Ports {
    fn of(role: Role, config: &Config, table: Option<&Table>) -> Self {
        let capacity = wiring::capacity(config);
        match (role, table.map(wiring::suffixes)) {
            (Role::Both, Some(suffixes)) => {
                let (mut world, gateway, dropped) = local::pair(capacity);
                let mirror = || nats::mirror(&mut world, capacity.batches_max, suffixes);
                let link = config.nats.enabled.then(mirror);
                Self { world: Some(world), gateway: Some(gateway), link, dropped }
            }
            (Role::World, Some(suffixes)) => {
                let (world, link) = nats::world(capacity, suffixes);
                Self { world: Some(world), link: Some(link), ..Self::default() }
            }
            (Role::Gateway(number), _) => {
                let (gateway, link) = nats::gateway(number, capacity);
                Self { gateway: Some(gateway), link: Some(link), ..Self::default() }
            }
            (Role::Both | Role::World, None) => Self::default(),
        }
    }
}

/// What runs.
struct Parts {
    world: Option<WorldHalf>,
    gateway: Option<GatewayHalf>,
    link: Option<NatsLink>,
    sources: Arc<Sources>,
}

impl Parts {
    async fn start(
        config: &Config,
        config_file: Option<PathBuf>,
        role: Role,
        journal: &Journal,
        stop: Arc<Notify>,
    ) -> anyhow::Result<Self> {
        let started = Instant::now();
        let plan = match role {
            Role::Gateway(_) => None,
            Role::Both | Role::World => Some(WorldHalf::prepare(config).await?),
        };
        let ports = Ports::of(role, config, plan.as_ref().map(|plan| &plan.table));
        let link = match ports.link {
            Some(end) => Some(nats::attach(wiring::nats(config)?, end).await?),
            None => None,
        };
        let number = if let Role::Gateway(number) = role { number } else { 0 };
        let gateway = ports.gateway.map(|port| GatewayHalf::start(config, port, number, journal));
        let world = match (plan, ports.world) {
            (Some(plan), Some(port)) => {
                Some(plan.start(config, config_file, port, journal, stop).await?)
            }
            _ => None,
        };
        let sources = Arc::new(Sources {
            role: role.word(),
            node: config.logs.node.clone(),
            started,
            world: world.as_ref().map(|world| world.counts.clone()),
            store: world.as_ref().map(|world| world.store.clone()),
            tally: world.as_ref().map(|world| world.tally.clone()),
            journal: journal.clone(),
            link: link.as_ref().map(NatsLink::gauge),
            gateway: gateway.as_ref().map(|gateway| Arc::clone(&gateway.counters)),
            events_dropped: ports.dropped,
        });
        Ok(Self { world, gateway, link, sources })
    }

    /// Lets connections in.
    fn listen(&self, config: &Config, sockets: Sockets) -> Vec<tokio::task::JoinHandle<()>> {
        let sources = Arc::clone(&self.sources);
        let mut router = api::router(Arc::new(move || sources.health()));
        let mut listeners = Vec::new();
        if let Some(half) = &self.gateway {
            router = router.merge(gateway::websocket_route(Arc::clone(&half.gateway)));
            if let Some(telnet) = sockets.telnet {
                let gateway = Arc::clone(&half.gateway);
                listeners.push(tokio::spawn(gateway::accept_telnet(telnet, gateway)));
            }
        }
        let head = Duration::from_secs(config.limits.http_head_seconds);
        listeners.push(tokio::spawn(api::accept(sockets.web, router, head)));
        listeners
    }

    /// Keeps staff informed until the server shall stop.
    ///
    /// # Errors
    /// When the game loop has ended by itself: whoever restarts servers shall notice, rather than players wait.
    async fn watch(&self, stop: &Notify) -> anyhow::Result<()> {
        let mut every = tokio::time::interval(STATUS_EVERY);
        let mut bus = self.sources.bus_state();
        loop {
            tokio::select! {
                () = stop.notified() => return Ok(()),
                () = changed(&mut bus) => self.tell_staff_of_bus(&mut bus).await,
                _ = every.tick() => {
                    if let Some(world) = &self.world
                        && !world.status(self.sources.lines()).await
                    {
                        anyhow::bail!("the game loop has ended");
                    }
                }
            }
        }
    }

    async fn tell_staff_of_bus(&self, bus: &mut Option<tokio::sync::watch::Receiver<BusState>>) {
        let Some((world, bus)) = self.world.as_ref().zip(bus.as_mut()) else { return };
        let state = bus.borrow_and_update().to_string();
        let prose = Prose::new().span(TextRole::Warning, format!("[bus] NATS: {state}"));
        world.tell_rank(Rank::Helper, prose).await;
    }

    /// Sees players out, writes everything down, and closes.
    async fn finish(self) -> anyhow::Result<()> {
        let Self { world, gateway, link, .. } = self;
        let store = match world {
            Some(world) => Some(world.stop().await),
            None => None,
        };
        if let Some(gateway) = gateway {
            gateway.close(CLOSING).await;
        }
        if let Some(link) = link {
            link.shutdown().await;
        }
        match store {
            Some(store) => store.close().await.context("closing the database"),
            None => Ok(()),
        }
    }
}

/// Waits until the state of the bus changes; for ever when there is none.
async fn changed(bus: &mut Option<tokio::sync::watch::Receiver<BusState>>) {
    let gone = match bus {
        Some(bus) => bus.changed().await.is_err(),
        None => true,
    };
    if gone {
        *bus = None;
        std::future::pending::<()>().await;
    }
}
