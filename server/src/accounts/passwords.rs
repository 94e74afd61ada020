//! Argon2id at OWASP's parameters (19 MiB, two passes, one lane), on threads of its own and only so many at once.

use std::sync::{Arc, OnceLock};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::{Semaphore, oneshot};

use crate::vocab::Secret;

/// How far hashing gives way: beside a thread that is always busy it still has 3 % of a core, which is a login a second.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// Hashes passwords; one for the whole process.
#[derive(Debug, Clone)]
pub(super) struct Passwords {
    workers: Arc<Semaphore>,
    /// The hash of no password, for names that nobody has: answers take as long for them as for others. Made when it is
    /// first needed, as hashing leaves its 19 MiB with the allocator.
    nobody: Arc<OnceLock<String>>,
}

impl Passwords {
    pub(super) fn new(workers: usize) -> Self {
        Self { workers: Arc::new(Semaphore::new(workers)), nobody: Arc::default() }
    }

    /// The PHC string of a password, with a salt of its own.
    pub(super) async fn hash(&self, password: Secret) -> anyhow::Result<String> {
        let _place = self.workers.acquire().await?;
        aside(move || hash(password.expose())).await?
    }

    /// Whether a password is the one that was hashed; without a hash it never is, and takes as long.
    pub(super) async fn verify(
        &self,
        password: Secret,
        hash: Option<String>,
    ) -> anyhow::Result<bool> {
        let _place = self.workers.acquire().await?;
        let known = hash.is_some();
        let nobody = Arc::clone(&self.nobody);
        let same = aside(move || {
            let hash = hash.unwrap_or_else(|| nobody.get_or_init(no_password).clone());
            verify(password.expose(), &hash)
        })
        .await?;
        Ok(same && known)
    }
}

/// Does it on a thread of its own, which gives way to all else that the server does: talk does not wait while many log in.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    let (done, result) = oneshot::channel();
    let thread = std::thread::Builder::new().name("password".to_owned());
    thread.spawn(move || {
        give_way();
        // Whoever waited may be gone.
        let _ = done.send(work());
    })?;
    Ok(result.await?)
}

/// Lowers the priority of the calling thread; on Linux, `nice` concerns the thread alone. A system that refuses leaves it as
/// it was.
#[cfg(target_os = "linux")]
fn give_way() {
    let _ = rustix::process::nice(NICENESS);
}

/// Elsewhere it would concern the whole process.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

fn hash(password: &str) -> anyhow::Result<String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    Ok(hashed.map_err(|why| anyhow::anyhow!("hashing a password: {why}"))?.to_string())
}

/// The hash of a text that is thrown away. Should it fail, an empty one verifies nothing either.
fn no_password() -> String {
    hash(&format!("{:x}", rand::random::<u128>())).unwrap_or_default()
}

fn verify(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_same_password_is_the_same() {
        let passwords = Passwords::new(1);
        let hash = passwords.hash(Secret::new("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let same = |text: &str| passwords.verify(Secret::new(text), Some(hash.clone()));
        assert!(same("correct horse").await.unwrap());
        assert!(!same("correct horse ").await.unwrap());
        assert!(!passwords.verify(Secret::new("anything"), None).await.unwrap());
    }
}
