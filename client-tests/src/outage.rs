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
    works: watch::Sender<bool>,
}

impl Network {
    /// A network before a server; it works.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn before(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (works, state) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, state.clone()));
            }
        });
        Ok(Self { address, works })
    }

    /// Cuts it.
    pub fn cut(&self) {
        self.works.send_replace(false);
    }

    /// Mends it.
    pub fn mend(&self) {
        self.works.send_replace(true);
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, mut works: watch::Receiver<bool>) {
    if !*works.borrow() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = works.wait_for(|works| !works) => {}
    }
}
