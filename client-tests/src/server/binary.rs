//! Which `hearsay` is tested: the one `HEARSAY_BIN` names, or the one that belongs to this build, brought up to date.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, bail};

/// The server's binary; built on the first call where no variable names one.
pub(super) fn path() -> Result<PathBuf> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOUND
        .get_or_init(|| find().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(|error| anyhow!(error))
}

fn find() -> Result<PathBuf> {
    if let Some(named) = env::var_os("HEARSAY_BIN") {
        return Path::new(&named).canonicalize().with_context(|| format!("HEARSAY_BIN {named:?}"));
    }
    let beside = env::current_exe()?;
    let folder = profile_folder(&beside).context("this program is not in a target folder")?;
    build(folder)?;
    Ok(folder.join("hearsay"))
}

/// `target/<profile>`: tests lie in its `deps`, binaries in itself.
fn profile_folder(program: &Path) -> Option<&Path> {
    let folder = program.parent()?;
    if folder.ends_with("deps") { folder.parent() } else { Some(folder) }
}

fn build(folder: &Path) -> Result<()> {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let target = folder.parent().context("a profile folder lies in a target folder")?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package",
            "hearsay",
            "--bin",
            "hearsay",
            "--profile",
            profile,
        ])
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .status()?;
    if !built.success() {
        bail!("the server does not build: {built}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_binaries_find_the_same_folder() {
        let folder = Path::new("/x/target/debug");
        assert_eq!(profile_folder(Path::new("/x/target/debug/deps/hostile-1f")), Some(folder));
        assert_eq!(profile_folder(Path::new("/x/target/debug/hearsay-load")), Some(folder));
    }
}
