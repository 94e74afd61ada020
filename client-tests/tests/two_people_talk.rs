//! The least that must work: one by telnet, one in a browser, in one room, and they talk.

use anyhow::Result;
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::files;
use client_tests::server::Home;
use client_tests::telnet::Profile;
use client_tests::transcript::Place;

#[tokio::test]
async fn telnet_and_websocket_meet_in_one_room() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = Client::telnet("ada", server.telnet, Profile::Mudlet).await?;
    ada.create("Ada", PASSWORD).await?;
    let mut bob = Client::websocket("bob", server.web).await?;
    bob.create("Bob", PASSWORD).await?;

    ada.send_line("say Anyone here?").await?;
    ada.expect("You say, \"Anyone here?\"").await?;
    bob.expect("Ada says, \"Anyone here?\"").await?;
    bob.send_line("say Over here.").await?;
    ada.expect("Bob says, \"Over here.\"").await?;

    assert!(server.stop().await?.success());
    Ok(())
}

#[tokio::test]
async fn a_message_frame_has_a_name_and_a_number_and_no_secrets() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = Client::websocket("ada", server.web).await?;
    ada.create("Ada", PASSWORD).await?;
    let mut bob = Client::websocket("bob", server.web).await?;
    bob.create("Bob", PASSWORD).await?;

    for words in ["one", "two"] {
        ada.send_line(&format!("say {words}")).await?;
    }
    let one = bob.expect_frame("message").await?;
    let two = bob.expect_frame("message").await?;
    assert_eq!(one["content"], "one");
    assert_eq!(one["channel"], "say");
    assert_eq!(one["sender"]["name"], "Ada");
    assert_eq!(one["epoch"], two["epoch"]);
    assert!(one["seq"].as_u64() < two["seq"].as_u64(), "{one} {two}");
    assert_ne!(one["id"], two["id"]);
    for hidden in ["audience", "account", "via"] {
        assert!(one.get(hidden).is_none() && one["sender"].get(hidden).is_none(), "{one}");
    }
    Ok(())
}

#[tokio::test]
async fn who_was_here_is_known_after_a_restart() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    assert!(server.claim_code.is_some(), "a first start offers a claim code");
    let mut ada = Client::telnet("ada", server.telnet, Profile::Plain).await?;
    ada.create("Ada", PASSWORD).await?;
    server.kill().await?;

    let server = home.start().await?;
    let mut ada = Client::websocket("ada", server.web).await?;
    ada.log_in("Ada", PASSWORD).await?;
    ada.send_line("say back again").await?;
    ada.expect("You say, \"back again\"").await?;
    Ok(())
}

#[tokio::test]
async fn the_password_is_not_shown_and_not_logged() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = Client::telnet("ada", server.telnet, Profile::Mudlet).await?;
    ada.answer("Name: ", "Ada").await?;
    ada.answer("(yes/no)", "yes").await?;
    ada.expect("Choose a password: ").await?;
    assert!(ada.telnet_connection()?.hides_typing());
    ada.send_line(PASSWORD).await?;
    ada.answer("Once more: ", PASSWORD).await?;
    ada.sync().await?;
    assert!(!ada.telnet_connection()?.hides_typing());
    ada.check_not_since(Place::default(), PASSWORD)?;

    let printed = server.output();
    assert!(server.stop().await?.success());
    assert!(!printed.contains(PASSWORD));
    assert_eq!(files::that_hold(&home.path(""), PASSWORD)?, Vec::<std::path::PathBuf>::new());
    Ok(())
}
