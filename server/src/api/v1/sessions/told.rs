//! What a session was told, for those who read it over HTTP: the latest of it, each piece with its number.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::vocab::LineId;

/// The most messages that are kept for those who come to read them.
const MESSAGES_MAX: usize = 1_024;
/// The most bytes of them.
const BYTES_MAX: usize = 512 * 1024;

/// What a session was told.
#[derive(Debug, Default)]
pub(super) struct Told {
    kept: Mutex<Kept>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<String>,
    bytes: usize,
    /// The number of the last message; the first has 1.
    last: u64,
    /// Why the session is over, if it is.
    over: Option<String>,
}

/// What comes next for one who has read up to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// A message, and its number.
    Message(u64, String),
    /// What came next is not kept any more; the number of the last that is not.
    Gap(u64),
    /// Nothing comes any more, and why.
    Over(String),
}

impl Told {
    /// Keeps a message. A line that it takes back is not kept any more: in its place stands that it was taken back.
    pub(super) fn push(&self, message: String) {
        let mut kept = self.lock();
        if let Some(line) = taken_back(&message) {
            kept.forget(&line, &message);
        }
        kept.keep(message);
        drop(kept);
        self.news.notify_waiters();
    }

    /// Nothing comes any more; only the first reason counts.
    pub(super) fn end(&self, why: impl Into<String>) {
        self.lock().over.get_or_insert_with(|| why.into());
        self.news.notify_waiters();
    }

    /// The number of the last message.
    pub(super) fn last(&self) -> u64 {
        self.lock().last
    }

    /// Whether nothing comes any more.
    pub(super) fn is_over(&self) -> bool {
        self.lock().over.is_some()
    }

    /// Waits until nothing comes any more.
    pub(super) async fn over(&self) {
        loop {
            let mut news = std::pin::pin!(self.news.notified());
            news.as_mut().enable();
            if self.is_over() {
                return;
            }
            news.await;
        }
    }

    /// What comes after a number; waits for it.
    pub(super) async fn next(&self, after: u64) -> Next {
        loop {
            let mut news = std::pin::pin!(self.news.notified());
            news.as_mut().enable();
            if let Some(next) = self.lock().after(after) {
                return next;
            }
            news.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics while it holds this lock, so a poisoned one is as good as any.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of the line that a message takes back, if it takes one back, as it stands in all that is told of the line.
/// What somebody said cannot look like it: no quotation mark stands in it without a backslash.
fn taken_back(message: &str) -> Option<String> {
    if !message.contains(r#""type":"redacted""#) {
        return None;
    }
    let line: LineId = serde_json::from_str(message).ok()?;
    Some(format!(r#""id":"{}""#, line.id))
}

impl Kept {
    fn keep(&mut self, message: String) {
        self.bytes += message.len();
        self.messages.push_back(message);
        self.last += 1;
        while self.messages.len() > MESSAGES_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.messages.pop_front() else { break };
            self.bytes -= oldest.len();
        }
    }

    /// Puts something else in the place of what was told of a line.
    fn forget(&mut self, line: &str, instead: &str) {
        for message in self.messages.iter_mut().filter(|message| message.contains(line)) {
            self.bytes = self.bytes - message.len() + instead.len();
            instead.clone_into(message);
        }
    }

    fn after(&self, after: u64) -> Option<Next> {
        let gone = self.last - self.messages.len() as u64;
        if after < gone {
            return Some(Next::Gap(gone));
        }
        let at = usize::try_from(after - gone).unwrap_or(usize::MAX);
        match (self.messages.get(at), &self.over) {
            (Some(message), _) => Some(Next::Message(after + 1, message.clone())),
            (None, Some(why)) => Some(Next::Over(why.clone())),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_message_is_read_once_and_then_why_there_are_no_more() {
        let told = Told::default();
        told.push("one".to_owned());
        let late = async {
            tokio::task::yield_now().await;
            told.push("two".to_owned());
            told.end("quit");
            told.end("something else");
        };
        let read = async {
            assert_eq!(told.next(0).await, Next::Message(1, "one".to_owned()));
            assert_eq!(told.next(1).await, Next::Message(2, "two".to_owned()));
            assert_eq!(told.next(2).await, Next::Over("quit".to_owned()));
        };
        tokio::join!(read, late);
        assert_eq!(told.next(900).await, Next::Over("quit".to_owned()), "a number of nobody's");
    }

    #[tokio::test]
    async fn what_nobody_reads_is_bounded_and_its_loss_is_told() {
        let told = Told::default();
        for number in 1..=MESSAGES_MAX + 10 {
            told.push(number.to_string());
        }
        assert_eq!(told.next(0).await, Next::Gap(10));
        assert_eq!(told.next(10).await, Next::Message(11, "11".to_owned()));
        told.push("x".repeat(BYTES_MAX));
        let last = told.last();
        assert_eq!(told.next(11).await, Next::Gap(last - 1));
        assert!(told.lock().bytes <= BYTES_MAX);
    }

    #[tokio::test]
    async fn a_line_that_was_taken_back_is_not_read_by_who_comes_later() {
        let (id, other) =
            ("01a1fd3f-fe4f-7749-8385-988b65a4c382", "01a1fd3f-fe4f-7749-8385-988b65a4c383");
        let said = |id: &str, content: &str| {
            serde_json::json!({ "type": "message", "id": id, "content": content }).to_string()
        };
        let redacted = serde_json::json!({
            "type": "redacted", "id": id, "channel": "say", "epoch": "e", "seq": 1,
        })
        .to_string();
        let told = Told::default();
        let innocent = said(other, &redacted);
        for message in [&said(id, "secret"), &innocent, &redacted] {
            told.push(message.clone());
        }
        assert_eq!(told.next(0).await, Next::Message(1, redacted.clone()));
        assert_eq!(told.next(1).await, Next::Message(2, innocent.clone()));
        assert_eq!(told.next(2).await, Next::Message(3, redacted.clone()));
        assert_eq!(told.lock().bytes, 2 * redacted.len() + innocent.len());
    }
}
