//! Reads which message is meant: `say#4711`, or the name that the server gave it.

use uuid::Uuid;

use crate::vocab::{MessageId, MessageRef};

/// The most digits of a number; what is longer numbers nothing.
const DIGITS_MAX: usize = 19;

/// A reference to a message, if the word is one. Says nothing about whether there is such a message.
#[must_use]
pub fn message_ref(text: &str) -> Option<MessageRef> {
    let Some((channel, number)) = text.split_once('#') else {
        return Uuid::try_parse(text).ok().map(|id| MessageRef::Id(MessageId(id)));
    };
    let is_number = (1..=DIGITS_MAX).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit());
    let channel = channel.to_lowercase().parse().ok()?;
    let seq = number.parse().ok().filter(|seq| is_number && *seq > 0)?;
    Some(MessageRef::Numbered(channel, seq))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn channel_and_number_or_a_name() {
        let say = "say".parse().unwrap();
        assert_eq!(message_ref("Say#4711"), Some(MessageRef::Numbered(say, 4711)));
        let name = "01931b9e-8f00-7000-8000-000000000001";
        assert_eq!(message_ref(name).unwrap().to_string(), name);
    }

    #[test]
    fn anything_else_is_no_reference() {
        let long = format!("say#{}", "9".repeat(1_000));
        for text in ["", "bob", "#", "say#", "#1", "say#0", "say#-1", "say#+1", "say#1.5", "s y#1"]
        {
            assert_eq!(message_ref(text), None, "{text:?} was taken for a reference");
        }
        assert_eq!(message_ref("say#18446744073709551616"), None);
        assert_eq!(message_ref(&long), None);
    }

    proptest! {
        /// What a reference reads as means the same.
        #[test]
        fn a_reference_survives_its_text(seq in 1..=9_999_999_999_999_999_999_u64, text in "\\PC{0,40}") {
            let numbered = MessageRef::Numbered("trade".parse().unwrap(), seq);
            prop_assert_eq!(message_ref(&numbered.to_string()), Some(numbered));
            if let Some(meant) = message_ref(&text) {
                prop_assert_eq!(message_ref(&meant.to_string()), Some(meant));
            }
        }
    }
}
