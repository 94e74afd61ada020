//! Who has a place among the HTTP connections: so many at once, so many from one address. A newcomer never waits for one:
//! when all are taken, the connection goes that has waited longest for a request. Those that became WebSockets have left.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tokio::sync::Notify;

use crate::vocab::{AddressRange, network};

/// Places beyond the last, for this machine alone: whoever runs the server can see how it is while others fill it.
const OPERATOR_PLACES: usize = 16;
/// The turn of a connection that does not wait for a request.
const SERVED: u64 = 0;

/// The limits; 0 is off.
#[derive(Debug, Clone)]
pub struct PlaceLimits {
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one address.
    pub per_address_max: usize,
    /// Whether the limit by address spares this machine.
    pub loopback_exempt: bool,
    /// It spares these, which bring the connections of many.
    pub proxies: Arc<[AddressRange]>,
}

/// Counts connections.
#[derive(Debug, Clone)]
pub struct Places {
    limits: PlaceLimits,
    ledger: Arc<Mutex<Ledger>>,
}

#[derive(Debug, Default)]
struct Ledger {
    open: usize,
    addresses: FxHashMap<IpAddr, usize>,
    /// Those that wait for a request, by their turns: the first has waited longest.
    waiting: BTreeMap<u64, Waiting>,
    turns: u64,
}

#[derive(Debug)]
struct Waiting {
    address: IpAddr,
    ends: Arc<Notify>,
}

/// A place; given back when dropped, if it was not taken away.
#[derive(Debug)]
pub(super) struct Place {
    address: IpAddr,
    ends: Arc<Notify>,
    /// Changed with the ledger in hand alone.
    turn: AtomicU64,
    ledger: Arc<Mutex<Ledger>>,
}

/// That a request is served; until it is dropped, the place is nobody else's.
#[derive(Debug)]
pub(super) struct Serving(Arc<Place>);

impl Places {
    /// Nobody is connected yet.
    #[must_use]
    pub fn new(limits: PlaceLimits) -> Self {
        Self { limits, ledger: Arc::default() }
    }

    /// Takes a place for a connection from an address.
    ///
    /// # Errors
    /// Why there is none, for the log.
    pub(super) fn take(&self, address: IpAddr) -> Result<Place, &'static str> {
        let PlaceLimits { connections_max, per_address_max, .. } = self.limits;
        let spared = self.is_spared(address);
        let address = network(address);
        let mut ledger = hold(&self.ledger);
        let of_address = ledger.addresses.get(&address).copied().unwrap_or_default();
        if per_address_max > 0 && of_address >= per_address_max && !spared {
            return Err("there are too many from its address");
        }
        let more = if address.is_loopback() { OPERATOR_PLACES } else { 0 };
        if connections_max > 0 && ledger.open >= connections_max + more && !ledger.make_room() {
            return Err("every place is taken by a request that is served");
        }
        ledger.open += 1;
        *ledger.addresses.entry(address).or_default() += 1;
        let ends = Arc::<Notify>::default();
        let turn = ledger.wait(address, &ends).into();
        Ok(Place { address, ends, turn, ledger: Arc::clone(&self.ledger) })
    }

    fn is_spared(&self, address: IpAddr) -> bool {
        let is_near = self.limits.loopback_exempt && address.to_canonical().is_loopback();
        is_near || self.limits.proxies.iter().any(|proxies| proxies.contains(address))
    }
}

impl Ledger {
    /// Begins to wait for a request. The turn at which it goes.
    fn wait(&mut self, address: IpAddr, ends: &Arc<Notify>) -> u64 {
        self.turns += 1;
        self.waiting.insert(self.turns, Waiting { address, ends: Arc::clone(ends) });
        self.turns
    }

    /// Takes the place of the connection that has waited longest, if one waits.
    fn make_room(&mut self) -> bool {
        let Some((_, Waiting { address, ends })) = self.waiting.pop_first() else { return false };
        ends.notify_one();
        self.give_back(address);
        true
    }

