//! A stage in memory: a real game, a real bus, real broadcasters, and clients that are queues. The clock moves when told.
//!
//! It decides nothing of its own: who hears what is the game's and the broadcasters' doing. What it stands in for is what
//! lies outside the loop: logins, the database, sockets.

mod bench;
pub mod check;
mod client;
mod gateway;
pub mod given;

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use hearsay::channels::{Table, is_meant};
use hearsay::commands::Clock;
use hearsay::config::Config;
use hearsay::game::{Answer, Game, Ordered, Outcome, Request, Rules, Turn};
use hearsay::gateway::Dialect;
use hearsay::moderation::filter::Filter;
use hearsay::moderation::{
    self, DocketLimits, Escalation, FloodLimits, Floods, StaffRanks, no_such_line,
};
use hearsay::roles;
use hearsay::vocab::{
    AccountId, Admission, Character, CharacterState, Cited, Done, FilterLists, HeldLimits, Input,
    Message, MessageRef, Notice, OrderedAct, Person, PlayerId, Rank, Resume, ResumeToken,
    SessionId, Transport,
};
use hearsay::world::Atlas;

pub use bench::Records;
pub use client::Client;
pub use gateway::Gateway;
pub use given::{settings, world_of_tests};

/// Batches that a bus holds here when a test does not care.
pub const ROOMY: usize = 10_000;

/// The stage.
pub struct Rehearsal {
    pub game: Game,
    pub clock: Clock,
    pub gateways: Vec<Gateway>,
    pub clients: Vec<Client>,
    pub records: Records,
    sessions: u64,
    /// Everyone who was ever here, as they were last stored.
    stored: BTreeMap<String, (Character, Rank)>,
    /// All that was said and is kept, in order.
    pub kept: Vec<Arc<Message>>,
}

/// Who comes in, and how.
pub struct Arrival<'a> {
    pub name: &'a str,
    pub rank: Rank,
    pub dialect: Dialect,
    pub gateway: usize,
    pub address: IpAddr,
    pub resume: Option<Resume>,
}

impl<'a> Arrival<'a> {
    /// Somebody of a rank by telnet through the first gateway.
    pub fn of(name: &'a str, rank: Rank) -> Self {
        let address = IpAddr::from([127, 0, 0, 1]);
        Self { name, rank, dialect: Dialect::Telnet, gateway: 0, address, resume: None }
    }

    /// The same by WebSocket, in JSON.
    pub fn in_json(name: &'a str, rank: Rank) -> Self {
        Self { dialect: Dialect::Json, ..Self::of(name, rank) }
    }
}

impl Rehearsal {
    /// A stage with nobody on it, one gateway before it, in the world of the tests, where nothing limits how fast one talks.
    pub fn new() -> Self {
        Self::within(&settings(&[]), world_of_tests(), &[ROOMY], 1)
    }

    /// A stage in a world, with a gateway for each of these numbers of batches that its bus holds.
    pub fn within(config: &Config, atlas: Arc<Atlas>, batches: &[usize], seed: u64) -> Self {
        let table = Table::new(&config.chat).expect("the channels of a test are sound");
        let lists = FilterLists::default();
        let filter = roles::filter::with_own_words(lists, config);
        let filter = Filter::new(&filter).expect("the words of a test are few");
        let mut words = moderation::Rules::new(Arc::new(filter));
        words.floods = Floods::new(FloodLimits::of(&config.chat));
        words.escalation = Escalation::new(given::ladder(config));
        let game = Game::new(atlas, table, words, rules(config), "rehearsal".into(), seed);
        let gateways = batches.iter().enumerate().map(|(at, held)| Gateway::new(at, *held));
        Self {
            game,
            clock: Clock { at: DateTime::UNIX_EPOCH, now: Duration::ZERO },
            gateways: gateways.collect(),
            clients: Vec::new(),
            records: Records::new(docket_limits(config)),
            sessions: 0,
            stored: BTreeMap::new(),
            kept: Vec::new(),
        }
    }

    /// The stored rank of every account.
    fn ranks(&self) -> StaffRanks {
        let stored = self.stored.values();
        StaffRanks(stored.filter_map(|(it, rank)| Some((it.account?, *rank))).collect())
    }

    /// Somebody comes in and has read what greets them.
    pub fn enter(&mut self, name: &str, rank: Rank) -> usize {
        let client = self.arrive(Arrival::of(name, rank));
        self.deliver();
        for client in &mut self.clients {
            client.read();
        }
        client
    }

