//! The two halves of a server, each with what it needs around it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use chrono::{TimeDelta, Utc};
use smol_str::SmolStr;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

use super::bench::{Bench, Register};
use super::certificates::Certificates;
use super::clerk::{CLAIM_NOTE, Clerk};
use super::docket;
use super::ports::OWN;
use super::registrar::Registrar;
use super::status::WorldCounts;
use super::wiring;
use crate::accounts::{Bars, Bearers, Coming, Desk, Doors, Logins, Tokens};
use crate::api::v1::{Api, HookOptions};
use crate::bus::{Call, GatewayPort, Publisher, Tap, WorldPort};
use crate::channels::Table;
use crate::commands::ServerStatus;
use crate::config::Config;
use crate::game::run::{Channels, RealClock, run};
use crate::game::{Answer, Game, Lag, Turn};
use crate::gateway::{
    Access, Broadcaster, Counters, Gateway, GatewayOptions, Listing, Ports, Variable,
};
use crate::journal::Journal;
use crate::moderation::{self, Escalation, FloodLimits, Floods, Score, Tally};
use crate::store::{Store, StoredPoints};
use crate::vocab::{Audience, Delivered, Event, Fact, Person, Prose, Rank};
use crate::world::Atlas;
use crate::world::load::Severity;

/// Turns that may wait for the loop besides inputs.
const TURNS_MAX: usize = 4_096;
/// How long it stays on record that there was a token.
const GRANTS_KEPT: TimeDelta = TimeDelta::days(90);
/// Calls of programs that may wait for the loop.
const CALLS_MAX: usize = 256;
/// The note under which the secret is kept that signs tokens of the API.
pub(super) const API_SECRET_NOTE: &str = "api_secret";
/// How long the loop may take to see players out.
const SEEING_OUT: Duration = Duration::from_secs(1);
/// How long the broadcaster may take to end when all connections have closed.
const BROADCASTER_CLOSING: Duration = Duration::from_millis(200);
/// How often old lines are taken out of the history.
const PRUNE_EVERY: Duration = Duration::from_mins(10);
/// The most redactions that are read at the start, those of the newest lines; far more than memory has lines.
const REDACTIONS_MAX: u32 = 100_000;

/// What was read and opened before anything runs.
pub(super) struct Plan {
    pub(super) table: Table,
    pub(super) atlas: Arc<Atlas>,
    store: Store,
}

/// What `reload` in the game reads besides the world.
pub(super) struct Reread {
    pub(super) config_file: Option<PathBuf>,
    pub(super) certificates: Option<Certificates>,
}

/// The loop and what serves it.
pub(super) struct WorldHalf {
    pub(super) store: Store,
    pub(super) counts: WorldCounts,
    pub(super) claim_code: Option<String>,
    /// What became of all that was to be said.
    pub(super) tally: watch::Receiver<Tally>,
    /// How long the loop lets wait what comes to it.
    pub(super) lag: watch::Receiver<Lag>,
    /// What counts against whom.
    pub(super) register: Register,
    /// Who came in and who did not.
    pub(super) logins: Arc<Logins>,
    /// The REST API, if there is one.
    pub(super) api: Option<Arc<Api>>,
    turns: mpsc::Sender<Turn>,
    publisher: Publisher,
    game: JoinHandle<()>,
    pruning: JoinHandle<()>,
    registrar: Registrar,
}

impl WorldHalf {
    /// Reads the world and opens the store.
    pub(super) async fn prepare(config: &Config) -> anyhow::Result<Plan> {
        let table = Table::new(&config.chat)?;
        let atlas = Arc::new(load_world(config)?);
        let options = wiring::store(config);
        let store = tokio::task::spawn_blocking(move || Store::open(&options)).await??;
        Ok(Plan { table, atlas, store })
    }

    /// Shows staff how the server is. False when the loop is gone, which only a bug of ours brings about.
    pub(super) async fn status(&self, status: ServerStatus) -> bool {
        self.turns.send(Turn::Status(status)).await.is_ok()
    }

    /// Lets gateways in other processes know that the world is alive.
    pub(super) fn beat(&self) {
        let beat = Event { to: Audience::EVERYONE, fact: Fact::Beat };
        self.publisher.publish(vec![Arc::new(beat)]);
    }

