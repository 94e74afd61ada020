//! The command line and the configuration: what is wrong is told with its place, and by an exit code.

use std::fs;

use anyhow::Result;
use client_tests::cast::by_telnet;
use client_tests::server::Home;

#[tokio::test]
async fn the_command_line_explains_itself() -> Result<()> {
    let home = Home::new()?;
    let version = home.run(&["version"]).await?;
    assert!(version.status.success());
    assert!(version.output.starts_with("hearsay 0."), "{}", version.output);
    let help = home.run(&["--help"]).await?;
    assert!(help.status.success());
    for word in ["serve", "check", "version", "--config"] {
        assert!(help.output.contains(word), "no {word:?} in {}", help.output);
    }
    let wrong = home.run(&["serv"]).await?;
    assert_eq!(wrong.status.code(), Some(2), "{}", wrong.output);
    Ok(())
}

#[tokio::test]
async fn check_finds_nothing_wrong_with_what_is_right() -> Result<()> {
    let checked = Home::new()?.run(&["check"]).await?;
    assert_eq!(checked.status.code(), Some(0), "{}", checked.output);
    assert!(checked.output.contains("2 planes, 3 zones"), "{}", checked.output);
    assert!(checked.output.contains("no problems"), "{}", checked.output);
    Ok(())
}

#[tokio::test]
async fn check_tells_every_mistake_with_its_place() -> Result<()> {
    let home = Home::with_world_of_its_own()?;
    home.rewrite("world/earth/harbour.yaml", "north: quay", "north: nowhere")?;
    home.rewrite("world/earth/hill.yaml", "text: A gate without a wall.", "text: \"\"")?;
    let checked = home.run(&["check"]).await?;
    assert_eq!(checked.status.code(), Some(1), "{}", checked.output);
    for place in
        ["harbour.yaml:18:18: error: room pier", "nowhere", "hill.yaml:12:15: error: room gate"]
    {
        assert!(checked.output.contains(place), "no {place:?} in {}", checked.output);
    }
    let ended = home.fail_to_start().await?;
    assert_eq!(ended.status.code(), Some(1), "{}", ended.output);
    assert!(ended.output.contains("harbour.yaml:18:18"), "{}", ended.output);
    Ok(())
}

#[tokio::test]
async fn check_looks_at_the_configuration_too() -> Result<()> {
    let home = Home::new()?;
    fs::write(home.path("server_config.yaml"), "store:\n  group_ms: 0\nlogs:\n  node: ''\n")?;
    let checked = home.run(&["check"]).await?;
    assert_eq!(checked.status.code(), Some(1), "{}", checked.output);
    for place in ["server_config.yaml:2:13: store.group_ms", "server_config.yaml:4:9: logs.node"] {
        assert!(checked.output.contains(place), "no {place:?} in {}", checked.output);
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_configuration_is_exit_code_2_and_one_clear_error() -> Result<()> {
    let wrong = [
        ("telnet: { lisen: x }", "server_config.yaml:1:11: `telnet: { lisen: x }`: unknown field"),
        ("telnet:\n  listen: 4000", "server_config.yaml:2:11"),
        ("chat:\n  rate_limiting:\n    say: -1", "server_config.yaml:3:10"),
        ("limits:\n  outbox_bytes_max: 1", "server_config.yaml:2:21: limits.outbox_bytes_max"),
        ("accounts: {", "server_config.yaml"),
        ("accounts:\n  guests: sometimes", "server_config.yaml:2:11"),
        ("store: { path: a }\nstore: { path: b }", "server_config.yaml:2:1"),
    ];
    for (text, place) in wrong {
        let home = Home::new()?;
        fs::write(home.path("server_config.yaml"), text)?;
        let ended = home.fail_to_start().await?;
        assert_eq!(ended.status.code(), Some(2), "{text:?}: {}", ended.output);
        assert!(ended.output.contains(place), "{text:?}: no {place:?} in {}", ended.output);
        assert_eq!(ended.output.lines().count(), 1, "{}", ended.output);
    }
    let clash = "[{name: gossip, about: x, scope: everyone, colour: red}]";
    let wrong = [
        ("world.path", "/nowhere/at/all", "there is no folder /nowhere/at/all"),
        ("telnet.lisen", "x", "HEARSAY_TELNET__LISEN: there is no configuration key"),
        ("store.group_ms", "0", "HEARSAY_STORE__GROUP_MS=\"0\": store.group_ms: lower than 1"),
        ("nats.reconnect_time_wait", ".nan", "HEARSAY_NATS__RECONNECT_TIME_WAIT"),
        ("limits.idle_minutes", ".nan", "HEARSAY_LIMITS__IDLE_MINUTES"),
        ("chat.channels", clash, "the verb \"gossip\""),
    ];
    for (key, value, reason) in wrong {
        let ended = Home::new()?.set(key, value).fail_to_start().await?;
        assert_eq!(ended.status.code(), Some(2), "{key}: {}", ended.output);
        assert!(ended.output.contains(reason), "{key}: no {reason:?} in {}", ended.output);
    }
    Ok(())
}

#[tokio::test]
async fn the_environment_goes_over_the_file() -> Result<()> {
    let home = Home::new()?;
    fs::write(
        home.path("server_config.yaml"),
        "telnet: { listen: \"127.0.0.1:1\" }\nlogs: { node: from-file }\n",
    )?;
    let home = home
        .set("logs.node", "7")
        .set("chat.rate_limiting.enabled", true)
        .set("chat.rate_limiting.say", 1)
        .set("chat.content_filtering.words", "[darn, drat]")
        .set("accounts.reserved_names", "[brannoc]")
        .set(
            "chat.channels",
            "[{name: auction, about: Bids., scope: everyone, colour: \"#ff0000\"}]",
        );
    let server = home.start().await?;
    assert_eq!(server.health().await?["node"], "7");
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("say drat and darn", "You say, \"**** and ****\"").await?;
    ada.types("say again", "Not so fast: 1 line a minute").await?;
    ada.types("auction one lantern", "[auction] Ada: one lantern").await?;
    ada.types("characters new Brannoc", "Brannoc is no name").await?;
    Ok(())
}
