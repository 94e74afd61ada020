//! gateway

pub mod telnet;
