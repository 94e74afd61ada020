//! What can be clicked, over the wire: OSC 8 for those who say that they know it, MXP for those who ask for it and agree,
//! and for all others the text alone. What no client of today needs is refused on the way.

use anyhow::{Result, ensure};
use client_tests::cast::PASSWORD;
use client_tests::neighbours::Neighbours;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};
use client_tests::tap::Tap;
use client_tests::telnet::code::{DO, DONT, WILL, WONT};
use client_tests::terminal::Terminal;
use client_tests::tools;
use tokio::net::TcpStream;

const MXP: u8 = 91;
const ESC: u8 = 0x1b;

/// What Mudlet says of itself when it is asked.
const KNOWS_LINKS: &[u8] = b"\xff\xfa\x27\x00\x03OSC_HYPERLINKS\x011\x03OSC_HYPERLINKS_SEND\x011\
    \x03OSC_HYPERLINKS_PROMPT\x011\xff\xf0";

/// A guest whose client shows no colours, and what its environment says of it.
async fn guest(server: &Server, environment: &[u8]) -> Result<Raw<TcpStream>> {
    let mut guest = Raw::open(server.telnet).await?;
    guest.send([255, WILL, 24, 255, WILL, 39]).await?;
    guest.until([255, 250, 24, 1]).await?;
    guest.send(b"\xff\xfa\x18\x00DUMB\xff\xf0").await?;
    guest.until([255, 250, 39, 1]).await?;
    guest.send(environment).await?;
    guest.until("Name: ").await?;
    guest.send("guest\r\nGil\r\n").await?;
    guest.until("Exits: ").await?;
    Ok(guest)
}

/// What is read after a line, up to a text.
async fn read(client: &mut Raw<TcpStream>, line: &str, end: &str) -> Result<String> {
    client.send(format!("{line}\r\n")).await?;
    Ok(String::from_utf8_lossy(&client.until(end).await?).into_owned())
}

#[tokio::test]
async fn a_client_that_knows_links_has_them_until_its_player_does_not_want_them() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = guest(&server, KNOWS_LINKS).await?;
    gil.until("are here.\r\n").await?;
    let room = read(&mut gil, "look", "are here.\r\n").await?;
    let north = "\x1b]8;;send:north\x1b\\north\x1b]8;;\x1b\\";
    let ada = "\x1b]8;;send:examine%20Ada\x1b\\Ada\x1b]8;;\x1b\\";
    assert!(room.contains(north) && room.contains(ada), "{room:?}");
    for row in room.split("\r\n") {
        let (begun, ended) =
            (row.matches("\x1b]8;;").count(), row.matches("\x1b]8;;\x1b\\").count());
        assert_eq!(begun, 2 * ended, "{row:?}");
    }
    // What a link sends is what it says.
    assert!(read(&mut gil, "examine Ada", "parts.\r\n").await?.contains("Ada"));
    let help = read(&mut gil, "help say", "<words>").await?;
    assert!(help.contains("\x1b]8;;prompt:say%20\x1b\\say <words>"), "{help:?}");

    neighbours.ada.send_line("say https://a.example send:quit ]8;;send:quit").await?;
    gil.until("Ada says, ").await?;
    let line = gil.until("send:quit\"").await?;
    assert!(!line.contains(&ESC), "{}", line.escape_ascii());

    read(&mut gil, "settings links off", "links is off now.\r\n").await?;
    let plain = read(&mut gil, "look", "are here.\r\n").await?;
    assert!(plain.contains("north") && !plain.contains('\x1b'), "{plain:?}");
    Ok(())
}

#[tokio::test]
async fn a_client_that_says_nothing_of_links_has_them_when_its_player_wants_them() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut gil = guest(&server, b"\xff\xfa\x27\x00\x03UTF-8\x011\xff\xf0").await?;
    let plain = read(&mut gil, "look", "Exits: north").await?;
    assert!(!plain.contains('\x1b'), "{plain:?}");
    read(&mut gil, "settings links on", "links is on now.\r\n").await?;
    read(&mut gil, "look", "Exits: \x1b]8;;send:north\x1b\\north\x1b]8;;\x1b\\").await?;
    Ok(())
}

