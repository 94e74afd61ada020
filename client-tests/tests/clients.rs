//! Clients that people use, each as they use it, in a terminal: what they negotiate, and what their players see.
//! `docs/clients.md` has it as a table.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::server::{Home, Server};
use client_tests::tap::Tap;
use client_tests::terminal::Terminal;
use client_tests::tools;

/// A client, and what is expected of it.
struct Case {
    /// Its program.
    program: &'static str,
    /// What to give it besides its name; `{address}` and `{port}` stand for where to connect.
    arguments: &'static str,
    /// Whether it comes to the web port.
    by_websocket: bool,
    /// What is typed into it first.
    first: &'static str,
    /// What it says about telnet, among other things.
    says: &'static [&'static str],
    /// Whether it hides the password when it is asked to.
    hides: bool,
    /// Whether letters beyond ASCII arrive as they are, both ways.
    speaks_utf8: bool,
}

/// A client of which nothing else is known: it hides passwords and speaks UTF-8, as nearly all do.
const SOME: Case = Case {
    program: "",
    arguments: "{address} {port}",
    by_websocket: false,
    first: "",
    says: &[],
    hides: true,
    speaks_utf8: true,
};

/// A stage with somebody in a browser, and a tap for the client.
struct Stage {
    server: Server,
    bob: Client,
    tap: Tap,
    _home: Home,
}

impl Stage {
    async fn set(by_websocket: bool) -> Result<Self> {
        let home = Home::new()?;
        let server = home.start().await?;
        let mut bob = Client::websocket("bob", server.web).await?;
        bob.create("Bob", PASSWORD).await?;
        let port = if by_websocket { server.web } else { server.telnet };
        let tap = Tap::open(port).await?;
        Ok(Self { server, bob, tap, _home: home })
    }
}

/// Puts an address where it belongs.
fn at(text: &str, address: SocketAddr) -> String {
    text.replace("{address}", &address.ip().to_string())
        .replace("{port}", &address.port().to_string())
}

async fn play(case: &Case) -> Result<()> {
    let Some(program) = tools::require(case.program) else { return Ok(()) };
    let mut stage = Stage::set(case.by_websocket).await?;
    let arguments = at(case.arguments, stage.tap.address);
    // Programs of Python that were put into a folder of their own look for their library there.
    let library = program.ancestors().nth(2).unwrap_or(&program);
    // Some keep a history, which is none of ours.
    let own = tempfile::tempdir()?;
    let environment = format!(
        "env TERM=xterm-256color HOME={} PYTHONPATH={}",
        own.path().display(),
        library.display()
    );
    let command = format!("{environment} {} {arguments}", program.display());
    let Some(terminal) = Terminal::open(&command)? else { return Ok(()) };
    if !case.first.is_empty() {
        terminal.type_line(&at(case.first, stage.tap.address))?;
    }
    terminal.answer("Name:", "Ada").await?;
    terminal.answer("(yes/no)", "yes").await?;
    terminal.answer("Choose a password:", PASSWORD).await?;
    terminal.answer("Once more:", PASSWORD).await?;
    terminal.expect("The Long Pier").await?;
    let screen = terminal.screen()?;
    ensure!(screen.contains(PASSWORD) != case.hides, "the password:\n{screen}");
    for garbage in ["\u{fffd}", "[0m", "[1;", "^[", "M-"] {
        ensure!(!screen.contains(garbage), "{garbage:?} shows:\n{screen}");
    }
    terminal.type_line("say one and two")?;
    stage.bob.expect("Ada says, \"one and two\"").await?;
    if case.speaks_utf8 {
        // A client that has told no encoding shows it by what is typed.
        terminal.type_line("say Grüße von hier")?;
        stage.bob.expect("Ada says, \"Grüße von hier\"").await?;
    }
    let (said, seen) =
        if case.speaks_utf8 { ("Grüße ✓", "Grüße ✓") } else { ("é…", "e...") };
    stage.bob.send_line(&format!("say {said}")).await?;
    terminal.expect(&format!("Bob says, \"{seen}\"")).await?;
    terminal.type_line("quit")?;
    stage.bob.expect("Ada leaves the world.").await?;
    let said = stage.tap.said();
    let missing: Vec<_> = case.says.iter().filter(|word| !said.contains(**word)).collect();
    ensure!(missing.is_empty(), "{} did not say {missing:?}, but {said:#?}", case.program);
    ensure!(stage.server.stop().await?.success(), "the server stops in order");
    Ok(())
}

