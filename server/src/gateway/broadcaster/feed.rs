//! What one client is told beside the text: what it wants, and what it has to be told again when it wants it later. Nobody
//! else has a feed. What stands in the text line of talk is not decided here: that line comes rendered.

use std::sync::Arc;

use bytes::Bytes;
use smol_str::SmolStr;

use crate::gateway::gmcp::{self, Extras, Packages, Told, Variables, Wish};
use crate::gateway::json;
use crate::gateway::render::Dialect;
use crate::vocab::{
    ChannelName, Fact, Group, Heads, Listener, Place, Presence, PresenceKind, Rank, RoomView,
    Styles, Thing, WayBack,
};

/// What all feeds know.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    /// The looks of all channels.
    pub(super) styles: Arc<Styles>,
    /// What the operator has for clients.
    pub(super) extras: Arc<Extras>,
}

/// The feed of one client that speaks GMCP, or MSDP, or has the messages of GMCP in our own JSON.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// Whether they are told in our own JSON.
    in_json: bool,
    wanted: Packages,
    /// For those who speak MSDP: what they want of it.
    variables: Option<Variables>,
    /// The room, without what is kept beside it or told by the text alone.
    room: Option<Box<RoomView>>,
    /// Who else is in the room: kept only for those who are told of all of them each time.
    here: Option<Vec<SmolStr>>,
    /// What was asked for once, and not for good.
    once: Variables,
    /// What lies there.
    lies: Vec<Thing>,
    /// What the player carries, once that is known.
    carried: Option<Vec<Thing>>,
    prompt: String,
    /// The player's party, if they are in one.
    group: Option<Arc<Group>>,
    /// The player's rank, as far as it was told.
    rank: Option<Rank>,
}

