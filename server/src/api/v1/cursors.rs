//! Pages of a list: how long one is, and cursors, which say where to go on. A word to be handed back as it is, not to be made up or looked into.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::api::problem::Problem;
use crate::store::LinePlace;

/// How much a page has when nothing is said.
const PAGE: usize = 50;
/// The most of a page.
const PAGE_MAX: usize = 200;

/// How much of a page is wanted.
///
/// # Errors
/// When it is nothing, or more than a page has.
pub(super) fn page_size(wanted: Option<usize>) -> Result<usize, Problem> {
    let size = wanted.unwrap_or(PAGE);
    if (1..=PAGE_MAX).contains(&size) {
        return Ok(size);
    }
    Err(Problem::bad_request(format!("limit: takes 1 to {PAGE_MAX}")))
}

/// How a place is written for whoever reads on from there.
pub(super) fn written(place: LinePlace) -> String {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&place.epoch.to_be_bytes());
    bytes[8..].copy_from_slice(&place.seq.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place of a cursor; `name` is what the parameter is called.
pub(super) fn read(name: &str, text: &str) -> Result<LinePlace, Problem> {
    let none = || Problem::bad_request(format!("{name}: this is no cursor of an earlier answer"));
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| none())?;
    let (epoch, seq) = bytes.split_first_chunk::<8>().ok_or_else(none)?;
    let seq: [u8; 8] = seq.try_into().map_err(|_| none())?;
    Ok(LinePlace { epoch: i64::from_be_bytes(*epoch), seq: i64::from_be_bytes(seq) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let place = LinePlace { epoch: 7, seq: 4711 };
        assert_eq!(read("before", &written(place)).unwrap(), place);
        for wrong in ["", "x", "AAAA", "ü", &format!("{}A", written(place))] {
            assert!(read("before", wrong).is_err(), "{wrong}");
        }
    }
}
