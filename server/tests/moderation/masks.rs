//! Words that are masked: each listener reads them as they chose, in whatever language their client speaks.

use std::sync::Arc;

use hearsay::gateway::Dialect;
use hearsay::vocab::{
    Audience, ChannelName, Event, Fact, Masks, Message, MessageId, PlayerId, Rank, Sender,
    SenderKind, WIRE_VERSION,
};

use super::answer;
use super::rehearsal::{Arrival, Rehearsal, settings, world_of_tests};

/// A line as the filter leaves it.
fn line(content: &str, mild: Option<&str>, strict: Option<&str>, seq: u64) -> Arc<Message> {
    Arc::new(Message {
        v: WIRE_VERSION,
        id: MessageId(uuid::Uuid::from_u128(u128::from(seq))),
        epoch: "rehearsal".into(),
        seq,
        channel: "global".parse::<ChannelName>().expect("it is a name"),
        at: chrono::DateTime::UNIX_EPOCH,
        sender: Sender {
            id: PlayerId(999),
            name: "Zed".into(),
            kind: SenderKind::Player,
            account: None,
            via: None,
        },
        content: content.to_owned(),
        room: None,
        party: None,
        target: None,
        audience: None,
        flags: Vec::new(),
        masks: Masks { mild: mild.map(str::to_owned), strict: strict.map(str::to_owned) },
        to_sender: None,
        to_target: None,
    })
}

fn say(stage: &mut Rehearsal, message: &Arc<Message>) {
    stage.game.remember([Arc::clone(message)]);
    let fact = Fact::Spoke(Arc::clone(message));
    stage.gateways[0].publish(&[Arc::new(Event { to: Audience::EVERYONE, fact })]);
    stage.deliver();
}

fn bad() -> Arc<Message> {
    line("darn and hell", Some("darn and ****"), Some("**** and ****"), 1)
}

#[test]
fn each_listener_reads_what_they_chose() {
    let mut stage = Rehearsal::new();
    let levels = [
        ("off", "darn and hell"),
        ("mild", "darn and ****"),
        ("strict", "**** and ****"),
        ("usual", "**** and ****"),
    ];
    for dialect in [Dialect::Telnet, Dialect::Json] {
        for (level, read) in levels {
            let name = format!("{level}{}", if dialect == Dialect::Json { "web" } else { "" });
            let client = stage.arrive(Arrival { dialect, ..Arrival::of(&name, Rank::Player) });
            stage.types(client, &format!("mask {level}"));
            stage.heard(client);
            say(&mut stage, &bad());
            let heard = stage.heard(client).join("\n");
            assert!(heard.contains(read), "{name}: {heard}");
            let history = answer(&mut stage, client, "history global");
            assert!(history.contains(read), "{name}: {history}");
        }
    }
}

#[test]
fn a_web_client_never_gets_what_its_player_does_not_want_to_read() {
    let mut stage = Rehearsal::new();
    let ada = stage.arrive(Arrival { dialect: Dialect::Json, ..Arrival::of("Ada", Rank::Player) });
    stage.deliver();
    stage.clients[ada].frames();
    for (message, content, masked) in [
        (bad(), "**** and ****", true),
        (line("clean", None, None, 2), "clean", false),
        (line("only hell", Some("only ****"), None, 3), "only ****", true),
    ] {
        say(&mut stage, &message);
        let frame = stage.clients[ada].frames().remove(0);
        assert_eq!((&frame["content"], &frame["masked"]), (&content.into(), &masked.into()));
        assert!(frame.get("masks").is_none(), "{frame}");
        assert!(!frame.to_string().contains("hell"), "{frame}");
    }
}

#[test]
fn a_choice_is_kept_and_the_server_has_one_for_those_who_made_none() {
    let own = [("moderation.mask_default".to_owned(), "off".to_owned())];
    let mut stage = Rehearsal::within(&settings(&own), world_of_tests(), &[100], 1);
    let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
    stage.types(ada, "mask mild");
    stage.types(ada, "quit");
    let ada = stage.enter("Ada", Rank::Player);
    assert!(answer(&mut stage, ada, "mask").contains("Your mask is mild."));
    stage.heard(bob);
    say(&mut stage, &bad());
    assert!(stage.heard(ada).join("\n").contains("darn and ****"));
    assert!(stage.heard(bob).join("\n").contains("darn and hell"));
}
