//! Coming, losing the connection, coming back, going: what becomes of one who plays.

use anyhow::Result;
use client_tests::cast::{
    PASSWORD, back_by_telnet, back_by_websocket, by_telnet, by_websocket, telnet, websocket,
};
use client_tests::server::Home;
use client_tests::transcript::Place;
use client_tests::websocket::{guest, login};

const LOST: &str = "Ada stares into nothing: the connection is lost.";

#[tokio::test]
async fn who_lost_the_connection_keeps_place_party_and_ignores() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let mut gil = by_websocket(&server, "Gil").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("ignore gil", "You will no longer hear Gil.").await?;
    bob.types("party invite ada", "You invite Ada.").await?;
    ada.types("accept", "Ada joins the party.").await?;
    ada.types("north", "The Quay").await?;
    bob.types("north", "The Quay").await?;
    drop(ada);
    bob.expect(LOST).await?;

    let notice = "Ada has lost the connection and will read it on coming back";
    bob.types("whisper ada are you there?", notice).await?;
    bob.types("party hold on", "[party] Bob: hold on").await?;
    gil.types("global psst", "[global] Gil: psst").await?;
    gil.types("whisper ada psst", "Ada ignores you.").await?;
    bob.types("who", "Ada (link-dead)").await?;

    let mut ada = back_by_telnet(&server, "Ada").await?;
    let missed =
        ["While you were gone:", "Bob whispers to you", "[party] Bob: hold on", "That is all"];
    for line in missed.into_iter().chain(["You have a connection again.", "The Quay"]) {
        ada.expect(line).await?;
    }
    bob.expect("Ada has a connection again.").await?;
    ada.check_not_since(Place::default(), "psst")?;
    ada.types("party list", "Bob (leads").await?;
    ada.types("ignores", "Gil").await?;
    ada.types("reply here", "You whisper to Bob, \"here\"").await?;
    Ok(())
}

#[tokio::test]
async fn who_does_not_come_back_in_time_leaves_the_world() -> Result<()> {
    let home = Home::new()?.set("limits.linkdead_seconds", 1);
    let server = home.start().await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("down", "The Foot of the Stair").await?;
    bob.types("down", "The Foot of the Stair").await?;
    drop(ada);
    bob.expect(LOST).await?;
    bob.expect("Ada leaves the world.").await?;
    bob.types("whisper ada hello?", "Nobody called ada is in the world just now.").await?;
    bob.types("who", "1 player.").await?;

    let mut ada = back_by_telnet(&server, "Ada").await?;
    ada.expect("Welcome back, Ada.").await?;
    ada.expect("The Foot of the Stair").await?;
    Ok(())
}

/// A second login plays on where the first one was; the first is told and closed, and nobody else notices.
async fn is_taken_over(first_by_telnet: bool, second_by_telnet: bool) -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let mut first = match first_by_telnet {
        true => by_telnet(&server, "Ada").await?,
        false => by_websocket(&server, "Ada").await?,
    };
    bob.types("party invite ada", "You invite Ada.").await?;
    first.types("accept", "Ada joins the party.").await?;
    let before = bob.transcript().end();
    let mut second = match second_by_telnet {
        true => back_by_telnet(&server, "Ada").await?,
        false => back_by_websocket(&server, "Ada").await?,
    };
    first.expect("Somebody has logged in as you from elsewhere").await?;
    first.expect_closed().await?;
    assert_eq!(first.close_code(), (!first_by_telnet).then_some(4002));
    second.expect("You go on here; your other session is over.").await?;
    second.expect("The Long Pier").await?;
    second.types("party still here", "[party] Ada: still here").await?;
    bob.expect("[party] Ada: still here").await?;
    for change in ["leaves the world", "comes into the world", "connection"] {
        bob.check_not_since(before, &format!("Ada {change}"))?;
    }
    bob.types("who", "2 players.").await
}

#[tokio::test]
async fn telnet_takes_over_telnet() -> Result<()> {
    is_taken_over(true, true).await
}

#[tokio::test]
async fn websocket_takes_over_websocket() -> Result<()> {
    is_taken_over(false, false).await
}

#[tokio::test]
async fn websocket_takes_over_telnet_and_back() -> Result<()> {
    is_taken_over(true, false).await?;
    is_taken_over(false, true).await
}

