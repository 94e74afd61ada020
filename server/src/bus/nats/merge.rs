//! Several subscriptions of one connection, heard as one, in the order in which they were published. No waiting, no clock.
//!
//! The server writes to a connection in publishing order, and the client puts each message into its subscription's queue
//! as it reads it. So once a message can be seen in one queue, all that was published before it is in the others already:
//! looking into those once more and taking the lowest number is enough.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use async_nats::{Message, Subscriber};
use futures_util::Stream;
use tokio::task::coop::unconstrained;

use super::wire::Stamp;

/// What is heard, in order. Ends with any of its subscriptions.
#[derive(Debug)]
pub(super) struct Merge<S = Subscriber> {
    sources: Vec<S>,
    heads: Vec<Option<(Option<Stamp>, Message)>>,
}

impl<S: Stream<Item = Message> + Unpin> Merge<S> {
    pub(super) fn new(sources: Vec<S>) -> Self {
        let heads = sources.iter().map(|_| None).collect();
        Self { sources, heads }
    }

    /// Looks into every queue whose next message is not known yet. `None`: a subscription has ended.
    fn look(&mut self, cx: &mut Context<'_>) -> Option<bool> {
        let mut found = false;
        for (source, head) in self.sources.iter_mut().zip(&mut self.heads) {
            if head.is_some() {
                continue;
            }
            // The runtime makes a queue look empty to a task that has run for long; here empty must mean empty.
            let mut looking = unconstrained(poll_fn(|cx| Pin::new(&mut *source).poll_next(cx)));
            if let Poll::Ready(message) = Pin::new(&mut looking).poll(cx) {
                let message = message?;
                *head = Some((Stamp::of(&message), message));
                found = true;
            }
        }
        Some(found)
    }

    /// Takes the earliest of the known ones; what carries no stamp goes first, to be thrown away.
    fn take_earliest(&mut self) -> Option<(Option<Stamp>, Message)> {
        let known =
            self.heads.iter().enumerate().filter_map(|(at, head)| Some((at, head.as_ref()?)));
        let (at, _) = known.min_by(|(_, a), (_, b)| a.0.cmp(&b.0))?;
        self.heads[at].take()
    }
}

impl<S: Stream<Item = Message> + Unpin> Stream for Merge<S> {
    type Item = (Option<Stamp>, Message);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.look(cx) {
                None => return Poll::Ready(None),
                // Until a look finds nothing new: what was published before a head is there when the head is.
                Some(true) => {}
                Some(false) => break,
            }
        }
        match self.take_earliest() {
            Some(message) => Poll::Ready(Some(message)),
            None if self.sources.is_empty() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt};
    use proptest::prelude::*;
    use tokio::sync::mpsc;

    use super::*;

    struct Queue(mpsc::UnboundedReceiver<Message>);

    impl Stream for Queue {
        type Item = Message;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
            self.0.poll_recv(cx)
        }
    }

    fn message(order: u64) -> Message {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert("Hearsay-Link", format!("run.{order}.1").as_str());
        Message {
            subject: "told.all".into(),
            reply: None,
            payload: "{}".into(),
            headers: Some(headers),
            status: None,
            description: None,
            length: 0,
        }
    }

    fn orders(heard: &[(Option<Stamp>, Message)]) -> Vec<u64> {
        heard.iter().map(|(stamp, _)| stamp.as_ref().unwrap().order).collect()
    }

    proptest! {
        /// However publications spread over the subscriptions and however reading falls between them, they come out in
        /// the order in which they went in, each once.
        #[test]
        fn what_was_published_first_is_heard_first(steps in prop::collection::vec((0..3_usize, any::<bool>()), 0..60)) {
            let (senders, queues): (Vec<_>, Vec<_>) = (0..3)
                .map(|_| mpsc::unbounded_channel())
                .map(|(sender, receiver)| (sender, Queue(receiver)))
                .unzip();
            let mut merge = Merge::new(queues);
            let mut heard = Vec::new();
            for (order, (at, read)) in steps.iter().enumerate() {
                senders[*at].send(message(order as u64)).unwrap();
                if *read {
                    heard.extend(merge.next().now_or_never().flatten());
                }
            }
            while let Some(Some(next)) = merge.next().now_or_never() {
                heard.push(next);
            }
            prop_assert_eq!(orders(&heard), (0..steps.len() as u64).collect::<Vec<_>>());
        }
    }

    /// The runtime gives a task a budget and shows it empty queues when that is used up.
    #[tokio::test]
    async fn a_long_turn_does_not_change_the_order() {
        let (first, first_queue) = mpsc::unbounded_channel();
        let (second, second_queue) = mpsc::unbounded_channel();
        for order in 0..2_000 {
            let sender = if order % 3 == 0 { &first } else { &second };
            sender.send(message(order)).unwrap();
        }
        let mut merge = Merge::new(vec![Queue(first_queue), Queue(second_queue)]);
        let mut heard = Vec::new();
        while let Some(Some(next)) = merge.next().now_or_never() {
            heard.push(next);
        }
        assert_eq!(orders(&heard), (0..2_000).collect::<Vec<_>>());
    }
}
