//! Who may connect: how many at once, how many from one address, how fast.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

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

#[derive(Debug, Default)]
struct Ledger {
    open: usize,
    addresses: HashMap<IpAddr, Seen>,
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
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
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
            let now = Instant::now();
            let lately = seen.lately.back().is_some_and(|at| now.duration_since(*at) < WINDOW);
            if seen.open == 0 && !lately {
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
    fn loopback_is_exempt_only_from_limits_by_address() {
        let (access, now) = (access(true), Instant::now());
        let places: Vec<_> =
            (0..5).map(|_| access.take(IpAddr::from([127, 0, 0, 1]), now).unwrap()).collect();
        assert!(access.take(IpAddr::from([127, 0, 0, 1]), now).unwrap_err().contains("full"));
        drop(places);
    }
}