#[tokio::test]
async fn of_two_who_want_one_name_at_once_one_gets_it() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut one = websocket(&server, "one").await?;
    let mut two = websocket(&server, "two").await?;
    for (client, password) in [(&mut one, "the first password"), (&mut two, "the second password")]
    {
        client.send_frame(&login("Ada", password, true)).await?;
    }
    let (one, two) = tokio::join!(
        one.expect_frame_of(&["welcome", "error"]),
        two.expect_frame_of(&["welcome", "error"])
    );
    let kinds = [one?["type"].clone(), two?["type"].clone()];
    assert!(kinds[0] != kinds[1], "one of them: {kinds:?}");
    let one_won = kinds[0] == "welcome";
    let (right, wrong) = match one_won {
        true => ("the first password", "the second password"),
        false => ("the second password", "the first password"),
    };
    let mut again = websocket(&server, "again").await?;
    again.send_frame(&login("Ada", wrong, false)).await?;
    again.expect_frame("error").await?;
    again.send_frame(&login("Ada", right, false)).await?;
    again.expect_frame("welcome").await?;
    Ok(())
}

#[tokio::test]
async fn who_does_nothing_is_sent_home() -> Result<()> {
    let home = Home::new()?.set("limits.idle_minutes", 0.05);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    ada.expect("You have done nothing for a long time").await?;
    ada.expect_closed().await?;
    bob.expect("You have done nothing for a long time").await?;
    bob.expect_closed().await?;
    assert_eq!(bob.close_code(), Some(1008));
    Ok(())
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_sent_away() -> Result<()> {
    let home = Home::new()?.set("limits.login_seconds", 1);
    let server = home.start().await?;
    let mut ada = telnet(&server, "Ada").await?;
    let mut bob = websocket(&server, "Bob").await?;
    ada.answer("Name: ", "Ada").await?;
    ada.expect("You took too long to log in.").await?;
    ada.expect_closed().await?;
    bob.expect_closed().await?;
    assert_eq!(bob.close_code(), Some(4001));
    Ok(())
}

#[tokio::test]
async fn guests_leave_nothing_behind() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    for _ in 0..2 {
        let mut gil = websocket(&server, "Gil").await?;
        gil.enter_as_guest("Gil").await?;
        ada.expect("Gil comes into the world.").await?;
        gil.types("save", "Guests are not stored").await?;
        gil.types("characters new Gilbert", "no command").await?;
        drop(gil);
        ada.expect("Gil leaves the world.").await?;
    }
    assert!(server.stop().await?.success());
    let characters: u32 =
        home.database()?.query_row("SELECT count(*) FROM characters", [], |row| row.get(0))?;
    assert_eq!(characters, 1, "only Ada's");
    Ok(())
}

#[tokio::test]
async fn guests_can_be_kept_out() -> Result<()> {
    let home = Home::new()?.set("accounts.guests", false);
    let server = home.start().await?;
    let mut gil = telnet(&server, "Gil").await?;
    gil.expect("Name: ").await?;
    gil.check_not_since(Place::default(), "guest")?;
    gil.send_line("guest").await?;
    gil.expect("Guests are not let in here").await?;
    gil.expect("Name: ").await?;
    let mut gil = websocket(&server, "Gil").await?;
    gil.send_frame(&guest("Gil")).await?;
    gil.expect_frame("error").await?;
    Ok(())
}

#[tokio::test]
async fn wrong_passwords_are_slowed_down_and_right_ones_are_not() -> Result<()> {
    let home = Home::new()?.set("accounts.wrong_passwords_per_minute", 2);
    let server = home.start().await?;
    drop(by_websocket(&server, "Ada").await?);
    drop(by_websocket(&server, "Bob").await?);
    // A client that logs in by itself, again and again.
    for _ in 0..5 {
        drop(back_by_websocket(&server, "Ada").await?);
    }
    let mut guesser = websocket(&server, "guesser").await?;
    for _ in 0..2 {
        guesser.send_frame(&login("Ada", "a wrong guess", false)).await?;
        let error = guesser.expect_frame("error").await?;
        assert_eq!(error["text"], "That name and that password do not belong together.");
    }
    guesser.send_frame(&login("Ada", "a wrong guess", false)).await?;
    let error = guesser.expect_frame("error").await?;
    assert!(error["text"].as_str().is_some_and(|text| text.contains("Wait")), "{error}");
    // Others on the same machine come in as ever.
    drop(back_by_websocket(&server, "Bob").await?);
    Ok(())
}

