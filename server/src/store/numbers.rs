//! What number a line has in `messages`. Numbers rise as lines are said, so that a new row goes to the end of the table, and
//! a line's name leads to its number, so that no index of names is needed.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::vocab::MessageId;

/// How many bits of a number count the lines of one millisecond.
const WITHIN_BITS: u32 = 21;
/// How many bits of a name's time are in a number, in milliseconds: enough until the year 2109. Later ones begin anew; only
/// the order of what was said before and after that suffers.
const TIME_BITS: u32 = 63 - WITHIN_BITS;

/// The lowest and the highest number that a line of this name may have. Between them lie the lines of one millisecond.
///
/// While a clock that was set back stands still for names, all lines are of one millisecond; those beyond its two million
/// are stored as any other and not found by name.
pub(super) fn of(id: MessageId) -> (i64, i64) {
    let (time_ms, _) = id.0.as_u64_pair();
    let first = (time_ms >> 16 & ((1 << TIME_BITS) - 1)) << WITHIN_BITS;
    (first.cast_signed(), (first | ((1 << WITHIN_BITS) - 1)).cast_signed())
}

/// The lowest number that a line of a moment may have.
pub(super) fn at(moment: DateTime<Utc>) -> i64 {
    let time_ms = moment.timestamp_millis().max(0).cast_unsigned();
    ((time_ms & ((1 << TIME_BITS) - 1)) << WITHIN_BITS).cast_signed()
}

/// Gives lines their numbers. Owned by the writer; nobody else adds lines.
#[derive(Default)]
pub(super) struct Numbers {
    /// The number given last, and the lowest that it could have been.
    given: Option<(i64, i64)>,
    /// The highest number there is, or was; none when it is not known.
    highest: Option<i64>,
}

impl Numbers {
    /// A number for a line of this name, which no line has. Where it [must ask](Self::must_ask), all lines that have numbers must
    /// be in the table.
    pub(super) fn next(&mut self, id: MessageId, connection: &Connection) -> rusqlite::Result<i64> {
        let (first, last) = of(id);
        let number = match self.known(first) {
            Some(number) => number,
            None => highest_between(connection, first, last)?.map_or(first, |taken| taken + 1),
        };
        let highest = match self.highest {
            Some(highest) => highest,
            None => highest_between(connection, i64::MIN, i64::MAX)?.unwrap_or(number),
        };
        (self.given, self.highest) = (Some((number, first)), Some(highest.max(number)));
        Ok(number)
    }

    /// Whether only the table can tell a number for a line of this name: it is older than others, or the first.
    pub(super) fn must_ask(&self, id: MessageId) -> bool {
        self.known(of(id).0).is_none()
    }

    /// The next number of the millisecond that begins with this one.
    fn known(&self, first: i64) -> Option<i64> {
        match self.given {
            Some((given, begun)) if begun == first => Some(given + 1),
            _ => self.highest.filter(|highest| *highest < first).map(|_| first),
        }
    }
}

fn highest_between(
    connection: &Connection,
    first: i64,
    last: i64,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT max(number) FROM messages WHERE number BETWEEN ?1 AND ?2")?
        .query_row([first, last], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::super::migrate::fresh;
    use super::*;
    use uuid::Uuid;

    /// A name of this millisecond.
    fn name(ms: u64) -> MessageId {
        MessageId(uuid::Builder::from_unix_timestamp_millis(ms, &[0xff; 10]).into_uuid())
    }

    fn stored(connection: &Connection, number: i64) -> i64 {
        let insert = "INSERT INTO messages (number, channel, epoch, seq, at_ms, sender, body)
            VALUES (?1, 'say', 1, ?1, 0, 0, '')";
        connection.execute(insert, [number]).unwrap();
        number
    }

    #[test]
    fn numbers_rise_with_time_and_are_found_from_the_name() {
        let (early, late) = (of(name(1_700_000_000_000)), of(name(1_700_000_000_001)));
        assert_eq!(early.0, 1_700_000_000_000 << WITHIN_BITS);
        assert_eq!(early.1 + 1, late.0);
        assert_eq!(of(MessageId(Uuid::nil())).0, 0);
        assert_eq!(of(MessageId(Uuid::max())).1, i64::MAX);
    }

    #[test]
    fn no_number_is_given_twice_whatever_the_clock_does() {
        let connection = fresh();
        let mut numbers = Numbers::default();
        let times = [50, 50, 60, 50, 40, 40, 60, 61];
        let give = |numbers: &mut Numbers, ms| {
            let id = name(ms);
            let number = stored(&connection, numbers.next(id, &connection).unwrap());
            assert!((of(id).0..=of(id).1).contains(&number), "{ms} ms: {number}");
        };
        times.iter().for_each(|ms| give(&mut numbers, *ms));
        let mut numbers = Numbers::default();
        times.iter().for_each(|ms| give(&mut numbers, *ms));
    }

    #[test]
    fn a_millisecond_that_is_full_goes_on_into_the_next() {
        let connection = fresh();
        let last = stored(&connection, of(name(50)).1);
        let mut numbers = Numbers::default();
        let mut next = |ms| stored(&connection, numbers.next(name(ms), &connection).unwrap());
        assert_eq!([next(50), next(50), next(51)], [last + 1, last + 2, last + 3]);
    }
}
