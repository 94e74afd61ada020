//! What is written to clients that show different things: columns, colours, letters, pages, and a voice.

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet};
use client_tests::neighbours::Neighbours;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};
use client_tests::telnet::code::{CHARSET, DO, DONT, NAWS, TTYPE, WILL, WONT};
use tokio::net::TcpStream;
use unicode_width::UnicodeWidthStr;

const NEW_ENVIRON: u8 = 39;
const MORE: &str = "[more: return, q to stop] ";

/// What a client shows.
#[derive(Clone, Copy)]
struct Shows {
    columns: u8,
    rows: u8,
    mtts: Option<u32>,
    charset: Option<&'static str>,
}

const NOTHING: Shows = Shows { columns: 0, rows: 0, mtts: None, charset: None };

fn subnegotiation(option: u8, payload: &[u8]) -> Vec<u8> {
    [&[255, 250, option], payload, &[255, 240]].concat()
}

/// A connection on which the server knows what its client shows; nobody has said who they are.
async fn connect(server: &Server, shows: Shows) -> Result<Raw<TcpStream>> {
    let mut client = Raw::open(server.telnet).await?;
    if shows.columns > 0 {
        client.send([255, WILL, NAWS]).await?;
        client.send(subnegotiation(NAWS, &[0, shows.columns, 0, shows.rows])).await?;
    }
    if let Some(mtts) = shows.mtts {
        client.send([255, WILL, TTYPE]).await?;
        client.until(subnegotiation(TTYPE, &[1])).await?;
        client.send(subnegotiation(TTYPE, format!("\0MTTS {mtts}").as_bytes())).await?;
    }
    if let Some(charset) = shows.charset {
        client.send([255, DO, CHARSET]).await?;
        client.until([255, 250, CHARSET, 1]).await?;
        client.until([255, 240]).await?;
        client.send(subnegotiation(CHARSET, format!("\u{2}{charset}").as_bytes())).await?;
    }
    Ok(client)
}

/// A guest with such a client, who has read what greets them.
async fn enter(server: &Server, name: &str, shows: Shows) -> Result<Raw<TcpStream>> {
    let mut client = connect(server, shows).await?;
    client.send(format!("guest\r\n{name}\r\n")).await?;
    client.until("The Long Pier").await?;
    settle(&mut client).await?;
    Ok(client)
}

/// All that was read up to the answer to a word that is no command.
async fn settle(client: &mut Raw<TcpStream>) -> Result<Vec<u8>> {
    client.send("xyzzy\r\n").await?;
    let mut read = client.until("xyzzy").await?;
    read.extend(client.until("> ").await?);
    Ok(read)
}

/// The rows of what was read, without colours and telnet's own bytes. Where somebody has typed, the answer stands behind
/// the prompt: on a screen, what was typed has ended that row.
fn rows(read: &[u8]) -> Vec<String> {
    let mut text = String::from_utf8_lossy(read).replace('\u{fffd}', "");
    while let Some((begin, length)) =
        text.find('\u{1b}').and_then(|at| Some((at, text[at..].find('m')?)))
    {
        text.replace_range(begin..=begin + length, "");
    }
    text.split("\r\n").map(|row| row.trim_start_matches("> ").to_owned()).collect()
}

