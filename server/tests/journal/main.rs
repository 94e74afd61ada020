//! The journal as operators meet it: real files, a real full disk, a real log shipper.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, helpers included")]

mod disk;
mod files;
mod schema;
mod shipping;
mod support;
