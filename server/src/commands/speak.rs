//! Channel verbs: every row of the channel table is one, `say` and `global` alike.

use super::{Effect, Scene, whisper};
use crate::channels::Channel;
use crate::channels::funnel::Utterance;
use crate::config::ScopeName;
use crate::vocab::Refusal;

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

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
