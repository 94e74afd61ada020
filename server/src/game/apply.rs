//! One match over [`Effect`]: what commands ask for is done here and nowhere else.

use super::step::{Game, Stage};
use super::{Away, Outcome, Request};
use crate::channels::Unwanted;
use crate::commands::{self, Clock, Effect, Preference};
use crate::vocab::{Audience, Fact, Farewell, Listener, PlayerId, PresenceKind, Prose, RoomId};
use crate::world::{ItemKey, Player, Way};

/// How many may walk behind one another and still keep up.
const FOLLOWERS_MAX: usize = 200;

impl Game {
    /// Does one thing that a command asked for.
    pub(super) fn apply(&mut self, stage: &Stage, effect: Effect, clock: Clock, out: &mut Outcome) {
        let actor = stage.actor;
        match effect {
            Effect::Reply(prose) => out.tell(actor, prose),
            Effect::Tell(player, prose) => {
                out.emit(Audience::player(player), Fact::ToldOf(actor, prose));
            }
            Effect::Speak(channel, utterance) => self.speak(stage, &channel, utterance, clock, out),
            Effect::Look => self.show_room(actor, &stage.room, true, clock, out),
            Effect::Walk(way, to) => self.walk(actor, &way, &to, clock, out),
            Effect::Place(player, to) => self.transport(player, &to, clock, out),
            Effect::Take(item) => self.take(stage, &item, out),
            Effect::Drop(item) => self.drop_item(stage, &item, out),
            Effect::Give(item, to) => self.give(stage, &item, to, out),
            Effect::Show(kind, text) => self.show(stage, kind, text.as_deref(), clock, out),
            Effect::Follow(leader) => self.world.follow(actor, leader),
            Effect::Party(effect) => self.apply_party(actor, &effect, out),
            Effect::Ignore(speaker, name) => {
                self.turn_away(actor, Unwanted::Player(speaker), clock);
                self.change(actor, |player| drop(player.state.ignores.insert(speaker, name)));
                self.tune(actor, out);
            }
            Effect::Unignore(speaker) => {
                self.turned_away.forget(actor, Unwanted::Player(speaker));
                self.change(actor, |player| drop(player.state.ignores.remove(&speaker)));
                self.tune(actor, out);
            }
            Effect::Prefer(preference) => {
                self.turn_from_channel(actor, &preference, clock);
                self.prefer(actor, preference);
                self.tune(actor, out);
            }
            Effect::ReadHistory { channel, count, names } => {
                self.read_history(actor, &channel, count, names, out);
            }
            Effect::AskAbout { name, otherwise } => {
                out.ask(Request::AskAbout { asker: actor, name, otherwise });
            }
            Effect::WhisperAway { name, words, otherwise } => {
                self.seek_away(actor, Away { name, words, otherwise }, out);
            }
            Effect::Save => self.save(actor, clock, out),
            Effect::DrawToken => self.draw_token(actor, out),
            Effect::Quit => self.depart(actor, Some(Farewell::Quit), clock, out),
            Effect::Claim(code) => self.with_account(stage, out, |account| Request::Claim {
                player: actor,
                account,
                code,
            }),
            Effect::ListCharacters => self.with_account(stage, out, |account| {
                Request::ListCharacters { player: actor, account }
            }),
            Effect::MakeCharacter(name) => self.with_account(stage, out, |account| {
                Request::MakeCharacter { player: actor, account, name }
            }),
            Effect::At(room, line) => {
                let there = Stage { actor, room };
                self.perform(&there, clock, out, |scene| commands::dispatch_plain(scene, &line));
            }
            Effect::SetRank(player, rank) => {
                if let Some(account) = self.world.player(player).and_then(|p| p.account) {
                    out.ask(Request::SetRank { account, rank, by: actor });
                }
            }
            Effect::Reload => out.ask(Request::Reload { by: actor }),
            Effect::Shutdown(seconds) => self.order_stop(actor, seconds, clock, out),
            Effect::Order(order) => self.place_order(stage, *order, clock, out),
            Effect::Withdraw { line, undo, reason } => {
                self.withdraw(stage, (line, undo, reason), clock, out);
            }
            Effect::Watch(channel) => self.watch(actor, channel, clock, out),
            Effect::EndSnoop => self.leave_snoop(stage, clock, out),
            Effect::Report { about, reason } => self.report(stage, about, reason, clock, out),
            Effect::Case(act) => self.want_of_queue(actor, act, clock, out),
            Effect::ReadLimits(of) => self.show_limits(actor, of, clock, out),
            Effect::Acknowledge => self.acknowledge(actor, clock, out),
            Effect::ReadRecord(about) => self.read_record(actor, about, clock, out),
            Effect::ListRestrictions { bans, of } => {
                self.list_restrictions(actor, bans, of.as_deref(), clock, out);
            }
            Effect::ReadPoints(of) => self.show_points(actor, of.as_deref(), clock, out),
            Effect::TestFilter(text) => self.test_filter(stage, &text, out),
            Effect::TryFilter(count) => self.try_filter(stage, count, out),
            Effect::ListHeld => self.list_held(actor, clock, out),
            Effect::Settle { number, verdict, why } => {
                self.settle(stage, (number, verdict, why), clock, out);
            }
            Effect::ShowDefcon => self.show_defcon(actor, clock, out),
            Effect::Record { act, target, detail } => {
                self.record(actor, act, target, detail, clock, out);
            }
        }
    }

