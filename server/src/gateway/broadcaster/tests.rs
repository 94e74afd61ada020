//! The broadcaster as a whole: events in, pieces for clients out.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tokio::sync::mpsc;

use super::*;
use crate::gateway::session::Notice;
use crate::gateway::websocket::frame::payload;
use crate::rehearsal::ROOMY;
use crate::vocab::{
    Audience, ColourDepth, Entered, Event, Fact, Listener, MaskLevel, Masks, Message, MessageId,
    Rank, Role, Sender, SenderKind, Settings, WIRE_VERSION,
};

const AUTHOR: PlayerId = PlayerId(0);
const LISTENERS: u64 = 6;

type Clients = Vec<(PlayerId, mpsc::Receiver<Bytes>)>;

fn everyone() -> impl Iterator<Item = PlayerId> {
    (0..LISTENERS).map(PlayerId)
}

fn players() -> impl Strategy<Value = BTreeSet<PlayerId>> {
    prop::collection::btree_set((0..LISTENERS).prop_map(PlayerId), 0..LISTENERS as usize)
}

fn limits() -> Limits {
    let outbox_stalled = Duration::from_secs(30);
    Limits { outbox_bytes_max: 4_096, outbox_stalled, missed_lines_max: 10 }
}

fn broadcaster(counters: &Arc<Counters>) -> Broadcaster<fn(Delivered)> {
    Broadcaster::new(limits(), Arc::clone(counters), drop)
}

/// Everyone plays, some of them ignoring the author.
fn listening(
    broadcaster: &mut Broadcaster<fn(Delivered)>,
    ignorers: &BTreeSet<PlayerId>,
    frames_max: usize,
) -> Clients {
    let enter = |player: PlayerId| {
        let (queue, frames) = mpsc::channel(frames_max);
        let session = SessionId::on(0, player.0);
        let (wire, dialect, shared) = (Wire::Queue(queue), Dialect::Telnet, Arc::default());
        broadcaster.obey(Command::Open { session, wire, dialect, shared });
        let listener = listener(player, ignorers.contains(&player));
        let_in(broadcaster, session, listener);
        (player, frames)
    };
    everyone().map(enter).collect()
}

/// A session begins to play.
fn let_in(broadcaster: &mut Broadcaster<fn(Delivered)>, session: SessionId, listener: Listener) {
    let entered = Entered {
        listener,
        from: None,
        resumes: false,
        heads: Default::default(),
        way_back: None,
        kept: None,
    };
    let fact = Fact::Entered(Box::new(entered));
    broadcaster.take(vec![Arc::new(Event { to: Audience::Session(session), fact })]);
}

fn listener(player: PlayerId, ignores_author: bool) -> Listener {
    Listener {
        player,
        name: "Somebody".into(),
        rank: Rank::Player,
        ignores: ignores_author.then_some(AUTHOR).into_iter().collect(),
        left: BTreeSet::new(),
        colours: Default::default(),
        settings: Settings::default(),
        mask: MaskLevel::Strict,
        page_rows: 0,
    }
}

fn spoken_by(author: PlayerId, to: Audience) -> Event {
    let message = Message {
        v: WIRE_VERSION,
        id: MessageId(uuid::Uuid::nil()),
        epoch: "test".into(),
        seq: 1,
        channel: "say".parse().unwrap(),
        at: chrono::DateTime::UNIX_EPOCH,
        sender: Sender {
            id: author,
            name: "Author".into(),
            kind: SenderKind::Player,
            account: None,
            via: None,
        },
        content: "word ".repeat(20),
        room: None,
        party: None,
        target: None,
        audience: None,
        flags: Vec::new(),
        masks: Masks::default(),
        to_sender: None,
        to_target: None,
    };
    Event { to, fact: Fact::Spoke(Arc::new(message)) }
}

/// Those to whom an event was written.
fn recipients(
    event: Event,
    broadcaster: &mut Broadcaster<fn(Delivered)>,
    clients: &mut Clients,
) -> BTreeSet<PlayerId> {
    broadcaster.take(vec![Arc::new(event)]);
    broadcaster.flush();
    let reached = clients.iter_mut().filter_map(|(player, frames)| {
        let mut pieces = std::iter::from_fn(|| frames.try_recv().ok());
        pieces.any(|piece| piece.starts_with(b"[say]")).then_some(*player)
    });
    reached.collect()
}

proptest! {
    /// A line reaches everyone it is for who does not ignore its author, and no one else.
    #[test]
    fn delivery_is_exactly_the_audience_less_ignorers(witnesses in players(), ignorers in players()) {
        let counters = Arc::new(Counters::default());
        let mut broadcaster = broadcaster(&counters);
        let mut clients = listening(&mut broadcaster, &ignorers, ROOMY);
        let to = Audience::Witnesses(witnesses.iter().copied().collect());
        let reached = recipients(spoken_by(AUTHOR, to), &mut broadcaster, &mut clients);
        for listener in everyone() {
            let ignores = ignorers.contains(&listener) && listener != AUTHOR;
            let should_hear = witnesses.contains(&listener) && !ignores;
            prop_assert_eq!(reached.contains(&listener), should_hear);
        }
    }
}

