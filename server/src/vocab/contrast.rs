//! How well a colour can be read on what it stands on, by the measure of WCAG 2.2.

use super::{Background, Colour};

/// The least contrast at which ordinary text can be read (WCAG 2.2, success criterion 1.4.3).
pub const CONTRAST_MIN: f32 = 4.5;

/// Steps from a colour to black or white, where a readable one is looked for.
const STEPS: u16 = 32;

impl Background {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dark, Self::Light];

    /// The background as a lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// What stands for it: black or white.
    #[must_use]
    pub fn colour(self) -> Colour {
        match self {
            Self::Dark => Colour { red: 0, green: 0, blue: 0 },
            Self::Light => Colour { red: 255, green: 255, blue: 255 },
        }
    }

    fn opposite(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }
}

impl Colour {
    /// The contrast of text in this colour: from 1, which nobody can read, to 21.
    #[must_use]
    pub fn contrast(self, background: Background) -> f32 {
        let (own, other) = (self.luminance(), background.colour().luminance());
        (own.max(other) + 0.05) / (own.min(other) + 0.05)
    }

    /// Whether text in this colour can be read.
    #[must_use]
    pub fn is_readable(self, background: Background) -> bool {
        self.contrast(background) >= CONTRAST_MIN
    }

    /// This colour, or the one nearest to it on the way to black or white that can be read.
    #[must_use]
    pub fn readable(self, background: Background) -> Self {
        let end = background.opposite().colour();
        let mut on_the_way = (0..=STEPS).map(|step| self.mixed(end, step));
        on_the_way.find(|colour| colour.is_readable(background)).unwrap_or(end)
    }

    fn mixed(self, end: Self, step: u16) -> Self {
        let part = |from: u8, to: u8| {
            let sum = u16::from(from) * (STEPS - step) + u16::from(to) * step;
            u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
        };
        Self {
            red: part(self.red, end.red),
            green: part(self.green, end.green),
            blue: part(self.blue, end.blue),
        }
    }

    /// Relative luminance: 0 is black, 1 is white.
    fn luminance(self) -> f32 {
        let linear = |value: u8| {
            let value = f32::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(hex: &str) -> Colour {
        hex.parse().unwrap()
    }

    #[test]
    fn contrasts_of_the_standard() {
        let table = [("#ffffff", 21.0, 1.0), ("#000000", 1.0, 21.0), ("#777777", 4.69, 4.48)];
        for (hex, dark, light) in table {
            let found = Background::ALL.map(|background| colour(hex).contrast(background));
            assert!((found[0] - dark).abs() < 0.01, "{hex}: {found:?}");
            assert!((found[1] - light).abs() < 0.01, "{hex}: {found:?}");
        }
    }

    #[test]
    fn what_can_be_read_stays_as_it_is() {
        assert_eq!(colour("#ffff00").readable(Background::Dark), colour("#ffff00"));
        assert_eq!(colour("#0000ff").readable(Background::Light), colour("#0000ff"));
        assert_ne!(colour("#0000ff").readable(Background::Dark), colour("#0000ff"));
    }

    proptest! {
        /// Whatever the colour, what is shown for it can be read.
        #[test]
        fn what_is_shown_can_be_read(red: u8, green: u8, blue: u8) {
            for background in Background::ALL {
                let shown = Colour { red, green, blue }.readable(background);
                prop_assert!(shown.is_readable(background), "{shown} on {background:?}");
            }
        }
    }
}
