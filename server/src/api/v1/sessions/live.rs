//! Sessions that programs hold over HTTP. Each is a WebSocket of this process without a wire: what counts for such a
//! session counts for these, and nothing of it is done again here.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use smol_str::SmolStr;
use tokio::net::UnixStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{self, Message};
use uuid::Uuid;

use super::told::{Next, Told};
use crate::accounts::{Bearers, NoBearer};
use crate::vocab::{AccountId, GrantId};

/// Sessions at once.
const SESSIONS_MAX: usize = 200;
/// Sessions at once of one account.
const SESSIONS_OF_ONE_MAX: usize = 5;
/// Those who listen at once to a session, and to all of them: each keeps a connection.
const LISTENERS_OF_ONE_MAX: usize = 3;
const LISTENERS_MAX: usize = 200;
/// Commands of a session that may wait.
const COMMANDS_MAX: usize = 16;
/// How long the world may take to let somebody in.
const LETS_IN: Duration = Duration::from_secs(10);
/// How often it is seen whether somebody wants the session still, and may have it.
const CHECKED_EVERY: Duration = Duration::from_secs(10);
/// How long a session lasts to which nobody listens and for which nothing is typed.
const IDLE_MAX: Duration = Duration::from_mins(5);
/// How long the last words can be read when it is over.
const LAST_WORDS: Duration = Duration::from_secs(30);
/// How long the game may take to see somebody out.
const SEES_OUT: Duration = Duration::from_secs(5);

/// Where sessions begin: for somebody at an address, the client's end of one; or why there is none.
pub type SessionDoor = Box<dyn Fn(IpAddr) -> Result<UnixStream, &'static str> + Send + Sync>;

/// All sessions that are held over HTTP.
#[derive(Clone, Default)]
pub(in crate::api::v1) struct Sessions {
    shared: Arc<Shared>,
}

struct Shared {
    /// None where there is no gateway.
    door: OnceLock<SessionDoor>,
    all: Mutex<HashMap<Uuid, Place>>,
    listeners: Arc<Semaphore>,
}

impl Default for Shared {
    fn default() -> Self {
        let listeners = Arc::new(Semaphore::new(LISTENERS_MAX));
        Self { door: OnceLock::default(), all: Mutex::default(), listeners }
    }
}

/// What somebody who listens holds: a place among those of the session, and among all.
pub(super) struct Places {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

/// A place among them, from before somebody is let in until the last words were read.
struct Place {
    account: AccountId,
    /// None until they are in.
    session: Option<Arc<Session>>,
}

/// One session.
pub(super) struct Session {
    pub(super) id: Uuid,
    pub(super) name: SmolStr,
    pub(super) since: DateTime<Utc>,
    pub(super) told: Told,
    commands: mpsc::Sender<Value>,
    used: Mutex<Instant>,
    listeners: Arc<Semaphore>,
}

/// Who wants a session.
pub(super) struct Wanted<'a> {
    pub(super) account: AccountId,
    pub(super) grant: GrantId,
    pub(super) address: IpAddr,
    /// What they come in by.
    pub(super) token: String,
    pub(super) character: Option<&'a str>,
    /// What they want to be told besides.
    pub(super) packages: &'a [String],
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoSession {
    /// There is no gateway here yet.
    NoGateway,
    /// Somebody has as many as there may be.
    Many,
    /// Too many connect.
    Busy(&'static str),
    /// They were not let in, and why.
    Refused(String),
    /// The world does not answer.
    Late,
}

impl Sessions {
    /// From now on sessions begin here.
    pub(in crate::api::v1) fn begin_at(&self, door: SessionDoor) {
        // There is one gateway in a process, so a second door would be the same.
        let _ = self.shared.door.set(door);
    }

    /// Lets somebody in.
    pub(super) async fn open(
        &self,
        wanted: Wanted<'_>,
        bearers: Bearers,
    ) -> Result<Arc<Session>, NoSession> {
        let door = self.shared.door.get().ok_or(NoSession::NoGateway)?;
        let place = Held::take(self, wanted.account).ok_or(NoSession::Many)?;
        let pipe = door(wanted.address).map_err(NoSession::Busy)?;
        let mut socket = WebSocketStream::from_raw_socket(pipe, Role::Client, None).await;
        let entered = timeout(LETS_IN, enter(&mut socket, &wanted)).await;
        let (name, told) = entered.map_err(|_| NoSession::Late)??;
        let (commands, typed) = mpsc::channel(COMMANDS_MAX);
        let session = Arc::new(Session {
            id: place.id,
            name,
            since: Utc::now().trunc_subsecs(3),
            told,
            commands,
            used: Mutex::new(Instant::now()),
            listeners: Arc::new(Semaphore::new(LISTENERS_OF_ONE_MAX)),
        });
        if let Some(place) = lock(&self.shared.all).get_mut(&place.id) {
            place.session = Some(Arc::clone(&session));
        }
        let owner = Owner { grant: wanted.grant, address: wanted.address, bearers };
        tokio::spawn(carry(place, Arc::clone(&session), socket, typed, owner));
        Ok(session)
    }

    /// What it takes to listen to a session; none when there are too many who do.
    pub(super) fn places(&self, session: &Session) -> Option<Places> {
        let own = Arc::clone(&session.listeners).try_acquire_owned().ok()?;
        let all = Arc::clone(&self.shared.listeners).try_acquire_owned().ok()?;
        Some(Places { _own: own, _all: all })
    }

    /// Those of an account, the oldest first.
    pub(super) fn of(&self, account: AccountId) -> Vec<Arc<Session>> {
        let all = lock(&self.shared.all);
        let own = all.values().filter(|place| place.account == account);
        let sessions = own.filter_map(|place| place.session.clone());
        let mut sessions: Vec<_> = sessions.filter(|session| !session.told.is_over()).collect();
        sessions.sort_by_key(|session| session.id);
        sessions
    }

    /// One of an account; also for a moment when it is over.
    pub(super) fn find(&self, account: AccountId, id: Uuid) -> Option<Arc<Session>> {
        let all = lock(&self.shared.all);
        let own = all.get(&id).filter(|place| place.account == account);
        own.and_then(|place| place.session.clone())
    }
}

/// A place that is given back when it is dropped.
struct Held {
    id: Uuid,
    sessions: Sessions,
}

impl Held {
    fn take(sessions: &Sessions, account: AccountId) -> Option<Self> {
        let mut all = lock(&sessions.shared.all);
        let own = all.values().filter(|place| place.account == account).count();
        if all.len() >= SESSIONS_MAX || own >= SESSIONS_OF_ONE_MAX {
            return None;
        }
        let id = Uuid::now_v7();
        all.insert(id, Place { account, session: None });
        Some(Self { id, sessions: sessions.clone() })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.sessions.shared.all).remove(&self.id);
    }
}

impl Session {
    /// Has the character do something; false when too much waits.
    pub(super) fn types(&self, text: &str) -> bool {
        self.touch();
        self.commands.try_send(command(text)).is_ok()
    }

