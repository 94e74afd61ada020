//! One turn of the game. Pure: the same turns at the same moments from the same seed bring about the same.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::call_staff::Awaited;
use super::snoop::Snoops;
use super::turn::{Answer, Turn};
use super::wait::{Waiting, Wish};
use super::{Outcome, Request};
use crate::bus::{ReplyTo, StaffAnswer};
use crate::channels::{History, Sequences, Table, TurnedAway};
use crate::commands::{Clock, Effect, Scene, ServerStatus, Speech, prompt_shown};
use crate::moderation::{self, Tally};
use crate::vocab::{
    AccountId, ActId, Audience, ChannelName, Character, Fact, HeldLimits, Input, MaskLevel,
    Message, MessageId, Person, PlayerId, Rank, Refusal, Restriction, RoomId, Screen, SessionId,
};
use crate::world::{Atlas, World};

/// The bounds and switches that the loop goes by.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How long a link-dead player stays.
    pub linkdead: Duration,
    /// How long a player may do nothing; none is for ever.
    pub idle: Option<Duration>,
    /// Whether what is said is kept.
    pub history: bool,
    /// How long what is said is kept; none is for ever.
    pub retention: Option<Duration>,
    /// Messages of each channel kept in memory.
    pub ring_messages_max: usize,
    /// Whether whispers to those who are away may be pushed to them.
    pub pushes: bool,
    /// Messages that a client gets again.
    pub resume_lines_max: usize,
    /// Lines around a message that is reported.
    pub context_lines: usize,
    /// The time between two words to staff that a case waits.
    pub case_lines_every: Duration,
    /// How long a line waits for staff.
    pub held_lasts: Duration,
    /// How many lines may wait for staff.
    pub held: HeldLimits,
    /// What is masked for those who have not said.
    pub mask_usual: MaskLevel,
    /// How long staff may read along with one player.
    pub snoop_max: Duration,
}

/// Everything the loop owns.
#[derive(Debug)]
pub struct Game {
    pub(super) world: World,
    pub(super) table: Table,
    pub(super) sequences: Sequences,
    pub(super) history: History,
    /// Who of the staff reads along with whom.
    pub(super) snoops: Snoops,
    /// Which channel who of the staff watches.
    pub(super) watches: BTreeMap<PlayerId, ChannelName>,
    pub(super) moderation: moderation::Rules,
    /// The lines that wait for staff.
    pub(super) held: moderation::Held,
    /// What concerns everyone and was announced.
    pub(super) announced: Vec<Arc<Restriction>>,
    pub(super) dice: SmallRng,
    pub(super) rules: Rules,
    pub(super) status: ServerStatus,
    /// When the server stops, if that was ordered.
    pub(super) stops_at: Option<Duration>,
    /// Whether it was night at the last tick.
    pub(super) was_night: Option<bool>,
    /// When each NPC last opened its mouth.
    pub(super) npc_spoke: FxHashMap<PlayerId, Duration>,
    /// When each player is looked at.
    pub(super) agenda: super::agenda::Agenda,
    /// Which parties there were when their members were told last.
    pub(super) groups: super::groups::Groups,
    /// Those who left within the last minute: a login that was under way then has read an older one.
    pub(super) departed: FxHashMap<PlayerId, (Duration, Box<Character>)>,
    /// Connections that ended while they were being let in, and when.
    pub(super) vanished: FxHashMap<SessionId, Duration>,
    /// Accounts that were lately given another rank: a login that was under way then has read an older one.
    pub(super) ranked: FxHashMap<AccountId, (Duration, Rank)>,
    /// Gateways that know how the channels look.
    pub(super) gateways: FxHashSet<u16>,
    pub(super) ticks: u64,
    /// Lines of those who speak too fast.
    pub(super) waiting: Waiting,
    /// What became of all that was to be said.
    pub(super) tally: Tally,
    /// Where one comes to without a hidden way, once a program has asked.
    pub(super) open_ground: Option<super::call::OpenGround>,
    /// Programs that wait for what becomes of something.
    pub(super) callers: FxHashMap<(Awaited, ActId), ReplyTo<StaffAnswer>>,
    /// The name of the latest message.
    pub(super) last_message: Option<MessageId>,
    /// The name of the latest act of moderation.
    pub(super) last_act: Option<MessageId>,
    /// Since when people do not hear what they lately chose not to hear.
    pub(super) turned_away: TurnedAway,
    /// What staff were told of cases.
    pub(super) news: super::tidings::CaseNews,
}

/// What a command decides.
pub(super) type Decision = Result<Vec<Effect>, Refusal>;

/// Where an actor acts; not where they stand, when staff use `at`.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) actor: PlayerId,
    pub(super) room: RoomId,
}

