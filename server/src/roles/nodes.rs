//! The processes of the server as operators see them, and orders to them: to this one directly, to gateways in other processes
//! by the bus. What is ordered is on record.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use smol_str::SmolStr;
use tokio::time::timeout;

use super::registrar::Registrar;
use super::status::Sources;
use crate::api::operations::{Node, NotOrdered, Operations, Operator};
use crate::bus::Publisher;
use crate::bus::nats::{Known, LinkGauge};
use crate::journal::{Act, ModerationRecord};
use crate::vocab::{Audience, DrainOrder, Event, Fact, NodeReport, SessionId};

/// How long a process may take to say that it does as it was told.
const SAYS_SO: Duration = Duration::from_secs(4);

impl Sources {
    /// What this process tells of itself.
    pub(super) fn report(&self) -> NodeReport {
        let gateway = self.gateway.as_ref().or(self.within.as_ref());
        let sessions = gateway.map(|gateway| gateway.playing.load(Ordering::Relaxed));
        let connections = self.gateway.as_ref().map(|gateway| {
            gateway.by_door().map(|(door, count)| (door.word().into(), count)).collect()
        });
        let bus = self.link.as_ref().map_or("off", |link| link.state().borrow().word());
        NodeReport {
            gateway: self.number,
            name: self.node.as_str().into(),
            role: SmolStr::new_static(self.role),
            version: SmolStr::new_static(env!("CARGO_PKG_VERSION")),
            started: DateTime::from(self.started_at),
            sessions: sessions.unwrap_or_default(),
            connections,
            bus: SmolStr::new_static(bus),
            draining: self.sessions.upgrade().and_then(|gateway| gateway.draining()),
        }
    }

    /// Whether this process takes nobody any more.
    pub(super) fn is_draining(&self) -> bool {
        self.sessions.upgrade().is_some_and(|gateway| gateway.draining().is_some())
    }
}

/// The processes, and where orders to them go.
pub(super) struct Nodes {
    pub(super) sources: Arc<Sources>,
    /// What goes to gateways, and what keeps the record; where the world is.
    pub(super) world: Option<(Publisher, Registrar)>,
}

impl Operations for Nodes {
    fn nodes(&self) -> Vec<Node> {
        let others = self.others().into_iter().map(|(number, known)| of_other(number, known));
        std::iter::once(self.own()).chain(others).collect()
    }

    fn order<'a>(
        &'a self,
        id: &'a str,
        order: Option<DrainOrder>,
        by: Operator,
    ) -> BoxFuture<'a, Result<Node, NotOrdered>> {
        async move {
            let done = self.carry_out(id, order.clone()).await;
            self.put_on_record(id, order.as_ref(), &by, done.as_ref().err().copied());
            done
        }
        .boxed()
    }
}

impl Nodes {
    fn own(&self) -> Node {
        let report = self.sources.report();
        Node { id: id(report.gateway), report, silent: Duration::ZERO }
    }

    fn others(&self) -> BTreeMap<u16, Known> {
        self.sources.link.as_ref().map(LinkGauge::nodes).unwrap_or_default()
    }

    async fn carry_out(&self, wanted: &str, order: Option<DrainOrder>) -> Result<Node, NotOrdered> {
        if self.own().id == wanted {
            let gateway = self.sources.sessions.upgrade().ok_or(NotOrdered::NoSockets)?;
            match order {
                Some(order) => gateway.drain(order),
                None => drop(gateway.undrain()),
            }
            return Ok(self.own());
        }
        let number = self.others().into_keys().find(|number| id(Some(*number)) == wanted);
        let number = number.ok_or(NotOrdered::Unknown)?;
        self.order_other(number, order).await
    }

    /// Orders by the bus, and waits until the gateway tells that it is so.
    async fn order_other(
        &self,
        number: u16,
        order: Option<DrainOrder>,
    ) -> Result<Node, NotOrdered> {
        let link = self.sources.link.as_ref().ok_or(NotOrdered::Unknown)?;
        let (publisher, _) = self.world.as_ref().ok_or(NotOrdered::Unknown)?;
        let mut told = link.told();
        let before = self.others().get(&number).map(|known| known.heard);
        let to = Audience::Session(SessionId::of_none(number));
        publisher.publish(vec![Arc::new(Event { to, fact: Fact::Serves(order.clone()) })]);
        let obeys = async {
            while told.changed().await.is_ok() {
                let known = self.others().remove(&number);
                let since = known.filter(|known| Some(known.heard) != before);
                if let Some(known) = since.filter(|known| does(&known.report, order.as_ref())) {
                    return Some(of_other(number, known));
                }
            }
            None
        };
        timeout(SAYS_SO, obeys).await.ok().flatten().ok_or(NotOrdered::Silent)
    }

    fn put_on_record(
        &self,
        id: &str,
        order: Option<&DrainOrder>,
        by: &Operator,
        refused: Option<NotOrdered>,
    ) {
        let Some((_, registrar)) = &self.world else { return };
        let detail = order.map(|order| format!("{} s: {}", order.seconds, order.reason));
        registrar.take(ModerationRecord::Act(Act {
            at: Utc::now(),
            actor_id: by.player,
            actor_account: by.account,
            actor_name: by.name.clone(),
            rank: by.rank,
            act: SmolStr::new_static(if order.is_some() { "drain" } else { "undrain" }),
            subject: None,
            target: Some(id.to_owned()),
            detail,
            refused: refused.map(|why| refusal(why).to_owned()),
            restriction: None,
            until: None,
        }));
    }
}

fn refusal(why: NotOrdered) -> &'static str {
    match why {
        NotOrdered::Unknown => "There is no such process.",
        NotOrdered::NoSockets => "Players do not connect to this process.",
        NotOrdered::Silent => "The process did not say in time that it does so.",
    }
}

/// Whether a gateway does what it was ordered.
fn does(report: &NodeReport, order: Option<&DrainOrder>) -> bool {
    match (&report.draining, order) {
        (None, None) => true,
        (Some(now), Some(order)) => {
            let lasts = now.until - now.since;
            let is_as_long = lasts.num_seconds() == i64::from(order.seconds);
            is_as_long && now.reason == order.reason && now.by == order.by
        }
        _ => false,
    }
}

fn of_other(number: u16, known: Known) -> Node {
    Node { id: id(Some(number)), report: known.report, silent: known.heard.elapsed() }
}

/// What a process is called in orders.
fn id(gateway: Option<u16>) -> String {
    gateway.map_or_else(|| "world".to_owned(), |number| format!("gateway-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(seconds: u32) -> DrainOrder {
        DrainOrder { seconds, reason: "new kernel".to_owned(), by: "Ana".into() }
    }

    #[test]
    fn what_a_gateway_told_of_an_earlier_order_is_no_answer_to_a_new_one() {
        let now = Utc::now();
        let report = NodeReport {
            gateway: Some(7),
            name: "docks".into(),
            role: "gateway".into(),
            version: "1".into(),
            started: now,
            sessions: 0,
            connections: None,
            bus: "connected".into(),
            draining: Some(ordered(600).begins(now)),
        };
        assert!(does(&report, Some(&ordered(600))));
        assert!(!does(&report, Some(&ordered(60))) && !does(&report, None));
        let serves = NodeReport { draining: None, ..report };
        assert!(does(&serves, None) && !does(&serves, Some(&ordered(600))));
    }
}
