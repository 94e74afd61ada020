//! As whom a caller reads: with the ears of all their characters, and their rank.

use std::collections::BTreeSet;

use super::Api;
use super::guard::Caller;
use crate::api::problem::Problem;
use crate::bus::{Call, ChannelRow};
use crate::store::{Ear, Reader};
use crate::vocab::{Character, MaskLevel};

impl Api {
    /// What a caller may read of these channels, and how.
    pub(super) async fn reader(
        &self,
        caller: &Caller,
        rows: &[ChannelRow],
    ) -> Result<Reader, Problem> {
        let listeners = self.listeners(caller).await?;
        // Of several choices that of the most careful counts.
        let mask = listeners.iter().filter_map(|(_, mask)| *mask).max();
        let names = rows.iter().map(|row| row.name.clone());
        let tell = rows.iter().filter(|row| row.tells_place).map(|row| row.name.clone());
        Ok(Reader {
            ears: listeners.into_iter().map(|(ear, _)| ear).collect(),
            rank: caller.rank(),
            hears: names.collect(),
            tell_place: tell.collect(),
            watches: BTreeSet::new(),
            only: None,
            mask: mask.unwrap_or(self.options.mask_usual),
        })
    }

    /// How the characters of a caller hear, and which mask each has chosen: in the world as they do now, else as they did last.
    async fn listeners(&self, caller: &Caller) -> Result<Vec<(Ear, Option<MaskLevel>)>, Problem> {
        let Some(account) = &caller.account else { return Ok(Vec::new()) };
        let characters = self.store.characters_of(account.id).await.map_err(Problem::fault)?;
        let ids = characters.iter().map(|character| character.id).collect();
        let here = self.ask(|reply| Call::Listeners(ids, reply)).await?;
        let listener = |character: Character| {
            let id = character.id;
            match here.iter().find(|listener| listener.player == id) {
                Some(now) => (Ear { id, ignores: now.ignores.clone() }, now.settings.mask),
                None => {
                    let ignores = character.state.ignores.into_keys().collect();
                    (Ear { id, ignores }, character.state.settings.mask)
                }
            }
        };
        Ok(characters.into_iter().map(listener).collect())
    }
}
