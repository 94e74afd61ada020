//! The REST API against its own description: schemathesis makes requests up, good ones and bad ones, and each answer has to
//! be one that the description has.
//!
//! For half a minute, or as many seconds as `HEARSAY_CONTRACT_SECONDS` says.

use std::env;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::rest::{Caller, PREFIX};
use client_tests::server::Home;
use client_tests::staff::Owner;
use client_tests::tools;
use tokio::process::Command;

/// What is looked at. Not whether everything that has the right shape is accepted: whether there is a player Bob, no
/// description says.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,negative_data_rejection,\
    missing_required_header,unsupported_method,ignored_auth";

#[tokio::test]
async fn every_answer_is_one_that_the_description_has() -> Result<()> {
    let Some(schemathesis) = tools::require("schemathesis") else { return Ok(()) };
    let home = Home::new()?
        .set("api.requests_per_minute", 0)
        .set("api.requests_per_minute_per_address", 0);
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let _ada = by_telnet(&server, "Ada").await?;
    owner.appoint("ada", "admin").await?;
    let caller = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let token = caller.token.clone().context("no token")?;
    let seconds = env::var("HEARSAY_CONTRACT_SECONDS").unwrap_or_else(|_| "30".to_owned());
    let packages = schemathesis.ancestors().nth(2).context("where it is")?;
    let run = Command::new(&schemathesis)
        .arg("run")
        .arg(format!("http://{}{PREFIX}/openapi.json", server.web))
        .args(["--header", &format!("Authorization: Bearer {token}")])
        // Whoever logs out can try nothing after that, and streams of events do not end.
        .args(["--exclude-path", "/auth/logout"])
        .args(["--exclude-path", "/events", "--exclude-path", "/sessions/{id}/events"])
        .args(["--checks", CHECKS, "--max-time", &seconds])
        .args(["--no-color", "--generation-database", ":memory:"])
        .env("PYTHONPATH", packages)
        .current_dir(home.path("."))
        .stdin(Stdio::null())
        .output()
        .await
        .context("running schemathesis")?;
    let told = String::from_utf8_lossy(&run.stdout);
    ensure!(run.status.success(), "{told}\n{}", String::from_utf8_lossy(&run.stderr));
    ensure!(told.contains("generated"), "{told}");
    ensure!(caller.get("/auth/token").await?.status == 200, "the token was good to the end");
    println!("{told}");
    Ok(())
}
