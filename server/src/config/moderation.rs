//! What staff and rules may do, and what they do unasked.

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::vocab::MaskLevel;

section! {
    /// What staff and rules may do, and what they do unasked.
    Moderation {
        /// How long a line waits for approval. Seconds.
        #[garde(range(min = 1, max = 604_800))]
        held_seconds: u64 = 3_600,
        /// Lines of one person that may wait at once.
        #[garde(range(min = 1, max = 1_000))]
        held_lines_per_person_max: usize = 5,
        /// Lines of all that may wait at once.
        #[garde(range(min = 1, max = 100_000))]
        held_lines_max: usize = 500,
        /// Which words are masked for those who have not used `mask`: off, mild or strict.
        #[garde(skip)]
        mask_default: MaskLevel = MaskLevel::Strict,
        /// How long staff may read along with one player. Minutes.
        #[garde(range(min = 1, max = 1440))]
        snoop_minutes_max: u64 = 30,
    }
}