impl Feed {
    /// A feed of nothing yet.
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { in_json: dialect == Dialect::Json, ..Self::default() }
    }

    /// What its client wants from here on; in return, what it is told at once, when it plays as this listener.
    pub(super) fn wish(
        &mut self,
        wish: Wish,
        listener: Option<&Listener>,
        common: &Common,
    ) -> Vec<Bytes> {
        let (asked, only) = match wish {
            Wish::Nothing => (Packages::NONE, None),
            Wish::Gmcp { wanted, named } => {
                (self.wanted, self.variables, self.here) = (wanted, None, None);
                (named, None)
            }
            Wish::Msdp { wanted, named } => {
                (self.wanted, self.variables) = (wanted.packages(), Some(wanted));
                self.once |= named;
                let here = self.here.take().unwrap_or_default();
                self.here = self.wanted.has(Packages::PLAYERS).then_some(here);
                (named.packages(), Some(named))
            }
        };
        let told = listener.map(|listener| self.state(asked, listener, common));
        self.written(told.unwrap_or_default(), only.or(self.variables))
    }

    /// What it is told of a fact that is no talk.
    pub(super) fn hear(&mut self, fact: &Fact, listener: &Listener, common: &Common) -> Vec<Bytes> {
        let told = self.news(fact, listener, common);
        let asked = matches!(fact, Fact::Others(_)).then(|| std::mem::take(&mut self.once));
        let wanted = self.variables.map(|wanted| wanted | asked.unwrap_or_default());
        self.written(told, wanted)
    }

    /// Whether it is told of talk.
    pub(super) fn wants_talk(&self) -> bool {
        self.variables.is_none() && self.wanted.has(Packages::CHANNEL)
    }

    /// Whether it is told what its client may come back by.
    pub(super) fn wants_way_back(&self) -> bool {
        self.variables.is_none() && self.wanted.has(Packages::LOGIN)
    }

    /// The sound of a channel, if there is one and it is wanted.
    pub(super) fn sound(&self, channel: &ChannelName, common: &Common) -> Option<Bytes> {
        let wants = self.variables.is_none() && self.wanted.has(Packages::MEDIA);
        wants.then(|| gmcp::sound(&common.extras, channel)).flatten().map(|told| told.framed())
    }

    /// The last that it is told.
    pub(super) fn goodbye(&self, text: &str) -> Vec<Bytes> {
        if self.in_json {
            // It has a message of its own for that.
            return Vec::new();
        }
        self.written(vec![gmcp::goodbye(text)], self.variables)
    }

    fn written(&self, told: Vec<Told>, variables: Option<Variables>) -> Vec<Bytes> {
        match variables {
            None if self.in_json => told.iter().map(json::beside).collect(),
            None => told.iter().map(Told::framed).collect(),
            Some(wanted) => told.iter().filter_map(|one| one.as_variables(wanted)).collect(),
        }
    }

    /// How things stand, as far as these packages say it.
    fn state(&mut self, asked: Packages, listener: &Listener, common: &Common) -> Vec<Told> {
        self.rank = Some(listener.rank);
        let mut told = self.state_of_player(asked, listener);
        if asked.has(Packages::CHANNEL) {
            told.push(gmcp::channels(listener, &common.styles));
        }
        told.extend(self.state_of_place(asked));
        if asked.has(Packages::GROUP) && self.group.is_some() {
            told.push(gmcp::group(self.group.as_deref(), listener.player));
        }
        told.extend(offered(asked, &common.extras));
        told
    }

    fn state_of_player(&self, asked: Packages, listener: &Listener) -> Vec<Told> {
        let mut told = Vec::new();
        if asked.has(Packages::NAME) {
            told.push(gmcp::name(listener));
        }
        if asked.has(Packages::STATUS) {
            told.extend([gmcp::status_vars(), gmcp::status(listener)]);
        }
        if asked.has(Packages::MAXSTATS) {
            told.push(gmcp::max_stats());
        }
        if asked.has(Packages::VITALS) && !self.prompt.is_empty() {
            told.push(gmcp::vitals(&self.prompt));
        }
        if asked.has(Packages::INVENTORY) {
            told.extend(self.carried.as_ref().map(|things| gmcp::inventory(things)));
        }
        told
    }

    fn state_of_place(&self, asked: Packages) -> Vec<Told> {
        let Some(room) = &self.room else { return Vec::new() };
        let mut told = Vec::new();
        if asked.has(Packages::ROOM) {
            told.push(gmcp::room(room));
        }
        if asked.has(Packages::THINGS) {
            told.push(gmcp::room_items(&room.npcs, &self.lies));
        }
        told
    }

    fn news(&mut self, fact: &Fact, listener: &Listener, common: &Common) -> Vec<Told> {
        match fact {
            Fact::Entered(entered) => {
                let way = entered.way_back.as_ref();
                let way = way.and_then(|way| self.way_back(way, Some(&entered.heads), listener));
                way.into_iter().chain(self.state(self.wanted, listener, common)).collect()
            }
            Fact::Handed(way) => self.way_back(way, None, listener).into_iter().collect(),
            Fact::Styled(_) => self.state(self.wanted.both(Packages::CHANNEL), listener, common),
            Fact::Tuned(_) => self.tuned(listener, common),
            Fact::SawRoom(view) => {
                let mut room = Box::new(RoomView::clone(view));
                room.text = None;
                room.absent.clear();
                let others = std::mem::take(&mut room.players);
                self.lies = std::mem::take(&mut room.items);
                self.room = Some(room);
                let place = self.state_of_place(self.wanted);
                place.into_iter().chain(self.others(others)).collect()
            }
            Fact::Came(presence) => self.came(presence).into_iter().collect(),
            Fact::Holds(place, things) => self.holds(place, things),
            Fact::Hear(hearers) if self.wanted.has(Packages::CHANNEL) => {
                vec![gmcp::hearers(hearers)]
            }
            Fact::Strayed(way) if self.wanted.has(Packages::ROOM) => vec![gmcp::wrong_way(way)],
            Fact::Grouped(group) => {
                self.group.clone_from(group);
                let wanted = self.wanted.has(Packages::GROUP);
                wanted.then(|| gmcp::group(group.as_deref(), listener.player)).into_iter().collect()
            }
            Fact::Others(names) => self.others(names.clone()).into_iter().collect(),
            Fact::Prompted(prose) => self.prompted(prose.to_text()).into_iter().collect(),
            Fact::Redacted(line) if self.wants_talk() => vec![gmcp::redacted(line)],
            _ => Vec::new(),
        }
    }

    fn way_back(&self, way: &WayBack, heads: Option<&Heads>, listener: &Listener) -> Option<Told> {
        self.wants_way_back().then(|| gmcp::way_back(&listener.name, way, heads))
    }

    fn tuned(&mut self, listener: &Listener, common: &Common) -> Vec<Told> {
        if self.rank.replace(listener.rank) == Some(listener.rank) {
            return Vec::new();
        }
        let status = self.wanted.has(Packages::STATUS).then(|| gmcp::new_rank(listener.rank));
        let hears = self.wanted.has(Packages::CHANNEL);
        let channels = hears.then(|| gmcp::channels(listener, &common.styles));
        status.into_iter().chain(channels).collect()
    }

    fn prompted(&mut self, prompt: String) -> Option<Told> {
        if prompt == self.prompt {
            return None;
        }
        self.prompt = prompt;
        self.wanted.has(Packages::VITALS).then(|| gmcp::vitals(&self.prompt))
    }

    fn others(&mut self, names: Vec<SmolStr>) -> Option<Told> {
        let wanted = self.wanted | self.once.packages();
        let told = wanted.has(Packages::PLAYERS).then(|| gmcp::players(&names));
        if let Some(here) = &mut self.here {
            *here = names;
        }
        told
    }

    fn came(&mut self, presence: &Presence) -> Option<Told> {
        let Presence { kind, name, room, .. } = presence;
        let is_here = self.room.as_ref().is_some_and(|seen| seen.id == *room);
        let comes = match kind {
            PresenceKind::Entered | PresenceKind::Arrived => true,
            PresenceKind::Departed | PresenceKind::Left => false,
            PresenceKind::LinkDead | PresenceKind::Returned | PresenceKind::TakenOver => {
                return None;
            }
        };
        if !is_here || !self.wanted.has(Packages::PLAYERS) {
            return None;
        }
        let Some(here) = &mut self.here else {
            return Some(if comes { gmcp::add_player(name) } else { gmcp::remove_player(name) });
        };
        here.retain(|other| other != name);
        here.extend(comes.then(|| name.clone()));
        Some(gmcp::players(here))
    }

    fn holds(&mut self, place: &Place, things: &[Thing]) -> Vec<Told> {
        let (location, package, before) = match place {
            Place::Inventory => ("inv", Packages::INVENTORY, self.carried.replace(things.to_vec())),
            Place::Room(room) if self.room.as_ref().is_some_and(|seen| seen.id == *room) => {
                ("room", Packages::THINGS, Some(std::mem::replace(&mut self.lies, things.to_vec())))
            }
            Place::Room(_) => return Vec::new(),
        };
        match before.filter(|_| self.variables.is_none()) {
            _ if !self.wanted.has(package) => Vec::new(),
            Some(before) => changes(location, &before, things),
            None => vec![gmcp::inventory(things)],
        }
    }
}

/// What was taken away and what came, between two states of a place.
fn changes(location: &'static str, before: &[Thing], after: &[Thing]) -> Vec<Told> {
    let gone = before.iter().filter(|thing| !after.contains(thing));
    let come = after.iter().filter(|thing| !before.contains(thing));
    let gone = gone.map(|thing| gmcp::remove_item(location, thing));
    gone.chain(come.map(|thing| gmcp::add_item(location, thing))).collect()
}

/// What the operator has for clients that ask for it.
fn offered(asked: Packages, extras: &Extras) -> Vec<Told> {
    type Offer = fn(&Extras) -> Option<Told>;
    const OFFERS: [(Packages, Offer); 5] = [
        (Packages::GUI, gmcp::gui),
        (Packages::MAP, gmcp::map),
        (Packages::MEDIA, gmcp::media),
        (Packages::DISCORD, gmcp::discord),
        (Packages::DISCORD, gmcp::discord_status),
    ];
    let wanted = OFFERS.iter().filter(|(package, _)| asked.has(*package));
    wanted.filter_map(|(_, offer)| offer(extras)).collect()
}
