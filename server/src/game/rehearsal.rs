//! An in-memory stage.
