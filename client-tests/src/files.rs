//! What a server leaves behind in its folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// All files in a folder and the folders in it, with their bytes.
///
/// # Errors
/// When one cannot be read.
pub fn below(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(below(&path)?);
        } else {
            let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
            files.push((path, bytes));
        }
    }
    files.sort();
    Ok(files)
}

/// The files in a folder and the folders in it that hold a text.
///
/// # Errors
/// When one cannot be read.
pub fn that_hold(folder: &Path, text: &str) -> Result<Vec<PathBuf>> {
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, text.as_bytes()).is_some();
    Ok(below(folder)?.into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path).collect())
}

/// The lines of a log, as JSON, over all its days.
///
/// # Errors
/// When a file cannot be read or a line is no JSON.
pub fn log_lines(folder: &Path) -> Result<Vec<Value>> {
    let mut lines = Vec::new();
    for (path, bytes) in below(folder)? {
        for line in String::from_utf8(bytes)?.lines() {
            let value = serde_json::from_str(line)
                .with_context(|| format!("{}: no JSON: {line}", path.display()))?;
            lines.push(value);
        }
    }
    Ok(lines)
}