    /// What goes to gateways in other processes, and what keeps the record of it.
    pub(super) fn to_gateways(&self) -> (Publisher, Registrar) {
        (self.publisher.clone(), self.registrar.clone())
    }

    /// To ask the loop, as long as it runs.
    pub(super) fn turns(&self) -> mpsc::WeakSender<Turn> {
        self.turns.downgrade()
    }

    /// Tells everyone of a rank something.
    pub(super) async fn tell_rank(&self, rank: Rank, prose: Prose) {
        let _ = self.turns.send(Turn::Answered(Answer::TellRank(rank, prose))).await;
    }

    /// Sees players out and ends the loop; the store is still to be closed.
    pub(super) async fn stop(self) -> Store {
        self.pruning.abort();
        let _ = self.turns.send(Turn::Stop).await;
        if tokio::time::timeout(SEEING_OUT, self.game).await.is_err() {
            tracing::warn!("the game loop did not end in time");
        }
        self.registrar.close().await;
        self.store
    }
}

fn load_world(config: &Config) -> anyhow::Result<Atlas> {
    let loaded = Atlas::load(&config.world.path);
    for problem in &loaded.problems {
        tracing::warn!(%problem, "world");
    }
    let errors = loaded.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    loaded.atlas.with_context(|| format!("the world cannot be used:\n{}", errors.join("\n")))
}

impl Plan {
    /// Starts the loop.
    pub(super) async fn start(
        self,
        config: &Config,
        reread: Reread,
        mut port: WorldPort,
        journal: &Journal,
        stop: Arc<Notify>,
    ) -> anyhow::Result<WorldHalf> {
        let Self { table, atlas, store } = self;
        let epoch = SmolStr::new(format!("{:08x}", rand::random::<u32>()));
        store.begin_epoch(&epoch, Utc::now()).await?;
        let claim_code = claim_code(&store).await?;
        let tap = config.api.enabled.then(|| Tap::on(&mut port, config.limits.event_batches_max));
        let board = tap.as_ref().map(Tap::board).unwrap_or_default();
        let publisher = port.publisher();
        publisher.publish(vec![Arc::new(Event {
            to: Audience::EVERYONE,
            fact: Fact::Styled(Arc::new(table.styles())),
        })]);
        let (turns, taken) = mpsc::channel(TURNS_MAX);
        let filter = Arc::new(super::filter::load(config, None)?.0);
        let desk_options = wiring::desk(config, &table, &atlas, Arc::clone(&filter));
        let clock = RealClock::start();
        let (register, restrictions) = Register::load(&store, clock).await?;
        let docket = docket::load(&store, wiring::docket(config)).await?;
        let bars = register.bars();
        let bearers = match &tap {
            Some(_) => Some(open_bearers(&store, Arc::clone(&bars)).await?),
            None => None,
        };
        let doors = Doors { bars, bearers: bearers.clone() };
        let desk = open_desk(desk_options, &store, publisher.clone(), turns.clone(), doors);
        let hooks = wiring::hooks(config)?;
        let api = tap
            .zip(bearers)
            .map(|(tap, bearers)| open_api((config, hooks), &store, &desk, bearers, &turns, tap));
        api.iter().for_each(Api::serve_hooks);
        let logins = desk.logins();
        let (tallies, tally) = watch::channel(Tally::default());
        let registrar = Registrar::open(
            store.clone(),
            journal.clone(),
            board.clone(),
            epoch.clone(),
            config.logs.moderation_sealed,
        );
        let clerk = Clerk {
            desk,
            registrar: registrar.clone(),
            board,
            bench: Bench::open(store.clone(), register.clone(), docket, turns.clone()),
            store: store.clone(),
            journal: journal.clone(),
            turns: turns.clone(),
            config_file: reread.config_file,
            certificates: reread.certificates,
            resume_lines_max: u32::try_from(config.limits.resume_lines_max).unwrap_or(u32::MAX),
            tallies,
            stop,
        };
        let counts = WorldCounts::of(&atlas);
        let mut rules = moderation::Rules::new(filter);
        rules.restrictions = restrictions;
        rules.floods = Floods::new(FloodLimits::of(&config.chat));
        rules.escalation = escalation(&store, config, clock).await?;
        let mut game =
            Game::new(atlas, table, rules, wiring::rules(config), epoch, rand::random::<u64>());
        warm(&mut game, &store, config).await?;
        let now = clock.read();
        game.await_staff(store.waiting(now.at).await?, now);
        let requests = move |request| clerk.take(request);
        let (lag, lags) = watch::channel(Lag::default());
        let events = publisher.clone();
        let channels =
            Channels { inputs: port.inputs, turns: taken, publisher: events, requests, lag };
        let game = tokio::spawn(run(game, channels, clock));
        let pruning = tokio::spawn(prune(
            store.clone(),
            wiring::prune(config),
            Some(config.moderation.record_keep_days).filter(|days| *days > 0),
        ));
        Ok(WorldHalf {
            store,
            counts,
            claim_code,
            tally,
            lag: lags,
            register,
            logins,
            api,
            turns,
            publisher,
            game,
            pruning,
            registrar,
        })
    }
}

