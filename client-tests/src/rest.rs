//! The REST API as a program calls it: a token, a path, perhaps a body.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::http::{self, Response};

/// What every path begins with.
pub const PREFIX: &str = "/api/v1";

/// Somebody who calls, with a token or without.
#[derive(Debug, Clone)]
pub struct Caller {
    server: SocketAddr,
    /// What is shown as `Authorization: Bearer`.
    pub token: Option<String>,
}

impl Caller {
    /// One who has no token.
    #[must_use]
    pub fn without_token(server: SocketAddr) -> Self {
        Self { server, token: None }
    }

    /// One who shows this.
    #[must_use]
    pub fn with(server: SocketAddr, token: impl Into<String>) -> Self {
        Self { server, token: Some(token.into()) }
    }

    /// Logs in with a password, for some scopes or for all.
    ///
    /// # Errors
    /// When that is not answered by tokens.
    pub async fn log_in(
        server: SocketAddr,
        name: &str,
        password: &str,
        scope: Option<&str>,
    ) -> Result<Self> {
        let mut body = json!({ "name": name, "password": password });
        if let Some(scope) = scope {
            body["scope"] = json!(scope);
        }
        let answer = Self::without_token(server).post("/auth/login", &body).await?;
        ensure!(answer.status == 200, "{} {}", answer.status, answer.body);
        let token = answer.json()?["access_token"].as_str().map(str::to_owned);
        Ok(Self { server, token: Some(token.context("no token")?) })
    }

    /// Gets a path.
    ///
    /// # Errors
    /// When nothing whole comes back.
    pub async fn get(&self, path: &str) -> Result<Response> {
        self.call("GET", path, &[], None).await
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// When nothing whole comes back.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Response> {
        self.call("POST", path, &[], Some(&body.to_string())).await
    }

    /// Calls by any method, with headers of one's own; a body counts as JSON.
    ///
    /// # Errors
    /// When nothing whole comes back.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Result<Response> {
        let mut request = format!("{method} {PREFIX}{path} HTTP/1.1\r\nHost: {}\r\n", self.server);
        request.push_str("Connection: close\r\n");
        if let Some(token) = &self.token {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = body {
            let length = body.len();
            request.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {length}\r\n"
            ));
        }
        request.push_str("\r\n");
        request.push_str(body.unwrap_or_default());
        http::send(self.server, &request).await
    }
}

/// A header of an answer.
#[must_use]
pub fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
