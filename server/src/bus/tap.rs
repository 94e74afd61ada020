//! A tap: what the world says, for a listener within the process that is neither a gateway nor another process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::bulletin::{Board, Bulletin};
use super::ports::Outlet;
use super::{EventBatch, WorldPort};

/// Where it comes out. Closed until somebody wants it, and costs next to nothing then.
#[derive(Debug)]
pub struct Tap {
    /// What the world says, in order; what finds the queue full is dropped.
    pub events: mpsc::Receiver<EventBatch>,
    /// What is put on its board, in order; what finds the queue full is dropped.
    pub bulletins: mpsc::Receiver<Bulletin>,
    board: Board,
    valve: Valve,
    dropped: Arc<AtomicU64>,
}

/// Opens and closes a tap.
#[derive(Debug, Clone)]
pub struct Valve(Arc<AtomicBool>);

impl Valve {
    /// Lets events through from now on, or no more.
    pub fn set(&self, is_open: bool) {
        self.0.store(is_open, Ordering::Relaxed);
    }

    pub(super) fn is_open(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tap {
    /// Puts a tap on a world.
    #[must_use]
    pub fn on(world: &mut WorldPort, batches_max: usize) -> Self {
        let valve = Valve(Arc::new(AtomicBool::new(false)));
        let (outlet, events, dropped) = Outlet::with_valve(batches_max, valve.clone());
        world.add_first(outlet);
        let (board, bulletins) = Board::new(valve.clone(), Arc::clone(&dropped));
        Self { events, bulletins, board, valve, dropped }
    }

    /// Where others in the process put what programs are told besides events.
    #[must_use]
    pub fn board(&self) -> Board {
        self.board.clone()
    }

    /// How many events and bulletins found the queue full so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// What opens it.
    #[must_use]
    pub fn valve(&self) -> Valve {
        self.valve.clone()
    }
}
