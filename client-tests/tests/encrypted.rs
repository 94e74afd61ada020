//! TLS, for telnet and for the web.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::neighbours::Neighbours;
use client_tests::process;
use client_tests::raw::{Raw, connector};
use client_tests::server::{Home, Server};
use client_tests::telnet::Profile;
use rustix::process::Signal;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;

/// A home whose certificate is in files, made for this name.
fn home(name: &str) -> Result<Home> {
    let home = Home::new()?;
    let (certificate, key) = (home.path("chain.pem"), home.path("key.pem"));
    write(&certificate, &key, name)?;
    Ok(home
        .set("telnet.tls_listen", "127.0.0.1:0")
        .set("http.tls_listen", "127.0.0.1:0")
        .set("tls.certificate", certificate.display())
        .set("tls.key", key.display()))
}

fn write(certificate: &Path, key: &Path, name: &str) -> Result<()> {
    let made = rcgen::generate_simple_self_signed([name.to_owned()])?;
    fs::write(certificate, made.cert.pem())?;
    Ok(fs::write(key, made.signing_key.serialize_pem())?)
}

async fn shown(server: &Server) -> Result<Vec<u8>> {
    let address = server.telnet_tls.context("telnet over TLS")?;
    Ok(Raw::open_encrypted(address).await?.certificate()?.to_vec())
}

#[tokio::test]
async fn telnet_over_tls_is_telnet_without_compression() -> Result<()> {
    let home = home("localhost")?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = Raw::open_encrypted(server.telnet_tls.context("it listens")?).await?;
    let offers = gil.until([255, 251, 70]).await?;
    assert!(offers.starts_with(&[255, 253, 24]));
    gil.send([255, 253, 86, 255, 253, 25]).await?;
    gil.until([255, 252, 86]).await?;
    gil.until("Name: ").await?;
    gil.send("guest\r\nGil\r\n").await?;
    gil.until("The Long Pier").await?;
    gil.send("say in secret\r\n").await?;
    neighbours.bob.expect("Gil says, \"in secret\"").await?;
    // More at once than one record of TLS holds.
    neighbours.ada.send_line("say heard").await?;
    gil.until("Ada says, \"heard\"").await?;
    gil.send("help\r\n".repeat(100)).await?;
    gil.send("say done\r\n").await?;
    gil.until("You say, \"done\"").await?;
    gil.send("quit\r\n").await?;
    // An end without a word of TLS would be an error here.
    gil.to_end().await?;
    neighbours.talk_undisturbed().await?;
    Ok(())
}

#[tokio::test]
async fn the_web_is_there_over_tls_as_well() -> Result<()> {
    let home = home("localhost")?;
    let server = home.start().await?;
    let address = server.web_tls.context("it listens")?;
    let mut page = Raw::open_encrypted(address).await?;
    page.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    page.until("HTTP/1.1 200").await?;
    page.until("\"status\":\"ok\"").await?;

    let stream = TcpStream::connect(address).await?;
    let stream = connector()?.connect(ServerName::try_from("localhost")?, stream).await?;
    let (_, answer) = client_async(format!("wss://{address}/ws"), stream).await?;
    assert_eq!(answer.status().as_u16(), 101);
    Ok(())
}

#[tokio::test]
async fn a_new_certificate_is_shown_after_sighup_and_nobody_is_dropped() -> Result<()> {
    let home = home("one.example")?;
    let server = home.start().await?;
    let mut gil = Raw::open_encrypted(server.telnet_tls.context("it listens")?).await?;
    gil.until("Name: ").await?;
    let first = shown(&server).await?;
    write(&home.path("chain.pem"), &home.path("key.pem"), "two.example")?;
    process::signal(server.pid(), Signal::HUP)?;
    let mut tries = 0;
    while shown(&server).await? == first {
        tries += 1;
        assert!(tries < 500, "the old certificate is still shown");
    }
    gil.send("guest\r\nGil\r\n").await?;
    gil.until("The Long Pier").await?;
    Ok(())
}

#[tokio::test]
async fn reload_in_the_game_reads_the_certificate_or_changes_nothing() -> Result<()> {
    let home = home("one.example")?;
    let server = home.start().await?;
    let mut owner = Client::telnet("owner", server.telnet, Profile::Mudlet).await?;
    owner.create("Ada", PASSWORD).await?;
    let code = server.claim_code.clone().context("a claim code")?;
    owner.send_line(&format!("claim {code}")).await?;
    owner.expect("owner").await?;
    let first = shown(&server).await?;
    write(&home.path("chain.pem"), &home.path("key.pem"), "two.example")?;
    owner.send_line("reload").await?;
    owner.expect("as in the files now").await?;
    let second = shown(&server).await?;
    assert_ne!(first, second);
    fs::write(home.path("key.pem"), "no key")?;
    owner.send_line("reload").await?;
    owner.expect("Nothing was changed.").await?;
    owner.expect("tls.key").await?;
    assert_eq!(shown(&server).await?, second);
    Ok(())
}

#[tokio::test]
async fn plain_words_on_the_encrypted_port_are_not_answered_with_words() -> Result<()> {
    let home = home("localhost")?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut stranger = Raw::open(server.telnet_tls.context("it listens")?).await?;
    stranger.send("guest\r\n").await?;
    let told = stranger.to_end().await?;
    // At most an alert of TLS.
    assert!(told.is_empty() || told.starts_with(&[21, 3]), "{}", told.escape_ascii());
    neighbours.talk_undisturbed().await?;
    Ok(())
}

#[tokio::test]
async fn half_a_handshake_ends_after_a_while() -> Result<()> {
    let home = home("localhost")?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut slow = Raw::open(server.telnet_tls.context("it listens")?).await?;
    slow.send(b"\x16\x03\x01\x02\x00\x01").await?;
    assert_eq!(slow.to_end().await?, b"");
    neighbours.talk_undisturbed().await?;
    Ok(())
}

#[tokio::test]
async fn without_a_certificate_no_port_is_encrypted() -> Result<()> {
    let home = Home::new()?.set("telnet.tls_listen", "127.0.0.1:0");
    let ended = home.fail_to_start().await?;
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.output.contains("tls.certificate"), "{}", ended.output);
    Ok(())
}