impl Game {
    /// A world with nobody in it, in a new epoch.
    #[must_use]
    pub fn new(
        atlas: Arc<Atlas>,
        table: Table,
        moderation: moderation::Rules,
        rules: Rules,
        epoch: SmolStr,
        seed: u64,
    ) -> Self {
        Self {
            world: World::new(atlas),
            table,
            sequences: Sequences::new(epoch),
            history: History::new(rules.ring_messages_max),
            snoops: Snoops::default(),
            watches: BTreeMap::new(),
            moderation,
            held: moderation::Held::default(),
            announced: Vec::new(),
            dice: SmallRng::seed_from_u64(seed),
            rules,
            status: ServerStatus::default(),
            stops_at: None,
            was_night: None,
            npc_spoke: FxHashMap::default(),
            agenda: super::agenda::Agenda::default(),
            groups: super::groups::Groups::default(),
            departed: FxHashMap::default(),
            vanished: FxHashMap::default(),
            ranked: FxHashMap::default(),
            gateways: FxHashSet::default(),
            ticks: 0,
            waiting: Waiting::default(),
            tally: Tally::default(),
            open_ground: None,
            callers: FxHashMap::default(),
            last_message: None,
            last_act: None,
            turned_away: TurnedAway::default(),
            news: super::tidings::CaseNews::default(),
        }
    }

    /// Fills the memory of what was said with what the store kept, oldest first.
    pub fn remember(&mut self, messages: impl IntoIterator<Item = Arc<Message>>) {
        for message in messages {
            self.history.keep(message);
        }
    }