#[tokio::test]
async fn lines_fit_into_every_window() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let words =
        "grey planks 漢字かな交じり文はどこでも改行できる 👩‍👩‍👧 🙂👍🏽 e\u{301}te\u{301} and so on";
    for columns in [30, 40, 80, 132] {
        let shows = Shows { columns, rows: 24, charset: Some("UTF-8"), ..NOTHING };
        let mut gil = enter(&server, "Gil", shows).await?;
        for channel in ["say", "global"] {
            neighbours.bob.send_line(&format!("{channel} {words} {words}")).await?;
            gil.until("Bob").await?;
        }
        let screens = "limits\r\nhelp settings\r\nhelp talking\r\nchannels\r\nlook\r\nmap\r\nscore\r\nsettings\r\n";
        gil.send(screens).await?;
        let read = settle(&mut gil).await?;
        let rows = rows(&read);
        let widest = rows.iter().map(|row| row.width()).max().unwrap_or_default();
        ensure!(widest < usize::from(columns), "{columns}: {widest}\n{rows:#?}");
        ensure!(widest * 2 > usize::from(columns), "{columns}: only {widest}\n{rows:#?}");
        let is_drawn = rows.iter().any(|row| row.contains("a minute  said  left  next"));
        ensure!(is_drawn == (columns > 30), "{columns}: {rows:#?}");
        gil.send("quit\r\n").await?;
        gil.to_end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn colours_are_those_that_a_client_shows() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let table: [(u32, &[&str], &[&str]); 4] = [
        (4, &[], &["\u{1b}"]),
        (5, &["\u{1b}[1;3", "\u{1b}[0m"], &["38;"]),
        (13, &["\u{1b}[38;5;", "\u{1b}[0m"], &["38;2;"]),
        (269, &["\u{1b}[38;2;", "\u{1b}[0m"], &["38;5;"]),
    ];
    for (mtts, wanted, unwanted) in table {
        let mut gil = connect(&server, Shows { mtts: Some(mtts), ..NOTHING }).await?;
        gil.send("guest\r\nGil\r\n").await?;
        let mut read = gil.until("The Long Pier").await?;
        neighbours.bob.send_line("say colours").await?;
        read.extend(gil.until(" says, \"colours\"").await?);
        read.extend(settle(&mut gil).await?);
        let read = String::from_utf8_lossy(&read).into_owned();
        for it in wanted {
            ensure!(read.contains(it), "MTTS {mtts}: no {}\n{read:?}", it.escape_debug());
        }
        for it in unwanted {
            ensure!(!read.contains(it), "MTTS {mtts}: {}\n{read:?}", it.escape_debug());
        }
        // No colour goes on over the end of a row.
        for row in read.split("\r\n").filter(|row| row.contains('\u{1b}')) {
            ensure!(row.rfind("\u{1b}[0m") == row.rfind('\u{1b}'), "MTTS {mtts}: {row:?}");
        }
        gil.send("quit\r\n").await?;
        gil.to_end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn letters_are_those_that_a_client_has() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let words = "Grüße ÿ “so” – 漢字 🙂 e\u{301} ✓";
    let table: [(Option<&str>, &[u8]); 3] = [
        (Some("UTF-8"), words.as_bytes()),
        (Some("ISO-8859-1"), b"Gr\xfc\xdfe \xff\xff \"so\" - ?? :) \xe9 *"),
        (None, b"Grusse y \"so\" - ?? :) e *"),
    ];
    for (charset, expected) in table {
        let mut gil = enter(&server, "Gil", Shows { charset, ..NOTHING }).await?;
        neighbours.bob.send_line(&format!("say {words}")).await?;
        gil.until("Bob says, \"").await?;
        let read = gil.until("\r\n").await?;
        let expected = [expected, b"\"\x1b[0m\r\n"].concat();
        ensure!(read == expected, "{charset:?}: {}", read.escape_ascii());
        gil.send("quit\r\n").await?;
        gil.to_end().await?;
    }
    // And by setting, both ways, whatever was agreed on.
    let mut gil = enter(&server, "Gil", Shows { charset: Some("UTF-8"), ..NOTHING }).await?;
    gil.send("settings charset latin-1\r\n").await?;
    gil.until("charset is latin-1 now.").await?;
    settle(&mut gil).await?;
    gil.send(b"say gr\xfc\xdfe\r\n").await?;
    gil.until(b"You say, \"gr\xfc\xdfe\"").await?;
    neighbours.bob.expect("Gil says, \"grüße\"").await?;
    gil.send("settings charset auto\r\n").await?;
    gil.until("charset is auto now.").await?;
    settle(&mut gil).await?;
    gil.send("say grüße\r\n").await?;
    gil.until("You say, \"grüße\"").await?;
    Ok(())
}

#[tokio::test]
async fn a_voice_is_heard_from_the_first_line_on() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let aloud = "Screen reader mode is on";
    let asked = "If you use a screen reader, type ";

    let mut by_mtts = connect(&server, Shows { mtts: Some(4 + 64), ..NOTHING }).await?;
    let greeting = by_mtts.until("Name: ").await?;
    let greeting = String::from_utf8_lossy(&greeting);
    ensure!(greeting.contains(aloud) && !greeting.contains(asked), "{greeting}");

    let mut by_environment = Raw::open(server.telnet).await?;
    by_environment.send([255, WILL, NEW_ENVIRON]).await?;
    by_environment.until([255, 250, NEW_ENVIRON, 1]).await?;
    let environment = subnegotiation(NEW_ENVIRON, b"\0\x03SCREEN_READER\x011");
    by_environment.send(environment).await?;
    by_environment.until(aloud).await?;
    by_environment.send("guest\r\nGil\r\n").await?;
    by_environment.until("The Long Pier").await?;
    by_environment.send("map\r\n").await?;
    by_environment.until(": not yet seen.").await?;
    by_environment.send("limits\r\n").await?;
    by_environment.until("say: a minute no limit, said 0, left any, next now.").await?;

    let mut by_answer = connect(&server, NOTHING).await?;
    by_answer.until(asked).await?;
    by_answer.send("screenreader\r\n").await?;
    by_answer.until(aloud).await?;
    by_answer.until("Name: ").await?;
    let made = format!("Ada\r\nyes\r\n{PASSWORD}\r\n{PASSWORD}\r\n");
    by_answer.send(made).await?;
    by_answer.until(aloud).await?;
    by_answer.send("map\r\n").await?;
    by_answer.until(": not yet seen.").await?;
    by_answer.send("quit\r\n").await?;
    by_answer.to_end().await?;
    // It is the character's from then on.
    let mut ada = back_by_telnet(&server, "Ada").await?;
    ada.types("settings", "screenreader: on").await?;
    ada.types("map", "North: not yet seen.").await
}

