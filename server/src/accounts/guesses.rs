//! Wrong passwords: how many an account and an address may still guess. Right ones never count.
//!
//! An address from which an account's right password came is counted apart from all others, so that strangers who guess
//! cannot keep an account's player out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::attempts::Attempts;
use crate::vocab::AccountId;

/// The most accounts whose address is remembered; beyond it all are forgotten, which costs only their being apart.
const TRUSTED_MAX: usize = 100_000;

/// Whose password is guessed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    Account(AccountId),
    /// A name that nobody has: the answer must not tell.
    Nobody(String),
}

/// Counts wrong passwords.
#[derive(Debug)]
pub(super) struct Guesses {
    by_account: Attempts<(Whose, Option<IpAddr>)>,
    by_address: Attempts<IpAddr>,
    loopback_exempt: bool,
    /// The address from which each account came last.
    trusted: HashMap<Whose, IpAddr>,
}

impl Guesses {
    /// At most so many a minute for an account, and for an address; 0 is without limit.
    pub(super) fn new(per_minute: u32, loopback_exempt: bool) -> Self {
        let minute = Duration::from_secs(60);
        Self {
            by_account: Attempts::new(per_minute, minute),
            by_address: Attempts::new(per_minute, minute),
            loopback_exempt,
            trusted: HashMap::new(),
        }
    }

    /// How long to wait before the next password counts; none when it does now.
    pub(super) fn wait(
        &mut self,
        whose: &Whose,
        address: IpAddr,
        now: Instant,
    ) -> Option<Duration> {
        let key = (whose.clone(), self.apart(whose, address));
        let by_account = self.by_account.wait(&key, now);
        let by_address = self.by_address.wait(&address, now).filter(|_| !self.is_exempt(address));
        by_account.max(by_address)
    }

    /// A password was wrong; says how many were, for the account or for the address, whichever is more.
    pub(super) fn was_wrong(&mut self, whose: Whose, address: IpAddr, now: Instant) -> usize {
        let apart = self.apart(&whose, address);
        let by_account = self.by_account.count((whose, apart), now);
        let by_address = self.by_address.count(address, now);
        if self.is_exempt(address) { by_account } else { by_account.max(by_address) }
    }

    /// A password was right: its address is the account's own from now on.
    pub(super) fn was_right(&mut self, whose: Whose, address: IpAddr) {
        if self.trusted.len() >= TRUSTED_MAX {
            self.trusted.clear();
        }
        self.trusted.insert(whose, address);
    }

    fn apart(&self, whose: &Whose, address: IpAddr) -> Option<IpAddr> {
        Some(address).filter(|address| self.trusted.get(whose) == Some(address))
    }

    fn is_exempt(&self, address: IpAddr) -> bool {
        self.loopback_exempt && address.is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));
    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn nobody(name: &str) -> Whose {
        Whose::Nobody(name.to_owned())
    }

    #[test]
    fn strangers_who_guess_keep_nobody_out() {
        let (mut guesses, now) = (Guesses::new(2, true), Instant::now());
        let ada = Whose::Account(AccountId(1));
        guesses.was_right(ada.clone(), HOME);
        for _ in 0..2 {
            guesses.was_wrong(ada.clone(), AWAY, now);
        }
        assert!(guesses.wait(&ada, AWAY, now).is_some());
        assert_eq!(guesses.wait(&ada, HOME, now), None);
        // At home one may not guess for ever either.
        for _ in 0..2 {
            guesses.was_wrong(ada.clone(), HOME, now);
        }
        assert!(guesses.wait(&ada, HOME, now).is_some());
    }

    #[test]
    fn an_address_may_not_try_one_name_after_another() {
        let (mut guesses, now) = (Guesses::new(2, true), Instant::now());
        for address in [AWAY, HERE] {
            guesses.was_wrong(nobody("ada"), address, now);
            guesses.was_wrong(nobody("bob"), address, now);
        }
        assert!(guesses.wait(&nobody("gil"), AWAY, now).is_some());
        // All who come by a proxy on this machine have this address.
        assert_eq!(guesses.wait(&nobody("gil"), HERE, now), None);
    }
}
