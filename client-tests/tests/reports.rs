//! Reports, appeals and second opinions over real sockets, and what a server makes of them that was stopped or killed since.

use anyhow::{Result, ensure};
use client_tests::cast::{back_by_telnet, back_by_websocket, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;

/// A server with two moderators: Mara by telnet, Max by WebSocket.
async fn with_staff(home: &Home) -> Result<(Server, Client, Client)> {
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut mara = by_telnet(&server, "Mara").await?;
    let mut max = by_websocket(&server, "Max").await?;
    for (name, client) in [("mara", &mut mara), ("max", &mut max)] {
        owner.appoint(name, "moderator").await?;
        client.expect("You are moderator now.").await?;
    }
    owner.leave().await?;
    Ok((server, mara, max))
}

#[tokio::test]
async fn a_report_is_decided_after_a_restart_and_its_outcome_waits() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara, mut max) = with_staff(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut gil = by_telnet(&server, "Gil").await?;
    bob.types("say you stupid oaf", "You say, \"you stupid oaf\"").await?;
    for reporter in [&mut ada, &mut gil] {
        reporter.expect("Bob says, \"you stupid oaf\"").await?;
        reporter.types("report bob he insults me", "What Bob said is with the staff now").await?;
    }
    for staff in [&mut mara, &mut max] {
        staff.expect("case 1, Bob is reported: he insults me").await?;
    }
    mara.types("claim 1", "You look into case 1 about Bob now.").await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    let mut max = back_by_websocket(&server, "Max").await?;
    max.types("modqueue", "1: report about Bob, priority").await?;
    max.types("uphold 1 rude", "Mara looks into case 1").await?;
    let mut mara = back_by_telnet(&server, "Mara").await?;
    mara.types("modqueue 1", "Bob says, \"you stupid oaf\"").await?;
    mara.expect("unchanged, SHA-256").await?;
    mara.send_line("uphold 1 mute 2h no insults").await?;
    mara.expect("Bob is muted on all channels until").await?;
    mara.expect("Case 1 about Bob is upheld.").await?;
    ensure!(server.stop().await?.success());

    // Who was away reads the outcome on coming back, once; who was reported reads nothing of it.
    let server = home.start().await?;
    let mut ada = back_by_telnet(&server, "Ada").await?;
    ada.expect("what you reported about Bob").await?;
    let mut bob = back_by_websocket(&server, "Bob").await?;
    bob.types("say hello", "The reason: no insults.").await?;
    bob.types("myrecord", "mute on all channels: no insults").await?;
    bob.expect_not("report").await?;
    ada.send_line("quit").await?;
    ada.expect_closed().await?;
    let mut ada = back_by_websocket(&server, "Ada").await?;
    ada.types("score", "Ada").await?;
    ada.expect_not("what you reported").await?;
    let evidence: String = home.database()?.query_row(
        "SELECT evidence FROM restrictions WHERE kind = 'mute'",
        [],
        |row| row.get(0),
    )?;
    ensure!(evidence.len() > 30, "the mute names the message: {evidence}");
    Ok(())
}

#[tokio::test]
async fn what_was_changed_in_the_database_shows() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara, _max) = with_staff(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    bob.types("say you stupid oaf", "You say").await?;
    ada.expect("stupid oaf").await?;
    ada.types("report bob he insults me", "is with the staff now").await?;
    mara.types("modqueue 1", "unchanged, SHA-256").await?;
    ensure!(server.stop().await?.success());
    let changed = rusqlite::Connection::open(home.path("hearsay.db"))?
        .execute("UPDATE reports SET evidence = replace(evidence, 'stupid', 'clever')", [])?;
    ensure!(changed == 1);
    let server = home.start().await?;
    let mut mara = back_by_telnet(&server, "Mara").await?;
    mara.types("modqueue 1", "CHANGED since, SHA-256").await?;
    ensure!(server.stop().await?.success());
    Ok(())
}

