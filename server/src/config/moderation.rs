//! The bounds of what waits for staff.

use garde::Validate;
use serde::{Deserialize, Serialize};

section! {
    /// What waits for staff.
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
    }
}
