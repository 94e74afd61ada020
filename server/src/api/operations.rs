//! What operators see of the processes and order of them. Only words; whoever starts the server knows what is behind them.

use std::time::Duration;

use futures_util::future::BoxFuture;
use smol_str::SmolStr;

use crate::vocab::{AccountId, DrainOrder, NodeReport, PlayerId, Rank};

/// A process, as far as it is known here.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is called in orders: `world`, or `gateway-` and its number.
    pub id: String,
    /// What it told of itself.
    pub report: NodeReport,
    /// How long ago.
    pub silent: Duration,
}

/// Who orders something.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Their account; none for a service.
    pub account: Option<AccountId>,
    /// One of their characters; none for a service.
    pub player: Option<PlayerId>,
    /// Their name.
    pub name: SmolStr,
    /// Their rank, as it is stored.
    pub rank: Rank,
}

/// Why an order came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOrdered {
    /// There is no such process.
    Unknown,
    /// It has no sockets for players.
    NoSockets,
    /// It did not say in time that it does so.
    Silent,
}

/// Knows the processes.
pub trait Operations: Send + Sync + 'static {
    /// All of them, this one first.
    fn nodes(&self) -> Vec<Node>;

    /// Takes one out of service, or without an order back into it. Done, or why not; on record either way.
    fn order<'a>(
        &'a self,
        id: &'a str,
        order: Option<DrainOrder>,
        by: Operator,
    ) -> BoxFuture<'a, Result<Node, NotOrdered>>;
}
