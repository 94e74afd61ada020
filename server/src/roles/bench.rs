//! Carries out orders of moderation, one after the other: looks up whom they are about, asks the rules, commits, and only
//! then lets the loop know. Decides nothing itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::accounts::Bars;
use crate::game::run::RealClock;
use crate::game::{Answer, Ordered, Reading, RecordRead, Request, Settled, Turn, Withdrawn};
use crate::moderation::{
    Decision, Docket, Restrictions, StoredLine, Target, decide_withdrawal, hide_cases, may_settle,
    no_such_line, spared_names,
};
use crate::store::{HeldFull, Store, StoreError};
use crate::vocab::{
    AccountId, ActId, Applicant, Cited, Done, HeldLimits, HeldLine, MessageId, OrderedAct, Person,
    Placed, PlayerId, Rank, Restriction, RestrictionKind, Settling, Spared, Subject, Whom,
    Withdrawal,
};

/// Orders that may wait.
const ORDERS_MAX: usize = 256;

/// What counts, shared by the bench and the desk; the loop has its own.
#[derive(Clone)]
pub(super) struct Register {
    shared: Arc<Mutex<Restrictions>>,
    clock: RealClock,
}

impl Register {
    /// What the store says that counts; the second is for the loop.
    pub(super) async fn load(
        store: &Store,
        clock: RealClock,
    ) -> Result<(Self, Restrictions), StoreError> {
        let now = clock.read();
        let (mut here, mut there) = (Restrictions::default(), Restrictions::default());
        for restriction in store.standing(now.at).await? {
            let restriction = Arc::new(restriction);
            here.add(Arc::clone(&restriction), now.at, now.now);
            there.add(restriction, now.at, now.now);
        }
        for warning in store.pending_warnings().await? {
            there.warn(Arc::new(warning));
        }
        Ok((Self { shared: Arc::new(Mutex::new(here)), clock }, there))
    }

    /// Tells the desk who may not come in.
    pub(super) fn bars(&self) -> Bars {
        let register = self.clone();
        Arc::new(move |applicant: &Applicant| {
            register.lock().barred(applicant, register.clock.read().now)
        })
    }

    /// How many restrictions of each kind count now.
    pub(super) fn counts(&self) -> BTreeMap<RestrictionKind, usize> {
        let mut counts: BTreeMap<_, _> = RestrictionKind::ALL.map(|kind| (kind, 0)).into();
        let now = self.clock.read().now;
        for standing in self.lock().all(now) {
            *counts.entry(standing.restriction.kind).or_default() += 1;
        }
        counts
    }