#[tokio::test]
async fn a_long_text_stops_when_the_window_is_full() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let shows = Shows { columns: 80, rows: 10, mtts: Some(4), ..NOTHING };
    let mut gil = enter(&server, "Gil", shows).await?;
    gil.send("help settings\r\n").await?;
    let all = gil.until("Also: config, set.\r\n").await?;
    ensure!(!String::from_utf8_lossy(&all).contains("[more"), "it is off until it is wanted");
    let all = rows(&all);
    settle(&mut gil).await?;
    gil.send("settings page on\r\n").await?;
    gil.until("page is on now.").await?;
    settle(&mut gil).await?;

    gil.send("help settings\r\n").await?;
    let mut read = rows(&gil.until(MORE).await?);
    ensure!(read.len() == 10, "nine rows and the question: {read:#?}");
    read.pop();
    // What others say goes past it, and the question stands below again.
    neighbours.bob.send_line("say meanwhile").await?;
    gil.until("Bob says, \"meanwhile\"\r\n").await?;
    gil.until(MORE).await?;
    gil.send("\r\n").await?;
    read.extend(rows(&gil.until("> ").await?));
    read.pop();
    let (shown, all) = (read.join("\n"), all.join("\n"));
    ensure!(shown.trim() == all.trim(), "{shown}\n---\n{all}");

    gil.send("help settings\r\n").await?;
    gil.until(MORE).await?;
    gil.send("q\r\n").await?;
    let rest = gil.until("> ").await?;
    let rest = String::from_utf8_lossy(&rest);
    ensure!(!rest.contains("compact"), "{rest}");

    gil.send("help settings\r\n").await?;
    gil.until(MORE).await?;
    gil.send("say something else\r\n").await?;
    let rest = gil.until("You say, \"something else\"").await?;
    let rest = String::from_utf8_lossy(&rest);
    ensure!(!rest.contains("compact"), "{rest}");

    // The window grows.
    gil.send(subnegotiation(NAWS, &[0, 80, 0, 60])).await?;
    settle(&mut gil).await?;
    gil.send("help settings\r\n").await?;
    gil.until("Also: config, set.\r\n").await?;
    ensure!(!String::from_utf8_lossy(gil.unread()).contains("[more"), "there is room");
    Ok(())
}

#[tokio::test]
async fn what_one_prefers_is_kept() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let own = [
        ("colour", "256"),
        ("background", "light"),
        ("charset", "latin-1"),
        ("width", "60"),
        ("page", "20"),
        ("compact", "on"),
        ("links", "on"),
    ];
    for (setting, value) in own {
        let told = format!("{setting} is {value} now.");
        ada.types(&format!("settings {setting} {value}"), &told).await?;
    }
    ada.types("channels colour say #203040", "a contrast of 13.5 to 1").await?;
    ada.types("quit", "Until next time.").await?;
    server.stop().await?;
    let server = home.start().await?;
    let mut ada = back_by_telnet(&server, "Ada").await?;
    let listed = ["colour: 256; background: light", "#203040"];
    ada.send_line("settings").await?;
    for text in listed {
        ada.expect(text).await?;
    }
    Ok(())
}

/// Asks for nothing and refuses everything.
#[tokio::test]
async fn a_client_that_refuses_everything_plays_in_ascii() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut gil = Raw::open(server.telnet).await?;
    for option in [TTYPE, NAWS, NEW_ENVIRON] {
        gil.send([255, WONT, option]).await?;
    }
    for option in [CHARSET, 25, 70, 86] {
        gil.send([255, DONT, option]).await?;
    }
    gil.send("guest\r\nGil\r\n").await?;
    gil.until("The Long Pier").await?;
    gil.send("say hello\r\nmap\r\nlook\r\n").await?;
    let read = settle(&mut gil).await?;
    ensure!(read.iter().all(|byte| byte.is_ascii() || *byte >= 240), "{}", read.escape_ascii());
    Ok(())
}
