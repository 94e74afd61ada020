//! What goes over the wire besides text: lists of games, compression, keep-alive, and who comes to the wrong port.

use anyhow::Result;
use client_tests::neighbours::Neighbours;
use client_tests::raw::Raw;
use client_tests::server::Home;
use client_tests::telnet::code::{DO, DONT, WILL, WONT};
use tokio::io::AsyncReadExt;

const MSP: u8 = 90;
const START: &[u8] = &[255, 250, 86, 255, 240];
const NOP: &[u8] = &[255, 241];

#[tokio::test]
async fn lists_of_games_are_told_in_both_ways() -> Result<()> {
    let home = Home::new()?
        .set("telnet.mssp.name", "Marrowhythe")
        .set("telnet.mssp.more", "{SUBGENRE: Medieval Fantasy}");
    let server = home.start().await?;
    let _neighbours = Neighbours::enter(&server).await?;
    let port = server.telnet.port();

    let mut crawler = Raw::open(server.telnet).await?;
    crawler.send([255, DO, 70]).await?;
    crawler.until([255, 250, 70]).await?;
    let told = crawler.until([255, 240]).await?;
    let told = String::from_utf8_lossy(&told).replace('\u{1}', "\n").replace('\u{2}', "=");
    for variable in ["NAME=Marrowhythe", "PLAYERS=2", "SUBGENRE=Medieval Fantasy", "ROOMS=6"] {
        assert!(told.contains(&format!("\n{variable}")), "{variable}:\n{told}");
    }
    assert!(told.contains(&format!("\nPORT={port}\n")), "{told}");

    let mut netcat = Raw::open(server.telnet).await?;
    netcat.until("Name: ").await?;
    netcat.send("MSSP-REQUEST\n").await?;
    netcat.until("\r\nMSSP-REPLY-START\r\n").await?;
    let told = String::from_utf8(netcat.until("\r\nMSSP-REPLY-END\r\n").await?)?;
    for line in ["NAME\tMarrowhythe", "PLAYERS\t2", "SUBGENRE\tMedieval Fantasy"] {
        assert!(told.lines().any(|told| told == line), "{line}:\n{told}");
    }
    // And it can go on to play.
    netcat.until("Name: ").await?;
    netcat.send("guest\nGil\n").await?;
    netcat.until("The Long Pier").await?;
    netcat.send("MSSP-REQUEST\n").await?;
    netcat.until("> ").await?;
    assert!(!String::from_utf8_lossy(netcat.unread()).contains("MSSP-REPLY"));
    Ok(())
}

#[tokio::test]
async fn compressed_output_says_the_same_and_ends_in_order() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = Raw::open(server.telnet).await?;
    gil.send([255, DO, 86]).await?;
    gil.until(START).await?;
    gil.inflate()?;
    gil.until("Name: ").await?;
    gil.send("guest\r\nGil\r\n").await?;
    gil.until("The Long Pier").await?;
    neighbours.ada.send_line("say squeezed").await?;
    gil.until("Ada says, \"squeezed\"").await?;

    gil.send([255, DONT, 86]).await?;
    gil.until([255, 252, 86]).await?;
    neighbours.ada.send_line("say plain").await?;
    gil.until("Ada says, \"plain\"").await?;
    assert!(!gil.inflates(), "the stream has its end");

    gil.send([255, DO, 86]).await?;
    gil.until(START).await?;
    gil.inflate()?;
    gil.send("quit\r\n").await?;
    let last = gil.to_end().await?;
    assert!(last.ends_with(b"Until next time.\r\n") || last.ends_with(b"\x1b[0m\r\n"));
    assert!(!gil.inflates(), "the last stream has its end, too");
    Ok(())
}

#[tokio::test]
async fn nothing_is_compressed_where_the_operator_does_not_want_it() -> Result<()> {
    let home = Home::new()?.set("telnet.mccp2", false);
    let server = home.start().await?;
    let mut client = Raw::open(server.telnet).await?;
    client.send([255, DO, 86]).await?;
    let heard = client.until("Name: ").await?;
    assert!(!heard.windows(3).any(|three| three == [255, 251, 86]));
    assert!(heard.windows(3).any(|three| three == [255, 252, 86]), "it is refused");
    Ok(())
}

#[tokio::test]
async fn a_quiet_client_is_sent_what_does_nothing_and_netcat_is_not() -> Result<()> {
    let home = Home::new()?.set("telnet.keep_alive_seconds", 1);
    let server = home.start().await?;
    let mut telnet = Raw::open(server.telnet).await?;
    let mut netcat = Raw::open(server.telnet).await?;
    telnet.send([255, 252, 24]).await?;
    netcat.send("new\n").await?;
    netcat.until("character: ").await?;
    for _ in 0..3 {
        telnet.until(NOP).await?;
    }
    netcat.send("\n").await?;
    let heard = netcat.until("Name: ").await?;
    assert!(!heard.contains(&255), "{}", heard.escape_ascii());
    Ok(())
}

#[tokio::test]
async fn all_offers_come_in_one_packet_before_the_greeting() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut stream = tokio::net::TcpStream::connect(server.telnet).await?;
    let mut packet = [0; 256];
    let count = stream.read(&mut packet).await?;
    let offers =
        [(DO, 24), (DO, 31), (WILL, 42), (DO, 39), (WILL, 25), (WILL, 70), (WILL, 201), (WILL, 86)];
    let expected: Vec<u8> =
        offers.into_iter().flat_map(|(verb, option)| [255, verb, option]).collect();
    assert_eq!(packet[..count].escape_ascii().to_string(), expected.escape_ascii().to_string());
    Ok(())
}