#[tokio::test]
async fn tintin() -> Result<()> {
    play(&Case {
        program: "tt++",
        arguments: "-G -e '#session mud {address} {port}'",
        says: &[
            "TTYPE TINTIN++",
            "TTYPE MTTS 271",
            "WILL NAWS",
            "CHARSET UTF-8",
            "NEW-ENVIRON CLIENT_NAME TinTin++",
            "DO EOR",
            "DO ECHO",
            "DO MCCP2",
        ],
        ..SOME
    })
    .await
}

#[tokio::test]
async fn kbtin() -> Result<()> {
    play(&Case {
        program: "KBtin",
        arguments: "",
        first: "#session mud {address} {port}",
        says: &[
            "TTYPE KBtin",
            "WILL NAWS",
            "WONT NEW-ENVIRON",
            "DONT CHARSET",
            "DO EOR",
            "DO ECHO",
            "DO MCCP2",
            "DONT MSSP",
        ],
        ..SOME
    })
    .await
}

#[tokio::test]
async fn tinyfugue() -> Result<()> {
    play(&Case {
        program: "tf",
        arguments: "-f/dev/null {address} {port}",
        says: &[
            "TTYPE TINYFUGUE",
            "WILL NAWS",
            "WONT NEW-ENVIRON",
            "DONT CHARSET",
            "DO EOR",
            "DO ECHO",
            "DO MCCP2",
            "DONT MSSP",
        ],
        speaks_utf8: false,
        ..SOME
    })
    .await
}

#[tokio::test]
async fn gnu_telnet() -> Result<()> {
    play(&Case {
        program: "telnet",
        says: &[
            "TTYPE XTERM-256COLOR",
            "WILL NAWS",
            "WILL NEW-ENVIRON",
            "DONT CHARSET",
            "DONT EOR",
            "DO ECHO",
            "DONT MCCP2",
            "DONT MSSP",
        ],
        ..SOME
    })
    .await
}

#[tokio::test]
async fn telnetlib3() -> Result<()> {
    play(&Case {
        program: "telnetlib3-client",
        says: &[
            "TTYPE xterm-256color",
            "WILL NAWS",
            "CHARSET UTF-8",
            "WILL NEW-ENVIRON",
            "DO EOR",
            "DO ECHO",
            "DO MCCP2",
            "DONT MSSP",
        ],
        ..SOME
    })
    .await
}

#[tokio::test]
async fn telix() -> Result<()> {
    play(&Case {
        program: "telix",
        says: &[
            "TTYPE TELIX",
            "TTYPE MTTS 1807",
            "WILL NAWS",
            "CHARSET UTF-8",
            "WILL TIMING-MARK",
            "DO EOR",
            "DO ECHO",
            "DO MCCP2",
            "GMCP Core.Hello {\"client\":\"Telix\",\"version\":\"0.1.10\"}",
        ],
        ..SOME
    })
    .await
}

#[tokio::test]
async fn telix_by_websocket() -> Result<()> {
    play(&Case {
        program: "telix",
        arguments: "ws://{address}:{port}/ws",
        by_websocket: true,
        // Nobody can tell it to.
        hides: false,
        ..SOME
    })
    .await
}

#[tokio::test]
async fn netcat() -> Result<()> {
    play(&Case { program: "nc", hides: false, ..SOME }).await
}