#[tokio::test]
async fn five_wrong_passwords_end_a_telnet_connection() -> Result<()> {
    let home = Home::new()?.set("accounts.wrong_passwords_per_minute", 0);
    let server = home.start().await?;
    drop(by_telnet(&server, "Ada").await?);
    let mut guesser = telnet(&server, "guesser").await?;
    for _ in 0..5 {
        guesser.answer("Name: ", "Ada").await?;
        guesser.answer("Password: ", "a wrong guess").await?;
        guesser.expect("do not belong together").await?;
    }
    guesser.expect("That was once too often.").await?;
    guesser.expect_closed().await
}

#[tokio::test]
async fn passwords_are_nowhere() -> Result<()> {
    const WRONG: &str = "wrong horse battery";
    const MISPLACED: &str = "typed where the name belongs";
    let home = Home::new()?.set("logs.level", "trace");
    let server = home.start().await?;
    let mut ada = telnet(&server, "Ada").await?;
    ada.answer("Name: ", MISPLACED).await?;
    ada.create("Ada", PASSWORD).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let mut guesser = websocket(&server, "guesser").await?;
    guesser.send_frame(&login("Ada", WRONG, false)).await?;
    guesser.expect_frame("error").await?;
    drop(back_by_telnet(&server, "Ada").await?);
    bob.types("say at last", "You say, \"at last\"").await?;
    let printed = server.output();
    assert!(server.stop().await?.success());
    let lines = |secret: &str| {
        let lines = printed.lines().filter(|line| line.contains(secret));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    for secret in [PASSWORD, WRONG, MISPLACED] {
        assert_eq!(lines(secret), Vec::<String>::new());
        let held = client_tests::files::that_hold(&home.path(""), secret)?;
        assert!(held.is_empty(), "{secret:?} is in {held:?}");
    }
    let held = client_tests::files::that_hold(&home.path(""), "at last")?;
    assert!(!held.is_empty(), "what was said is in the files, so they were looked into");
    Ok(())
}

#[tokio::test]
async fn an_account_plays_several_characters() -> Result<()> {
    let home = Home::new()?.set("accounts.characters_max", 2);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("characters new Edith", "Edith is ready.").await?;
    ada.types("characters", "Ada, Edith").await?;
    ada.types("characters new Third", "An account holds at most 2 characters.").await?;
    ada.types("characters new Edith", "taken").await?;

    // Both at once, with one password.
    let mut edith = back_by_websocket(&server, "Edith").await?;
    edith.types("say hello me", "You say, \"hello me\"").await?;
    ada.expect("Edith says, \"hello me\"").await?;
    ada.types("quit", "Until next time.").await?;
    let mut ada = back_by_telnet(&server, "aDa").await?;
    ada.expect("Welcome back, Ada.").await?;
    Ok(())
}

#[tokio::test]
async fn the_first_to_claim_is_the_owner_and_ranks_are_kept() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let code = server.claim_code.clone().expect("a first start has a code");
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    bob.types("claim ABCD-EFGH", "That is not the code.").await?;
    ada.types(&format!("claim {}", code.to_lowercase()), "You are owner now.").await?;
    bob.types(&format!("claim {code}"), "owner already").await?;
    bob.types("system hear ye", "There is no command \"system\".").await?;
    ada.types("rank bob moderator", "Bob is moderator now.").await?;
    bob.expect("You are moderator now.").await?;
    bob.types("system hear ye", "[system] hear ye").await?;
    bob.types("rank ada player", "no command").await?;
    ada.types("rank bob owner", "You may only give ranks").await?;
    assert!(server.stop().await?.success());

    let server = home.start().await?;
    assert_eq!(server.claim_code, None, "there is an owner");
    let mut bob = back_by_websocket(&server, "Bob").await?;
    bob.types("system still here", "[system] still here").await?;
    let mut ada = back_by_telnet(&server, "Ada").await?;
    ada.types("rank bob player", "Bob is player now.").await?;
    bob.types("system hear ye", "There is no command \"system\".").await?;
    Ok(())
}
