//! What clients are told beside the text, over real sockets: rooms, people, things, talk, and nothing that is not theirs.

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;
use client_tests::telnet::Profile;
use serde_json::{Value, json};

async fn mudlet(server: &Server, name: &str) -> Result<Client> {
    Client::telnet(&name.to_lowercase(), server.telnet, Profile::Mudlet).await
}

/// A new character in a client that speaks GMCP; what it is told first is passed over.
async fn by_mudlet(server: &Server, name: &str) -> Result<Client> {
    let mut client = mudlet(server, name).await?;
    client.create(name, PASSWORD).await?;
    client.all_told().await?;
    Ok(client)
}

fn names(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(name, _)| name.as_str()).collect()
}

fn texts(told: &[(String, Value)]) -> Vec<&str> {
    let talk = told.iter().filter(|(name, _)| name == "Comm.Channel.Text");
    talk.filter_map(|(_, data)| data["text"].as_str()).collect()
}

#[tokio::test]
async fn nothing_is_told_before_play_but_how_to_log_in() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = mudlet(&server, "Bob").await?;
    bob.expect("Name: ").await?;
    ada.send_line("global anyone?").await?;
    ada.sync().await?;
    bob.send_line("Bob").await?;
    bob.expect("(yes/no)").await?;
    let connection = bob.telnet_connection()?;
    let told: Vec<_> = std::iter::from_fn(|| connection.next_told()).collect();
    ensure!(names(&told) == ["Char.Login.Default"], "{told:?}");
    bob.send_line("yes").await?;
    bob.answer("Choose a password: ", PASSWORD).await?;
    bob.answer("Once more: ", PASSWORD).await?;
    let told = bob.all_told().await?;
    let begin = ["Char.Login.Resume", "Char.Name", "Char.StatusVars", "Char.Status"];
    let begin = [&begin[..], &["Char.Maxstats", "Comm.Channel.List"]].concat();
    let then = ["Char.Items.List", "Room.Info", "Char.Items.List", "Room.Players", "Char.Vitals"];
    ensure!(names(&told) == [&begin[..], &then[..]].concat(), "{told:?}");
    ensure!(told[1].1 == json!({ "name": "Bob", "fullname": "Bob" }), "{told:?}");
    ensure!(told[9].1 == json!([{ "name": "Ada", "fullname": "Ada" }]), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_map_draws_itself() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut bob = mudlet(&server, "Bob").await?;
    bob.create("Bob", PASSWORD).await?;
    let pier = bob.expect_told("Room.Info").await?;
    ensure!(pier["name"] == "The Long Pier" && pier["area"] == "The Harbour", "{pier}");
    ensure!(pier["environment"] == "indoors", "{pier}");
    ensure!(pier["exits"].as_object().map(|exits| exits.len()) == Some(2), "no hidden way: {pier}");
    bob.send_line("north").await?;
    let quay = bob.expect_told("Room.Info").await?;
    ensure!(quay["num"] == pier["exits"]["n"] && quay["exits"]["s"] == pier["num"], "{quay}");
    let step = |axis: &str| Some(quay["coord"][axis].as_i64()? - pier["coord"][axis].as_i64()?);
    ensure!((step("x"), step("y"), step("z")) == (Some(0), Some(1), Some(0)), "{pier} {quay}");
    bob.send_line("look").await?;
    ensure!(bob.expect_told("Room.Info").await? == quay);
    bob.types("ne", "Alas, you cannot go that way").await?;
    ensure!(bob.expect_told("Room.WrongDir").await? == "ne");
    bob.types("go up", "Alas, you cannot go that way").await?;
    ensure!(bob.expect_told("Room.WrongDir").await? == "u");
    bob.types("go nowhere", "Alas, you cannot go that way").await?;
    bob.send_line("say ne").await?;
    ensure!(!names(&bob.all_told().await?).contains(&"Room.WrongDir"));
    Ok(())
}

