//! A connection whose bytes are looked at as they come: plain or over TLS, compressed or not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use flate2::{Decompress, FlushDecompress, Status};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How long what is expected may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A connection.
pub struct Raw<S> {
    stream: S,
    inflate: Option<Decompress>,
    /// What was read and not yet looked at.
    read: Vec<u8>,
}

impl Raw<TcpStream> {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self::on(stream))
    }
}

impl Raw<TlsStream<TcpStream>> {
    /// Connects over TLS, whoever signed the certificate.
    ///
    /// # Errors
    /// When there is nobody who speaks TLS.
    pub async fn open_encrypted(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        let shaken = connector()?.connect(ServerName::try_from("localhost")?, stream);
        Ok(Self::on(timeout(PATIENCE, shaken).await??))
    }

    /// The certificate that the server showed.
    ///
    /// # Errors
    /// When it showed none.
    pub fn certificate(&self) -> Result<CertificateDer<'static>> {
        let shown = self.stream.get_ref().1.peer_certificates().context("no certificate")?;
        Ok(shown.first().context("no certificate")?.clone().into_owned())
    }
}

/// What speaks TLS with anybody.
///
/// # Errors
/// Never, as long as there is a protocol version.
pub fn connector() -> Result<TlsConnector> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

impl<S: AsyncRead + AsyncWrite + Unpin> Raw<S> {
    /// What goes over a stream.
    pub fn on(stream: S) -> Self {
        Self { stream, inflate: None, read: Vec::new() }
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> Result<()> {
        Ok(self.stream.write_all(bytes.as_ref()).await?)
    }

    /// Reads until these bytes have come, and returns all up to and with them.
    ///
    /// # Errors
    /// When they do not come in time, or the connection ends before.
    pub async fn until(&mut self, wanted: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let wanted = wanted.as_ref();
        let found = async {
            loop {
                if let Some(at) = memchr::memmem::find(&self.read, wanted) {
                    return Ok(self.read.drain(..at + wanted.len()).collect());
                }
                if !self.more().await? {
                    bail!("the connection ended");
                }
            }
        };
        let found = timeout(PATIENCE, found).await.unwrap_or_else(|late| Err(late.into()));
        found.with_context(|| {
            let (wanted, read) = (wanted.escape_ascii(), self.read.escape_ascii());
            format!("waiting for {wanted}; there was {read}")
        })
    }

    /// Reads all there is until the server closes.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn to_end(&mut self) -> Result<Vec<u8>> {
        let end = async {
            while self.more().await? {}
            anyhow::Ok(())
        };
        timeout(PATIENCE, end).await.context("the server does not close")??;
        Ok(std::mem::take(&mut self.read))
    }

    /// What was read and not looked at yet.
    pub fn unread(&self) -> &[u8] {
        &self.read
    }

    /// What comes from here on is a zlib stream.
    ///
    /// # Errors
    /// When what came already is none.
    pub fn inflate(&mut self) -> Result<()> {
        self.inflate = Some(Decompress::new(true));
        let compressed = std::mem::take(&mut self.read);
        self.take(&compressed)
    }

    /// Whether what comes is still a zlib stream.
    pub fn inflates(&self) -> bool {
        self.inflate.is_some()
    }

    /// Reads once; false at the end.
    async fn more(&mut self) -> Result<bool> {
        let mut bytes = [0; 8192];
        let count = match self.stream.read(&mut bytes).await {
            Ok(count) => count,
            // Closed with our bytes unread: an end like any other.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => 0,
            Err(error) => return Err(error.into()),
        };
        self.take(&bytes[..count])?;
        Ok(count > 0)
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<()> {
        while let Some(stream) = &mut self.inflate {
            let (read, written) = (stream.total_in(), stream.total_out());
            let mut text = [0; 8192];
            let status = stream.decompress(bytes, &mut text, FlushDecompress::Sync)?;
            let count = usize::try_from(stream.total_out() - written)?;
            bytes = &bytes[usize::try_from(stream.total_in() - read)?..];
            self.read.extend_from_slice(&text[..count]);
            if status == Status::StreamEnd {
                self.inflate = None;
            } else if bytes.is_empty() && count < text.len() {
                return Ok(());
            } else {
                ensure!(status != Status::BufError, "the stream does not go on");
            }
        }
        self.read.extend_from_slice(bytes);
        Ok(())
    }
}

/// Believes every certificate.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