    fn change(&mut self, player: PlayerId, change: impl FnOnce(&mut Player)) {
        if let Some(player) = self.world.player_mut(player) {
            change(player);
        }
    }

    fn prefer(&mut self, actor: PlayerId, preference: Preference) {
        match preference {
            Preference::Join(channel) => self.world.join_channel(actor, channel),
            Preference::Leave(channel) => self.world.leave_channel(actor, &channel),
            preference => self.change(actor, |player| prefer(player, preference)),
        }
    }

    /// How a player hears now.
    pub(super) fn listener(&self, player: PlayerId) -> Option<Listener> {
        self.world.player(player).map(|player| player.listener(self.rules.mask_usual))
    }

    /// Tells a player's gateway how they hear now.
    pub(super) fn tune(&self, player: PlayerId, out: &mut Outcome) {
        if let Some(listener) = self.listener(player) {
            out.emit(Audience::player(player), Fact::Tuned(Box::new(listener)));
        }
    }

    fn save(&self, actor: PlayerId, clock: Clock, out: &mut Outcome) {
        if let Some(player) = self.world.player(actor) {
            out.ask(Request::Save(Box::new(player.character(clock.at, clock.now))));
        }
    }

    // Moving.

    fn walk(&mut self, actor: PlayerId, way: &Way, to: &RoomId, clock: Clock, out: &mut Outcome) {
        let Some(from) = self.world.player(actor).map(|player| player.room.clone()) else { return };
        let mut walkers = vec![actor];
        let mut next = 0;
        while next < walkers.len() && walkers.len() <= FOLLOWERS_MAX {
            walkers.extend(self.followers(walkers[next], &from));
            next += 1;
        }
        walkers.truncate(1 + FOLLOWERS_MAX);
        for walker in walkers {
            self.step_out(walker, way, to, out);
            self.show_room(walker, to, false, clock, out);
            if walker != actor {
                self.show_prompt(walker, out);
            }
        }
        self.npcs_greet(to, clock, out);
    }

    fn followers(&self, leader: PlayerId, room: &RoomId) -> Vec<PlayerId> {
        let Some(state) = self.world.room(room) else { return Vec::new() };
        let here = state.players.iter().copied();
        here.filter(|id| self.world.player(*id).is_some_and(|p| p.following == Some(leader)))
            .collect()
    }

    fn step_out(&mut self, walker: PlayerId, way: &Way, to: &RoomId, out: &mut Outcome) {
        let Some(player) = self.world.player(walker) else { return };
        let from = player.room.clone();
        self.announce(walker, PresenceKind::Departed, &departs(way), out);
        self.world.place(walker, to);
        let back = self.world.atlas.room(to).and_then(|room| {
            room.exits.iter().find(|exit| exit.to == from && !exit.hidden).map(|exit| &exit.way)
        });
        let how = arrives(back);
        self.announce(walker, PresenceKind::Arrived, &how, out);
    }

    fn transport(&mut self, player: PlayerId, to: &RoomId, clock: Clock, out: &mut Outcome) {
        self.announce(player, PresenceKind::Departed, "is suddenly gone", out);
        self.world.place(player, to);
        self.announce(player, PresenceKind::Arrived, "is suddenly here", out);
        self.show_room(player, to, true, clock, out);
        self.show_prompt(player, out);
    }

    // Things.