#[tokio::test]
async fn people_and_things_come_and_go() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut bob = by_mudlet(&server, "Bob").await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    ensure!(bob.expect_told("Room.AddPlayer").await?["name"] == "Ada");
    ada.send_line("get lantern").await?;
    let taken = bob.expect_told("Char.Items.Remove").await?;
    ensure!(taken["location"] == "room" && taken["item"]["name"] == "a tin lantern", "{taken}");
    ada.send_line("give lantern to bob").await?;
    let given = bob.expect_told("Char.Items.Add").await?;
    ensure!(given["location"] == "inv" && given["item"]["id"] == taken["item"]["id"], "{given}");
    bob.tell("char.items.inv \"\"").await?;
    let held = bob.expect_told("Char.Items.List").await?;
    ensure!(held == json!({ "location": "inv", "items": [given["item"]] }), "{held}");
    bob.tell("Core.Supports.Add [\"Room.Players\"]").await?;
    ensure!(bob.expect_told("Room.Players").await?[0]["name"] == "Ada");
    bob.send_line("drop lantern").await?;
    ensure!(bob.expect_told("Char.Items.Remove").await?["location"] == "inv");
    ensure!(bob.expect_told("Char.Items.Add").await?["location"] == "room");
    ada.send_line("north").await?;
    ensure!(bob.expect_told("Room.RemovePlayer").await? == "Ada");
    Ok(())
}