    /// What the next connection to a gateway will be called.
    pub fn next_session(&self, gateway: usize) -> SessionId {
        SessionId::on(u16::try_from(gateway).expect("few gateways"), self.sessions + 1)
    }

    /// Somebody comes in: their connection opens and the loop lets them play. What comes of it is still on the bus.
    pub fn arrive(&mut self, arrival: Arrival) -> usize {
        let session = self.next_session(arrival.gateway);
        self.sessions += 1;
        let (character, rank) = self.character(arrival.name, arrival.rank);
        let client = Client::open(session, character.id, arrival.dialect);
        self.gateways[arrival.gateway].connect(&client);
        self.clients.push(client);
        let via = match arrival.dialect {
            Dialect::Telnet => Transport::Telnet,
            Dialect::Json => Transport::Websocket,
        };
        let Arrival { resume, address, .. } = arrival;
        let is_new = character.last_seen.is_none();
        let account_made = character.account.map(|_| character.created);
        let admission = Admission {
            session,
            via,
            address,
            character,
            rank,
            account_made,
            resume,
            is_new,
            token: None,
        };
        self.turn(Turn::Admitted(Box::new(admission)));
        self.clients.len() - 1
    }

    fn character(&mut self, name: &str, rank: Rank) -> (Character, Rank) {
        let number = self.stored.len() as u64 + 1;
        let new = || {
            let character = Character {
                id: PlayerId(number),
                account: (rank > Rank::Guest).then_some(AccountId(number)),
                name: name.into(),
                created: DateTime::UNIX_EPOCH,
                last_seen: None,
                state: CharacterState::default(),
            };
            (character, rank)
        };
        self.stored.entry(name.to_owned()).or_insert_with(new).clone()
    }

    /// Makes a further character of somebody's account.
    pub fn makes_another(&mut self, of: &str, name: &str) {
        let (character, rank) = self.stored[of].clone();
        let id = PlayerId(self.stored.len() as u64 + 1);
        let character = Character { id, name: name.into(), last_seen: None, ..character };
        self.stored.insert(name.to_owned(), (character, rank));
    }

    /// A client's player types a line; all clients are brought up to date.
    pub fn types(&mut self, client: usize, line: &str) {
        let session = self.clients[client].session;
        self.says(Input::Line { session, text: line.to_owned() });
        self.deliver();
    }

    /// A session says something to the world, and the loop takes it. What comes of it is on the bus then.
    pub fn says(&mut self, input: Input) {
        self.gateways[usize::from(input.session().gateway())].input(input);
        self.take_inputs();
    }

    /// The loop takes what sessions and gateways have said.
    pub fn take_inputs(&mut self) {
        for gateway in 0..self.gateways.len() {
            while let Some(input) = self.gateways[gateway].next_input() {
                self.turn(Turn::Input(input));
            }
        }
    }

    /// One turn of the loop, and of the slow work that it asks for. What comes of it is on the bus then.
    pub fn turn(&mut self, turn: Turn) {
        let mut turns = VecDeque::from([turn]);
        while let Some(turn) = turns.pop_front() {
            let mut out = Outcome::default();
            self.game.step(turn, self.clock, &mut out);
            for gateway in &mut self.gateways {
                gateway.publish(&out.events);
            }
            for request in out.requests {
                turns.extend(self.serve(request));
            }
        }
    }

    /// The database and the clerk, as far as tests need them.
    fn serve(&mut self, request: Request) -> Vec<Turn> {
        let answers = match request {
            Request::Order(mut placed) => {
                for Cited { line, is_meant } in &placed.cited {
                    let Some(kept) = self.kept_line(line) else {
                        if !is_meant {
                            continue;
                        }
                        let outcome = Err(no_such_line(line));
                        let ordered = Ordered { placed: *placed, outcome };
                        return vec![Turn::Answered(Answer::Ordered(Box::new(ordered)))];
                    };
                    placed.order.evidence.push(kept.id);
                }
                let stored = &self.stored;
                let find = |is: &dyn Fn(&Character) -> bool| stored.values().find(|(it, _)| is(it));
                let answers = self.records.order(*placed, find);
                answers.iter().for_each(|answer| self.clear_stored(answer));
                answers
            }
            Request::Case(order) => {
                let ranks = self.ranks();
                self.records.case(*order, &ranks)
            }
            request => return self.answer(request).into_iter().collect(),
        };
        answers.into_iter().map(Turn::Answered).collect()
    }

