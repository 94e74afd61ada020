//! What peers that mean harm send, for the tests that look at one of them and for the load that lets all loose.

use std::io::Write;

use anyhow::Result;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::telnet::code::{DO, DONT, IAC, WILL, WONT};

/// Every verb for every option that the server knows.
#[must_use]
pub fn storm() -> Vec<u8> {
    let verbs = |option| [WILL, WONT, DO, DONT].map(|verb| [IAC, verb, option]);
    [1, 3, 24, 25, 31, 39, 42, 70, 86, 87, 201].into_iter().flat_map(verbs).flatten().collect()
}

/// An answer to each of the server's first offers: no.
#[must_use]
pub fn refusals() -> Vec<u8> {
    let wont = [24, 31, 39].map(|option| [IAC, WONT, option]);
    let dont = [42, 25, 70, 86, 201].map(|option| [IAC, DONT, option]);
    [wont.as_flattened(), dont.as_flattened()].concat()
}

/// A stream of zlib (RFC 1950) with this in it.
///
/// # Errors
/// Never: it is written to memory.
pub fn zlib(plain: &[u8]) -> Result<Vec<u8>> {
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::best());
    stream.write_all(plain)?;
    Ok(stream.finish()?)
}
