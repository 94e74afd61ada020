//! What one client is told beside the text: which packages it wants, and what it has to be told again when it wants one
//! later. Nobody else has a feed.

use std::sync::Arc;

use bytes::Bytes;
use smol_str::SmolStr;

use crate::gateway::gmcp::{self, Packages};
use crate::vocab::{Fact, Listener, Presence, PresenceKind, Rank, RoomView, Styles};

/// The feed of one client that speaks GMCP.
#[derive(Debug, Default)]
pub(super) struct Feed {
    wanted: Packages,
    room: Option<Arc<RoomView>>,
    /// Who else is in the room.
    here: Vec<SmolStr>,
    prompt: String,
    /// What it was told of these two last, to tell it of changes only.
    rank: Option<Rank>,
    channels: Bytes,
}

impl Feed {
    /// It wants these from here on.
    pub(super) fn want(&mut self, wanted: Packages) {
        self.wanted = wanted;
    }

    /// Whether it is told of talk.
    pub(super) fn wants_talk(&self) -> bool {
        self.wanted.has(Packages::CHANNEL)
    }

    /// How things stand, as far as it wants to know and these packages say it.
    pub(super) fn state(
        &mut self,
        packages: Packages,
        listener: &Listener,
        styles: &Styles,
    ) -> Vec<Bytes> {
        let asks = |one| self.wanted.both(packages).has(one);
        let mut told = Vec::new();
        if asks(Packages::NAME) {
            told.push(gmcp::name(listener));
        }
        if asks(Packages::STATUS) {
            told.extend([gmcp::status_vars(), gmcp::status(listener)]);
            self.rank = Some(listener.rank);
        }
        if asks(Packages::CHANNEL) {
            self.channels = gmcp::channels(listener, styles);
            told.push(self.channels.clone());
        }
        if asks(Packages::VITALS) && !self.prompt.is_empty() {
            told.push(gmcp::vitals(&self.prompt));
        }
        if let Some(room) = &self.room {
            told.extend(asks(Packages::ROOM).then(|| gmcp::room(room)));
            told.extend(asks(Packages::PLAYERS).then(|| gmcp::players(&self.here)));
        }
        told
    }

    /// What it is told of a fact that is no talk.
    pub(super) fn hear(&mut self, fact: &Fact, listener: &Listener, styles: &Styles) -> Vec<Bytes> {
        match fact {
            Fact::Entered(_) => self.state(self.wanted, listener, styles),
            Fact::Tuned(_) => self.tuned(listener, styles),
            Fact::SawRoom(view) => {
                self.room = Some(Arc::clone(view));
                self.here.clone_from(&view.players);
                self.state(Packages::ROOM | Packages::PLAYERS, listener, styles)
            }
            Fact::Came(presence) => self.came(presence).into_iter().collect(),
            Fact::Prompted(prose) => {
                let prompt = prose.to_text();
                let is_new = prompt != self.prompt;
                self.prompt = prompt;
                if is_new { self.state(Packages::VITALS, listener, styles) } else { Vec::new() }
            }
            Fact::Redacted(line) if self.wants_talk() => vec![gmcp::redacted(line)],
            _ => Vec::new(),
        }
    }

    fn tuned(&mut self, listener: &Listener, styles: &Styles) -> Vec<Bytes> {
        let mut told = Vec::new();
        if self.wanted.has(Packages::STATUS)
            && self.rank.replace(listener.rank) != Some(listener.rank)
        {
            told.push(gmcp::new_rank(listener.rank));
        }
        if self.wants_talk() {
            let channels = gmcp::channels(listener, styles);
            if channels != self.channels {
                self.channels = channels.clone();
                told.push(channels);
            }
        }
        told
    }

    fn came(&mut self, presence: &Presence) -> Option<Bytes> {
        let Presence { kind, name, room, .. } = presence;
        self.room.as_ref().filter(|seen| seen.id == *room)?;
        let at = self.here.iter().position(|here| here == name);
        let told = match (kind, at) {
            (PresenceKind::Entered | PresenceKind::Arrived, None) => {
                self.here.push(name.clone());
                gmcp::add_player(name)
            }
            (PresenceKind::Departed | PresenceKind::Left, Some(at)) => {
                self.here.swap_remove(at);
                gmcp::remove_player(name)
            }
            _ => return None,
        };
        self.wanted.has(Packages::PLAYERS).then_some(told)
    }
}
