//! Carries publications from the outbox to one connection, and confirmations back. Never makes anyone wait: what the
//! client does not take at once is finished while the link does other things.

use async_nats::connection::State;
use async_nats::jetstream::context::{PublishAckFuture, PublishError};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use async_nats::Client;

use super::outbox::Outbox;
use super::stream::Keeping;
use super::wire::Publication;

/// How many publications are handed over before anything else gets a turn.
const HANDED_AT_ONCE_MAX: usize = 128;

/// Something has become of what was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// The client has taken it.
    Handed,
    /// The stream has the publication with this number.
    Confirmed(u64),
    /// It may not have arrived: the connection is of no more use.
    Broken(String),
}

type Handing = BoxFuture<'static, Result<Option<PublishAckFuture>, String>>;
type Confirming = BoxFuture<'static, (u64, Result<PublishAck, PublishError>)>;

/// One connection's sending half.
pub(super) struct Courier {
    client: Client,
    keeping: Option<Keeping>,
    /// What the client has not taken yet, and its number.
    handing: Option<(u64, Handing)>,
    confirming: FuturesUnordered<Confirming>,
}

impl Courier {
    pub(super) fn new(client: Client, keeping: Option<Keeping>) -> Self {
        Self { client, keeping, handing: None, confirming: FuturesUnordered::new() }
    }

    /// Hands over what may go now and returns how many those were.
    ///
    /// # Errors
    /// When the client takes nothing any more.
    pub(super) fn hand_over(&mut self, outbox: &mut Outbox) -> Result<u64, String> {
        let mut handed = 0;
        while handed < HANDED_AT_ONCE_MAX as u64 && self.handing.is_none() {
            let Some(publication) = outbox.next() else { break };
            let order = publication.order();
            let mut handing = self.publish(publication);
            // From here on it is on its way: should the outbox overflow meanwhile, no other is taken for it.
            outbox.sent(self.is_kept(publication.id.is_some()));
            handed += 1;
            match (&mut handing).now_or_never() {
                Some(done) => self.handed(order, done?),
                None => self.handing = Some((order, handing)),
            }
        }
        Ok(handed)
    }

    /// Waits until something becomes of what was handed over; for ever if nothing is under way.
    pub(super) async fn progress(&mut self) -> Progress {
        tokio::select! {
            (order, done) = finish(&mut self.handing), if self.handing.is_some() => {
                self.handing = None;
                match done {
                    Ok(ack) => self.handed(order, ack),
                    Err(why) => return Progress::Broken(why),
                }
                Progress::Handed
            }
            Some((order, ack)) = self.confirming.next(), if !self.confirming.is_empty() => match ack {
                Ok(_) => Progress::Confirmed(order),
                Err(error) => Progress::Broken(format!("the stream did not confirm a message: {error}")),
            },
            else => std::future::pending().await,
        }
    }

    /// Whether another publication could be handed over.
    pub(super) fn is_free(&self) -> bool {
        self.handing.is_none()
    }

    /// Asks the client whether it still believes in its connection; its events may have been lost.
    pub(super) fn check_alive(&self) -> Result<(), String> {
        match self.client.connection_state() {
            State::Connected => Ok(()),
            _ => Err("the connection is gone".to_owned()),
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    fn is_kept(&self, is_talk: bool) -> bool {
        is_talk && self.keeping.is_some()
    }

    fn handed(&mut self, order: u64, ack: Option<PublishAckFuture>) {
        if let Some(ack) = ack {
            self.confirming.push(async move { (order, ack.await) }.boxed());
        }
    }

    fn publish(&self, publication: &Publication) -> Handing {
        let (subject, payload) = (publication.subject.clone(), publication.payload.clone());
        let headers = publication.headers();
        match &self.keeping {
            Some(keeping) if publication.id.is_some() => {
                let message = PublishMessage::build().headers(headers).payload(payload);
                let context = keeping.context.clone();
                async move {
                    let sent = context.send_publish(subject, message).await;
                    sent.map(Some).map_err(|error| error.to_string())
                }
                .boxed()
            }
            _ => {
                let client = self.client.clone();
                async move {
                    let sent = client.publish_with_headers(subject, headers, payload).await;
                    sent.map(|()| None).map_err(|error| error.to_string())
                }
                .boxed()
            }
        }
    }
}

async fn finish(
    handing: &mut Option<(u64, Handing)>,
) -> (u64, Result<Option<PublishAckFuture>, String>) {
    match handing {
        Some((order, doing)) => (*order, doing.await),
        None => std::future::pending().await,
    }
}