    /// The world, to be looked at.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// When the next line is due that waits: the loop wants [`Turn::Due`] then.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        self.waiting.next_due()
    }

    /// Takes one turn.
    pub fn step(&mut self, turn: Turn, clock: Clock, out: &mut Outcome) {
        let (events, requests) = (out.events.len(), out.requests.len());
        self.turn(turn, clock, out);
        self.overhear(events, requests, out);
    }

    fn turn(&mut self, turn: Turn, clock: Clock, out: &mut Outcome) {
        match turn {
            Turn::Input(input) => self.input(input, clock, out),
            Turn::Admitted(admission) => self.admit(*admission, clock, out),
            Turn::Returning(returning) => self.come_back(*returning, clock, out),
            Turn::Answered(answer) => self.answered(answer, clock, out),
            Turn::Called(call) => self.called(*call, clock, out),
            Turn::Status(status) => self.status = status,
            Turn::Census(asked) => self.count_people(asked),
            Turn::Due => self.say_due(clock, out),
            Turn::Tick => self.tick(clock, out),
            Turn::Stop => self.stop(clock, out),
        }
    }

    fn input(&mut self, input: Input, clock: Clock, out: &mut Outcome) {
        match input {
            Input::LogIn { .. } => out.ask(Request::LogIn(input)),
            Input::Line { session, text } => self.wish(session, Wish::Line(text), clock, out),
            Input::Say { session, channel, target, content } => {
                let speech = Speech { channel, target, content };
                self.wish(session, Wish::Say(speech), clock, out);
            }
            Input::Typing { session, channel, target } => {
                self.show_typing(session, channel, target.as_deref(), clock, out);
            }
            Input::Screen { session, screen } => self.resize(session, screen, out),
            Input::Awake { session } => self.awake(session, clock),
            Input::Keep { session, kept } => self.keep_settings(session, kept),
            // Whoever watches the processes has taken it out before.
            Input::Reports { .. } => {}
            Input::Ask { session, question } => self.answer_client(session, question, out),
            Input::HungUp { session } => self.hang_up(session, clock, out),
        }
    }

    fn keep_settings(&mut self, session: SessionId, kept: String) {
        let player = self.world.seated(session).and_then(|id| self.world.player_mut(id));
        if let Some(player) = player {
            player.state.settings.kept = Some(kept);
        }
    }

    fn awake(&mut self, session: SessionId, clock: Clock) {
        let player = self.world.seated(session).and_then(|id| self.world.player_mut(id));
        if let Some(player) = player {
            player.active = clock.now;
        }
    }

    fn resize(&mut self, session: SessionId, screen: Screen, out: &mut Outcome) {
        let player = self.world.seated(session).and_then(|id| self.world.player_mut(id));
        let Some(player) = player else { return };
        let before = player.page_rows();
        player.screen = screen;
        if player.page_rows() != before {
            let player = player.id;
            self.tune(player, out);
        }
    }

    /// Does what is decided, on a stage.
    pub(super) fn perform(
        &mut self,
        stage: &Stage,
        clock: Clock,
        out: &mut Outcome,
        decide: impl FnOnce(&Scene) -> Decision,
    ) {
        let decided = self.decide(stage, clock, decide);
        self.carry_out(stage, decided, clock, out);
    }

    /// Does what was decided.
    pub(super) fn carry_out(
        &mut self,
        stage: &Stage,
        decided: Decision,
        clock: Clock,
        out: &mut Outcome,
    ) {
        match decided {
            Ok(effects) => {
                for effect in effects {
                    self.apply(stage, effect, clock, out);
                }
            }
            Err(refusal) => {
                if let Some(way) = refusal.way().filter(|_| self.is_there(stage)) {
                    out.emit(Audience::player(stage.actor), Fact::Strayed(way.clone()));
                }
                out.tell(stage.actor, refusal.prose());
            }
        }
    }

    /// Whether an actor stands where they act.
    fn is_there(&self, stage: &Stage) -> bool {
        self.world.player(stage.actor).is_some_and(|player| player.room == stage.room)
    }

    /// Asks the commands. One that panics has changed nothing: its player is told, and everyone else notices nothing.
    pub(super) fn decide(
        &self,
        stage: &Stage,
        clock: Clock,
        decide: impl FnOnce(&Scene) -> Decision,
    ) -> Decision {
        let actor = self.world.player(stage.actor).ok_or_else(|| Refusal::new("Who are you?"))?;
        let elsewhere;
        let actor = if actor.room == stage.room {
            actor
        } else {
            elsewhere = crate::world::Player { room: stage.room.clone(), ..actor.clone() };
            &elsewhere
        };
        let (world, channels, status) = (&self.world, &self.table, &self.status);
        let who = Person::of(actor.account, actor.id);
        let frozen = self.moderation.restrictions.frozen(who, clock.now);
        let restrictions = &self.moderation.restrictions;
        let hides_texts = |player: &crate::world::Player| {
            restrictions.hides_texts(Person::of(player.account, player.id), clock.now)
        };
        let hides_texts = &hides_texts;
        let mask_usual = self.rules.mask_usual;
        let scene =
            Scene { world, channels, actor, clock, status, mask_usual, frozen, hides_texts };
        catch_unwind(AssertUnwindSafe(|| decide(&scene))).unwrap_or_else(|_| {
            tracing::error!(player = %actor.id, "a command panicked and was given up");
            Err(Refusal::new("Something went wrong inside the server; nothing has happened."))
        })
    }

    pub(super) fn show_prompt(&self, actor: PlayerId, out: &mut Outcome) {
        if let Some(player) = self.world.player(actor) {
            let prompt = prompt_shown(&self.world, player);
            out.emit(Audience::player(actor), Fact::Prompted(prompt));
        }
    }

    fn answered(&mut self, answer: Answer, clock: Clock, out: &mut Outcome) {
        match answer {
            Answer::Tell(player, prose) => {
                out.tell(player, prose);
                self.show_prompt(player, out);
            }
            Answer::NotTaken(player, wish) => self.not_taken(player, wish, out),
            Answer::Drawn(player, token) => self.hand_out(player, &token, out),
            Answer::TellRank(rank, prose) => out.emit(Audience::Rank(rank), Fact::Told(prose)),
            Answer::Ranked { account, rank, by } => self.ranked(account, rank, by, clock, out),
            Answer::Missed { missing, lines, gap } => self.replay(&missing, lines, gap, out),
            Answer::Withdrawn(withdrawn) => self.withdrawn(*withdrawn, out),
            Answer::Ordered(ordered) => self.ordered(*ordered, clock, out),
            Answer::FoundReported(filing, lines) => {
                self.found_reported(&filing, lines, clock, out);
            }
            Answer::FoundAway(speaker, away, to) => {
                self.whisper_away(speaker, &away, &to, clock, out);
            }
            Answer::Case(order, outcome) => self.case_done(&order, outcome, clock, out),
            Answer::Notices(player, notices) => self.show_notices(player, &notices, out),
            Answer::SecondWanted { by, case, rank } => {
                self.second_wanted(by, &case, rank, clock, out);
            }
            Answer::Held(player, offered) => self.held(player, offered, clock, out),
            Answer::Settled(settled) => self.settled(*settled, clock, out),
            Answer::Acknowledged { player, who, ids } => self.acknowledged(player, who, &ids, out),
            Answer::Record(read) => self.show_record(*read, clock, out),
            Answer::Reloaded { ground, table, filter, ladder, floods, by } => {
                self.moderation.escalation.set_ladder(ladder);
                self.moderation.floods.set_limits(*floods);
                self.reloaded(*ground, *table, filter, by, clock, out);
            }
        }
    }
}
