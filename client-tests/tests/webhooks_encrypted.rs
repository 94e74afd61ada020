//! Webhooks over TLS: told to whom an authority vouches for by the right name, and to nobody else.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::receiver::Receiver;
use client_tests::rest::{Caller, got};
use client_tests::server::Home;
use client_tests::staff::Owner;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;
use tokio::time::{Instant, sleep};

const SECRET: &str = "whsec_aGVhcnNheSBoZWFyc2F5IGhlYXJzYXkgaGVhcnNheQ==";

/// One who vouches for others.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?.pem();
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    /// A receiver for which this one vouches, by a name.
    async fn receiver(&self, name: &str) -> Result<Receiver> {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new([name.to_owned()])?;
        let certificate = params.signed_by(&key, &self.issuer)?.der().clone();
        let secret = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
        let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], secret)?;
        Receiver::encrypted(tls).await
    }
}

fn row(name: &str, receiver: &Receiver, more: &str) -> String {
    let port = receiver.address.port();
    format!(
        "  - name: {name}\n    url: https://localhost:{port}/in\n    secret_env: TIDE_SECRET\n    \
         kinds: [messages]\n    attempts_max: 1\n    {more}\n"
    )
}

/// Waits until a hook has failed, and tells why.
async fn why_not(admin: &Caller, name: &str) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let hooks = got(admin, "/webhooks").await?["webhooks"].clone();
        let named = |hook: &&Value| hook["name"] == name;
        let hook = hooks.as_array().and_then(|all| all.iter().find(named)).context("no hook")?;
        if let Some(why) = hook["last_error"].as_str() {
            ensure!(hook["state"] == "fails" && hook["delivered"] == 0, "{hook}");
            return Ok(why.to_owned());
        }
        ensure!(Instant::now() < deadline, "{hook}");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn only_whom_an_authority_vouches_for_by_the_right_name_is_told() -> Result<()> {
    let authority = Authority::new()?;
    let mut tide = authority.receiver("localhost").await?;
    let mut other = authority.receiver("other.example").await?;
    let mut stranger = authority.receiver("localhost").await?;
    let home = Home::new()?.with_variable("TIDE_SECRET", SECRET);
    let file = home.path("authorities.pem");
    fs::write(&file, format!("{}{}", Authority::new()?.certificate, authority.certificate))?;
    let trusting = format!("ca_file: {}", file.display());
    let rows = [
        row("tide", &tide, &trusting),
        row("other", &other, &trusting),
        row("stranger", &stranger, ""),
    ];
    home.rewrite("server_config.yaml", "{}\n", &format!("webhooks:\n{}", rows.concat()))?;
    let server = home.start().await?;
    let _owner = Owner::claim(&server).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let admin = Caller::log_in(server.web, "warden", "the warden's own password", None).await?;
    ada.types("global the tide turns", "the tide turns").await?;
    let told = tide.next().await?;
    assert_eq!(told.json()?["data"]["content"], "the tide turns");
    assert_eq!(told.header("host")?, format!("localhost:{}", tide.address.port()));
    let why = why_not(&admin, "other").await?;
    ensure!(why.starts_with("TLS:") && why.contains("not valid for name \"localhost\""), "{why}");
    ensure!(why_not(&admin, "stranger").await?.contains("UnknownIssuer"));
    ada.types("global and turns again", "turns again").await?;
    tide.next_with("turns again").await?;
    for receiver in [&mut other, &mut stranger] {
        ensure!(!receiver.was_told(), "a hook was told without a certificate that counts");
    }
    Ok(())
}

#[tokio::test]
async fn a_file_without_authorities_keeps_the_server_from_starting() -> Result<()> {
    for (text, why) in [
        (None, "ca_file: reading"),
        (Some("nothing"), "no certificate is in it"),
        (Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "ca_file:"),
    ] {
        let home = Home::new()?.with_variable("TIDE_SECRET", SECRET);
        let file = home.path("authorities.pem");
        if let Some(text) = text {
            fs::write(&file, text)?;
        }
        let hook = format!(
            "webhooks:\n  - {{name: tide, url: 'https://example.org/', secret_env: TIDE_SECRET, \
             kinds: [messages], ca_file: '{}'}}\n",
            file.display()
        );
        home.rewrite("server_config.yaml", "{}\n", &hook)?;
        let ended = home.fail_to_start().await?;
        ensure!(ended.output.contains(why), "{why}: {}", ended.output);
    }
    Ok(())
}
