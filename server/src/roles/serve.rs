//! From the configuration to a running server, and back to a stopped one with nothing lost.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;

use super::certificates::Certificates;
use super::halves::{GatewayHalf, Reread, WorldHalf};
use super::nodes::Nodes;
use super::ports::{OWN, Ports};
use super::ready::{BEAT_EVERY, Shown};
use super::status::{Sources, WorldCounts};
use super::{listing, wiring};
use crate::api;
use crate::api::v1::SessionDoor;
use crate::bus::BusState;
use crate::bus::nats::{self, LinkGauge, NatsLink};
use crate::config::Config;
use crate::gateway::{self, TelnetDoor};
use crate::journal::{Guard, Journal};
use crate::vocab::{DrainOrder, Prose, Rank, Role as TextRole};

/// How long connections may take to close at the end.
const CLOSING: Duration = Duration::from_millis(1500);
/// How long the journal may take to write what it holds at the end.
const JOURNAL_CLOSING: Duration = Duration::from_secs(2);
/// Connections that may wait to be accepted, if the system allows as many: when all come back at once, one that finds no room
/// tries again only after a second. Linux caps it by `net.core.somaxconn`.
const WAITING_MAX: u32 = 16_384;
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
    /// Telnet over TLS.
    pub telnet_tls: Option<SocketAddr>,
    /// HTTP and WebSocket.
    pub web: Option<SocketAddr>,
    /// The same over TLS.
    pub web_tls: Option<SocketAddr>,
    /// The code that makes the first account that enters it the owner.
    pub claim_code: Option<String>,
}

/// What whoever started the server tells it later.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// Stop in order.
    pub stop: Arc<Notify>,
    /// Read the certificate again.
    pub reload: Arc<Notify>,
}

/// Runs a server until it is told to stop, from outside or from within the game.
///
/// # Errors
/// When it cannot start; the message says what is in the way.
pub async fn serve(
    config: Config,
    config_file: Option<PathBuf>,
    role: Role,
    journal: (Journal, Guard),
    signals: Signals,
    ready: impl FnOnce(&Reachable),
) -> Result<(), StartError> {
    let (journal, guard) = journal;
    let result = run(&config, config_file, role, &journal, signals, ready).await;
    if let Err(why) = guard.close(JOURNAL_CLOSING) {
        // The logs themselves are what failed; whoever started the server is all that is left to tell.
        return Err(why.context("closing the logs").into());
    }
    result.map_err(StartError)
}

/// The sockets, taken before anything else is touched: a port that is taken is the commonest mistake.
struct Sockets {
    telnet: Option<TcpListener>,
    telnet_tls: Option<TcpListener>,
    web: TcpListener,
    web_tls: Option<TcpListener>,
    certificates: Option<Certificates>,
}

impl Sockets {
    fn reachable(&self) -> std::io::Result<Reachable> {
        let address =
            |socket: &Option<TcpListener>| socket.as_ref().map(TcpListener::local_addr).transpose();
        Ok(Reachable {
            telnet: address(&self.telnet)?,
            telnet_tls: address(&self.telnet_tls)?,
            web: Some(self.web.local_addr()?),
            web_tls: address(&self.web_tls)?,
            claim_code: None,
        })
    }
}

async fn run(
    config: &Config,
    config_file: Option<PathBuf>,
    role: Role,
    journal: &Journal,
    signals: Signals,
    ready: impl FnOnce(&Reachable),
) -> anyhow::Result<()> {
    let sockets = bind(config, role)?;
    let mut reachable = sockets.reachable()?;
    let setting = Setting { config, role, journal, reachable: &reachable };
    let certificates = sockets.certificates.clone();
    let reread = Reread { config_file, certificates: certificates.clone() };
    let mut parts = Parts::start(&setting, reread, Arc::clone(&signals.stop)).await?;
    if let Some(world) = &mut parts.world {
        reachable.claim_code = world.claim_code.take();
    }
    let listeners = parts.listen(config, sockets)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), role = ?role, "the server is ready");
    ready(&reachable);
    let watched = parts.watch(&signals, certificates.as_ref()).await;
    if let Err(why) = &watched {
        tracing::error!(%why, "the server cannot go on");
    }
    tracing::info!("the server stops");
    parts.sources.is_open.store(false, Ordering::Relaxed);
    for listener in listeners {
        listener.abort();
    }
    parts.finish().await.and(watched)
}

