//! Channel verbs: every row of the channel table is one, `say` and `global` alike.

use super::{Effect, Scene, whisper};
use crate::channels::Channel;
use crate::channels::funnel::Utterance;
use crate::config::ScopeName;
use crate::vocab::{ChannelName, Refusal, capital};

/// Speaks on a channel, or says how the channel is used when there is nothing to say.
pub(super) fn speak(scene: &Scene, row: &Channel, words: &str) -> Result<Vec<Effect>, Refusal> {
    if row.scope.name == ScopeName::Player {
        return (whisper::WHISPER.run)(scene, words);
    }
    if words.is_empty() {
        let usage =
            format!("{} what? (`{} <words>`: {})", capital(row.name.as_str()), row.name, row.about);
        return Err(Refusal::new(usage));
    }
    if !scene.is_on(row) && row.scope.name != ScopeName::Members {
        let how = format!("You have left {0}; `channels join {0}` brings you back.", row.name);
        return Err(Refusal::new(how));
    }
    Ok(vec![Effect::Speak(row.name.clone(), Utterance::plain(words))])
}

/// Words for a channel from a client that names it outright.
#[derive(Debug, Clone)]
pub struct Speech {
    /// The channel.
    pub channel: ChannelName,
    /// The one it is for, by name.
    pub target: Option<String>,
    /// The words.
    pub content: String,
}

/// Speaks on a channel that was named outright, as its verb would.
///
/// # Errors
/// As the channel's verb.
pub fn say_on(scene: &Scene, speech: &Speech) -> Result<Vec<Effect>, Refusal> {
    let row = scene.find_channel(speech.channel.as_str())?;
    match &speech.target {
        Some(target) if row.scope.name == ScopeName::Player => {
            whisper::whisper_by_name(scene, target, speech.content.trim())
        }
        _ => speak(scene, row, speech.content.trim()),
    }
}
