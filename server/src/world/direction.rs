//! The ten directions: their names, and which way each lies on a map. Owns no exits and reads no commands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A direction that a room may have a way out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// North, up on a map.
    North,
    /// North-east.
    Northeast,
    /// East, right on a map.
    East,
    /// South-east.
    Southeast,
    /// South, down on a map.
    South,
    /// South-west.
    Southwest,
    /// West, left on a map.
    West,
    /// North-west.
    Northwest,
    /// Up, off the map.
    Up,
    /// Down, off the map.
    Down,
}

impl Direction {
    /// All ten: clockwise from north, then up and down. Lists of exits follow this order.
    pub const ALL: [Self; 10] = [
        Self::North,
        Self::Northeast,
        Self::East,
        Self::Southeast,
        Self::South,
        Self::Southwest,
        Self::West,
        Self::Northwest,
        Self::Up,
        Self::Down,
    ];

    /// The whole word, as in world files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::North => "north",
            Self::Northeast => "northeast",
            Self::East => "east",
            Self::Southeast => "southeast",
            Self::South => "south",
            Self::Southwest => "southwest",
            Self::West => "west",
            Self::Northwest => "northwest",
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    /// The letters that players type: `n`, `ne`, `e`, `se`, `s`, `sw`, `w`, `nw`, `u`, `d`.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::North => "n",
            Self::Northeast => "ne",
            Self::East => "e",
            Self::Southeast => "se",
            Self::South => "s",
            Self::Southwest => "sw",
            Self::West => "w",
            Self::Northwest => "nw",
            Self::Up => "u",
            Self::Down => "d",
        }
    }

    /// The way back.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::North => Self::South,
            Self::Northeast => Self::Southwest,
            Self::East => Self::West,
            Self::Southeast => Self::Northwest,
            Self::South => Self::North,
            Self::Southwest => Self::Northeast,
            Self::West => Self::East,
            Self::Northwest => Self::Southeast,
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }

    /// One step on a map as (columns to the right, rows down); none for up and down, which stay on the spot.
    #[must_use]
    pub fn offset(self) -> Option<(i32, i32)> {
        match self {
            Self::North => Some((0, -1)),
            Self::Northeast => Some((1, -1)),
            Self::East => Some((1, 0)),
            Self::Southeast => Some((1, 1)),
            Self::South => Some((0, 1)),
            Self::Southwest => Some((-1, 1)),
            Self::West => Some((-1, 0)),
            Self::Northwest => Some((-1, -1)),
            Self::Up | Self::Down => None,
        }
    }

    /// The direction of this whole word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.name() == word)
    }

    /// The direction of these letters or this whole word.
    #[must_use]
    pub fn typed(word: &str) -> Option<Self> {
        Self::named(word)
            .or_else(|| Self::ALL.into_iter().find(|direction| direction.short() == word))
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_undoes_the_way() {
        for way in Direction::ALL {
            assert_eq!(way.opposite().opposite(), way);
            let there_and_back = way.offset().zip(way.opposite().offset());
            assert!(there_and_back.is_none_or(|((a, b), (c, d))| (a + c, b + d) == (0, 0)));
        }
    }

    #[test]
    fn each_direction_is_found_by_its_own_words_alone() {
        for way in Direction::ALL {
            assert_eq!(Direction::typed(way.name()), Some(way));
            assert_eq!(Direction::typed(way.short()), Some(way));
            assert_eq!(Direction::named(way.short()), None);
        }
        assert_eq!(Direction::typed("nor"), None);
    }
}
