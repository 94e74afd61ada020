//! Real NATS servers on loopback, each ended with its test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take to start.
const START_MAX: Duration = Duration::from_secs(20);

/// The servers to test with: `HEARSAY_NATS_SERVERS` (paths with colons between), else those that `scripts/install-nats`
/// installs, else the one on the `PATH`.
pub(crate) fn binaries() -> Vec<PathBuf> {
    if let Some(paths) = std::env::var_os("HEARSAY_NATS_SERVERS") {
        return std::env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()).collect();
    }
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools");
    let installed: Vec<_> = ["nats-debian", "nats-2.12"]
        .iter()
        .map(|name| tools.join(name).join("bin/nats-server"))
        .filter(|path| path.is_file())
        .collect();
    if installed.is_empty() { vec!["nats-server".into()] } else { installed }
}

/// One server, its data and its port, through any number of deaths.
pub(crate) struct NatsServer {
    binary: PathBuf,
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl NatsServer {
    /// Starts a server with JetStream on a port of its own choice.
    pub(crate) fn start(binary: &Path) -> Self {
        Self::start_with(binary, "jetstream { store_dir: \"STORE\" }")
    }

    /// Starts a server with this config, in which `STORE` stands for a folder for its data.
    pub(crate) fn start_with(binary: &Path, config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self { binary: binary.to_owned(), folder, port: 0, child: None };
        server.configure(config);
        server.run("-1".to_owned());
        server
    }

    /// Gives it another config, for its next start.
    pub(crate) fn configure(&self, config: &str) {
        let store = self.folder.path().join("store");
        let config = config.replace("STORE", store.to_str().unwrap());
        std::fs::write(self.folder.path().join("nats.conf"), config).unwrap();
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it again on the same port with the same data.
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.run(self.port.to_string());
    }

    /// Freezes it: it holds its sockets and answers nothing.
    pub(crate) fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let pid = self.child.as_ref().expect("a running server").id();
        let kill = format!("kill -{name} {pid}");
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    fn run(&mut self, port: String) {
        let deadline = Instant::now() + START_MAX;
        loop {
            let mut child = self.spawn(&port);
            match self.wait_for_port(&mut child, deadline) {
                Some(port) => {
                    self.port = port;
                    self.child = Some(child);
                    return;
                }
                // A port that was just given up may be refused for a moment.
                None => {
                    let log = self.log();
                    assert!(Instant::now() < deadline, "nats-server did not start: {log}");
                }
            }
        }
    }

    fn spawn(&self, port: &str) -> Child {
        let folder = self.folder.path();
        let log = std::fs::File::create(folder.join("log")).unwrap();
        Command::new(&self.binary)
            .args(["-a", "127.0.0.1", "-p", port, "--ports_file_dir"])
            .arg(folder)
            .arg("-c")
            .arg(folder.join("nats.conf"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{}: {error}; see scripts/install-nats", self.binary.display())
            })
    }

    /// The port that the server writes down once it listens; none if it ended.
    fn wait_for_port(&self, child: &mut Child, deadline: Instant) -> Option<u16> {
        let name = format!("{}_{}.ports", self.binary.file_name()?.to_str()?, child.id());
        let file = self.folder.path().join(name);
        while Instant::now() < deadline {
            if let Some(port) = std::fs::read_to_string(&file).ok().and_then(|text| port_in(&text))
            {
                return Some(port);
            }
            if child.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn port_in(ports_file: &str) -> Option<u16> {
    let ports: serde_json::Value = serde_json::from_str(ports_file).ok()?;
    ports["nats"][0].as_str()?.rsplit(':').next()?.parse().ok()
}