fn open_desk(
    options: crate::accounts::DeskOptions,
    store: &Store,
    publisher: crate::bus::Publisher,
    turns: mpsc::Sender<Turn>,
    doors: Doors,
) -> Desk {
    let (admitted, mut coming) = mpsc::channel(TURNS_MAX);
    tokio::spawn(async move {
        while let Some(coming) = coming.recv().await {
            let turn = match coming {
                Coming::Admitted(admission) => Turn::Admitted(admission),
                Coming::Returning(returning) => Turn::Returning(returning),
            };
            if turns.send(turn).await.is_err() {
                return;
            }
        }
    });
    Desk::open(options, store.clone(), publisher, admitted, doors)
}

/// Those who show tokens.
async fn open_bearers(store: &Store, bars: Bars) -> anyhow::Result<Bearers> {
    let tokens = Tokens::new(&api_secret(store).await?)?;
    Ok(Bearers::new(tokens, store.clone(), bars))
}

/// The REST API; what programs ask by it comes to the loop as turns.
fn open_api(
    (config, hooks): (&Config, Vec<HookOptions>),
    store: &Store,
    desk: &Desk,
    bearers: Bearers,
    turns: &mpsc::Sender<Turn>,
    tap: Tap,
) -> Arc<Api> {
    let (calls, mut called) = mpsc::channel::<Call>(CALLS_MAX);
    let turns = turns.clone();
    tokio::spawn(async move {
        while let Some(call) = called.recv().await {
            if turns.send(Turn::Called(Box::new(call))).await.is_err() {
                return;
            }
        }
    });
    let (options, books) = (wiring::api(config, hooks), super::audit::books(config));
    Arc::new(Api::new(options, store.clone(), desk.clone(), bearers, (calls, tap), books))
}

/// What signs tokens; drawn once for a database.
async fn api_secret(store: &Store) -> anyhow::Result<String> {
    if let Some(secret) = store.get_note(API_SECRET_NOTE).await? {
        return Ok(secret);
    }
    let secret = Tokens::draw_secret();
    store.set_note(API_SECRET_NOTE, secret.clone()).await?;
    Ok(secret)
}

/// The code that makes its finder the owner; none when there is an owner.
async fn claim_code(store: &Store) -> anyhow::Result<Option<String>> {
    if store.owner_exists().await? {
        return Ok(None);
    }
    if let Some(code) = store.get_note(CLAIM_NOTE).await? {
        return Ok(Some(code));
    }
    let code = new_code();
    store.set_note(CLAIM_NOTE, code.clone()).await?;
    Ok(Some(code))
}

/// Eight letters and digits that cannot be mistaken for one another: 40 bits.
fn new_code() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let letter = |at: u32| char::from(LETTERS[(at & 31) as usize]);
    let random: u64 = rand::random();
    let letters: Vec<char> = (0..8).map(|at| letter((random >> (5 * at)) as u32)).collect();
    let (first, last) = letters.split_at(4);
    format!("{}-{}", String::from_iter(first), String::from_iter(last))
}