#[tokio::test]
async fn a_long_ban_waits_for_a_second_over_a_restart() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara, mut max) = with_staff(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    mara.types("ban bob 30d threats", "once somebody else of the staff types `second 1`").await?;
    bob.expect("You are banned for another").await?;
    bob.expect_closed().await?;
    max.expect("Mara asks for a second opinion about Bob (ban: threats)").await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    let mut max = back_by_telnet(&server, "Max").await?;
    max.types("second 1 agreed", "Bob is banned until").await?;
    max.expect("Case 1 about Bob is upheld.").await?;
    ensure!(server.stop().await?.success());
    let days: i64 = home.database()?.query_row(
        "SELECT (until_ms - (SELECT min(from_ms) FROM restrictions)) / 86400000
         FROM restrictions WHERE lifted_at_ms IS NULL",
        [],
        |row| row.get(0),
    )?;
    ensure!(days == 30, "{days} days");
    let server = home.start().await?;
    let mut mara = back_by_websocket(&server, "Mara").await?;
    mara.expect("Case 1 about Bob (ban: threats) is upheld by Max.").await?;
    Ok(())
}

/// Servers are killed, each the moment after it confirmed a report, a claim or a decision.
#[tokio::test]
async fn what_was_confirmed_is_there_after_a_kill() -> Result<()> {
    let home = Home::new()?;
    let (mut server, mut mara, _max) = with_staff(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    for round in 1..=6 {
        bob.types(&format!("say line {round}"), &format!("line {round}")).await?;
        ada.expect(&format!("Bob says, \"line {round}\"")).await?;
        ada.types(&format!("report bob round {round}"), "is with the staff now").await?;
        let state = match round % 3 {
            0 => "open",
            1 => {
                mara.types(&format!("claim {round}"), "You look into case").await?;
                "Mara looks into it"
            }
            _ => {
                mara.types(&format!("dismiss {round} no"), "is dismissed.").await?;
                ada.expect("what you reported about Bob").await?;
                "dismissed by Mara: no"
            }
        };
        server.kill().await?;
        server = home.start().await?;
        mara = back_by_telnet(&server, "Mara").await?;
        mara.types(&format!("modqueue {round}"), state).await?;
        mara.expect(&format!("Ada: round {round}")).await?;
        if round % 3 != 2 {
            mara.types(&format!("dismiss {round} no"), "is dismissed.").await?;
        }
        bob = back_by_telnet(&server, "Bob").await?;
        ada = back_by_websocket(&server, "Ada").await?;
        if round % 3 != 2 {
            ada.expect("what you reported about Bob").await?;
        }
    }
    Ok(())
}

/// What both servers tell, the one that was there and the one that was started after it.
async fn reads_record_of_bob(staff: &mut Client) -> Result<()> {
    staff.send_line("record bob").await?;
    for part in [
        "mute on say by Mara (moderator): too loud [lifted",
        "line that had to wait, #1 on shout: \"buy my gold\" [denied",
        "report, case 1 [upheld by Mara: rude]",
        "line on say taken back by Mara (moderator): an insult [put back",
    ] {
        staff.expect(part).await?;
    }
    Ok(())
}

#[tokio::test]
async fn all_that_was_done_to_and_by_somebody_is_on_record_after_a_restart() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara, mut max) = with_staff(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    bob.types("say you stupid oaf", "You say, \"you stupid oaf\"").await?;
    ada.expect("Bob says, \"you stupid oaf\"").await?;
    mara.types("redact say#1 an insult", "taken back").await?;
    max.types("unredact say#1 a mild one", "can be read again").await?;
    ada.types("report bob he insults me", "is with the staff now").await?;
    mara.types("uphold 1 rude", "Case 1 about Bob is upheld.").await?;
    mara.types("hold bob shout 1h floods", "held for approval on shout").await?;
    bob.types("shout buy my gold", "has to wait for staff: #1").await?;
    max.types("deny 1 no trading", "is denied by Max").await?;
    mara.types("mute bob say 2h too loud", "Bob is muted on say").await?;
    max.types("unmute bob he is sorry", "no longer muted").await?;
    reads_record_of_bob(&mut max).await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    let mut mara = back_by_websocket(&server, "Mara").await?;
    let mut max = back_by_telnet(&server, "Max").await?;
    reads_record_of_bob(&mut max).await?;
    mara.send_line("record max").await?;
    for part in [
        "Done by Max",
        "lifted mute on say for Bob by Mara (moderator): he is sorry",
        "denied #1 on shout: \"buy my gold\", of Bob: no trading",
        "put back a line of Bob on say, taken back by Mara (moderator): a mild one",
    ] {
        mara.expect(part).await?;
    }
    max.types("record mara", "upheld case 1 about Bob (report): rude").await?;
    let mut bob = back_by_telnet(&server, "Bob").await?;
    bob.types("myrecord", "mute on say: too loud [lifted").await?;
    bob.expect_not("case").await
}
