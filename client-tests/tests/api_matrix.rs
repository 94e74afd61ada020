//! Every route of the REST API by everybody who might call it: let through or not, as the table here says. The table is held to
//! what the server says of itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::rest::{Caller, PREFIX};
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;
use ring::hmac;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(20);

/// What the owner of the tests logs in with.
const OWNERS_PASSWORD: &str = "the warden's own password";
/// Every scope, the first seven and the last for accounts.
const SCOPES: [&str; 9] = [
    "chat:read",
    "chat:write",
    "play",
    "world:read",
    "moderation:read",
    "moderation:write",
    "account",
    "log:write",
    "operations",
];
/// Every rank, the lowest first.
const RANKS: [&str; 6] = ["player", "helper", "builder", "moderator", "admin", "owner"];

/// Who has each of them but the highest.
const NAMES: [&str; 5] = ["Ada", "Bob", "Cecil", "Mara", "Gil"];

/// Who may call a route: anybody; accounts from a rank on; these and services; services alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Anybody,
    Accounts(&'static str),
    All(&'static str),
    Services,
}
use For::{Accounts, All, Anybody, Services};

const PLAYERS: For = Accounts("player");
const STAFF: For = Accounts("moderator");
const OPERATORS: For = All("admin");

/// Every route, the scope that it takes and who may call it. Last of all the one after which a token is good for nothing.
const ROUTES: [(&str, &str, &str, For); 62] = [
    ("GET", "/openapi.json", "", Anybody),
    ("GET", "/docs", "", Anybody),
    ("GET", "/docs.css", "", Anybody),
    ("POST", "/auth/login", "", Anybody),
    ("POST", "/auth/refresh", "", Anybody),
    ("GET", "/auth/token", "account", All("player")),
    ("GET", "/chat/channels", "chat:read", All("player")),
    ("GET", "/chat/history/{channel}", "chat:read", All("player")),
    ("GET", "/chat/search", "chat:read", All("player")),
    ("POST", "/chat/send", "chat:write", PLAYERS),
    ("GET", "/chat/rate-limit/status", "chat:read", PLAYERS),
    ("GET", "/conversations", "chat:read", PLAYERS),
    ("GET", "/conversations/{id}/history", "chat:read", PLAYERS),
    ("GET", "/chat/ignores", "chat:read", PLAYERS),
    ("POST", "/chat/ignores", "chat:write", PLAYERS),
    ("DELETE", "/chat/ignores", "chat:write", PLAYERS),
    ("GET", "/events", "chat:read", All("player")),
    ("POST", "/log", "log:write", Services),
    ("POST", "/chat/mute/player", "moderation:write", STAFF),
    ("DELETE", "/chat/mute/player", "moderation:write", STAFF),
    ("POST", "/chat/mute/channel", "moderation:write", STAFF),
    ("DELETE", "/chat/mute/channel", "moderation:write", STAFF),
    ("GET", "/moderation/restrictions", "moderation:read", STAFF),
    ("GET", "/operations/nodes", "operations", OPERATORS),
    ("POST", "/operations/drain", "operations", OPERATORS),
    ("DELETE", "/operations/drain", "operations", OPERATORS),
    ("POST", "/sessions", "play", PLAYERS),
    ("GET", "/sessions", "play", PLAYERS),
    ("DELETE", "/sessions/{id}", "play", PLAYERS),
    ("POST", "/sessions/{id}/commands", "play", PLAYERS),
    ("GET", "/sessions/{id}/events", "play", PLAYERS),
    ("POST", "/moderation/restrictions", "moderation:write", STAFF),
    ("DELETE", "/moderation/restrictions/{id}", "moderation:write", STAFF),
    ("GET", "/moderation/reports", "moderation:read", STAFF),
    ("GET", "/moderation/reports/{number}", "moderation:read", STAFF),
    ("POST", "/moderation/reports/{number}/claim", "moderation:write", STAFF),
    ("DELETE", "/moderation/reports/{number}/claim", "moderation:write", STAFF),
    ("POST", "/moderation/reports/{number}/verdict", "moderation:write", STAFF),
    ("GET", "/moderation/queue", "moderation:read", STAFF),
    ("POST", "/moderation/queue/{number}", "moderation:write", STAFF),
    ("POST", "/moderation/redactions", "moderation:write", STAFF),
    ("DELETE", "/moderation/redactions/{line}", "moderation:write", STAFF),
    ("GET", "/moderation/records/{player}", "moderation:read", STAFF),
    ("POST", "/moderation/records/{player}/notes", "moderation:write", STAFF),
    ("GET", "/moderation/lines", "moderation:read", STAFF),
    ("GET", "/moderation/filter", "moderation:read", STAFF),
    ("POST", "/moderation/filter/test", "moderation:read", STAFF),
    ("POST", "/moderation/filter/dry-run", "moderation:read", STAFF),
    ("GET", "/moderation/audit", "moderation:read", STAFF),
    ("GET", "/moderation/defcon", "moderation:read", STAFF),
    ("POST", "/moderation/defcon", "moderation:write", STAFF),
    ("POST", "/moderation/announcements", "moderation:write", STAFF),
    ("GET", "/webhooks", "operations", OPERATORS),
    ("GET", "/webhooks/{name}/dead", "operations", OPERATORS),
    ("POST", "/webhooks/{name}/dead/{id}/retry", "operations", OPERATORS),
    ("GET", "/push/topic", "account", PLAYERS),
    ("POST", "/push/topic", "account", PLAYERS),
    ("DELETE", "/push/topic", "account", PLAYERS),
    ("GET", "/players", "world:read", All("player")),
    ("GET", "/world/rooms/{id}", "world:read", All("player")),
    ("GET", "/world/map", "world:read", All("player")),
    ("POST", "/auth/logout", "account", All("player")),
];

/// Somebody who calls: how they are called in a failure, and what they are.
struct Somebody {
    name: String,
    token: Option<String>,
    kind: Kind,
    scopes: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Nobody,
    Account(&'static str),
    Service,
}

/// What is to be answered.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Through,
    Unauthorized,
    Forbidden,
}

fn expected(who: &Somebody, scope: &str, may: For) -> Expected {
    let at_least = |rank, least| place(rank) >= place(least);
    let is_let = match (who.kind, may) {
        (_, Anybody) => return Expected::Through,
        (Kind::Nobody, _) => return Expected::Unauthorized,
        (Kind::Account(rank), Accounts(least) | All(least)) => at_least(rank, least),
        (Kind::Service, All(_) | Services) => true,
        (Kind::Account(_), Services) | (Kind::Service, Accounts(_)) => false,
    };
    let has_scope = who.scopes.iter().any(|had| had == scope);
    if is_let && has_scope { Expected::Through } else { Expected::Forbidden }
}

fn place(rank: &str) -> usize {
    RANKS.iter().position(|known| *known == rank).expect("a rank")
}

/// The status that a call is answered with; nothing is read after it, for some answers do not end.
async fn status(server: SocketAddr, token: Option<&str>, method: &str, path: &str) -> Result<u16> {
    let shown = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let body = if method == "POST" { "{}" } else { "" };
    let request = format!(
        "{method} {PREFIX}{path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{shown}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = BufReader::new(TcpStream::connect(server).await?);
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    timeout(DEADLINE, stream.read_line(&mut line)).await??;
    line.get(9..12).and_then(|status| status.parse().ok()).with_context(|| format!("{line:?}"))
}

/// The path with something in place of what varies.
fn filled(path: &str) -> String {
    path.replace("{channel}", "say")
        .replace("{number}", "999")
        .replace("{player}", "nobody")
        .replace("{name}", "nothing")
        .replace("{line}", "00000000-0000-0000-0000-000000000000")
        .replace("{id}", "00000000-0000-0000-0000-000000000000")
}

#[tokio::test]
async fn everybody_may_what_the_table_says_and_nothing_else() -> Result<()> {
    let home = unlimited()?;
    let server = home.start().await?;
    let everybody = everybody(&home, &server).await?;
    assert!(everybody.len() > 40, "only {}", everybody.len());
    let mut wrong = Vec::new();
    for who in &everybody {
        for (method, path, scope, may) in ROUTES {
            let answered = status(server.web, who.token.as_deref(), method, &filled(path)).await?;
            let found = match answered {
                401 => Expected::Unauthorized,
                403 => Expected::Forbidden,
                _ => Expected::Through,
            };
            if found != expected(who, scope, may)
                || [405, 429].contains(&answered)
                || answered >= 500
            {
                wrong.push(format!("{} {method} {path}: {answered}", who.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

fn unlimited() -> Result<Home> {
    let home = Home::new()?.set("api.requests_per_minute", 0);
    Ok(home.set("api.requests_per_minute_per_address", 0))
}

async fn everybody(home: &Home, server: &Server) -> Result<Vec<Somebody>> {
    let mut all = vec![nobody("nobody", None)];
    all.extend(accounts(server).await?);
    all.extend(services(home).await?);
    // Of a grant that nobody has ended before they are tried.
    let spare = Caller::log_in(server.web, "Warden", OWNERS_PASSWORD, None).await?;
    all.extend(impostors(home, spare.token.as_deref().context("no token")?)?);
    Ok(all)
}

fn nobody(name: &str, token: Option<String>) -> Somebody {
    Somebody { name: name.to_owned(), token, kind: Kind::Nobody, scopes: Vec::new() }
}

/// An account of each rank with all scopes, and one of the highest and of the lowest with each alone.
async fn accounts(server: &Server) -> Result<Vec<Somebody>> {
    let mut owner = Owner::claim(server).await?;
    let all: Vec<&str> = SCOPES.into_iter().filter(|scope| *scope != "log:write").collect();
    let mut made = Vec::new();
    for rank in RANKS {
        let (name, password) = match rank {
            "owner" => ("Warden".to_owned(), OWNERS_PASSWORD),
            rank => (NAMES[place(rank)].to_owned(), PASSWORD),
        };
        if rank != "owner" {
            let mut client = by_telnet(server, &name).await?;
            if rank != "player" {
                owner.appoint(&name, rank).await?;
                client.expect(&format!("You are {rank} now.")).await?;
            }
            client.send_line("quit").await?;
            client.expect_closed().await?;
        }
        let alone = ["player", "owner"].contains(&rank);
        let singly = all.iter().filter(|_| alone).map(|scope| vec![*scope]);
        for scopes in singly.chain([all.clone()]) {
            let wanted = scopes.join(" ");
            let caller = Caller::log_in(server.web, &name, password, Some(&wanted)).await?;
            if scopes.contains(&"account") {
                let stands = caller.get("/auth/token").await?.json()?;
                ensure!(stands["rank"] == rank, "{stands}");
            }
            let label = if scopes.len() == all.len() { "all scopes" } else { &wanted };
            let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            let (name, kind) = (format!("{rank} with {label}"), Kind::Account(rank));
            made.push(Somebody { name, token: caller.token, kind, scopes });
        }
    }
    Ok(made)
}

/// A service with each scope alone, and one with all.
async fn services(home: &Home) -> Result<Vec<Somebody>> {
    let mut made = Vec::new();
    for scopes in SCOPES.map(str::to_owned).into_iter().chain([SCOPES.join(" ")]) {
        let name = format!("s{}", made.len());
        let done = home.run(&["token", "create", "--name", &name, "--scope", &scopes]).await?;
        ensure!(done.status.success(), "{}", done.output);
        made.push(Somebody {
            name: format!("service with {scopes}"),
            token: Some(done.output.trim().to_owned()),
            kind: Kind::Service,
            scopes: scopes.split(' ').map(str::to_owned).collect(),
        });
    }
    let none = home.run(&["token", "create", "--name", "none", "--scope", ""]).await?;
    ensure!(!none.status.success(), "a service without a scope: {}", none.output);
    Ok(made)
}

/// Tokens that say the same as a good one but for one thing.
fn impostors(home: &Home, good: &str) -> Result<Vec<Somebody>> {
    let secret: String = home.database()?.query_row(
        "SELECT value FROM notes WHERE key = 'api_secret'",
        [],
        |row| row.get(0),
    )?;
    let key = URL_SAFE_NO_PAD.decode(secret)?;
    let claims = good.split('.').nth(1).context("no claims")?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
    let hs256 = json!({ "alg": "HS256", "typ": "JWT" });
    let with = |claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims[claim] = value;
        signed(&key, &hs256, &claims)
    };
    let (now, unsigned) = (claims["iat"].as_i64().context("no iat")?, json!({ "alg": "none" }));
    let forged = signed(&[7; 32], &hs256, &claims);
    let made = [
        ("expired", with("exp", json!(now - 1))),
        ("for another audience", with("aud", json!("elsewhere"))),
        ("by another issuer", with("iss", json!("somebody"))),
        ("of no grant", with("sub", json!("00000000-0000-0000-0000-000000000000"))),
        ("of another key", forged),
        ("of an empty key", signed(&[], &hs256, &claims)),
        ("of no key", format!("{}.{}.", part(&unsigned), part(&claims))),
        ("of no key, yet signed", signed(&key, &unsigned, &claims)),
        ("of another kind of key", signed(&key, &json!({ "alg": "HS512" }), &claims)),
        ("cut short", good[..good.len() - 2].to_owned()),
        ("no token", "open sesame".to_owned()),
    ];
    let mut made: Vec<_> =
        made.map(|(name, token)| nobody(&format!("a token {name}"), Some(token))).into();
    // The last one ends the grant. It is for what was changed that the others are refused.
    made.push(Somebody {
        name: "a token with nothing changed".to_owned(),
        token: Some(signed(&key, &hs256, &claims)),
        kind: Kind::Account("owner"),
        scopes: SCOPES
            .map(str::to_owned)
            .into_iter()
            .filter(|scope| scope != "log:write")
            .collect(),
    });
    Ok(made)
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(key: &[u8], header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

#[tokio::test]
async fn the_table_is_what_the_server_says_of_itself() -> Result<()> {
    let server = Home::new()?.start().await?;
    let document = Caller::without_token(server.web).get("/openapi.json").await?.json()?;
    let mut said = BTreeMap::new();
    for (path, item) in document["paths"].as_object().context("no paths")? {
        for (method, operation) in item.as_object().context("no methods")? {
            let scope = operation["security"][0]["bearer"][0].as_str().unwrap_or_default();
            let rank = operation["x-rank"].as_str();
            let may = match (rank, operation["x-services"].as_bool()) {
                (None, None) => "anybody".to_owned(),
                (None, _) => "services".to_owned(),
                (Some(rank), services) => format!("{rank}, services: {}", services == Some(true)),
            };
            said.insert((method.to_uppercase(), path.clone()), format!("{scope} {may}"));
        }
    }
    let described = ROUTES.into_iter().filter(|(_, path, ..)| {
        // Documents about the API are not in it.
        !["/openapi.json", "/docs", "/docs.css"].contains(path)
    });
    let table = described.map(|(method, path, scope, may)| {
        let may = match may {
            Anybody => "anybody".to_owned(),
            Services => "services".to_owned(),
            Accounts(rank) => format!("{rank}, services: false"),
            All(rank) => format!("{rank}, services: true"),
        };
        ((method.to_owned(), path.to_owned()), format!("{scope} {may}"))
    });
    assert_eq!(said, table.collect::<BTreeMap<_, _>>());
    Ok(())
}

#[tokio::test]
async fn a_guest_has_no_token_and_a_refusal_waits_for_no_body() -> Result<()> {
    let home = unlimited()?;
    let server = home.start().await?;
    let mut guest = client_tests::cast::telnet(&server, "gil").await?;
    guest.answer("Name: ", "guest").await?;
    guest.send_line("Gil").await?;
    guest.sync().await?;
    let login = json!({ "name": "Gil", "password": "" });
    let open = Caller::without_token(server.web);
    let refused = open.post("/auth/login", &login).await?;
    ensure!([400, 401].contains(&refused.status), "{refused:?}");
    let made = home.run(&["token", "create", "--name", "s", "--scope", "moderation:write"]).await?;
    let token = made.output.trim();
    let request = format!(
        "POST {PREFIX}/moderation/announcements HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{{",
        server.web
    );
    let mut stream = BufReader::new(TcpStream::connect(server.web).await?);
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    timeout(Duration::from_secs(5), stream.read_line(&mut line)).await??;
    assert!(line.contains(" 403 "), "{line}");
    Ok(())
}
