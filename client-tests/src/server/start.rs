//! What a server prints at its start, and the keeping of all that it prints after.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::Child;

/// How many lines of output are kept; the oldest go first.
const LINES_MAX: usize = 2_000;

/// What a server printed, to either stream, for the report of a failure.
#[derive(Debug, Clone, Default)]
pub struct Output(Arc<Mutex<Vec<String>>>);

impl Output {
    fn push(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES_MAX {
            lines.drain(..LINES_MAX / 2);
        }
        lines.push(line);
    }

    /// The lines, joined.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }
}

/// The start lines of a server that is ready.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// None for a world alone.
    pub(super) telnet: Option<SocketAddr>,
    pub(super) telnet_tls: Option<SocketAddr>,
    pub(super) web: SocketAddr,
    pub(super) web_tls: Option<SocketAddr>,
    pub(super) claim_code: Option<String>,
}

/// Reads start lines until `ready`, then keeps both streams flowing in the background.
pub(super) async fn until_ready(child: &mut Child, output: &Output) -> Result<Said> {
    let stderr = child.stderr.take().context("stderr is piped")?;
    let complaints = tokio::spawn(keep(BufReader::new(stderr).lines(), output.clone()));
    let mut stdout = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
    let mut lines = Vec::new();
    while let Some(line) = stdout.next_line().await? {
        output.push(line.clone());
        if line.trim() == "ready" {
            tokio::spawn(keep(stdout, output.clone()));
            return parse(&lines);
        }
        lines.push(line);
    }
    complaints.await?;
    bail!("it ended before it was ready: {}", child.wait().await?)
}

async fn keep(mut lines: Lines<BufReader<impl AsyncRead + Unpin>>, output: Output) {
    while let Ok(Some(line)) = lines.next_line().await {
        output.push(line);
    }
}

fn parse(lines: &[String]) -> Result<Said> {
    let after = |word: &str| {
        let rest = lines.iter().find_map(|line| line.trim_start().strip_prefix(word));
        rest.and_then(|rest| rest.split_whitespace().next())
    };
    let address = |word: &str| {
        let said = after(word)?;
        let host = said.trim_start_matches("http://").trim_start_matches("https://");
        let parsed = host.trim_end_matches('/').parse();
        Some(parsed.with_context(|| format!("no address: {said}")))
    };
    Ok(Said {
        telnet: address("telnet ").transpose()?,
        telnet_tls: address("telnet+tls ").transpose()?,
        web: address("web ").context("no line `web <address>`")??,
        web_tls: address("web+tls ").transpose()?,
        claim_code: after("claim code ").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_lines_name_the_bound_addresses() {
        let lines = [
            "hearsay     0.1.0",
            "telnet      127.0.0.1:40123",
            "web         http://127.0.0.1:40124/",
            "claim code  K3XP-99QA  (type: claim K3XP-99QA)",
        ];
        let said = parse(&lines.map(str::to_owned)).expect("all lines are there");
        assert_eq!(said.telnet.map(|telnet| telnet.port()), Some(40123));
        assert_eq!(said.web.port(), 40124);
        assert_eq!(said.claim_code.as_deref(), Some("K3XP-99QA"));
    }

    #[test]
    fn a_missing_line_is_named() {
        let error = parse(&["telnet 127.0.0.1:1".to_owned()]).expect_err("no web");
        assert_eq!(error.to_string(), "no line `web <address>`");
    }
}