#[test]
fn a_client_that_reads_nothing_costs_only_itself() {
    let counters = Arc::new(Counters::default());
    let mut broadcaster = broadcaster(&counters);
    let mut clients = listening(&mut broadcaster, &BTreeSet::new(), 2);
    let (_, mut slow) = clients.pop().unwrap();
    for line in 0..200 {
        let event = spoken_by(AUTHOR, Audience::EVERYONE);
        let reached = recipients(event, &mut broadcaster, &mut clients);
        assert_eq!(reached.len(), clients.len(), "line {line}");
    }
    assert_eq!(counters.cut.load(Ordering::Relaxed), 1);
    while slow.try_recv().is_ok() {}
    assert!(slow.is_closed(), "the slow client's connection is given up");
}

#[tokio::test]
async fn whoever_is_on_the_way_in_is_told_that_the_server_stops() {
    let limits = Limits {
        outbox_bytes_max: 1_000,
        outbox_stalled: Duration::from_secs(1),
        missed_lines_max: 1,
    };
    let broadcaster = Broadcaster::new(limits, Arc::default(), drop as fn(Delivered));
    let (commands, obeyed) = mpsc::channel(10);
    let (events, batches) = mpsc::channel(1);
    let task = tokio::spawn(broadcaster.run(obeyed, batches));
    let (queue, mut frames) = mpsc::channel(10);
    let (session, shared) = (SessionId(1), Arc::new(Shared::default()));
    let (wire, dialect) = (Wire::Queue(queue), Dialect::Json);
    let open = Command::Open { session, wire, dialect, shared: Arc::clone(&shared) };
    commands.send(open).await.unwrap();
    drop(events);
    assert_eq!(shared.notice().await, Notice::Ended(Farewell::Shutdown));
    let frame = frames.recv().await.unwrap();
    let closing = String::from_utf8_lossy(payload(&frame));
    assert!(closing.contains("closing"), "{closing}");
    commands.send(Command::Gone(session)).await.unwrap();
    task.await.unwrap();
}

#[test]
fn the_last_words_leave_before_the_connection_does() {
    let limits =
        Limits { outbox_bytes_max: 4096, outbox_stalled: Duration::MAX, missed_lines_max: 1 };
    let mut broadcaster = Broadcaster::new(limits, Arc::default(), |_| {});
    let (frames, mut written) = mpsc::channel(8);
    let session = "s_0001".parse().unwrap();
    broadcaster.obey(Command::Open {
        session,
        wire: Wire::Queue(frames),
        dialect: Dialect::Telnet,
        shared: Arc::default(),
    });
    broadcaster.obey(Command::Say(session, Prose::text("Goodbye.")));
    broadcaster.obey(Command::Gone(session));
    broadcaster.flush();
    assert_eq!(written.try_recv().unwrap(), "Goodbye.\r\n");
}

/// Everyone on a telnet client of this width and these colours; the sender is none of them.
fn crowd(broadcaster: &mut Broadcaster<fn(Delivered)>, looks: &[(u16, ColourDepth)]) -> Clients {
    let enter = |(player, (width, colour)): (u64, &(u16, ColourDepth))| {
        let (player, session) = (PlayerId(player), SessionId::on(0, player));
        let (queue, frames) = mpsc::channel(ROOMY);
        let (wire, dialect, shared) = (Wire::Queue(queue), Dialect::Telnet, Arc::default());
        broadcaster.obey(Command::Open { session, wire, dialect, shared });
        let capability = Capability { width: *width, colour: *colour, ..Capability::default() };
        broadcaster.obey(Command::Shows(session, capability, PromptMark::Ga));
        let listener = listener(player, false);
        let_in(broadcaster, session, listener);
        (player, frames)
    };
    (1..).zip(looks).map(enter).collect()
}

/// How many different buffers a fact was written from.
fn renderings(
    fact: Fact,
    broadcaster: &mut Broadcaster<fn(Delivered)>,
    crowd: &mut Clients,
) -> usize {
    let to = Audience::Witnesses(crowd.iter().map(|(player, _)| *player).collect());
    broadcaster.take(vec![Arc::new(Event { to, fact })]);
    broadcaster.flush();
    let written = crowd.iter_mut().map(|(_, frames)| {
        let mut pieces = std::iter::from_fn(|| frames.try_recv().ok());
        pieces.find(|piece| piece.windows(4).any(|it| it == b"word")).expect("everyone hears it")
    });
    let written: Vec<Bytes> = written.collect();
    written.iter().map(|piece| piece.as_ptr()).collect::<BTreeSet<_>>().len()
}

#[test]
fn a_line_is_rendered_once_for_each_way_it_looks() {
    let depths = [ColourDepth::None, ColourDepth::Sixteen, ColourDepth::True];
    let widths = 40..240;
    let looks: Vec<_> = widths.flat_map(|width| depths.map(|depth| (width, depth))).collect();
    let mut broadcaster = broadcaster(&Arc::default());
    let mut crowd = crowd(&mut broadcaster, &looks);
    assert_eq!(crowd.len(), 600);
    let short = Fact::Told(Prose::new().span(Role::Good, "word of a short line"));
    assert_eq!(renderings(short, &mut broadcaster, &mut crowd), 3, "one for each depth");
    // It fills 114 columns. On the 75 widths that are too narrow for that, it is broken in different places.
    let Event { fact, .. } = spoken_by(AUTHOR, Audience::EVERYONE);
    let rendered = renderings(fact, &mut broadcaster, &mut crowd);
    assert!(rendered <= 3 * (75 + 1), "{rendered} for 600 listeners");
}
