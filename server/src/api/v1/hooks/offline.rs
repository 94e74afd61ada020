//! Those who are away and want to know: that somebody whispered to them, or called upon them by `@name` where everybody hears it.
//! What they would not read in the world they are not told here either.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::Hook;
use super::intake::{lost, new_push};
use crate::api::v1::Api;
use crate::api::v1::feed::{Interest, Told};
use crate::bus::{Call, Ignoring};
use crate::store::Reader;
use crate::vocab::{AccountId, Character, Message, PlayerId, Rank, SenderKind};

/// How long to wait before listening again.
const AGAIN: Duration = Duration::from_millis(200);
/// How many are told of one line; rules bound how many it may call upon.
const CALLED_MAX: usize = 10;
/// How much of a line is pushed. Characters.
const BODY_CHARS_MAX: usize = 500;

/// Looks at all that is said, as long as there is a world.
pub(super) async fn watch(api: Arc<Api>) {
    let reader = Reader {
        ears: Vec::new(),
        rank: Rank::Player,
        hears: [].into(),
        tell_place: [].into(),
        watches: [].into(),
        only: None,
        mask: api.options.mask_usual,
    };
    let interest =
        Interest { reader, messages: true, acts: None, presence: false, is_inside: true };
    loop {
        let mut listening = api.feed.listen_within(interest.clone());
        while let Some(told) = listening.next().await {
            if let Told::Said(line) = told {
                api.look_at(&line).await;
            }
        }
        api.offline_lost("the server was behind");
        drop(listening);
        sleep(AGAIN).await;
    }
}

impl Api {
    /// Tells those whom a line is for, if they are away.
    async fn look_at(&self, line: &Message) {
        if line.is_shadowed() {
            return;
        }
        let names = match &line.target {
            Some(target) => vec![target.name.to_string()],
            None if line.audience.is_none() => called(&line.content),
            None => return,
        };
        for name in names {
            match self.push_of(line, &name).await {
                Ok(None) => {}
                Ok(Some(data)) => {
                    for hook in self.offline_hooks() {
                        self.put_out(hook, vec![new_push("offline", &data)]).await;
                    }
                }
                Err(()) => {
                    self.offline_lost("whether somebody who is spoken to is away is not known");
                }
            }
        }
    }

    /// The hooks that are told who is spoken to while away.
    fn offline_hooks(&self) -> impl Iterator<Item = &Arc<Hook>> {
        self.hooks.iter().filter(|hook| hook.options.offline)
    }

    /// Something may never come to those hooks.
    fn offline_lost(&self, why: &str) {
        self.offline_hooks().for_each(|hook| lost(hook, 1, why));
    }

    /// What is pushed to the one of this name; none if they are here or do not want it.
    async fn push_of(&self, line: &Message, name: &str) -> Result<Option<serde_json::Value>, ()> {
        let found = self.store.find_character(name).await.map_err(drop)?;
        let Some(character) = found.filter(|it| hears(it, line)) else { return Ok(None) };
        let Some(account) = character.account else { return Ok(None) };
        let Some(topic) = self.store.push_topic(account).await.map_err(drop)? else {
            return Ok(None);
        };
        if line.audience.is_none() && !self.is_for(account, line).await? {
            return Ok(None);
        }
        let own = match &line.target {
            // A whisper is for one of them, whichever of the others is here.
            Some(target) => vec![target.id],
            None => {
                let characters = self.store.characters_of(account).await.map_err(drop)?;
                characters.into_iter().map(|own| own.id).collect()
            }
        };
        if self.is_here(own).await? {
            return Ok(None);
        }
        let mask = character.state.settings.mask.unwrap_or(self.options.mask_usual);
        let body: String = line.words(mask).chars().take(BODY_CHARS_MAX).collect();
        let sender = &line.sender.name;
        let title = match line.target {
            Some(_) => format!("{sender} whispers to {}", character.name),
            None => format!("{sender} calls upon {} on {}", character.name, line.channel),
        };
        Ok(Some(json!({ "topic": topic, "title": title, "body": body })))
    }

    /// Whether one of these is in the world.
    async fn is_here(&self, characters: Vec<PlayerId>) -> Result<bool, ()> {
        // The world answers this for those alone who are in it, and with little.
        let ask = |reply| Call::Ignores(characters, Ignoring::Nothing, reply);
        Ok(self.ask(ask).await.map_err(drop)?.is_some())
    }

    /// Whether an account may hear what is said to all who hear the channel of a line.
    async fn is_for(&self, account: AccountId, line: &Message) -> Result<bool, ()> {
        let account = self.store.find_account(account).await.map_err(drop)?;
        let Some(account) = account else { return Ok(false) };
        let rows = self.ask(|reply| Call::Channels(account.rank, reply)).await.map_err(drop)?;
        Ok(rows.iter().any(|row| row.name == line.channel))
    }
}

/// Whether somebody wants to hear a line: not of those whom they ignore, and not on channels that they left.
fn hears(character: &Character, line: &Message) -> bool {
    let (sender, state) = (&line.sender, &character.state);
    let is_ignored = sender.kind != SenderKind::Staff && state.ignores.contains_key(&sender.id);
    let is_target = line.target.as_ref().is_none_or(|target| target.id == character.id);
    sender.id != character.id && is_target && !is_ignored && !state.left.contains(&line.channel)
}

/// The names with an @ before them, each once.
fn called(content: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, _) in content.match_indices('@') {
        let is_address = content[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let name: String = content[at + 1..].chars().take_while(|c| c.is_alphanumeric()).collect();
        let is_new = !names.iter().any(|known| known.eq_ignore_ascii_case(&name));
        if !is_address && !name.is_empty() && is_new && names.len() < CALLED_MAX {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_called_by_an_at_and_addresses_call_nobody() {
        assert_eq!(called("@Ada and @bob, see me@example.org @ada @"), ["Ada", "bob"]);
        assert!(called("nobody").is_empty());
    }
}
