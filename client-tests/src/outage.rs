//! Stands between clients and the server, and is a network that can be cut: what is open then dies, and nothing new gets
//! through until it is mended.

use std::net::SocketAddr;

use anyhow::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A network. Clients connect to its address.
pub struct Network {
    /// Where it listens.
    pub address: SocketAddr,
    leads_to: watch::Sender<Option<SocketAddr>>,
}

impl Network {
    /// A network before a server; it works.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn before(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (leads_to, state) = watch::channel(Some(server));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, state.clone()));
            }
        });
        Ok(Self { address, leads_to })
    }

    /// Cuts it.
    pub fn cut(&self) {
        self.leads_to.send_replace(None);
    }

    /// Leads whoever connects from now on to this server; what is open stays as it is.
    pub fn lead(&self, server: SocketAddr) {
        self.leads_to.send_if_modified(|leads_to| {
            *leads_to = Some(server);
            false
        });
    }

    /// Mends it; it leads to this server now, which may be another than before.
    pub fn mend(&self, server: SocketAddr) {
        self.leads_to.send_replace(Some(server));
    }
}

async fn carry(mut client: TcpStream, mut leads_to: watch::Receiver<Option<SocketAddr>>) {
    let Some(server) = *leads_to.borrow_and_update() else { return };
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = leads_to.changed() => {}
    }
}
