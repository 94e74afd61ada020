//! The certificate of the ports that are encrypted: read at the start, and again whenever the operator says so. Those who
//! are connected keep what they have.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, bail};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::config::{Config, Tls};

/// The certificate; cheap to clone, and all clones change together.
#[derive(Debug, Clone)]
pub(super) struct Certificates {
    files: Option<(PathBuf, PathBuf)>,
    current: Arc<Current>,
}

/// What new connections are shown.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// A certificate that was read and is not shown yet.
#[derive(Debug)]
pub(super) struct Fresh(Arc<CertifiedKey>);

impl Certificates {
    /// Reads the certificate; none where no port is encrypted.
    ///
    /// # Errors
    /// When there is none, or it cannot be used; names the key of the configuration.
    pub(super) fn open(config: &Config) -> anyhow::Result<Option<Self>> {
        let listens = [config.telnet.tls_listen, config.http.tls_listen];
        if listens.iter().all(Option::is_none) {
            return Ok(None);
        }
        let (files, key) = match &config.tls {
            Tls { certificate: Some(_), self_signed: true, .. } => {
                bail!("tls.self_signed: there is a tls.certificate as well; which shall it be?")
            }
            Tls { certificate: Some(certificate), key: Some(key), .. } => {
                (Some((certificate.clone(), key.clone())), read(certificate, key)?)
            }
            Tls { self_signed: true, .. } => (None, self_signed(config)?),
            _ => bail!("tls: an encrypted port needs tls.certificate and tls.key"),
        };
        Ok(Some(Self { files, current: Arc::new(Current(RwLock::new(Arc::new(key)))) }))
    }

    /// How to shake hands: TLS 1.3 or 1.2.
    pub(super) fn server_config(&self) -> anyhow::Result<Arc<ServerConfig>> {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.current) as Arc<dyn ResolvesServerCert>);
        Ok(Arc::new(config))
    }

    /// Reads the files again.
    ///
    /// # Errors
    /// When they cannot be used; nothing has changed then.
    pub(super) fn read_again(&self) -> anyhow::Result<Option<Fresh>> {
        let Some((certificate, key)) = &self.files else { return Ok(None) };
        Ok(Some(Fresh(Arc::new(read(certificate, key)?))))
    }

    /// Shows this to whoever connects from now on.
    pub(super) fn show(&self, Fresh(key): Fresh) {
        *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = key;
        tracing::info!("the certificate was read again");
    }

    /// Reads the files again and shows what is in them; what goes wrong is only logged.
    pub(super) fn reload(&self) {
        match self.read_again() {
            Ok(Some(fresh)) => self.show(fresh),
            Ok(None) => tracing::info!("there is no certificate to read again"),
            Err(why) => {
                tracing::error!(why = %format!("{why:#}"), "the certificate stays as it is");
            }
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn read(certificate: &Path, key: &Path) -> anyhow::Result<CertifiedKey> {
    let reading = || format!("tls.certificate: reading {}", certificate.display());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(|certificates| certificates.collect())
        .with_context(reading)?;
    if chain.is_empty() {
        bail!("tls.certificate: there is none in {}", certificate.display());
    }
    let secret = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("tls.key: reading {}", key.display()))?;
    CertifiedKey::from_der(chain, secret, &provider()).with_context(|| {
        format!("tls: {} and {} do not go together", certificate.display(), key.display())
    })
}

#[cfg(feature = "self-signed")]
fn self_signed(config: &Config) -> anyhow::Result<CertifiedKey> {
    let hostname = config.telnet.mssp.hostname.clone();
    let names: Vec<String> = hostname.into_iter().chain(["localhost".to_owned()]).collect();
    let made = rcgen::generate_simple_self_signed(names).context("tls.self_signed")?;
    let secret = PrivateKeyDer::try_from(made.signing_key.serialize_der());
    let secret = secret.map_err(|why| anyhow::anyhow!("tls.self_signed: {why}"))?;
    CertifiedKey::from_der(vec![made.cert.der().clone()], secret, &provider())
        .context("tls.self_signed")
}

#[cfg(not(feature = "self-signed"))]
fn self_signed(_: &Config) -> anyhow::Result<CertifiedKey> {
    bail!("tls.self_signed: this binary was built without the feature `self-signed`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(tls: Tls) -> Config {
        let mut config = Config { tls, ..Config::default() };
        config.http.tls_listen = Some(config.http.listen);
        config
    }

    fn complaint(tls: Tls) -> String {
        format!("{:#}", Certificates::open(&config(tls)).unwrap_err())
    }

    /// Writes a certificate and its key.
    fn write(folder: &Path, name: &str) -> Tls {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let (certificate, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        Tls { certificate: Some(certificate), key: Some(key), self_signed: false }
    }

    #[test]
    fn without_encrypted_ports_there_is_none() {
        assert!(Certificates::open(&Config::default()).unwrap().is_none());
    }

    #[test]
    fn what_is_missing_is_named_by_its_key() {
        let folder = tempfile::tempdir().unwrap();
        assert!(complaint(Tls::default()).contains("tls.certificate"));
        let good = write(folder.path(), "localhost");
        let without_key = Tls { key: None, ..good.clone() };
        assert!(complaint(without_key).contains("tls.key"));
        let both = Tls { self_signed: true, ..good.clone() };
        assert!(complaint(both).contains("tls.self_signed"));
        let nowhere = Tls { certificate: Some("/nowhere".into()), ..good.clone() };
        assert!(complaint(nowhere).contains("reading /nowhere"));
        let no_key = Tls { key: good.certificate.clone(), ..good };
        assert!(complaint(no_key).contains("tls.key"));
    }

    #[test]
    fn it_changes_only_for_a_sound_one() {
        let folder = tempfile::tempdir().unwrap();
        let tls = write(folder.path(), "one.example");
        let certificates = Certificates::open(&config(tls)).unwrap().unwrap();
        let shown = || certificates.current.0.read().unwrap().cert[0].clone();
        let first = shown();
        write(folder.path(), "two.example");
        certificates.reload();
        let second = shown();
        assert_ne!(first, second);
        std::fs::write(folder.path().join("chain.pem"), "nothing").unwrap();
        certificates.reload();
        assert_eq!(shown(), second);
    }
}
