//! The sections about floods: how much one may say, and what is held against those who repeat, shout or come in crowds.

use garde::Validate;
use serde::{Deserialize, Serialize};

section! {
    /// How much one person may say; 0 is without limit. Staff are exempt.
    RateLimiting {
        /// Whether there are such limits at all, those of `floods` included.
        #[garde(skip)]
        enabled: bool = true,
        /// say
        #[garde(skip)]
        say: u32 = 15,
        /// local
        #[garde(skip)]
        local: u32 = 20,
        /// shout
        #[garde(skip)]
        shout: u32 = 6,
        /// global
        #[garde(skip)]
        global: u32 = 10,
        /// party
        #[garde(skip)]
        party: u32 = 30,
        /// whisper, to someone who has not answered
        #[garde(skip)]
        whisper: u32 = 5,
        /// whisper, in a conversation
        #[garde(skip)]
        whisper_conversation: u32 = 30,
        /// emote
        #[garde(skip)]
        emote: u32 = 20,
        /// Lines on all channels together that may follow one another at once.
        #[garde(range(min = 1, max = 1000))]
        burst: u32 = 5,
        /// Lines a second after that; what comes faster waits its turn.
        #[garde(range(max = 1000))]
        per_second: u32 = 2,
        /// Lines of one player that may wait; more are refused.
        #[garde(range(max = 1000))]
        waiting_max: usize = 5,
    }
}

section! {
    /// Repetition, noise and crowds of newcomers. 0 switches a rule off; so does `rate_limiting.enabled`. Staff are exempt.
    Floods {
        /// How often one person may say the same, or nearly the same.
        #[garde(range(max = 4))]
        repeats_max: u32 = 2,
        /// Within this time. Seconds.
        #[garde(range(min = 1, max = 3600))]
        repeat_seconds: u64 = 60,
        /// How much of two lines must be the same for them to be nearly the same. Percent.
        #[garde(range(min = 50, max = 100))]
        repeat_alike_percent: u32 = 60,
        /// Lines with fewer letters may be said twice as often, and only the very same counts.
        #[garde(range(max = 4000))]
        repeat_letters_min: u32 = 12,
        /// How many people may say the same line, or nearly the same, on wide channels.
        #[garde(range(max = 1000))]
        raid_people_max: u32 = 3,
        /// Within this time. Seconds.
        #[garde(range(min = 1, max = 3600))]
        raid_seconds: u64 = 30,
        /// Lines with fewer letters are what many say of themselves, and never a raid.
        #[garde(range(max = 4000))]
        raid_letters_min: u32 = 24,
        /// Lines of which so much is capitals are put into small letters. Percent.
        #[garde(range(max = 100))]
        capitals_percent: u32 = 70,
        /// Lines with fewer letters may be in capitals.
        #[garde(range(min = 1, max = 4000))]
        capitals_letters_min: u32 = 12,
        /// The same character so often in a row; what is more is left out. Digits are not counted.
        #[garde(range(max = 4000))]
        same_characters_max: u32 = 6,
        /// Words with an @ before them in one line.
        #[garde(range(max = 4000))]
        mentions_max: u32 = 3,
        /// How old an account must be to send links; guests never send any. Minutes.
        #[garde(range(max = 5_256_000))]
        link_account_minutes: u32 = 60,
        /// Whoever has an account that is younger is a newcomer, and so is every guest. Minutes.
        #[garde(range(min = 1, max = 5_256_000))]
        newcomer_minutes: u32 = 60,
        /// Newcomers that may come in within a minute before the rest of them is not heard on wide channels.
        #[garde(range(max = 100_000))]
        wave_newcomers_per_minute: u32 = 30,
        /// For how long they are not. Minutes.
        #[garde(range(min = 1, max = 1440))]
        wave_minutes: u32 = 5,
        /// Of how many people it is remembered when and what they said; of more, those who were silent longest are forgotten.
        #[garde(range(min = 100, max = 10_000_000))]
        people_max: usize = 20_000,
    }
}