/// The ladder, and the points that the store has; they have faded while the server was away.
async fn escalation(
    store: &Store,
    config: &Config,
    clock: RealClock,
) -> anyhow::Result<Escalation> {
    let mut escalation = Escalation::new(super::filter::ladder(config)?);
    let now = clock.read();
    for StoredPoints { account, name, points, at } in store.all_points().await? {
        let ago = (now.at - at).to_std().unwrap_or_default();
        let score = Score::before(points, ago);
        escalation.scores.restore(Person::Account(account), name, score);
    }
    Ok(escalation)
}

async fn warm(game: &mut Game, store: &Store, config: &Config) -> anyhow::Result<()> {
    game.remember_untold(store.untold_snoops().await?);
    let history = &config.chat.message_history;
    if history.enabled {
        // What is too old to be read again must not be read from memory either.
        store.prune(wiring::prune(config), Utc::now()).await?;
        let most = u32::try_from(wiring::ring(config)).unwrap_or(u32::MAX);
        for messages in store.recent_all(most).await?.into_values() {
            game.remember(messages.into_iter().map(Arc::new));
        }
        game.remember_redactions(store.redactions(REDACTIONS_MAX).await?);
    }
    Ok(())
}

async fn prune(store: Store, policy: crate::store::PrunePolicy, record_days: Option<u32>) {
    let mut every = tokio::time::interval(PRUNE_EVERY);
    loop {
        every.tick().await;
        match store.prune(policy, Utc::now()).await {
            Ok(0) => {}
            Ok(lines) => tracing::info!(lines, "old lines were taken out of the history"),
            Err(why) => tracing::warn!(%why, "old lines could not be taken out of the history"),
        }
        if let Err(why) = store.forget_grants(Utc::now() - GRANTS_KEPT).await {
            tracing::warn!(%why, "tokens that have ended could not be forgotten");
        }
        let Some(days) = record_days else { continue };
        match store.expire_records(days, Utc::now()).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "old acts of moderation were taken off the record"),
            Err(why) => {
                tracing::warn!(%why, "old acts of moderation could not be taken off the record");
            }
        }
    }
}

/// The sockets' side.
pub(super) struct GatewayHalf {
    pub(super) gateway: Arc<Gateway>,
    pub(super) counters: Arc<Counters>,
    broadcaster: JoinHandle<()>,
}

impl GatewayHalf {
    /// Starts the broadcaster; listeners are still to be opened.
    pub(super) fn start(
        config: &Config,
        port: GatewayPort,
        number: u16,
        reports: impl FnMut(Delivered) + Send + 'static,
        fixed: Vec<Variable>,
        ports: Ports,
    ) -> Self {
        let counters = Arc::new(Counters::default());
        let broadcaster =
            Broadcaster::new(wiring::broadcaster(config), Arc::clone(&counters), reports)
                .offering(wiring::extras(config));
        let listing = Listing {
            name: config.telnet.mssp.name.clone(),
            fixed,
            started: SystemTime::now(),
            counters: Arc::clone(&counters),
        };
        let options = GatewayOptions {
            number,
            access: Access::new(wiring::access(config)),
            limits: wiring::sessions(config),
            guests: config.accounts.guests,
            listing,
            ports,
        };
        let (gateway, broadcaster) = Gateway::start(port, broadcaster, options);
        Self { gateway, counters, broadcaster }
    }

    /// Starts one that nobody connects to, for those who play by the API. What reached nobody here is on record where it did.
    pub(super) fn start_within(config: &Config, port: GatewayPort, journal: &Journal) -> Self {
        let journal = journal.clone();
        let reports = move |delivered: Delivered| {
            if delivered.delivered > 0 {
                journal.delivered(delivered);
            }
        };
        Self::start(config, port, OWN, reports, Vec::new(), Ports::default())
    }

    /// Waits until every connection has closed, at most so long.
    pub(super) async fn close(self, most: Duration) {
        let Self { gateway, counters, mut broadcaster } = self;
        drop(gateway);
        let closed = async {
            let mut every = tokio::time::interval(Duration::from_millis(10));
            while counters.connections() > 0 {
                every.tick().await;
            }
        };
        if tokio::time::timeout(most, closed).await.is_err() {
            tracing::info!("some connections did not close in time");
        }
        // What the world said last is on record when the broadcaster has ended; it does not while a link feeds it.
        if tokio::time::timeout(BROADCASTER_CLOSING, &mut broadcaster).await.is_err() {
            broadcaster.abort();
        }
    }
}
