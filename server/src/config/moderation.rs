//! What staff and rules may do, and what they do unasked.

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::vocab::MaskLevel;

section! {
    /// What staff and rules may do, and what they do unasked.
    Moderation {
        /// Whether points are counted and lead to what `moderation/ladder.yaml` in the world says.
        #[garde(skip)]
        ladder: bool = true,
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
        /// The longest that one member of staff restricts somebody before another agrees. Days; 0 is without limit.
        #[garde(range(max = 3_650))]
        alone_days_max: u32 = 7,
        /// Reports of one player that may wait to be decided.
        #[garde(range(min = 1, max = 1_000))]
        reports_open_max: usize = 5,
        /// Reports and appeals of one player within an hour.
        #[garde(range(min = 1, max = 10_000))]
        reports_per_hour: usize = 10,
        /// How long after a report another about the same player belongs to the same case. Minutes.
        #[garde(range(max = 1_440))]
        report_merge_minutes: u64 = 10,
        /// Lines around a reported message that are kept with the report.
        #[garde(range(max = 200))]
        report_context_lines: usize = 20,
        /// Cases that may wait to be decided.
        #[garde(range(min = 1, max = 100_000))]
        cases_max: usize = 1_000,
        /// The time between two words to staff that a case waits. Seconds.
        #[garde(range(max = 3_600))]
        case_lines_seconds: u64 = 5,
        /// Days to keep what was done to somebody after it is over, and decided cases; 0 keeps it for ever.
        #[garde(range(max = 36_500))]
        record_keep_days: u32 = 0,
    }
}