#[tokio::test]
async fn talk_is_told_as_it_is_read_and_to_nobody_else() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut bob = by_mudlet(&server, "Bob").await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    ada.send_line("global good \"evening\" \\ ✓").await?;
    let frame = ada.expect_frame("message").await?;
    let told = bob.expect_told("Comm.Channel.Text").await?;
    for (theirs, ours) in [("channel", "channel"), ("id", "id"), ("epoch", "epoch"), ("seq", "seq")]
    {
        ensure!(told[theirs] == frame[ours], "{told} {frame}");
    }
    ensure!(told["talker"] == "Ada", "{told}");
    let text = told["text"].as_str().unwrap_or_default();
    ensure!(text.contains("Ada: good \"evening\" \\ ✓") && text.ends_with("\u{1b}[0m"), "{text:?}");
    ensure!(bob.expect_told("Comm.Channel.Start").await? == "global");
    ensure!(bob.expect_told("Comm.Channel.End").await? == "global");

    bob.send_line("channels leave global").await?;
    bob.sync().await?;
    ada.send_line("global nobody is there").await?;
    ada.sync().await?;
    bob.tell("Comm.Channel.Enable \"global\"").await?;
    bob.expect("You hear global from now on.").await?;
    bob.send_line("ignore ada").await?;
    bob.sync().await?;
    ada.send_line("say are you there?").await?;
    ada.send_line("smile").await?;
    ada.sync().await?;
    bob.send_line("unignore ada").await?;
    bob.sync().await?;
    ada.send_line("say at last").await?;
    bob.expect("at last").await?;
    let told = bob.all_told().await?;
    let texts = texts(&told);
    ensure!(texts.len() == 1 && texts[0].contains("Ada says, \"at last\""), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_masked_shadowed_or_taken_back_is_so_here_too() -> Result<()> {
    let home = Home::new()?.set("chat.content_filtering.words", "[zebra]");
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut bob = by_mudlet(&server, "Bob").await?;
    ada.send_line("say a zebra").await?;
    let told = bob.expect_told("Comm.Channel.Text").await?;
    ensure!(told["text"].as_str().is_some_and(|text| text.contains("a *****")), "{told}");

    let id = told["id"].as_str().unwrap_or_default().to_owned();
    owner.client().types(&format!("redact {id} spots"), "taken back").await?;
    let redacted = bob.expect_told("Comm.Channel.Redacted").await?;
    ensure!(redacted["id"] == told["id"] && redacted.get("text").is_none(), "{redacted}");

    owner.client().types(&format!("unredact {id} no spots after all"), "can be read again").await?;
    let restored = bob.expect_told("Comm.Channel.Restored").await?;
    ensure!(restored == told, "{restored}");

    owner.client().types("shadow ada 10m quiet", "Ada").await?;
    ada.send_line("say can you hear me").await?;
    ada.sync().await?;
    ensure!(texts(&bob.all_told().await?).is_empty());
    Ok(())
}

#[tokio::test]
async fn one_logs_in_by_gmcp_within_the_same_limits() -> Result<()> {
    let home = Home::new()?.set("accounts.wrong_passwords_per_minute", 2);
    let server = home.start().await?;
    by_telnet(&server, "Ada").await?.send_line("quit").await?;
    let mut ada = mudlet(&server, "Ada").await?;
    ensure!(
        ada.expect_told("Char.Login.Default").await? == json!({"type": ["password-credentials"]})
    );
    let login = |password: &str| {
        format!("Char.Login.Credentials {}", json!({ "account": "Ada", "password": password }))
    };
    ada.tell("Char.Login.Credentials {}").await?;
    ada.tell(&login("wrong")).await?;
    let result = ada.expect_told("Char.Login.Result").await?;
    ensure!(result["success"] == false && result["message"].is_string(), "{result}");
    ada.tell(&login(PASSWORD)).await?;
    ensure!(ada.expect_told("Char.Login.Result").await? == json!({ "success": true }));
    ensure!(ada.expect_told("Char.Name").await?["name"] == "Ada");
    // In play it means nothing.
    ada.tell(&login(PASSWORD)).await?;
    ensure!(!names(&ada.all_told().await?).contains(&"Char.Login.Result"));

    let mut eve = mudlet(&server, "Eve").await?;
    let mut refused = Vec::new();
    for _ in 0..4 {
        eve.expect("Name: ").await?;
        eve.tell(&login("guess")).await?;
        refused.push(eve.expect_told("Char.Login.Result").await?["message"].clone());
    }
    ensure!(refused[0] != refused[3], "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn who_hears_which_channel_is_answered() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    owner.client().sync().await?;
    let mut bob = by_mudlet(&server, "Bob").await?;
    bob.send_line("channels leave global").await?;
    bob.sync().await?;
    bob.tell("Comm.Channel.Players \"\"").await?;
    let people = bob.expect_told("Comm.Channel.Players").await?;
    ensure!(people[0]["name"] == "Bob" && people[1]["name"] == "Warden", "{people}");
    let hears = |at: usize, channel: &str| {
        people[at]["channels"].as_array().is_some_and(|list| list.iter().any(|one| one == channel))
    };
    ensure!(hears(0, "say") && !hears(0, "global") && hears(1, "global"), "{people}");
    ensure!(!hears(1, "staff"), "Bob may not know of it: {people}");
    Ok(())
}

#[tokio::test]
async fn what_the_operator_has_besides_is_offered_to_those_who_ask() -> Result<()> {
    let home = Home::new()?
        .set("telnet.gmcp.gui", "https://example.org/ui.mpackage")
        .set("telnet.gmcp.media", "https://example.org/media/")
        .set("telnet.gmcp.sounds", "{whisper: bell.ogg}")
        .set("telnet.gmcp.discord_application", "'450485984333660181'");
    let server = home.start().await?;
    let mut bob = mudlet(&server, "Bob").await?;
    bob.create("Bob", PASSWORD).await?;
    ensure!(bob.expect_told("Client.GUI").await?["url"] == "https://example.org/ui.mpackage");
    ensure!(bob.expect_told("Client.Media.Default").await?["url"] == "https://example.org/media/");
    ensure!(bob.expect_told("External.Discord.Status").await? == json!({ "game": "Hearsay" }));
    let mut ada = by_websocket(&server, "Ada").await?;
    ada.send_line("whisper bob psst").await?;
    ensure!(bob.expect_told("Comm.Channel.Text").await?["channel"] == "tell");
    ensure!(bob.expect_told("Client.Media.Play").await?["name"] == "bell.ogg");

    let mut gil = Client::telnet("gil", server.telnet, Profile::Plain).await?;
    gil.telnet_connection()?.send_bytes(&[255, 253, 201]).await?;
    gil.create("Gil", PASSWORD).await?;
    let told = gil.all_told().await?;
    ensure!(names(&told).contains(&"Room.Info"), "{told:?}");
    let asked_for = |name: &str| !name.starts_with("Client") && !name.starts_with("External");
    ensure!(names(&told).into_iter().all(asked_for), "{told:?}");
    gil.tell("Core.Supports.Set [\"Room.Info\"]").await?;
    gil.all_told().await?;
    gil.send_line("north").await?;
    ensure!(names(&gil.all_told().await?) == ["Room.Info"]);
    gil.tell("Core.Supports.Set []").await?;
    gil.send_line("south").await?;
    ensure!(gil.all_told().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn hostile_json_costs_its_sender_nothing_but_an_answer() -> Result<()> {
    let home = Home::new()?.set("limits.lines_per_second", 20).set("limits.lines_burst", 100);
    let server = home.start().await?;
    let mut bob = by_mudlet(&server, "Bob").await?;
    let deep = "[".repeat(16_000);
    let long = format!("[{}1]", "1,".repeat(40_000));
    for bad in ["{", "nul", "[\"Room 1\"", "{\"a\":", "[[[[1e999]]]]", "\u{1}", &deep, &long] {
        for name in
            ["Core.Supports.Set", "Core.Hello", "Comm.Channel.Enable", "Char.Items.Contents"]
        {
            bob.tell(&format!("{name} {bad}")).await?;
        }
    }
    ensure!(bob.all_told().await?.is_empty());
    // Whoever asks and asks gets no more than typing would get.
    for _ in 0..400 {
        bob.tell("Core.Supports.Add [\"Room.Info 1\"]").await?;
        bob.tell("Comm.Channel.Players \"\"").await?;
    }
    let told = bob.all_told().await?;
    let asked =
        told.iter().filter(|(name, _)| name.starts_with("Room") || name.starts_with("Comm"));
    ensure!(asked.count() < 400, "{}", told.len());
    bob.types("say still here", "You say, \"still here\"").await
}

#[tokio::test]
async fn who_refuses_gmcp_is_told_the_same_by_msdp() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = Raw::open(server.telnet).await?;
    client.send([255, 254, 201]).await?;
    client.until([255, 251, 69]).await?;
    client.send([255, 253, 69]).await?;
    client.send(b"\xff\xfa\x45\x01REPORT\x02ROOM_NAME\x02ROOM_PLAYERS\xff\xf0").await?;
    client.until("Name: ").await?;
    client.send("guest\r\nGil\r\n").await?;
    let before = client.until(b"\xff\xfa\x45\x01ROOM_NAME\x02The Long Pier\xff\xf0").await?;
    let asked = before.windows(5).all(|bytes| bytes != b"\x45\x01RAN");
    ensure!(asked, "{}", before.escape_ascii());
    client.until(b"\x01ROOM_PLAYERS\x02\x05\x06\xff\xf0").await?;
    let _ada = by_telnet(&server, "Ada").await?;
    client.until(b"\x01ROOM_PLAYERS\x02\x05\x02Ada\x06\xff\xf0").await?;
    client
        .send(b"\xff\xfa\x45\x01UNREPORT\x02ROOM_PLAYERS\x01SEND\x02ROOM_PLAYERS\xff\xf0")
        .await?;
    client.until(b"\x01ROOM_PLAYERS\x02\x05\x02Ada\x06\xff\xf0").await?;
    client.send(b"\xff\xfa\x45\x01SEND\x02RANK\xff\xf0").await?;
    client.until(b"\xff\xfa\x45\x01RANK\x02guest\xff\xf0").await?;
    client.send("north\r\n").await?;
    client.until(b"\x01ROOM_NAME\x02The Quay\xff\xf0").await?;
    Ok(())
}

#[tokio::test]
async fn a_variable_can_be_asked_for_that_was_never_reported() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = Raw::open(server.telnet).await?;
    client.send([255, 254, 201, 255, 253, 69]).await?;
    client.until("Name: ").await?;
    client.send("guest\r\nGil\r\n").await?;
    client.until("> ").await?;
    for (name, value) in [("ROOM_NAME", "The Long Pier"), ("AREA_NAME", ""), ("PROMPT", ">")] {
        client.send([b"\xff\xfa\x45\x01SEND\x02", name.as_bytes(), b"\xff\xf0"].concat()).await?;
        client
            .until([b"\xff\xfa\x45\x01", name.as_bytes(), b"\x02", value.as_bytes()].concat())
            .await?;
    }
    client.send(b"\xff\xfa\x45\x01REPORT\x02ROOM_VNUM\xff\xf0").await?;
    client.until(b"\xff\xfa\x45\x01ROOM_VNUM\x02").await?;
    Ok(())
}

#[tokio::test]
async fn a_ping_is_answered_and_the_end_is_told() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut bob = by_mudlet(&server, "Bob").await?;
    bob.tell("Core.Ping 120").await?;
    ensure!(bob.expect_told("Core.Ping").await?.is_null());
    bob.send_line("quit").await?;
    ensure!(bob.expect_told("Core.Goodbye").await? == "Until next time.");
    bob.expect_closed().await
}