/// What a client that takes EOR is sent behind its prompt when somebody comes.
async fn behind_the_prompt(terminal: &str) -> Result<String> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = Raw::open(server.telnet).await?;
    client.send([255, DO, 25, 255, WILL, 24]).await?;
    client.until([255, 250, 24, 1, 255, 240]).await?;
    client.send([&[255, 250, 24, 0], terminal.as_bytes(), &[255, 240]].concat()).await?;
    client.send("guest\r\nGil\r\n").await?;
    client.until("The Long Pier").await?;
    client.until(b"> \xff\xef").await?;
    let mut other = Raw::open(server.telnet).await?;
    other.send("guest\nHal\n").await?;
    let sent = client.until("Hal").await?;
    // The server asks whether the client answers timing marks.
    let text = sent.strip_prefix(&[255, DO, 6]).unwrap_or(&sent);
    Ok(text.escape_ascii().to_string())
}

#[tokio::test]
async fn no_line_begins_behind_a_prompt() -> Result<()> {
    for terminal in ["KBtin", "TELIX", "XTERM"] {
        let sent = behind_the_prompt(terminal).await?;
        assert!(sent.starts_with("\\r\\n"), "{terminal}: {sent:?}");
    }
    for terminal in ["MUDLET", "TINTIN++"] {
        let sent = behind_the_prompt(terminal).await?;
        assert!(!sent.contains("\\r\\n"), "{terminal} begins a line by itself: {sent:?}");
    }
    Ok(())
}

#[tokio::test]
async fn who_cannot_hide_a_password_is_told_so() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    for (says, warnings) in [(&[][..], 1), (&[255, WONT, 24], 0)] {
        let mut client = Raw::open(server.telnet).await?;
        client.send(says).await?;
        client.send("Ada\r\nyes\r\ncorrect horse\r\n").await?;
        let read = client.until("Once more: ").await?;
        let read = String::from_utf8_lossy(&read);
        assert_eq!(read.matches("may show what you type").count(), warnings, "{read}");
        // Whoever sees the line that is typed sees its end as well.
        assert_eq!(read.contains("password: \r\nOnce"), warnings == 1, "{read}");
    }
    Ok(())
}

#[tokio::test]
async fn are_you_there_is_answered_and_line_mode_refused() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = Raw::open(server.telnet).await?;
    client.send([255, 251, 34, 255, 246]).await?;
    client.until([255, 254, 34]).await?;
    client.until("[Yes]\r\n").await?;
    Ok(())
}

#[tokio::test]
async fn sounds_are_played_by_those_who_agreed_and_by_nobody_elses_words() -> Result<()> {
    let home = Home::new()?
        .set("telnet.gmcp.media", "https://example.org/media/")
        .set("telnet.gmcp.sounds", "{whisper: bell.ogg}");
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let (mut gil, mut ida) = (Raw::open(server.telnet).await?, Raw::open(server.telnet).await?);
    gil.send([255, DONT, 201]).await?;
    gil.until([255, WILL, MSP]).await?;
    gil.send([255, DO, MSP]).await?;
    for (client, name) in [(&mut gil, "Gil"), (&mut ida, "Ida")] {
        client.until("Name: ").await?;
        client.send(format!("guest\r\n{name}\r\n")).await?;
        client.until("The Long Pier").await?;
    }
    neighbours.ada.send_line("whisper gil psst").await?;
    gil.until("psst").await?;
    gil.until("\r\n!!SOUND(bell.ogg T=whisper U=https://example.org/media/)\r\n").await?;
    neighbours.ada.send_line("say Quick!!SOUND(evil.wav U=http://a.example)").await?;
    gil.until("\"Quick! !SOUND(evil.wav").await?;
    // To whoever plays nothing it is a word like any other.
    ida.until("\"Quick!!SOUND(evil.wav").await?;
    let seen = String::from_utf8_lossy(ida.unread()).into_owned();
    assert!(!seen.contains("bell.ogg"), "{seen}");

    gil.send([255, DONT, MSP]).await?;
    gil.until([255, WONT, MSP]).await?;
    neighbours.ada.send_line("whisper gil and again").await?;
    gil.until("and again").await?;
    neighbours.ada.send_line("say that is all").await?;
    let heard = gil.until("that is all").await?;
    assert!(!String::from_utf8_lossy(&heard).contains("!!SOUND"), "{}", heard.escape_ascii());
    Ok(())
}

#[tokio::test]
async fn who_comes_to_the_wrong_port_is_told_where_to_go() -> Result<()> {
    let home = Home::new()?.set("telnet.tls_listen", "127.0.0.1:0").set("tls.self_signed", true);
    let server = home.start().await?;
    let tls = server.telnet_tls.map_or(0, |address| address.port());
    let cases: [(&[u8], String); 3] = [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", format!("TLS is on port {tls}.")),
        (b"GET /secret HTTP/1.1\r\n\r\n", format!("page is on port {}.", server.web.port())),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "SSH is not to be had here.".to_owned()),
    ];
    for (hello, expected) in cases {
        let mut stranger = Raw::open(server.telnet).await?;
        stranger.send(hello).await?;
        let told = String::from_utf8_lossy(&stranger.to_end().await?).into_owned();
        assert!(told.ends_with(&format!("{expected}\r\n")), "{told}");
        assert!(!told.contains("secret"), "{told}");
    }
    Ok(())
}
