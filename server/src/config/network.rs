//! The sections about ports: where to listen, how to encrypt, what to offer and to say to those who come.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::vocab::{AddressRange, ChannelName};

section! {
    /// The telnet listeners.
    Telnet {
        /// Address and port; port 0 takes any free one.
        #[garde(skip)]
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 4000)),
        /// Address and port for telnet over TLS; none is without.
        #[garde(skip)]
        tls_listen: Option<SocketAddr> = None,
        /// Networks of proxies. What comes from there must begin with a PROXY header, and its address counts.
        #[garde(length(max = 1000), inner(custom(network)))]
        proxies: Vec<String> = Vec::new(),
        /// Whether output is compressed for those who ask for it (MCCP2). Never over TLS.
        #[garde(skip)]
        mccp2: bool = true,
        /// Whether those who have logged in may send compressed (MCCP3).
        #[garde(skip)]
        mccp3: bool = false,
        /// Silence after which a client is sent a command that does nothing. Seconds; 0 is off.
        #[garde(range(max = 86_400))]
        keep_alive_seconds: u64 = 60,
        /// What lists of games are told.
        #[garde(dive)]
        mssp: Mssp = Mssp::default(),
        /// What there is for clients besides the game.
        #[garde(dive)]
        gmcp: Gmcp = Gmcp::default(),
    }
}

section! {
    /// What there is for clients besides the game (GMCP). Each is offered only to clients that ask for it.
    Gmcp {
        /// The web address of a package for Mudlet, and its version.
        #[garde(inner(custom(web_address)))]
        gui: Option<String> = None,
        /// Clients load the package again when this changes.
        #[garde(length(min = 1, max = 40))]
        gui_version: String = "1".to_owned(),
        /// The web address of a map in the MMP format.
        #[garde(inner(custom(web_address)))]
        map: Option<String> = None,
        /// The web address of the folder with sounds; ends in a slash.
        #[garde(inner(custom(web_address)))]
        media: Option<String> = None,
        /// For a channel, the file in that folder that is played with each line of it.
        #[garde(length(max = 200))]
        sounds: BTreeMap<ChannelName, String> = BTreeMap::new(),
        /// The id that Discord gave the game; the invitation is that of `mssp`.
        #[garde(inner(length(min = 1, max = 40)))]
        discord_application: Option<String> = None,
    }
}

section! {
    /// What lists of games are told (MSSP), besides what the server knows by itself.
    Mssp {
        /// The name of the game.
        #[garde(length(min = 1, max = 200))]
        name: String = "Hearsay".to_owned(),
        /// The host that players connect to.
        #[garde(inner(length(min = 1, max = 200)))]
        hostname: Option<String> = None,
        /// A mail address.
        #[garde(inner(length(min = 1, max = 200)))]
        contact: Option<String> = None,
        /// A web address.
        #[garde(inner(length(min = 1, max = 200)))]
        website: Option<String> = None,
        /// An invitation to Discord.
        #[garde(inner(length(min = 1, max = 200)))]
        discord: Option<String> = None,
        /// The web address of a picture, 32 x 32 to 256 x 256.
        #[garde(inner(length(min = 1, max = 200)))]
        icon: Option<String> = None,
        /// The language that is spoken.
        #[garde(length(min = 1, max = 200))]
        language: String = "English".to_owned(),
        /// The country where the server stands.
        #[garde(inner(length(min = 1, max = 200)))]
        location: Option<String> = None,
        /// The year in which the game began.
        #[garde(skip)]
        created: Option<u16> = None,
        /// How old players must be. Years.
        #[garde(skip)]
        minimum_age: Option<u8> = None,
        /// Alpha, Closed Beta, Open Beta or Live.
        #[garde(length(min = 1, max = 200))]
        status: String = "Alpha".to_owned(),
        /// Any other variables, and other values for those that the server would find by itself.
        #[garde(length(max = 200))]
        more: BTreeMap<String, String> = BTreeMap::new(),
    }
}

section! {
    /// The HTTP and WebSocket listeners.
    Http {
        /// Address and port; port 0 takes any free one.
        #[garde(skip)]
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 4080)),
        /// Address and port for HTTPS and encrypted WebSockets; none is without.
        #[garde(skip)]
        tls_listen: Option<SocketAddr> = None,
        /// Web pages of these origins (`https://example.org`) may open a WebSocket, besides the server's own.
        #[garde(length(max = 100))]
        origins: Vec<String> = Vec::new(),
        /// Whether a WebSocket takes a token in its address (`/ws?token=`), which logs of proxies and browsers keep.
        #[garde(skip)]
        token_in_address: bool = false,
        /// Networks of proxies whose `X-Forwarded-For` says whose request it is.
        #[garde(length(max = 1000), inner(custom(network)))]
        trusted_proxies: Vec<String> = Vec::new(),
        /// Host names that requests from this machine may be for, besides `localhost`.
        #[garde(length(max = 100), inner(custom(host_name)))]
        hosts: Vec<String> = Vec::new(),
        /// Who may read `/metrics` and all of `/health`, as networks; a request that a proxy has passed on never may.
        #[garde(length(max = 1000), inner(custom(network)))]
        metrics_from: Vec<String> = vec!["127.0.0.0/8".to_owned(), "::1".to_owned()],
    }
}

section! {
    /// The REST API under `/api/v1`.
    Api {
        /// Whether there is one.
        #[garde(skip)]
        enabled: bool = true,
        /// Web pages of these origins (`https://example.org`) may call it, besides the server's own.
        #[garde(length(max = 100))]
        origins: Vec<String> = Vec::new(),
        /// Requests a minute for an account or a service, and without a token for an address; 0 is without limit.
        #[garde(skip)]
        requests_per_minute: u32 = 300,
        /// Requests a minute from one address, with tokens and without; 0 is without limit.
        #[garde(skip)]
        requests_per_minute_per_address: u32 = 1_500,
        /// The longest body of a request. Bytes.
        #[garde(range(min = 1024, max = 16_777_216))]
        body_bytes_max: usize = 65_536,
        /// How long a request may take. Seconds.
        #[garde(range(min = 1, max = 300))]
        seconds_max: u64 = 15,
        /// How long a login can be used on without the password. Days.
        #[garde(range(min = 1, max = 3650))]
        refresh_days: u32 = 30,
    }
}

section! {
    /// The certificate for the ports that are encrypted.
    Tls {
        /// File with the certificate and those between it and a known one, in PEM.
        #[garde(skip)]
        certificate: Option<PathBuf> = None,
        /// File with its private key, in PEM.
        #[garde(skip)]
        key: Option<PathBuf> = None,
        /// Whether to make a certificate at each start that nobody can verify. For development.
        #[garde(skip)]
        self_signed: bool = false,
    }
}

/// An address that clients may load something from.
fn web_address(text: &str, (): &()) -> garde::Result {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    if is_web && text.len() <= 500 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(garde::Error::new(format!("{text:?} is not a web address")))
}

/// A host's name alone, as browsers send it: without scheme or port.
fn host_name(text: &str, (): &()) -> garde::Result {
    let is_part = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&part.len()) && part.bytes().all(fits)
    };
    if text.len() <= 253 && text.split('.').all(is_part) {
        return Ok(());
    }
    Err(garde::Error::new(format!("{text:?} is not the name of a host: write mud.example.org")))
}

fn network(text: &str, (): &()) -> garde::Result {
    match text.parse::<AddressRange>() {
        Ok(_) => Ok(()),
        Err(why) => Err(garde::Error::new(why)),
    }
}