fn bind(config: &Config, role: Role) -> anyhow::Result<Sockets> {
    let (telnet, telnet_tls) = match role {
        Role::World => (None, None),
        Role::Both | Role::Gateway(_) => (Some(config.telnet.listen), config.telnet.tls_listen),
    };
    Ok(Sockets {
        telnet: listen_if(telnet, "telnet.listen")?,
        telnet_tls: listen_if(telnet_tls, "telnet.tls_listen")?,
        web: listen(config.http.listen, "http.listen")?,
        web_tls: listen_if(config.http.tls_listen, "http.tls_listen")?,
        certificates: Certificates::open(config)?,
    })
}

fn listen_if(address: Option<SocketAddr>, key: &str) -> anyhow::Result<Option<TcpListener>> {
    match address {
        Some(address) => listen(address, key).map(Some),
        None => Ok(None),
    }
}

fn listen(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A server that is started again need not wait until the system has forgotten the connections of the one before.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(WAITING_MAX)
    };
    bound().with_context(|| format!("{key}: {address} cannot be listened on"))
}

/// What every part is started with.
struct Setting<'a> {
    config: &'a Config,
    role: Role,
    journal: &'a Journal,
    reachable: &'a Reachable,
}

impl Setting<'_> {
    fn ports(&self) -> gateway::Ports {
        let port = |address: Option<SocketAddr>| address.map(|address| address.port());
        gateway::Ports { tls: port(self.reachable.telnet_tls), web: port(self.reachable.web) }
    }

    /// What lists of games are told.
    fn listing(&self, world: Option<&WorldCounts>) -> Vec<gateway::Variable> {
        let Self { config, reachable, .. } = self;
        let port = reachable.telnet.map_or(0, |telnet| telnet.port());
        let tls = reachable.telnet_tls.filter(|_| !config.tls.self_signed);
        listing::variables(config, world, port, tls.map(|tls| tls.port()))
    }
}

/// What runs.
struct Parts {
    world: Option<WorldHalf>,
    gateway: Option<GatewayHalf>,
    /// A gateway without listeners, for those who play by the API of a world whose gateways are other processes.
    within: Option<GatewayHalf>,
    link: Option<NatsLink>,
    sources: Arc<Sources>,
}

impl Parts {
    async fn start(
        setting: &Setting<'_>,
        reread: Reread,
        stop: Arc<Notify>,
    ) -> anyhow::Result<Self> {
        let Setting { config, role, journal, .. } = *setting;
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
        let number = if let Role::Gateway(number) = role { Some(number) } else { None };
        let counts = plan.as_ref().map(|plan| WorldCounts::of(&plan.atlas));
        let fixed = setting.listing(counts.as_ref());
        let (own, doors) = (number.unwrap_or(OWN), setting.ports());
        let log = journal.clone();
        let reports = move |delivered| log.delivered(delivered);
        let gateway =
            ports.gateway.map(|port| GatewayHalf::start(config, port, own, reports, fixed, doors));
        let within = ports.within.map(|port| GatewayHalf::start_within(config, port, journal));
        let world = match (plan, ports.world) {
            (Some(plan), Some(port)) => {
                Some(plan.start(config, reread, port, journal, stop).await?)
            }
            _ => None,
        };
        let sources = Arc::new(Sources {
            role: role.word(),
            number,
            node: config.logs.node.clone(),
            started,
            started_at: SystemTime::now(),
            is_open: AtomicBool::new(false),
            needs_world: matches!(role, Role::Gateway(_)),
            world: world.as_ref().map(|world| world.counts.clone()),
            store: world.as_ref().map(|world| world.store.clone()),
            tally: world.as_ref().map(|world| world.tally.clone()),
            lag: world.as_ref().map(|world| world.lag.clone()),
            turns: world.as_ref().map(WorldHalf::turns),
            register: world.as_ref().map(|world| world.register.clone()),
            logins: world.as_ref().map(|world| Arc::clone(&world.logins)),
            api: world
                .as_ref()
                .and_then(|world| world.api.as_ref())
                .map(Arc::downgrade)
                .unwrap_or_default(),
            journal: journal.clone(),
            link: link.as_ref().map(NatsLink::gauge),
            gateway: gateway.as_ref().map(|gateway| Arc::clone(&gateway.counters)),
            within: within.as_ref().map(|within| Arc::clone(&within.counters)),
            sessions: gateway
                .as_ref()
                .map(|half| Arc::downgrade(&half.gateway))
                .unwrap_or_default(),
            events_dropped: ports.dropped,
        });
        Ok(Self { world, gateway, within, link, sources })
    }