    /// Somebody wants it still.
    pub(super) fn touch(&self) {
        *lock(&self.used) = Instant::now();
    }

    fn is_idle(&self) -> bool {
        lock(&self.used).elapsed() >= IDLE_MAX
    }

    /// Sees the character out, and waits until it is.
    pub(super) async fn close(&self) {
        let _ = self.commands.send(command("quit")).await;
        let over = async {
            let mut after = self.told.last();
            loop {
                match self.told.next(after).await {
                    Next::Message(number, _) | Next::Gap(number) => after = number,
                    Next::Over(_) => return,
                }
            }
        };
        if timeout(SEES_OUT, over).await.is_err() {
            self.told.end("ended");
        }
    }
}

fn command(text: &str) -> Value {
    json!({ "type": "command", "text": text })
}

type Socket = WebSocketStream<UnixStream>;

/// Comes in; says as whom, and what was told on the way.
async fn enter(socket: &mut Socket, wanted: &Wanted<'_>) -> Result<(SmolStr, Told), NoSession> {
    let shown = json!({ "type": "token", "token": wanted.token, "name": wanted.character });
    let wants = json!({ "type": "wants", "packages": wanted.packages });
    for message in [wants, shown] {
        let sent = socket.send(Message::text(message.to_string())).await;
        sent.map_err(|_| NoSession::Late)?;
    }
    let told = Told::default();
    while let Some(Ok(message)) = socket.next().await {
        let text = match message {
            Message::Text(text) => text,
            Message::Close(_) => break,
            _ => continue,
        };
        let frame: Value = serde_json::from_str(&text).unwrap_or_default();
        if frame["type"] == "error" {
            return Err(NoSession::Refused(frame["text"].as_str().unwrap_or_default().to_owned()));
        }
        told.push(text.to_string());
        if let Some(name) = frame["player"]["name"].as_str().filter(|_| frame["type"] == "welcome")
        {
            return Ok((name.into(), told));
        }
    }
    Err(NoSession::Refused("You may not log in.".to_owned()))
}

/// Whose it is.
struct Owner {
    grant: GrantId,
    address: IpAddr,
    bearers: Bearers,
}

impl Owner {
    /// Whether they may have it still. What the database cannot say just now ends nothing.
    async fn stands(&self) -> bool {
        let stands = self.bearers.stands(self.grant, self.address).await;
        !matches!(stands, Err(NoBearer::Wrong | NoBearer::Banned(_)))
    }
}

/// Carries a session to its end.
async fn carry(
    place: Held,
    session: Arc<Session>,
    mut socket: Socket,
    mut typed: mpsc::Receiver<Value>,
    owner: Owner,
) {
    let mut checks = tokio::time::interval(CHECKED_EVERY);
    let why = loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => session.told.push(text.to_string()),
                Some(Ok(Message::Close(frame))) => {
                    break frame.map_or_else(String::new, |frame| frame.reason.to_string());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break "gone".to_owned(),
            },
            Some(message) = typed.recv() => {
                if socket.send(Message::text(message.to_string())).await.is_err() {
                    break "gone".to_owned();
                }
            }
            () = session.told.over() => break "ended".to_owned(),
            _ = checks.tick() => {
                if session.is_idle() {
                    break "idle".to_owned();
                }
                if !owner.stands().await {
                    break "revoked".to_owned();
                }
            }
        }
    };
    see_out(&mut socket).await;
    tracing::debug!(session = %session.id, why, "a session over HTTP ends");
    session.told.end(why);
    drop(socket);
    tokio::time::sleep(LAST_WORDS).await;
    drop(place);
}

/// Has the character leave, if it is there still.
async fn see_out(socket: &mut Socket) {
    let leaves = async {
        socket.send(Message::text(command("quit").to_string())).await?;
        while socket.next().await.transpose()?.is_some() {}
        Ok::<_, tungstenite::Error>(())
    };
    // A connection that is closed already is what is wanted.
    let _ = timeout(SEES_OUT, leaves).await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these locks, so a poisoned one is as good as any.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
