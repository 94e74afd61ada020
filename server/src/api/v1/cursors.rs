//! Pages of a list: how long one is, and cursors, which say where to go on. A word to be handed back as it is, not to be made up or looked into.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;

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

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// What comes after this cursor.
    after: Option<String>,
}

impl Part {
    /// This part of rows that are in the order of their keys, and where to go on, if there is more.
    ///
    /// # Errors
    /// When it makes no sense.
    pub(super) fn of<T>(
        &self,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Problem> {
        let limit = page_size(self.limit)?;
        if let Some(after) = self.after.as_deref().map(key_of).transpose()? {
            let behind = rows.iter().take_while(|row| key(row) <= after).count();
            rows.drain(..behind);
        }
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| has_more);
        let next = last.map(|row| URL_SAFE_NO_PAD.encode(key(row)));
        Ok((rows, next))
    }
}

fn key_of(cursor: &str) -> Result<String, Problem> {
    let key = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|key| String::from_utf8(key).ok());
    key.ok_or_else(|| Problem::bad_request("after: this is no cursor of an earlier answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_list_are_all_of_it_even_if_it_changes_in_between() {
        let part = |after| Part { limit: Some(2), after };
        let of = |rows: &[&'static str], after| {
            part(after).of(rows.to_vec(), ToString::to_string).unwrap()
        };
        let (first, next) = of(&["a", "b", "c", "d"], None);
        assert_eq!(first, ["a", "b"]);
        let (second, next) = of(&["a", "c", "d", "e"], next);
        assert_eq!(second, ["c", "d"]);
        assert_eq!(of(&["a", "e"], next), (vec!["e"], None));
        assert_eq!(of(&["a", "b"], None), (vec!["a", "b"], None));
        for wrong in ["!", "ü", "gA"] {
            let part = Part { limit: None, after: Some(wrong.to_owned()) };
            assert!(part.of(vec!["a"], ToString::to_string).is_err(), "{wrong}");
        }
        assert!(Part { limit: Some(0), after: None }.of(vec![1], i32::to_string).is_err());
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let place = LinePlace { epoch: 7, seq: 4711 };
        assert_eq!(read("before", &written(place)).unwrap(), place);
        for wrong in ["", "x", "AAAA", "ü", &format!("{}A", written(place))] {
            assert!(read("before", wrong).is_err(), "{wrong}");
        }
    }
}
