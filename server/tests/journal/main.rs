//! The journal as operators meet it: real files, a real full disk, a real log shipper.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, helpers included")]
#![allow(
    clippy::print_stdout,
    reason = "a skipped test says so, and a test's child process reports"
)]

mod chain;
mod disk;
mod files;
mod killed;
mod moderation;
mod schema;
mod shipping;
mod support;
