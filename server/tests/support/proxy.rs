//! A network between a client and a server that can be made to fail in exactly one way.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Carries everything.
    Both,
    /// Carries what the client says and holds back what the server says.
    OnlyToServer,
    /// Carries nothing and holds everything back.
    Stalled,
    /// Breaks every connection, with all that was held back, and lets no new one through.
    Cut,
}

/// Listens on loopback for as long as it lives.
pub(crate) struct Proxy {
    port: u16,
    weather: watch::Sender<Weather>,
}

/// What connections go through.
#[derive(Debug, Clone, Copy)]
struct Weather {
    flow: Flow,
    /// How often all connections were broken.
    breaks: u64,
}

impl Proxy {
    pub(crate) async fn to(server_url: &str) -> Self {
        let server = server_url.strip_prefix("nats://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (weather, seen) = watch::channel(Weather { flow: Flow::Both, breaks: 0 });
        tokio::spawn(accept(listener, server, seen));
        Self { port, weather }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn set(&self, flow: Flow) {
        self.weather.send_modify(|weather| weather.flow = flow);
    }

    /// Breaks every connection, with all that was held back, and is open to new ones at once.
    pub(crate) fn break_all(&self) {
        self.weather.send_modify(|weather| {
            weather.flow = Flow::Both;
            weather.breaks += 1;
        });
    }
}

async fn accept(listener: TcpListener, server: String, weather: watch::Receiver<Weather>) {
    while let Ok((client, _)) = listener.accept().await {
        if weather.has_changed().is_err() {
            return;
        }
        if weather.borrow().flow != Flow::Cut {
            tokio::spawn(carry(client, server.clone(), weather.clone()));
        }
    }
}

async fn carry(client: TcpStream, server: String, mut weather: watch::Receiver<Weather>) {
    let breaks = weather.borrow().breaks;
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (up, down) = (weather.clone(), weather.clone());
    let is_over = |now: &Weather| now.flow == Flow::Cut || now.breaks != breaks;
    tokio::select! {
        // First, so that a broken connection does not let go of what it held back.
        biased;
        _ = weather.wait_for(is_over) => {}
        () = pump(from_client, to_server, up, |flow| flow == Flow::Both || flow == Flow::OnlyToServer) => {}
        () = pump(from_server, to_client, down, |flow| flow == Flow::Both) => {}
    }
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut weather: watch::Receiver<Weather>,
    allows: impl Fn(Flow) -> bool,
) {
    let mut chunk = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut chunk).await {
        // Asked after reading, so that nothing slips through once the weather has changed.
        let allowed = weather.wait_for(|now| allows(now.flow)).await.is_ok();
        if !allowed || to.write_all(&chunk[..count]).await.is_err() {
            return;
        }
    }
}