#[tokio::test]
async fn mxp_is_for_those_who_ask_and_agree() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = guest(&server, b"\xff\xfa\x27\x00\xff\xf0").await?;
    // Nobody has it unasked.
    gil.send([255, DO, MXP]).await?;
    gil.until([255, WONT, MXP]).await?;

    gil.send("settings links mxp\r\n").await?;
    gil.until([255, WILL, MXP]).await?;
    let before = read(&mut gil, "look", "Exits: north").await?;
    assert!(!before.contains('\x1b'), "{before:?}");
    gil.send([255, DO, MXP]).await?;
    gil.until([255, 250, MXP, 255, 240]).await?;
    gil.until("\x1b[7z").await?;
    let tagged = "\x1b[4z<send href=\"north\">\x1b[7znorth\x1b[4z</send>\x1b[7z";
    read(&mut gil, "look", &format!("Exits: {tagged}")).await?;
    // All else is locked, so it reads as it is written.
    neighbours.ada.send_line("say 1 < 2 & <send>quit</send>").await?;
    gil.until("Ada says, \"1 < 2 & <send>quit</send>\"").await?;

    gil.send([255, DONT, MXP]).await?;
    gil.until([255, WONT, MXP]).await?;
    let after = read(&mut gil, "look", "Exits: north").await?;
    assert!(!after.contains('\x1b'), "{after:?}");
    Ok(())
}

#[tokio::test]
async fn what_no_client_needs_is_refused_and_play_goes_on() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut gil = guest(&server, b"\xff\xfa\x27\x00\xff\xf0").await?;
    // BINARY, STATUS, TSPEED, LFLOW, LINEMODE, AUTHENTICATION, ENCRYPT, START-TLS, MCCP1, ZMP, AARD102, ATCP.
    for option in [0, 5, 32, 33, 34, 37, 38, 46, 85, 93, 102, 200] {
        gil.send([255, WILL, option, 255, DO, option]).await?;
        gil.until([255, DONT, option, 255, WONT, option]).await?;
        gil.send([255, 250, option, 1, 255, 255, 13, 10, 255, 240]).await?;
    }
    read(&mut gil, "look", "Exits: north").await?;
    Ok(())
}

/// Plays in a client in a terminal with links of a kind, and returns what stands on its screen.
async fn screen_of(program: &str, arguments: &str, links: &str) -> Result<Option<String>> {
    let Some(program) = tools::require(program) else { return Ok(None) };
    let home = Home::new()?;
    let server = home.start().await?;
    let tap = Tap::open(server.telnet).await?;
    let (ip, port) = (tap.address.ip().to_string(), tap.address.port().to_string());
    let arguments = arguments.replace("{address}", &ip).replace("{port}", &port);
    let command = format!("env TERM=xterm-256color {} {arguments}", program.display());
    let Some(terminal) = Terminal::open(&command)? else { return Ok(None) };
    terminal.answer("Name:", "Ada").await?;
    terminal.answer("(yes/no)", "yes").await?;
    terminal.answer("Choose a password:", PASSWORD).await?;
    terminal.answer("Once more:", PASSWORD).await?;
    terminal.expect("The Long Pier").await?;
    terminal.type_line(&format!("settings links {links}"))?;
    terminal.expect(&format!("links is {links} now.")).await?;
    terminal.type_line("look")?;
    terminal.type_line("say that was the pier")?;
    terminal.expect("You say, \"that was the pier\"").await?;
    Ok(Some(terminal.screen()?))
}

/// It refuses MXP, and so shows nothing of it.
#[tokio::test]
async fn tintin_shows_no_tag() -> Result<()> {
    let arguments = "-G -e '#session mud {address} {port}'";
    for links in ["auto", "mxp"] {
        let Some(screen) = screen_of("tt++", arguments, links).await? else { return Ok(()) };
        for garbage in ["<send", "[4z", "[7z", "]8;;", "send:"] {
            ensure!(!screen.contains(garbage), "{links}: {garbage:?} shows:\n{screen}");
        }
    }
    Ok(())
}

/// It hands on what it gets, to a terminal that keeps what a click would do to itself.
#[tokio::test]
async fn a_terminal_behind_telnet_shows_no_mark() -> Result<()> {
    for links in ["auto", "on", "mxp"] {
        let screen = screen_of("telnet", "{address} {port}", links).await?;
        let Some(screen) = screen else { return Ok(()) };
        ensure!(screen.contains("Exits: north"), "{screen}");
        for garbage in ["<send", "[4z", "[7z", "]8;;", "send:"] {
            ensure!(!screen.contains(garbage), "{links}: {garbage:?} shows:\n{screen}");
        }
    }
    Ok(())
}
