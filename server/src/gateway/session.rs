//! What a connection's task and the broadcaster share: small, and the same for every transport.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::vocab::{Charset, Farewell, LoginReply};

/// The most notices that wait for a session's task; more than a login can bring about.
const NOTICES_MAX: usize = 16;

/// What the broadcaster tells a connection's task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Notice {
    /// An answer to its login.
    Reply(LoginReply),
    /// It plays somebody now.
    Entered,
    /// It is over; what was to be said is in the outbox.
    Ended(Farewell),
    /// It is to go on elsewhere; what was to be said is in the outbox.
    Moved,
    /// Its player wants this encoding, or leaves it to be found out.
    Charset(Option<Charset>),
    /// Its player wants what can be pressed marked by MXP, or no longer does.
    Mxp(bool),
    /// The outbox wants to know when the socket takes more.
    WantsToWrite,
    /// The client is too slow or gone: close at once.
    Cut(&'static str),
}

/// What a player answers to the question after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The next page.
    On,
    /// No more of it.
    Stop,
    /// Something else, which is still to be done; no more of it, either.
    Away,
}

/// What a connection's task and the broadcaster share.
#[derive(Debug, Default)]
pub struct Shared {
    pages: AtomicBool,
    wake: Notify,
    notices: Mutex<VecDeque<Notice>>,
    typed: AtomicBool,
    by_credentials: AtomicBool,
}

impl Shared {
    /// Tells the connection's task something. That the socket shall be watched is said once, however often it is wished:
    /// a client that reads slowly would otherwise leave no room for the end of its session.
    pub(super) fn notify(&self, notice: Notice) {
        let mut notices = self.lock();
        if notice == Notice::WantsToWrite && notices.contains(&notice) {
            return;
        }
        if notices.len() < NOTICES_MAX || matches!(notice, Notice::Cut(_)) {
            notices.push_back(notice);
        }
        drop(notices);
        self.wake.notify_one();
    }

    /// Waits for a notice. May be dropped while it waits without losing one.
    pub(super) async fn notice(&self) -> Notice {
        loop {
            let waits = self.wake.notified();
            if let Some(notice) = self.take_notice() {
                return notice;
            }
            waits.await;
        }
    }

    fn take_notice(&self) -> Option<Notice> {
        let mut notices = self.lock();
        let notice = notices.pop_front();
        if notices.is_empty() {
            // There are a few in a login, and hardly any in the hours after it.
            *notices = VecDeque::new();
        }
        notice
    }

    /// The client ended a line: its cursor is at the start of one.
    pub(super) fn note_typed(&self) {
        self.typed.store(true, Ordering::Release);
    }

    /// Whether the client ended a line since this was last asked.
    pub(super) fn take_typed(&self) -> bool {
        // To look costs less than to exchange, and mostly there is nothing to take.
        self.typed.load(Ordering::Relaxed) && self.typed.swap(false, Ordering::AcqRel)
    }

    /// Whether a page has been shown and there is more.
    pub(super) fn note_pages(&self, waits: bool) {
        self.pages.store(waits, Ordering::Release);
    }

    /// What a line means to a text that is shown page by page, if one is.
    pub(super) fn turn(&self, line: &str) -> Option<Turn> {
        let waits = self.pages.load(Ordering::Acquire);
        waits.then(|| match line.trim() {
            "" => Turn::On,
            "q" | "Q" => Turn::Stop,
            _ => Turn::Away,
        })
    }

    /// The login that is looked into came by GMCP, and is answered by it.
    pub(super) fn note_credentials(&self) {
        self.by_credentials.store(true, Ordering::Release);
    }

    /// Whether a login came by GMCP since this was last asked.
    pub(super) fn take_credentials(&self) -> bool {
        self.by_credentials.swap(false, Ordering::AcqRel)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Notice>> {
        // Nothing panics while it holds this lock, so a poisoned one is as good as any.
        self.notices.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Waits until a moment; for ever when there is none.
pub(super) async fn until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_client_still_learns_that_its_session_is_over() {
        let shared = Shared::default();
        for _ in 0..100 {
            shared.notify(Notice::WantsToWrite);
        }
        shared.notify(Notice::Ended(Farewell::Quit));
        assert_eq!(shared.notice().await, Notice::WantsToWrite);
        assert_eq!(shared.notice().await, Notice::Ended(Farewell::Quit));
    }
}