    /// Lets connections in.
    fn listen(
        &self,
        config: &Config,
        sockets: Sockets,
    ) -> anyhow::Result<Vec<tokio::task::JoinHandle<()>>> {
        let tls = sockets.certificates.as_ref().map(Certificates::server_config).transpose()?;
        let figures = Arc::new(Shown(Arc::clone(&self.sources)));
        let rest = self.world.as_ref().and_then(|world| world.api.clone());
        let nodes = Nodes {
            sources: Arc::clone(&self.sources),
            world: self.world.as_ref().map(WorldHalf::to_gateways),
        };
        let readers = wiring::metrics_from(config);
        let mut router = api::router(figures, Arc::new(nodes), readers, rest.clone());
        let mut listeners = Vec::new();
        if let Some((half, rest)) = self.gateway.as_ref().or(self.within.as_ref()).zip(rest) {
            rest.begin_sessions_at(session_door(&half.gateway));
        }
        if let Some(half) = &self.gateway {
            router = router.merge(gateway::websocket_route(Arc::clone(&half.gateway)));
            let plain = sockets.telnet.map(|listener| (listener, None));
            let encrypted = sockets.telnet_tls.map(|listener| (listener, tls.clone()));
            for (listener, tls) in plain.into_iter().chain(encrypted) {
                let door = TelnetDoor { listener, tls, proxies: wiring::proxies(config) };
                let gateway = Arc::clone(&half.gateway);
                listeners.push(tokio::spawn(gateway::accept_telnet(door, gateway)));
            }
        }
        let door = Arc::new(wiring::http_door(config));
        if let Some(listener) = sockets.web_tls {
            listeners.push(tokio::spawn(api::accept(
                listener,
                tls,
                router.clone(),
                Arc::clone(&door),
            )));
        }
        listeners.push(tokio::spawn(api::accept(sockets.web, None, router, door)));
        self.sources.is_open.store(true, Ordering::Relaxed);
        Ok(listeners)
    }

    /// Keeps staff informed until the server shall stop.
    ///
    /// # Errors
    /// When the game loop has ended by itself: whoever restarts servers shall notice, rather than players wait.
    async fn watch(
        &self,
        signals: &Signals,
        certificates: Option<&Certificates>,
    ) -> anyhow::Result<()> {
        let mut every = tokio::time::interval(STATUS_EVERY);
        let mut beats = tokio::time::interval(BEAT_EVERY);
        let mut bus = self.sources.bus_state();
        let mut orders = self.sources.link.as_ref().map(LinkGauge::ordered);
        loop {
            tokio::select! {
                () = signals.stop.notified() => return Ok(()),
                () = signals.reload.notified() => match certificates {
                    Some(certificates) => certificates.reload(),
                    None => tracing::info!("no port is encrypted: there is no certificate to read again"),
                },
                () = changed(&mut bus) => self.tell_staff_of_bus(&mut bus).await,
                () = changed(&mut orders) => self.obey(&mut orders),
                _ = beats.tick() => self.beat(),
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

    /// Takes this gateway out of service, or back into it, as a world in another process orders; and tells that it is so.
    fn obey(&self, orders: &mut Option<tokio::sync::watch::Receiver<Option<DrainOrder>>>) {
        let Some((half, orders)) = self.gateway.as_ref().zip(orders.as_mut()) else { return };
        let order = orders.borrow_and_update().clone();
        match order {
            Some(order) => half.gateway.drain(order),
            None => drop(half.gateway.undrain()),
        }
        half.gateway.report(self.sources.report());
    }

    /// A world whose gateways are other processes tells them that it is alive, if it is; and they tell it how they are.
    fn beat(&self) {
        if let (Some(half), None) = (&self.gateway, &self.world) {
            half.gateway.report(self.sources.report());
        }
        if let (Some(world), None) = (&self.world, &self.gateway)
            && self.sources.loop_is_alive()
        {
            world.beat();
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
        let Self { world, gateway, within, link, .. } = self;
        let store = match world {
            Some(world) => Some(world.stop().await),
            None => None,
        };
        for gateway in gateway.into_iter().chain(within) {
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

/// Waits until what is watched changes; for ever when there is nothing.
async fn changed<T>(watched: &mut Option<tokio::sync::watch::Receiver<T>>) {
    let gone = match watched {
        Some(watched) => watched.changed().await.is_err(),
        None => true,
    };
    if gone {
        *watched = None;
        std::future::pending::<()>().await;
    }
}

/// Where sessions begin that programs hold over HTTP. Keeps no gateway from ending.
fn session_door(gateway: &Arc<gateway::Gateway>) -> SessionDoor {
    let gateway = Arc::downgrade(gateway);
    Box::new(move |address| {
        let gateway = gateway.upgrade().ok_or("The server is stopping.")?;
        gateway::begin_session(&gateway, address)
    })
}