    fn answer(&mut self, request: Request) -> Option<Turn> {
        let answer = |player, text: &str| Some(Turn::Answered(Answer::Tell(player, text.into())));
        match request {
            Request::SaveLater(character) => {
                self.store(*character);
                None
            }
            Request::Save(character) => {
                let player = character.id;
                self.store(*character);
                answer(player, "Your character is stored.")
            }
            Request::DrawToken(player) => {
                let token = ResumeToken::of([1; 32]);
                Some(Turn::Answered(Answer::Drawn(player, token)))
            }
            Request::Keep(message) => {
                self.kept.push(message);
                None
            }
            Request::LookUpMissed(missing) => {
                let since = |message: &&Arc<Message>| {
                    let seen = missing.resume.0.get(&message.channel);
                    seen.is_some_and(|(_, seq)| message.seq > *seq)
                };
                let lines = self.kept.iter().filter(since).cloned().collect();
                Some(Turn::Answered(Answer::Missed { missing, lines, gap: false }))
            }
            Request::AskAbout { asker, otherwise, .. } => {
                Some(Turn::Answered(Answer::Tell(asker, otherwise)))
            }
            Request::Claim { player, .. } => answer(player, "That is not the code."),
            Request::ListCharacters { player, .. } => answer(player, "Your characters: you."),
            Request::MakeCharacter { player, .. } => answer(player, "You have enough characters."),
            Request::FindReported(filing) => {
                let is_it = |m: &Arc<Message>| is_meant(&filing.wanted, &filing.epoch, m);
                let channel = self.kept.iter().find(|m| is_it(m)).map(|m| m.channel.clone());
                let lines = self.kept.iter().filter(|m| Some(&m.channel) == channel.as_ref());
                let lines = lines.map(|message| Message::clone(message)).collect();
                Some(Turn::Answered(Answer::FoundReported(filing, lines)))
            }
            Request::Notices { player, who } => {
                let own = self.records.notices.iter().filter(|notice| notice.person == who);
                let notices: Vec<Notice> = own.cloned().collect();
                let some = Some(notices).filter(|notices| !notices.is_empty());
                some.map(|notices| Turn::Answered(Answer::Notices(player, notices)))
            }
            Request::Reported(order) => {
                self.records.reported.push(*order);
                None
            }
            Request::NoticesRead(numbers) => {
                self.records.notices.retain(|notice| !numbers.contains(&notice.number));
                None
            }
            Request::Hold { line, limits } => {
                Some(Turn::Answered(self.records.hold(*line, limits)))
            }
            Request::Settle(settling) => {
                let stored = &self.stored;
                let rank = |account| {
                    let of_account = |(it, _): &&(Character, Rank)| it.account == Some(account);
                    stored.values().find(of_account).map(|(_, rank)| *rank)
                };
                Some(Turn::Answered(self.records.settle(*settling, rank)))
            }
            Request::ExpireHeld { numbers, .. } => {
                self.records.waiting.retain(|line| !numbers.contains(&line.number));
                None
            }
            Request::Withdraw(wanted) => {
                let line = self.kept_line(&wanted.line);
                let stored = &self.stored;
                let find = |is: &dyn Fn(&Character) -> bool| stored.values().find(|(it, _)| is(it));
                Some(Turn::Answered(self.records.withdraw(*wanted, line, find)))
            }
            Request::NoteTold { ids, at } => {
                let told = self.records.remarks.iter_mut().filter(|it| ids.contains(&it.id));
                told.for_each(|remark| remark.acknowledged = Some(at));
                None
            }
            Request::Acknowledge { player, who, ids, at } => {
                let read = self.records.remarks.iter_mut().filter(|it| ids.contains(&it.id));
                read.for_each(|remark| remark.acknowledged = Some(at));
                Some(Turn::Answered(Answer::Acknowledged { player, who, ids }))
            }
            Request::ReadRecord(reading) => {
                let name = reading.name.to_lowercase();
                let called = |(it, _): &&(Character, Rank)| it.name.to_lowercase() == name;
                let stored = self.stored.values().find(called);
                let person = reading.here.or(stored.map(|(it, _)| Person::of(it.account, it.id)));
                let ranks = self.ranks();
                Some(Turn::Answered(self.records.read(*reading, person, &ranks)))
            }
            Request::Act(act) => {
                self.records.acts.push(act);
                None
            }
            Request::RuleAct(act) => {
                self.records.rule_acts.push(*act);
                None
            }
            Request::KeepPoints { account, points, .. } => {
                self.records.points.insert(account, points);
                None
            }
            Request::SetRank { account, rank, by } => {
                let of_account = |(c, _): &&mut (Character, Rank)| c.account == Some(account);
                if let Some((_, stored)) = self.stored.values_mut().find(of_account) {
                    *stored = rank;
                }
                Some(Turn::Answered(Answer::Ranked { account, rank, by }))
            }
            _ => None,
        }
    }

