//! `hearsay-load`: how many people a server holds, how fast they hear one another, and what that costs.
//!
//! `run` loads one target and checks every delivery; `relay` is the yardstick, the least that moves lines between sockets;
//! `compare` starts both on a processor core each and prints them side by side; `world` writes a world with many rooms.
//! `storm` has everyone drop and come back at once; `people` writes the accounts for it.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

mod answers;
mod compare;
mod contender;
mod ledger;
mod line;
mod listener;
mod people;
mod pests;
mod plot;
mod poll;
mod profiles;
mod relay;
mod relay_nats;
mod relay_wire;
mod report;
mod run;
mod session;
mod speech;
mod stage;
mod storm;
mod table;
mod tally;
mod wire;
mod world;

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tokio::task::LocalSet;

/// Loads a Hearsay, or a bare relay to compare it with.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve as a bare line relay: the yardstick.
    Relay(relay::Options),
    /// Be hostile peers of every kind to a server, until stopped.
    Pester {
        /// Where it listens for telnet.
        #[arg(long)]
        addr: SocketAddr,
        /// How many peers of each kind.
        #[arg(long, default_value_t = 1)]
        each: u32,
    },
    /// Load one target and check every delivery.
    Run(run::Options),
    /// Start servers and relays in turn, load each, and print them side by side.
    Compare(compare::Options),
    /// Have thousands lose the connection at once and come back by their tokens.
    Storm(storm::Options),
    /// Write accounts into the database of a server that is down, for `storm`.
    People {
        /// How many.
        #[arg(long)]
        count: u32,
        /// What their password costs to check.
        #[arg(long, value_enum, default_value_t = people::Hash::Cheap)]
        hash: people::Hash,
        /// How many rooms the world has, over which they are spread.
        #[arg(long)]
        rooms: NonZeroU32,
        /// Over how many of them.
        #[arg(long)]
        rooms_used: Option<NonZeroU32>,
        /// How many zones, if it is a wide world.
        #[arg(long)]
        zones: Option<NonZeroU32>,
        /// The database, which the server has made.
        database: PathBuf,
    },
    /// Write a world whose start room leads to many rooms, for `run` against a server.
    World {
        /// How many rooms, besides the start room.
        #[arg(long)]
        rooms: u32,
        /// Make it a wide world of so many zones, with things and people, whose doors are in no list.
        #[arg(long)]
        zones: Option<NonZeroU32>,
        /// The folder to write.
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    match start(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody is left to tell when even this cannot be written.
            let _ = writeln!(std::io::stderr(), "hearsay-load: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn start(command: Command) -> Result<bool> {
    // One thread: a load that is pinned to one core shall not fight itself for it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, Box::pin(execute(command)))
}

/// Does what was asked; false when a delivery went wrong.
async fn execute(command: Command) -> Result<bool> {
    match command {
        Command::Relay(options) => relay::serve(&options).await.map(|()| true),
        Command::Pester { addr, each } => pests::pester(addr, each).await.map(|()| true),
        Command::Run(options) => {
            let report = run::run(&options).await?;
            print!("{report}");
            Ok(report.is_flawless())
        }
        Command::Compare(options) => compare::compare(&options).await,
        Command::Storm(options) => {
            let report = storm::storm(&options).await?;
            if let Some(path) = &options.json {
                std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
            }
            print!("{report}");
            Ok(report.is_flawless())
        }
        Command::People { count, hash, rooms, rooms_used, zones, database } => {
            let (all, zones) = (rooms.get(), zones.map(NonZeroU32::get));
            let used = rooms_used.map_or(all, |used| used.get().min(all));
            let room = |number| world::id(number % used, all, zones);
            people::write(&database, count, hash, room).map(|()| true)
        }
        Command::World { rooms, zones: None, folder } => {
            world::write(rooms, &folder).map(|()| true)
        }
        Command::World { rooms, zones: Some(zones), folder } => {
            world::write_wide(rooms, zones.get(), &folder).map(|()| true)
        }
    }
}
