//! Disks of a few hundred KiB that a test can fill or make read-only.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::tools;

/// A file that takes up room, on a disk.
const BALLAST: &str = "ballast";

/// A small disk of its own, in memory. Dropping it takes it away, whatever is open on it.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts one; none where the system does not allow it, see [`tools::skip`].
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn mount(kib: u32) -> Result<Option<Self>> {
        let folder = tempfile::Builder::new().prefix("hearsay-disk-").tempdir()?;
        let size = format!("size={kib}k");
        if let Err(error) = run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs"], folder.path()) {
            tools::skip(&format!("a small disk cannot be mounted: {error:#}"));
            return Ok(None);
        }
        Ok(Some(Self { folder }))
    }

    /// A path on the disk.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// Fills it to the last byte.
    ///
    /// # Errors
    /// When the disk cannot be written to at all.
    pub fn fill(&self) -> Result<()> {
        let mut ballast = File::options().create(true).append(true).open(self.path(BALLAST))?;
        while ballast.write_all(&[0; 512]).is_ok() {}
        Ok(())
    }

    /// Makes room again after [`fill`](Self::fill).
    ///
    /// # Errors
    /// When it was not filled.
    pub fn make_room(&self) -> Result<()> {
        Ok(fs::remove_file(self.path(BALLAST))?)
    }

    /// Makes all on it read-only, for root too.
    ///
    /// # Errors
    /// When something on it is open for writing.
    pub fn make_read_only(&self) -> Result<()> {
        run("mount", &["-o", "remount,ro"], self.folder.path())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Nothing to be done about a failure here but to leave a small disk behind.
        let _ = run("umount", &["--lazy"], self.folder.path());
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<()> {
    let ended = Command::new(program).args(arguments).arg(folder).output()?;
    ensure!(ended.status.success(), "{program}: {}", String::from_utf8_lossy(&ended.stderr).trim());
    Ok(())
}
