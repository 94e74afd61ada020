//! The section `chat.shown_texts`: texts that players show rather than say.

use garde::Validate;
use serde::{Deserialize, Serialize};

section! {
    /// Texts that players show rather than say.
    ShownTexts {
        /// Longest title. Characters.
        #[garde(range(min = 1, max = 200))]
        title_chars_max: usize = 40,
        /// Longest description. Characters.
        #[garde(range(min = 1, max = 4000))]
        description_chars_max: usize = 600,
        /// Longest reason for being away. Characters.
        #[garde(range(min = 1, max = 500))]
        afk_chars_max: usize = 80,
        /// Longest text that staff show to a room. Characters.
        #[garde(range(min = 1, max = 4000))]
        echo_chars_max: usize = 1000,
        /// How often a minute one text may be changed; 0 is without limit. Staff are exempt.
        #[garde(skip)]
        per_minute: u32 = 6,
    }
}
