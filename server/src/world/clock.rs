//! The time of day in the world, as a function of real time. Holds no clock: whoever asks brings both moments.

use chrono::{DateTime, Utc};

/// Minutes in a day of the world.
const DAY_MINUTES: i64 = 24 * 60;

/// The first hour with daylight.
const SUNRISE_HOUR: u8 = 6;

/// The first hour without.
const SUNSET_HOUR: u8 = 20;

/// From which hour on each phrase holds. Those before sunrise and after sunset speak of night.
const PHRASES: [(u8, &str); 14] = [
    (0, "the middle of the night"),
    (3, "the small hours of the night"),
    (5, "a little before dawn"),
    (6, "dawn"),
    (7, "early in the morning"),
    (9, "the middle of the morning"),
    (11, "a little before noon"),
    (12, "noon"),
    (13, "early in the afternoon"),
    (15, "late in the afternoon"),
    (18, "early in the evening"),
    (19, "dusk"),
    (20, "nightfall"),
    (22, "late in the night"),
];

/// A moment of the world's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GameTime {
    /// Days since the epoch; the first is 0, days before it are negative.
    pub day: i64,
    /// Minutes since midnight, 0 to 1439.
    pub minute: u16,
}

impl GameTime {
    /// What time it is `now` in a world whose first midnight was at `epoch` and whose day lasts `day_minutes` real
    /// minutes. A day of no minutes counts as one of one minute.
    #[must_use]
    pub fn at(epoch: DateTime<Utc>, now: DateTime<Utc>, day_minutes: u32) -> Self {
        let day_milliseconds = i64::from(day_minutes.max(1)) * 60_000;
        let elapsed = (now - epoch).num_milliseconds();
        let minute = elapsed.rem_euclid(day_milliseconds) * DAY_MINUTES / day_milliseconds;
        let minute = u16::try_from(minute).expect("a remainder is less than a whole day");
        Self { day: elapsed.div_euclid(day_milliseconds), minute }
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u8 {
        u8::try_from(self.minute / 60).expect("a day has 24 hours")
    }

    /// Whether the sun is down.
    #[must_use]
    pub fn is_night(self) -> bool {
        !(SUNRISE_HOUR..SUNSET_HOUR).contains(&self.hour())
    }

    /// The time as people say it after "It is": "a little before dawn".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        let so_far = PHRASES.iter().take_while(|(hour, _)| *hour <= self.hour());
        so_far.last().map_or("day", |(_, phrase)| phrase)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use expect_test::expect;

    use super::*;

    fn after(seconds: i64, day_minutes: u32) -> GameTime {
        let epoch = DateTime::UNIX_EPOCH;
        GameTime::at(epoch, epoch + TimeDelta::seconds(seconds), day_minutes)
    }

    #[test]
    fn a_day_of_sixty_minutes_has_its_noon_after_thirty() {
        assert_eq!(after(30 * 60, 60), GameTime { day: 0, minute: 12 * 60 });
        assert_eq!(after(60 * 60, 60), GameTime { day: 1, minute: 0 });
        assert_eq!(after(-1, 60), GameTime { day: -1, minute: 24 * 60 - 1 });
        assert_eq!(after(59, 0).hour(), 23);
    }

    #[test]
    fn every_hour_is_told() {
        let told: String = (0..24u16)
            .map(|hour| GameTime { day: 0, minute: hour * 60 })
            .map(|time| {
                let light = if time.is_night() { "night" } else { "day" };
                format!("{:02} {light:5} {}\n", time.hour(), time.phrase())
            })
            .collect();
        expect![[r#"
            00 night the middle of the night
            01 night the middle of the night
            02 night the middle of the night
            03 night the small hours of the night
            04 night the small hours of the night
            05 night a little before dawn
            06 day   dawn
            07 day   early in the morning
            08 day   early in the morning
            09 day   the middle of the morning
            10 day   the middle of the morning
            11 day   a little before noon
            12 day   noon
            13 day   early in the afternoon
            14 day   early in the afternoon
            15 day   late in the afternoon
            16 day   late in the afternoon
            17 day   late in the afternoon
            18 day   early in the evening
            19 day   dusk
            20 night nightfall
            21 night nightfall
            22 night late in the night
            23 night late in the night
        "#]]
        .assert_eq(&told);
    }
}
