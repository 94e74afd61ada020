//! Who may connect: how many at once, how many from one address, how fast.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::vocab::network;

const WINDOW: Duration = Duration::from_secs(10);

/// The limits; 0 is off.
#[derive(Debug, Clone, Copy)]
pub struct AccessLimits {
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one address.
    pub per_address_max: usize,
    /// New connections from one address in ten seconds.
    pub new_per_address: usize,
    /// Whether limits by address spare this machine.
    pub loopback_exempt: bool,
}

#[derive(Debug, Default)]
struct Seen {
    open: usize,
    lately: VecDeque<Instant>,
}

impl Seen {
    /// Whether it says nothing that another who was never seen would not say.
    fn is_over(&self, now: Instant) -> bool {
        let last = self.lately.back();
        self.open == 0 && last.is_none_or(|at| now.saturating_duration_since(*at) >= WINDOW)
    }
}

#[derive(Debug, Default)]
struct Ledger {
    open: usize,
    addresses: HashMap<IpAddr, Seen>,
    swept: Option<Instant>,
}

impl Ledger {
    /// Forgets those who came and went long ago, once in a while.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_none_or(|at| now.saturating_duration_since(at) >= WINDOW) {
            self.swept = Some(now);
            self.addresses.retain(|_, seen| !seen.is_over(now));
        }
    }
}

/// Counts connections.
#[derive(Debug, Clone)]
pub struct Access {
    limits: AccessLimits,
    ledger: Arc<Mutex<Ledger>>,
}

/// A place among the connections; given back when dropped.
#[derive(Debug)]
pub struct Place {
    address: IpAddr,
    ledger: Arc<Mutex<Ledger>>,
}

impl Access {
    /// Nobody is connected yet.
    #[must_use]
    pub fn new(limits: AccessLimits) -> Self {
        Self { limits, ledger: Arc::default() }
    }

    /// Takes a place for a connection from an address.
    ///
    /// # Errors
    /// The sentence that says why there is none.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<Place, &'static str> {
        let address = network(address);
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.sweep(now);
        let within = |count: usize, most: usize| most == 0 || count < most;
        if !within(ledger.open, self.limits.connections_max) {
            return Err("The server is full just now. Please try again later.");
        }
        if !(self.limits.loopback_exempt && address.is_loopback()) {
            let seen = ledger.addresses.entry(address).or_default();
            while seen.lately.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
                seen.lately.pop_front();
            }
            if !within(seen.open, self.limits.per_address_max) {
                return Err("There are too many connections from your address.");
            }
            if !within(seen.lately.len(), self.limits.new_per_address) {
                return Err("Too many connections from your address at once; wait a few seconds.");
            }
            seen.lately.push_back(now);
        }
        ledger.addresses.entry(address).or_default().open += 1;
        ledger.open += 1;
        Ok(Place { address, ledger: Arc::clone(&self.ledger) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.open -= 1;
        if let Some(seen) = ledger.addresses.get_mut(&self.address) {
            seen.open -= 1;
            if seen.is_over(Instant::now()) {
                ledger.addresses.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(loopback_exempt: bool) -> Access {
        let limits = AccessLimits {
            connections_max: 5,
            per_address_max: 2,
            new_per_address: 3,
            loopback_exempt,
        };
        Access::new(limits)
    }

    #[test]
    fn an_address_has_its_limits_and_gets_places_back() {
        let (access, now) = (access(true), Instant::now());
        let address = IpAddr::from([192, 0, 2, 1]);
        let first = access.take(address, now).unwrap();
        let _second = access.take(address, now).unwrap();
        assert!(access.take(address, now).unwrap_err().contains("too many"));
        drop(first);
        let _third = access.take(address, now).unwrap();
        drop(access.take(IpAddr::from([192, 0, 2, 2]), now).unwrap());
    }

    #[test]
    fn those_who_came_and_went_are_forgotten() {
        let (access, now) = (access(true), Instant::now());
        for last in 0..100 {
            drop(access.take(IpAddr::from([192, 0, 2, last]), now).unwrap());
        }
        let _place = access.take(IpAddr::from([192, 0, 2, 100]), now + WINDOW).unwrap();
        assert_eq!(access.ledger.lock().unwrap().addresses.len(), 1);
    }

    #[test]
    fn loopback_is_exempt_only_from_limits_by_address() {
        let (access, now) = (access(true), Instant::now());
        let places: Vec<_> =
            (0..5).map(|_| access.take(IpAddr::from([127, 0, 0, 1]), now).unwrap()).collect();
        assert!(access.take(IpAddr::from([127, 0, 0, 1]), now).unwrap_err().contains("full"));
        drop(places);
    }
}