    fn give_back(&mut self, address: IpAddr) {
        self.open -= 1;
        if let Some(open) = self.addresses.get_mut(&address) {
            *open -= 1;
            if *open == 0 {
                self.addresses.remove(&address);
            }
        }
    }
}

impl Place {
    /// A request has come.
    pub(super) fn serve(self: &Arc<Self>) -> Serving {
        let mut ledger = hold(&self.ledger);
        if ledger.waiting.remove(&self.turn.load(Ordering::Relaxed)).is_some() {
            self.turn.store(SERVED, Ordering::Relaxed);
        }
        drop(ledger);
        Serving(Arc::clone(self))
    }

    /// Waits until the place is taken away.
    pub(super) async fn taken(&self) {
        self.ends.notified().await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let Place { address, ends, turn, ledger } = &*self.0;
        let mut ledger = hold(ledger);
        if turn.load(Ordering::Relaxed) == SERVED {
            turn.store(ledger.wait(*address, ends), Ordering::Relaxed);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let turn = *self.turn.get_mut();
        let mut ledger = hold(&self.ledger);
        if turn == SERVED || ledger.waiting.remove(&turn).is_some() {
            ledger.give_back(self.address);
        }
    }
}

fn hold(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn places(connections_max: usize, per_address_max: usize) -> Places {
        let proxies = Arc::from(["198.51.100.0/24".parse().unwrap()]);
        Places::new(PlaceLimits {
            connections_max,
            per_address_max,
            loopback_exempt: true,
            proxies,
        })
    }

    fn far(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn is_taken(place: &Place) -> bool {
        place.taken().now_or_never().is_some()
    }

    #[test]
    fn an_address_has_its_limit_and_gets_places_back() {
        let places = places(0, 2);
        let first = places.take(far(1)).unwrap();
        let _second = places.take(far(1)).unwrap();
        assert!(places.take(far(1)).is_err());
        let site = ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(|it| it.parse().unwrap());
        let held: Vec<_> = site.into_iter().map(|it| places.take(it)).collect();
        assert_eq!(held.iter().filter(|taken| taken.is_ok()).count(), 2, "a site is one address");
        drop(first);
        let _third = places.take(far(1)).unwrap();
        let proxy = [198, 51, 100, 1];
        let many = |address: [u8; 4]| (0..9).map(|_| places.take(address.into())).collect();
        let brought: [Vec<_>; 2] = [many(proxy), many([127, 0, 0, 1])];
        assert!(brought.iter().flatten().all(Result::is_ok), "these are spared");
    }

    #[test]
    fn whoever_waited_longest_goes_and_nobody_who_is_served() {
        let places = places(3, 0);
        let [one, two, three] = [1, 2, 3].map(|last| Arc::new(places.take(far(last)).unwrap()));
        let (serving, again) = (one.serve(), two.serve());
        drop(again);
        let four = Arc::new(places.take(far(4)).unwrap());
        assert!(is_taken(&three) && !is_taken(&one) && !is_taken(&two));
        let (_two, _four) = (two.serve(), four.serve());
        assert!(places.take(far(5)).is_err(), "all are served");
        let near = places.take([127, 0, 0, 1].into()).expect("one who may see why");
        let _near = Arc::new(near).serve();
        drop(serving);
        drop(three);
        let _five = places.take(far(5)).expect("one waits again");
        assert!(is_taken(&one));
    }

    #[test]
    fn all_places_are_given_back_once() {
        let places = places(2, 0);
        let all: Vec<_> = (0..5).map(|last| Arc::new(places.take(far(last)).unwrap())).collect();
        let served: Vec<_> = all.iter().map(Place::serve).collect();
        drop((served, all));
        let ledger = hold(&places.ledger);
        assert_eq!((ledger.open, ledger.addresses.len(), ledger.waiting.len()), (0, 0, 0));
    }
}
