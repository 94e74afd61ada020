//! What the link says in the log: each change once, and never a secret.

use std::io;
use std::sync::{Arc, Mutex};

use hearsay::bus::local;
use hearsay::bus::nats::{self, NatsLogin};
use hearsay::vocab::Secret;

use crate::harness::{ROOMY, connected, options, suffix, until};
use crate::nats_server::{NatsServer, binaries};

/// What has been logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// How many lines have all of these words.
    fn lines_with(&self, words: &[&str]) -> usize {
        self.text().lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The log of this whole process: a log of one thread would miss what others have found nobody to listen to.
fn listen() -> Log {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_is_said_once_and_no_password_at_all() {
    let locked = "authorization { users = [ { user: ada, password: right } ] }";
    let mut server = NatsServer::start_with(&binaries()[0], locked);
    let log = listen();
    let url = server.url();
    let address = url.strip_prefix("nats://").unwrap();
    let mut options = options(&server);
    options.login = NatsLogin::User { name: "ada".to_owned(), password: Secret::new("hush-hush") };
    options.url = url.replace("nats://", "nats://ada:in-the-url@").parse().unwrap();
    let (mut world, ..) = local::pair(ROOMY);
    let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
    let link = nats::attach(options, end).await.unwrap();
    // The client logs every attempt; this is how the test knows that there were several.
    until("attempts", || log.lines_with(&["establishing connection", address]) >= 4).await;
    assert_eq!(log.lines_with(&["NATS refuses us", address]), 1, "{}", log.text());

    server.configure(&locked.replace("right", "hush-hush"));
    server.restart();
    connected(&link).await;
    link.shutdown().await;
    assert_eq!(log.lines_with(&["connected to NATS", address]), 1, "{}", log.text());
    for secret in ["hush-hush", "in-the-url"] {
        assert_eq!(log.lines_with(&[secret]), 0, "{}", log.text());
    }
}