    fn take(&mut self, stage: &Stage, item: &ItemKey, out: &mut Outcome) {
        let here = self.world.items_mut(&stage.room);
        let Some(at) = here.iter().position(|other| other == item) else { return };
        here.remove(at);
        self.change(stage.actor, |player| player.state.inventory.push(item.clone().into()));
        self.act_on_item(stage, "pick up", "picks up", item, out);
    }

    fn drop_item(&mut self, stage: &Stage, item: &ItemKey, out: &mut Outcome) {
        if self.let_go(stage.actor, item) {
            self.world.items_mut(&stage.room).push(item.clone());
            self.act_on_item(stage, "put down", "puts down", item, out);
        }
    }

    fn give(&mut self, stage: &Stage, item: &ItemKey, to: PlayerId, out: &mut Outcome) {
        if !self.let_go(stage.actor, item) {
            return;
        }
        self.change(to, |player| player.state.inventory.push(item.clone().into()));
        self.tell_inventory(stage.actor, out);
        self.tell_inventory(to, out);
        let Some(thing) = self.world.atlas.item(item).map(|item| item.name.clone()) else { return };
        let name = |id| self.world.player(id).map(|p| p.name.clone()).unwrap_or_default();
        out.tell(stage.actor, format!("You give {} {thing}.", name(to)));
        out.tell(to, Prose::new().name(name(stage.actor)).plain(format!(" gives you {thing}.")));
    }

    /// Takes an item out of a player's hands; says whether they held it.
    fn let_go(&mut self, player: PlayerId, item: &ItemKey) -> bool {
        let Some(player) = self.world.player_mut(player) else { return false };
        let held = &mut player.state.inventory;
        let at = held.iter().position(|held| held.zone == item.zone && held.id == item.id);
        at.map(|at| held.remove(at)).is_some()
    }

    fn act_on_item(&self, stage: &Stage, you: &str, they: &str, item: &ItemKey, out: &mut Outcome) {
        self.tell_inventory(stage.actor, out);
        self.tell_things(&stage.room, out);
        let Some(thing) = self.world.atlas.item(item).map(|item| item.name.clone()) else { return };
        out.tell(stage.actor, format!("You {you} {thing}."));
        let Some(player) = self.world.player(stage.actor) else { return };
        let prose = Prose::new().name(player.name.as_str()).plain(format!(" {they} {thing}."));
        let here = self.world.in_room(&stage.room);
        let others: Vec<PlayerId> = here.iter().copied().filter(|id| *id != player.id).collect();
        out.emit(Audience::Witnesses(others.into()), Fact::ToldOf(player.id, prose));
    }
}

fn departs(way: &Way) -> String {
    match way {
        Way::Toward(direction) => format!("leaves {}", direction.name()),
        Way::Named(word) => format!("leaves by the {word}"),
    }
}

fn arrives(back: Option<&Way>) -> String {
    match back {
        Some(Way::Toward(direction)) if direction.name() == "up" => "arrives from above".to_owned(),
        Some(Way::Toward(direction)) if direction.name() == "down" => {
            "arrives from below".to_owned()
        }
        Some(Way::Toward(direction)) => format!("arrives from the {}", direction.name()),
        Some(Way::Named(word)) => format!("arrives by the {word}"),
        None => "arrives".to_owned(),
    }
}

fn prefer(player: &mut Player, preference: Preference) {
    let state = &mut player.state;
    match preference {
        // Kept by the world, which knows the members of each channel.
        Preference::Join(_) | Preference::Leave(_) => {}
        Preference::Colour(channel, Some(colour)) => {
            state.colours.insert(channel, colour);
        }
        Preference::Colour(channel, None) => {
            state.colours.remove(&channel);
        }
        Preference::Alias(word, line) => {
            state.aliases.insert(word, line);
        }
        Preference::Unalias(word) => {
            state.aliases.remove(&word);
        }
        Preference::Prompt(prompt) => state.settings.prompt = prompt,
        Preference::Brief(on) => state.settings.brief = on,
        Preference::Depth(depth) => state.settings.colour = depth,
        Preference::Width(width) => state.settings.width = width,
        Preference::ScreenReader(on) => state.settings.screen_reader = on,
        Preference::Charset(charset) => state.settings.charset = charset,
        Preference::Background(background) => state.settings.background = background,
        Preference::Compact(on) => state.settings.compact = on,
        Preference::Paging(paging) => state.settings.paging = paging,
        Preference::Links(choice) => state.settings.links = choice,
        Preference::Mask(level) => state.settings.mask = level,
    }
}