    pub(super) fn on(&self, subject: &Subject) -> Vec<Arc<Restriction>> {
        let now = self.clock.read().now;
        let register = self.lock();
        register.on(subject, now).map(|standing| Arc::clone(&standing.restriction)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Restrictions> {
        // An index that a panic left half changed is still the best there is; the store has all of it.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of the bench that takes orders; cheap to clone.
#[derive(Clone)]
pub(super) struct Bench {
    orders: mpsc::Sender<Request>,
}

impl Bench {
    /// Starts the bench.
    pub(super) fn open(
        store: Store,
        register: Register,
        docket: Docket,
        turns: mpsc::Sender<Turn>,
    ) -> Self {
        let (orders, mut waiting) = mpsc::channel(ORDERS_MAX);
        let mut work = Work { store, register, docket, turns };
        tokio::spawn(async move {
            while let Some(request) = waiting.recv().await {
                work.serve(request).await;
            }
        });
        Self { orders }
    }

    /// Takes a request; returns at once. Whether there was room.
    pub(super) fn take(&self, request: Request) -> bool {
        self.orders.try_send(request).is_ok()
    }
}

/// What the bench works with.
pub(super) struct Work {
    pub(super) store: Store,
    pub(super) register: Register,
    pub(super) docket: Docket,
    turns: mpsc::Sender<Turn>,
}

impl Work {
    async fn serve(&mut self, request: Request) {
        let (asker, answers) = match request {
            Request::Order(it) => ((it.by, Some(it.id)), self.order(*it).await),
            Request::Case(it) => ((it.by, Some(it.id)), self.case(*it).await),
            Request::Hold { line, limits } => {
                ((line.speaker, None), self.hold(*line, limits).await)
            }
            Request::Settle(it) => ((it.by, Some(it.id)), self.settle(*it).await),
            Request::ExpireHeld { numbers, at } => return self.expire(numbers, at).await,
            Request::Withdraw(it) => ((it.by, Some(it.id)), self.withdraw(*it).await),
            Request::Acknowledge { player, who, ids, at } => {
                ((player, None), self.acknowledge(player, who, ids, at).await)
            }
            Request::ReadRecord(it) => ((it.asker, Some(it.id)), self.read(*it).await),
            _ => return,
        };
        for answer in answers.unwrap_or_else(|why| vec![failed(asker, &why)]) {
            // The loop is gone only when the server stops; then nobody waits for the answer.
            let _ = self.turns.send(Turn::Answered(answer)).await;
        }
    }

    async fn order(&mut self, mut placed: Placed) -> Result<Vec<Answer>, StoreError> {
        let rank = match placed.issuer.account {
            Some(account) => self.rank_of(Some(account)).await?,
            None => placed.issuer.rank,
        };
        match self.evidence(&placed.cited).await? {
            Ok(lines) => placed.order.evidence.extend(lines),
            Err(why) => {
                let outcome = Err(why);
                return Ok(vec![Answer::Ordered(Box::new(Ordered { placed, outcome }))]);
            }
        }
        let mut target = self.target(&placed).await?;
        if let Some(target) = &mut target {
            target.except = self.spared(&placed).await?;
        }
        let standing = target.as_ref().map(|target| self.register.on(&target.subject));
        let by = placed.by;
        let plan = match self.docket.settle(&placed, rank, target, &standing.unwrap_or_default()) {
            Ok(plan) => plan,
            Err(why) => {
                return Ok(vec![Answer::Ordered(Box::new(Ordered { placed, outcome: Err(why) }))]);
            }
        };
        // Whatever can fail comes before what is committed, so that a fault means that nothing was done.
        let ranks = self.staff_ranks().await?;
        let (ordered, second) = self.carry_out(plan).await?;
        let mut answers = Vec::new();
        answers.extend(ordered.map(|ordered| Answer::Ordered(Box::new(ordered))));
        if let Some(second) = second {
            let rank = ranks.of_subject(&second.case.subject);
            answers.push(Answer::SecondWanted { by, case: second.case, rank });
        }
        Ok(answers)
    }

    /// The lines that an order points at; or that there is no such line.
    async fn evidence(
        &self,
        cited: &[Cited],
    ) -> Result<Result<Vec<MessageId>, String>, StoreError> {
        let mut lines = Vec::new();
        for Cited { line, is_meant } in cited {
            match self.store.line(line).await? {
                Some((message, _)) if lines.contains(&message.id) => {}
                Some((message, _)) => lines.push(message.id),
                None if *is_meant => return Ok(Err(no_such_line(line))),
                None => {}
            }
        }
        Ok(Ok(lines))
    }

    async fn target(&self, placed: &Placed) -> Result<Option<Target>, StoreError> {
        if let Some(known) = Target::known(placed) {
            return Ok(Some(known));
        }
        let Whom::Player(name) = &placed.order.whom else { return Ok(None) };
        let Some(character) = self.store.find_character(name).await? else { return Ok(None) };
        let Some(id) = character.account else { return Ok(None) };
        let account = self.store.find_account(id).await?;
        Ok(account.map(|account| Target::account(id, character.name, account.rank)))
    }

    /// The accounts behind the names that an order spares; a name that nobody has is left out.
    async fn spared(&self, placed: &Placed) -> Result<Vec<Spared>, StoreError> {
        let mut spared = Vec::new();
        for name in spared_names(placed) {
            let Some(character) = self.store.find_character(name).await? else { continue };
            let Some(account) = character.account else { continue };
            spared.push(Spared { account, name: character.name });
        }
        Ok(spared)
    }

    pub(super) async fn commit(
        &self,
        placed: &Placed,
        decision: Decision,
    ) -> Result<Done, StoreError> {
        match decision {
            Decision::Restrict(restriction) => {
                self.store.restrict(restriction.clone()).await?;
                let restriction = Arc::new(restriction);
                self.register.lock().add(Arc::clone(&restriction), placed.at, placed.now);
                Ok(Done::Restricted(restriction))
            }
            Decision::Lift(restrictions, lifted) => {
                let ids = restrictions.iter().map(|restriction| restriction.id).collect();
                self.store.lift(ids, lifted).await?;
                let mut register = self.register.lock();
                for restriction in &restrictions {
                    register.remove(&restriction.subject, restriction.id);
                }
                Ok(Done::Lifted(restrictions))
            }
            Decision::Remark(remark) => {
                match placed.order.act {
                    OrderedAct::Clear(kind) => self.store.clear_text(remark.clone(), kind).await?,
                    _ => self.store.remark(remark.clone()).await?,
                }
                Ok(Done::Remarked(Arc::new(remark)))
            }
        }
    }

    async fn withdraw(&self, wanted: Withdrawal) -> Result<Vec<Answer>, StoreError> {
        let rank = self.rank_of(wanted.issuer.account).await?;
        let line = match self.store.line(&wanted.line).await? {
            Some((message, redaction)) => {
                let rank = self.rank_of(message.sender.account).await?;
                Some(StoredLine { message, rank, redaction })
            }
            None => None,
        };
        let outcome = match decide_withdrawal(&wanted, rank, line) {
            Ok((message, redaction)) => {
                match redaction.undone {
                    Some(_) => self.store.restore(redaction.clone()).await?,
                    None => self.store.redact(redaction.clone()).await?,
                }
                Ok((Arc::new(message), redaction))
            }
            Err(why) => Err(why),
        };
        Ok(vec![Answer::Withdrawn(Box::new(Withdrawn { wanted, outcome }))])
    }

    /// An account's rank as it is stored; a guest's for who has no account.
    async fn rank_of(&self, account: Option<AccountId>) -> Result<Rank, StoreError> {
        let Some(account) = account else { return Ok(Rank::Guest) };
        let account = self.store.find_account(account).await?;
        Ok(account.map_or(Rank::Guest, |account| account.rank))
    }

    async fn hold(&self, line: HeldLine, limits: HeldLimits) -> Result<Vec<Answer>, StoreError> {
        let speaker = line.speaker;
        let held = self.store.hold(line, limits).await?;
        let offered = held.map(Box::new).map_err(HeldFull::sentence);
        Ok(vec![Answer::Held(speaker, offered)])
    }

    async fn settle(&self, settling: Settling) -> Result<Vec<Answer>, StoreError> {
        let rank = self.rank_of(settling.issuer.account).await?;
        let speaker_rank = self.rank_of(settling.line.account).await?;
        let mut settling = settling;
        settling.issuer.rank = rank;
        let outcome = match may_settle(&settling, rank, speaker_rank) {
            Ok(()) if self.store.settle(settling.clone()).await? => Ok(()),
            Ok(()) => Err(format!("#{} does not wait any more.", settling.line.number)),
            Err(why) => Err(why),
        };
        Ok(vec![Answer::Settled(Box::new(Settled { settling, outcome }))])
    }

    async fn expire(&self, numbers: Vec<u64>, at: DateTime<Utc>) {
        if let Err(why) = self.store.expire_held(numbers, at).await {
            tracing::error!(%why, "it is not on record that lines waited too long");
        }
    }

    async fn acknowledge(
        &self,
        player: PlayerId,
        who: Person,
        ids: Vec<ActId>,
        at: DateTime<Utc>,
    ) -> Result<Vec<Answer>, StoreError> {
        self.store.acknowledge(ids.clone(), at).await?;
        Ok(vec![Answer::Acknowledged { player, who, ids }])
    }

    async fn read(&self, reading: Reading) -> Result<Vec<Answer>, StoreError> {
        let Reading { reader, name, here, .. } = &reading;
        let character = match here {
            Some(_) => None,
            None => self.store.find_character(name).await?,
        };
        let stored = character.as_ref().map(|it| Person::of(it.account, it.id));
        let found = match here.or(stored) {
            None => Err(format!("There is no player {name}. Write the name in full.")),
            Some(person) => {
                let name = character.map_or_else(|| name.into(), |character| character.name);
                let mut dossier = self.store.dossier(person).await?;
                hide_cases(&mut dossier, *reader, &self.staff_ranks().await?);
                Ok((Subject::Person(person, name), dossier))
            }
        };
        Ok(vec![Answer::Record(Box::new(RecordRead { reading, found }))])
    }
}

fn failed((asker, wish): (PlayerId, Option<ActId>), why: &StoreError) -> Answer {
    tracing::error!(player = %asker, %why, "the store could not do what was ordered");
    Answer::NotTaken(asker, wish)
}
