//! Plays a scenario over real sockets against a server of its own.
//!
//! Its lines happen one after another: after each typed line everyone is brought up to date before the next step, as in a
//! world without a network.

use std::time::Duration;

use anyhow::{Context, Result};

use super::parse::{Act, Player, Role, Scenario, Step, Via};
use super::update::Block;
use crate::cast::PASSWORD;
use crate::client::{Client, PATIENCE};
use crate::server::{Home, Server};
use crate::staff::Owner;
use crate::telnet::Profile;
use crate::transcript::Place;

/// How long a recording waits for a line that may never come.
const RECORDING_PATIENCE: Duration = Duration::from_secs(1);

/// What the players are connected by, those aside for whom the file insists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All by telnet.
    Telnet,
    /// All by WebSocket.
    Websocket,
    /// By telnet and WebSocket in turns.
    Mixed,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Telnet, Self::Websocket, Self::Mixed];

    fn via(self, position: usize) -> Via {
        match self {
            Self::Telnet => Via::Telnet,
            Self::Websocket => Via::Websocket,
            Self::Mixed if position.is_multiple_of(2) => Via::Telnet,
            Self::Mixed => Via::Websocket,
        }
    }

    /// Each kind of telnet client plays every scenario.
    fn profile(self) -> Profile {
        match self {
            Self::Telnet | Self::Websocket => Profile::Mudlet,
            Self::Mixed => Profile::Plain,
        }
    }
}

/// Plays a scenario.
///
/// # Errors
/// At the first expectation that does not hold; names its line and holds the player's transcript.
pub async fn play(scenario: &Scenario, mode: Mode) -> Result<()> {
    let mut stage = Stage::set(scenario, mode).await?;
    for step in &scenario.steps {
        stage.perform(step, PATIENCE).await.with_context(|| format!("line {}", step.line))?;
    }
    stage.clear().await
}

/// Plays a scenario by telnet to its end, whatever holds, and tells what was read.
///
/// # Errors
/// When the players cannot enter or the server does not stop.
pub async fn record(scenario: &Scenario) -> Result<Vec<Block>> {
    let mut stage = Stage::set(scenario, Mode::Telnet).await?;
    let mut blocks: Vec<Block> = Vec::new();
    for step in &scenario.steps {
        let held = stage.perform(step, RECORDING_PATIENCE).await.is_ok();
        match (&step.act, blocks.last_mut()) {
            (Act::Types(_), _) => blocks.push(Block {
                typed_at: step.line,
                expected_at: Vec::new(),
                failed: !held,
                read: stage.read_now(scenario),
            }),
            (Act::Reads(_), Some(block)) => {
                block.expected_at.push(step.line);
                block.failed |= !held;
                block.read = stage.read_now(scenario);
            }
            _ => {}
        }
    }
    stage.clear().await?;
    Ok(blocks)
}

/// A server and the players, all in the world.
struct Stage {
    server: Server,
    clients: Vec<Client>,
    /// For each player, what they had read when somebody last typed.
    since: Vec<Place>,
    _home: Home,
}

impl Stage {
    async fn set(scenario: &Scenario, mode: Mode) -> Result<Self> {
        let settings = scenario.settings.iter();
        let home = settings.fold(Home::new()?, |home, (key, value)| home.set(key, value));
        let server = home.start().await?;
        let mut clients = Vec::new();
        for (position, player) in scenario.players.iter().enumerate() {
            clients.push(enter(&server, player, mode, position).await?);
        }
        appoint_staff(&server, scenario).await?;
        let mut stage = Self { server, since: Vec::new(), clients, _home: home };
        stage.bring_up_to_date().await?;
        stage.clients.iter_mut().for_each(Client::skip_to_end);
        stage.remember();
        Ok(stage)
    }

    async fn perform(&mut self, step: &Step, patience: Duration) -> Result<()> {
        match &step.act {
            Act::Types(line) => {
                self.remember();
                let client = &mut self.clients[step.player];
                client.send_line(line).await?;
                client.sync().await?;
                self.bring_up_to_date().await
            }
            Act::Reads(text) => {
                self.clients[step.player].expect_within(text, patience).await.map(|_| ())
            }
            Act::NeverReads(text) => {
                let client = &mut self.clients[step.player];
                client.sync().await?;
                client.check_not_since(self.since[step.player], text)
            }
        }
    }

    async fn bring_up_to_date(&mut self) -> Result<()> {
        for client in &mut self.clients {
            client.sync().await?;
        }
        Ok(())
    }

    fn remember(&mut self) {
        self.since = self.clients.iter().map(|client| client.transcript().end()).collect();
    }

    /// What everyone has read since somebody last typed.
    fn read_now(&self, scenario: &Scenario) -> Vec<(String, String)> {
        let everyone = scenario.players.iter().zip(&self.clients).zip(&self.since);
        everyone
            .flat_map(|((player, client), since)| {
                let lines = client.transcript().read_since(*since);
                lines.map(|line| (player.name.clone(), line.to_owned()))
            })
            .collect()
    }

    async fn clear(self) -> Result<()> {
        drop(self.clients);
        self.server.stop().await.map(|_| ())
    }
}

async fn enter(server: &Server, player: &Player, mode: Mode, position: usize) -> Result<Client> {
    let mut client = match player.via.unwrap_or_else(|| mode.via(position)) {
        Via::Telnet => Client::telnet(&player.name, server.telnet, mode.profile()).await?,
        Via::Websocket => Client::websocket(&player.name, server.web).await?,
    };
    let name = player.character();
    match player.role {
        Role::Guest => client.enter_as_guest(&name).await?,
        Role::Player | Role::Staff(_) => client.create(&name, PASSWORD).await?,
    }
    Ok(client)
}

async fn appoint_staff(server: &Server, scenario: &Scenario) -> Result<()> {
    let staff: Vec<_> = scenario
        .players
        .iter()
        .filter_map(|player| match &player.role {
            Role::Staff(rank) => Some((player.character(), rank)),
            Role::Player | Role::Guest => None,
        })
        .collect();
    if staff.is_empty() {
        return Ok(());
    }
    let mut owner = Owner::claim(server).await?;
    for (name, rank) in staff {
        owner.appoint(&name, rank).await?;
    }
    owner.leave().await
}
