//! Restrictions of all kinds and lines that wait, as two kinds of clients meet them, and over a restart.

use anyhow::{Result, ensure};
use client_tests::cast::{
    PASSWORD, back_by_telnet, back_by_websocket, by_telnet, by_websocket, telnet, websocket,
};
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;

/// All that counts, as it is stored.
fn standing(home: &Home) -> Result<Vec<String>> {
    let database = home.database()?;
    let mut statement = database.prepare(
        "SELECT kind || subject || scope || measure || coalesce(until_ms, 0) || except_for
         FROM restrictions WHERE lifted_at_ms IS NULL ORDER BY id",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<Vec<String>, _>>()?)
}

#[tokio::test]
async fn every_kind_of_restriction_and_what_waits_hold_over_a_restart() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    let mut gil = by_websocket(&server, "Gil").await?;
    let _hal = by_websocket(&server, "Hal").await?;
    mara.types("shadow bob all 1h floods", "Bob is shadowed on all channels").await?;
    mara.types("hold gil say 1h floods", "Gil is held for approval on say").await?;
    gil.expect("what you say on say waits for their approval").await?;
    mara.types("slow hal 600 shout 1h floods", "Hal has one line every 10 min on shout").await?;
    mara.types("slowmode local 300 too lively", "Everyone has one line every 5 min on local")
        .await?;
    mara.types("lock emote 1h a raid", "emote is locked").await?;
    mara.types("agelimit global 30d", "Only accounts that are 30 d old speak on global").await?;
    mara.types("defcon 3 1h a raid", "Defcon is 3").await?;
    mara.types("ban 10.0.0.0/8 except bob,hal 1h flood", "except for Bob, Hal").await?;
    gil.types("say let me in", "What you say has to wait for staff: #1").await?;
    gil.types("say and this", "#2 on say").await?;
    mara.types("deny 2 not that", "is denied by Mara").await?;
    gil.expect("Staff did not approve of #2 on say: \"and this\": not that").await?;
    let before = standing(&home)?;
    ensure!(before.len() == 8, "{before:?}");
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    ensure!(standing(&home)? == before);
    let mut mara = back_by_websocket(&server, "Mara").await?;
    let mut bob = back_by_websocket(&server, "Bob").await?;
    let mut gil = back_by_telnet(&server, "Gil").await?;
    let mut hal = back_by_telnet(&server, "Hal").await?;
    bob.types("say anyone here?", "You say, \"anyone here?\"").await?;
    mara.expect("[shadowed] Bob says, \"anyone here?\"").await?;
    hal.types("shout one", "one").await?;
    hal.types("shout two", "Slow mode: one line on shout every 10 min").await?;
    hal.types("emote waves", "Staff have locked emote for another").await?;
    hal.types("global hello", "an account must be 30 d").await?;
    hal.types("local one", "one").await?;
    hal.types("local two", "Slow mode: one line on local every 5 min").await?;
    mara.types("defcon", "staff have set defcon 3").await?;
    mara.types("bans", "10.0.0.0/8: ban except Bob, Hal by Mara").await?;
    mara.types("held", "#1 on say: \"let me in\" (Gil").await?;
    mara.types("approve 2", "No line #2 waits.").await?;
    mara.types("approve 1", "#1 on say: \"let me in\" by Gil is approved by Mara.").await?;
    hal.expect("Gil says, \"let me in\"").await?;
    gil.expect("You say, \"let me in\"").await?;
    // What Bob said was heard by nobody else, then or since.
    hal.types("history say", "let me in").await?;
    hal.expect_not("anyone here").await?;
    gil.expect_not("anyone here").await
}

#[tokio::test]
async fn at_defcon_guests_and_new_accounts_are_turned_away_at_both_doors() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let bob = by_telnet(&server, "Bob").await?;
    drop(bob);
    mara.types("defcon 4 1h a raid", "defcon 4").await?;
    guests_are_turned_away(&server).await?;
    let cyd = by_websocket(&server, "Cyd").await?;
    drop(cyd);
    mara.types("defcon 3 1h a raid", "defcon 3").await?;
    guests_are_turned_away(&server).await?;
    let why = "Nobody can make a new account just now. The reason: a raid.";
    let mut frames = websocket(&server, "Dot").await?;
    let create =
        serde_json::json!({"type": "login", "name": "Dot", "password": PASSWORD, "create": true});
    frames.send_frame(&create).await?;
    frames.expect(why).await?;
    frames.expect_closed().await?;
    let mut lines = telnet(&server, "Eve").await?;
    lines.answer("Name: ", "Eve").await?;
    lines.answer("(yes/no)", "yes").await?;
    lines.answer("Choose a password: ", PASSWORD).await?;
    lines.answer("Once more: ", PASSWORD).await?;
    lines.expect(why).await?;
    lines.expect_closed().await?;
    let accounts: i64 = home.database()?.query_row(
        "SELECT count(*) FROM accounts WHERE name IN ('Dot', 'Eve')",
        [],
        |row| row.get(0),
    )?;
    ensure!(accounts == 0);
    // Those who have an account come in as ever, and when it is over so does everyone.
    let bob = back_by_websocket(&server, "Bob").await?;
    drop(bob);
    mara.types("defcon 5", "Defcon is 5 again").await?;
    by_telnet(&server, "Dot").await.map(|_| ())
}

async fn guests_are_turned_away(server: &Server) -> Result<()> {
    let why = "Guests are not let in just now. The reason: a raid.";
    let mut lines = telnet(server, "guest").await?;
    lines.answer("Name: ", "guest").await?;
    lines.answer("A name for your visit: ", "Gus").await?;
    lines.expect(why).await?;
    lines.expect_closed().await?;
    let mut frames = websocket(server, "guest").await?;
    let guest = serde_json::json!({"type": "guest", "name": "Gus"});
    frames.send_frame(&guest).await?;
    frames.expect(why).await?;
    frames.expect_closed().await
}