    /// What the store does when it puts on record that a text was taken away.
    fn clear_stored(&mut self, answer: &Answer) {
        let Answer::Ordered(ordered) = answer else { return };
        let (act, done) = (&ordered.placed.order.act, &ordered.outcome);
        if let (OrderedAct::Clear(kind), Ok(Done::Remarked(remark))) = (act, done)
            && let Some((character, _)) = self.stored.get_mut(&remark.subject.to_string())
        {
            character.state.clear_text(*kind);
        }
    }

    fn kept_line(&self, line: &MessageRef) -> Option<Message> {
        let is_meant = |message: &&Arc<Message>| match line {
            MessageRef::Id(id) => message.id == *id,
            MessageRef::Numbered(channel, seq) => {
                message.channel == *channel && message.seq == *seq
            }
        };
        self.kept.iter().rev().find(is_meant).map(|line| Message::clone(line))
    }

    fn store(&mut self, character: Character) {
        if let Some((stored, _)) = self.stored.get_mut(character.name.as_str()) {
            *stored = character;
        }
    }

    /// Everything on the bus reaches the clients.
    pub fn deliver(&mut self) {
        for gateway in &mut self.gateways {
            gateway.deliver_all();
        }
        self.take_inputs();
    }

    /// A client's connection breaks.
    pub fn hang_up(&mut self, client: usize) {
        let client = &self.clients[client];
        let session = client.session;
        self.gateways[usize::from(session.gateway())].disconnect(session);
        self.says(Input::HungUp { session });
    }

    /// Time passes; the loop notices.
    pub fn wait(&mut self, time: Duration) {
        self.clock.now += time;
        self.clock.at += time;
        self.turn(Turn::Tick);
    }

    /// Time passes until nothing waits that was typed too fast; all clients are brought up to date.
    pub fn let_all_be_said(&mut self) {
        while let Some(due) = self.game.next_due() {
            let wait = due.saturating_sub(self.clock.now);
            self.clock.now += wait;
            self.clock.at += wait;
            self.turn(Turn::Due);
        }
        self.deliver();
    }

    /// What a client's player has read since this was last asked, line by line.
    pub fn heard(&mut self, client: usize) -> Vec<String> {
        self.clients[client].read()
    }
}

fn docket_limits(config: &Config) -> DocketLimits {
    let moderation = &config.moderation;
    DocketLimits {
        alone_max: Some(days(moderation.alone_days_max)).filter(|most| !most.is_zero()),
        merge: Duration::from_secs(60 * moderation.report_merge_minutes),
        reports_open_max: moderation.reports_open_max,
        per_hour_max: moderation.reports_per_hour,
        cases_max: moderation.cases_max,
        ..DocketLimits::default()
    }
}

fn rules(config: &Config) -> Rules {
    Rules {
        linkdead: Duration::from_secs(config.limits.linkdead_seconds),
        idle: None,
        history: config.chat.message_history.enabled,
        retention: Some(days(config.chat.message_history.retention_days))
            .filter(|it| !it.is_zero()),
        ring_messages_max: config.chat.message_history.ring_messages_max,
        pushes: false,
        resume_lines_max: config.limits.resume_lines_max,
        context_lines: config.moderation.report_context_lines,
        case_lines_every: Duration::from_secs(config.moderation.case_lines_seconds),
        held_lasts: Duration::from_secs(config.moderation.held_seconds),
        held: HeldLimits {
            per_person_max: config.moderation.held_lines_per_person_max,
            lines_max: config.moderation.held_lines_max,
        },
        mask_usual: config.moderation.mask_default,
        snoop_max: Duration::from_mins(config.moderation.snoop_minutes_max),
    }
}

fn days(days: u32) -> Duration {
    Duration::from_hours(24) * days
}
