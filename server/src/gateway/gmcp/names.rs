//! What channels are called in GMCP: as in the game, but for whispers, which clients have a window of their own for if
//! their channel is called so.

use crate::vocab::ChannelName;

const WHISPER: &str = "whisper";
/// Mudlet puts a line into its window for tells if its channel has this in its name.
const TELL: &str = "tell";

/// A channel's name for a client.
pub(super) fn told(channel: &ChannelName) -> &str {
    match channel.as_str() {
        WHISPER => TELL,
        name => name,
    }
}

/// The channel that a client calls so; none if nothing can be called so.
pub(in crate::gateway) fn channel_called(name: &str) -> Option<ChannelName> {
    let name = name.to_lowercase();
    if name == TELL { WHISPER } else { &name }.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_channel() {
        for (name, as_told) in [("say", "say"), ("whisper", "tell"), ("global", "global")] {
            let channel: ChannelName = name.parse().unwrap();
            assert_eq!(told(&channel), as_told);
            assert_eq!(channel_called(as_told), Some(channel));
        }
        assert_eq!(channel_called("Whisper"), "whisper".parse().ok());
        assert_eq!(channel_called("no channel"), None);
    }
}
