//! Files that cannot be opened, and what the operator is told.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;

use super::*;

fn refusal(path: &Path) -> StoreError {
    Store::open(&options(path)).map(drop).unwrap_err()
}

/// Every sentence names the file.
fn check_named(error: &StoreError, path: &Path) {
    let path = path.canonicalize().unwrap_or(path.to_owned());
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn folders_are_created_and_the_file_is_private() {
    let folder = folder();
    let path = folder.path().join("a/b/hearsay.db");
    let store = Store::open(&options(&path)).unwrap();
    store.set_note("claim_code", "x").await.unwrap();
    for file in [path.clone(), backup::with_suffix(&path, "-wal")] {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_second_server_on_one_file_is_refused_by_whatever_path() {
    let folder = folder();
    let path = database_in(&folder);
    let store = Store::open(&options(&path)).unwrap();
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for other in [&path, &link] {
        let error = refusal(other);
        let StoreError::InUse { process, .. } = error else { panic!("{error}") };
        assert_eq!(process, Some(std::process::id()));
    }
    // The refused ones took nothing from the first: it writes, and still holds the file alone.
    store.set_note("claim_code", "x").await.unwrap();
    assert!(matches!(refusal(&path), StoreError::InUse { .. }));
    store.close().await.unwrap();
    Store::open(&options(&path)).unwrap();
}

#[test]
fn a_server_in_another_process_is_named() {
    if let Some(database) = as_child() {
        let _store = Store::open(&options(&database)).unwrap();
        tell("open");
        // Until the parent kills it.
        std::io::stdin().read_line(&mut String::new()).unwrap();
        return;
    }
    let folder = folder();
    let path = database_in(&folder);
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.stdin(Stdio::piped());
    let test = "opening::a_server_in_another_process_is_named";
    let mut other = Offspring::of(program, test, &path);
    assert_eq!(other.hear().as_deref(), Some("open"));
    let error = refusal(&path);
    let process = Some(other.process.id());
    assert_eq!(error, StoreError::InUse { path: path.canonicalize().unwrap(), process });
    check_named(&error, &path);
    drop(other);
    Store::open(&options(&path)).unwrap();
}

#[test]
fn a_newer_database_is_left_alone() {
    let folder = folder();
    let path = database_in(&folder);
    let database = open::open(&options(&path), migrate::STEPS).unwrap();
    database.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let before = fs::read(&path).unwrap();
    let error = refusal(&path);
    let known = migrate::STEPS.len();
    assert_eq!(error, StoreError::Newer { path: path.canonicalize().unwrap(), found: 99, known });
    check_named(&error, &path);
    assert!(fs::read(&path).unwrap() == before, "the file was changed");
}

#[test]
fn another_programs_database_is_left_alone() {
    let folder = folder();
    let path = database_in(&folder);
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    connection.close().unwrap();
    let before = fs::read(&path).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    check_named(&error, &path);
    assert!(fs::read(&path).unwrap() == before, "the file was changed");
}

#[test]
fn garbage_and_folders_are_not_databases() {
    let folder = folder();
    let path = database_in(&folder);
    fs::write(&path, "name: not a database\n".repeat(500)).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
    check_named(&error, &path);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, StoreError::Unopenable { .. }), "{error}");
    check_named(&error, &path);

    let below_a_file = folder.path().join("file");
    fs::write(&below_a_file, "").unwrap();
    let error = refusal(&below_a_file.join("hearsay.db"));
    assert!(matches!(error, StoreError::Unopenable { .. }), "{error}");
}

#[tokio::test]
async fn a_truncated_database_is_found_at_the_start() {
    let folder = folder();
    let path = database_in(&folder);
    let store = Store::open(&options(&path)).unwrap();
    store.begin_epoch("e1", instant(0)).await.unwrap();
    for seq in 1..=500 {
        store.remember(line("say", "e1", seq));
    }
    store.close().await.unwrap();
    let whole = fs::read(&path).unwrap();
    for length in [50, 4096, 4096 * 3 + 17, whole.len() - 4096] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = refusal(&path);
        let damaged = matches!(error, StoreError::Damaged { .. } | StoreError::NotADatabase { .. });
        assert!(damaged, "{length} bytes: {error}");
        check_named(&error, &path);
    }
    fs::write(&path, &whole).unwrap();
    Store::open(&options(&path)).unwrap();
}

/// The tests may run as root, for whom no file is read-only; so a child without rights opens it.
#[test]
fn a_file_or_folder_that_cannot_be_written_is_named() {
    if let Some(database) = as_child() {
        tell(&refusal(&database).to_string());
        return;
    }
    let folder = folder();
    let shelf = folder.path().join("shelf");
    let path = shelf.join("hearsay.db");
    drop(Store::open(&StoreOptions { busy_timeout_ms: 5_000, ..options(&path) }).unwrap());
    drop(Store::open(&StoreOptions { busy_timeout_ms: 5_000, ..options(&path) }).unwrap());
    let set_mode = |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode));
    set_mode(folder.path(), 0o755).unwrap();

    // Only the file, then only the folder.
    for (file_mode, folder_mode) in [(0o444, 0o777), (0o666, 0o555)] {
        let lock = backup::with_suffix(&path, ".lock");
        fs::remove_file(&lock).unwrap_or_default();
        set_mode(&path, file_mode).unwrap();
        set_mode(&shelf, folder_mode).unwrap();
        let test = "opening::a_file_or_folder_that_cannot_be_written_is_named";
        let mut child = Offspring::of(without_rights(folder.path()), test, &path);
        let told = child.hear().unwrap();
        let expected = StoreError::ReadOnly { path: path.canonicalize().unwrap() };
        assert_eq!(told, expected.to_string(), "file {file_mode:o}, folder {folder_mode:o}");
        set_mode(&shelf, 0o777).unwrap();
    }
}

/// This test binary, to be run by a user who owns nothing.
fn without_rights(folder: &Path) -> Command {
    let binary = folder.join("tests");
    let original = std::env::current_exe().unwrap();
    if !binary.exists() && fs::hard_link(&original, &binary).is_err() {
        fs::copy(&original, &binary).unwrap();
    }
    let mut program = Command::new(binary);
    program.current_dir("/");
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        program.uid(65_534).gid(65_534);
    }
    program
}
