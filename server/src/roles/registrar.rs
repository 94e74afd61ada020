//! Brings moderation records to the journal in the order in which they come: finds out whom they are about, and the keys
//! under which their texts are sealed. Stores where the log ends, and brings in what was read by those with a shell.
//!
//! Decides nothing, and nobody waits for it: what finds its queue full is dropped, and the log says so.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, Utc};
use smol_str::SmolStr;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::news;
use crate::bus::{ActNews, Board, Bulletin};
use crate::journal::{Journal, ModerationRecord, Read, Seals};
use crate::store::{Reading, Store, StoreError, new_text_key};
use crate::vocab::{AccountId, ChainHead, Character, Person, Rank, TextKey};

/// Records that may wait for their keys.
const RECORDS_MAX: usize = 4096;
/// Keys that are kept at hand.
const KEYS_MAX: usize = 1024;
/// How often the head of the log is stored, if it is another one: what a cut-off end can hide.
const HEADS_EVERY: Duration = Duration::from_secs(1);
/// After how many of these it is seen whether anybody with a shell read.
const READINGS_EVERY: u32 = 2;
/// How long to wait for the disk to confirm lines before what rests on them is left for later.
const SETTLING: Duration = Duration::from_secs(1);
/// How often to see whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The end of the registrar that takes records; cheap to clone.
#[derive(Clone)]
pub(super) struct Registrar {
    jobs: mpsc::Sender<Job>,
    journal: Journal,
}

enum Job {
    Record(Box<ModerationRecord>),
    Close(oneshot::Sender<()>),
}

impl Registrar {
    /// Starts it. `run` names this run of the server; texts are sealed if `is_sealed`.
    pub(super) fn open(
        store: Store,
        journal: Journal,
        board: Board,
        run: SmolStr,
        is_sealed: bool,
    ) -> Self {
        let (jobs, waiting) = mpsc::channel(RECORDS_MAX);
        let keys = Keys { store: store.clone(), known: VecDeque::new(), unstored: Vec::new() };
        let heads = BTreeMap::new();
        let work = Work { store, journal: journal.clone(), board, run, is_sealed, keys, heads };
        tokio::spawn(work.serve(waiting));
        Self { jobs, journal }
    }

    /// Takes a record; returns at once.
    pub(super) fn take(&self, record: ModerationRecord) {
        if self.jobs.try_send(Job::Record(Box::new(record))).is_err() {
            self.journal.lost_moderation();
        }
    }

    /// Brings in what was given until now and stores the head. To be called before the store closes.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        let close = async {
            if self.jobs.send(Job::Close(done)).await.is_ok() {
                // It ends without an answer only by a bug of ours, and then there is nothing to wait for.
                let _ = closed.await;
            }
        };
        if timeout(2 * SETTLING, close).await.is_err() {
            tracing::warn!("the last moderation records were not brought to the log in time");
        }
    }
}

struct Work {
    store: Store,
    journal: Journal,
    board: Board,
    run: SmolStr,
    is_sealed: bool,
    keys: Keys,
    /// Not stored yet: the newest of each day.
    heads: BTreeMap<NaiveDate, ChainHead>,
}

impl Work {
    async fn serve(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut every = interval(HEADS_EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ticks = 0_u32;
        loop {
            tokio::select! {
                job = jobs.recv() => match job {
                    Some(Job::Record(record)) => self.bring(*record).await,
                    Some(Job::Close(done)) => return self.close(done).await,
                    None => return,
                },
                _ = every.tick() => {
                    ticks = ticks.wrapping_add(1);
                    if ticks.is_multiple_of(READINGS_EVERY) {
                        self.bring_readings().await;
                    }
                    self.keys.store_late().await;
                    self.store_heads().await;
                }
            }
        }
    }

    async fn close(&mut self, done: oneshot::Sender<()>) {
        self.settle().await;
        self.keys.store_late().await;
        self.store_heads().await;
        // Whoever waited may have given up.
        let _ = done.send(());
    }

    async fn bring(&mut self, mut record: ModerationRecord) {
        self.find_persons(&mut record).await;
        let seals = self.seals(&record).await;
        let news = self.news(&record).await;
        self.journal.moderation(record, seals);
        news.into_iter().for_each(|news| self.board.put(Bulletin::Act(Arc::new(news))));
    }

    /// What programs of staff learn of it, if any listen.
    async fn news(&self, record: &ModerationRecord) -> Option<ActNews> {
        let news = self.board.is_read().then(|| news::of(record)).flatten()?;
        let Some(Person::Account(account)) = news.subject else { return Some(news) };
        let said = "whom an act concerns was not looked up; no program learns of it";
        let account = self.store.find_account(account).await;
        let account = account.inspect_err(|why| tracing::warn!(%why, said)).ok()?;
        let subject_rank = account.map_or(Rank::Guest, |account| account.rank);
        Some(ActNews { subject_rank, ..news })
    }

    /// Finds the account of whoever acted, and whose name it was that they typed.
    async fn find_persons(&self, record: &mut ModerationRecord) {
        if let Some((id, name)) = record.unknown_actor()
            && let Some(character) = self.find(&name).await
            && character.id == id
        {
            record.name_actor(character.account);
        }
        if let Some(name) = record.unknown_subject().map(str::to_owned)
            && let Some(character) = self.find(&name).await
        {
            record.name_subject(Person::of(character.account, character.id));
        }
    }

    async fn find(&self, name: &str) -> Option<Character> {
        let found = self.store.find_character(name).await;
        let said = "whom a moderation record is about was not looked up";
        found.inspect_err(|why| tracing::warn!(%why, said)).ok().flatten()
    }

    async fn seals(&mut self, record: &ModerationRecord) -> Seals {
        if !self.is_sealed {
            return Seals::Plain;
        }
        let mut keys = Vec::new();
        for account in record.accounts() {
            keys.push(self.keys.of(account).await);
        }
        Seals::Keys(keys)
    }

    /// Brings in who read by a shell. Their rows go only when the disk has the lines.
    async fn bring_readings(&mut self) {
        let readings = match self.store.readings().await {
            Ok(readings) => readings,
            Err(why) => return tracing::warn!(%why, "who read the records could not be looked up"),
        };
        let Some(last) = readings.last().map(|reading| reading.id) else { return };
        for reading in readings {
            self.bring(ModerationRecord::Read(read(reading))).await;
        }
        if self.settle().await
            && let Err(why) = self.store.forget_readings(last).await
        {
            tracing::warn!(%why, "who read the records will be logged again");
        }
    }

    /// Waits until the disk has every line that was given. Whether it has.
    async fn settle(&self) -> bool {
        let given = self.journal.given();
        let until = Instant::now() + SETTLING;
        while !self.journal.settled(given) {
            if Instant::now() >= until {
                return false;
            }
            sleep(LOOK_EVERY).await;
        }
        true
    }

    async fn store_heads(&mut self) {
        self.heads.extend(self.journal.new_heads().into_iter().map(|head| (head.day, head)));
        if self.heads.is_empty() {
            return;
        }
        let heads = self.heads.values().copied().collect();
        match self.store.put_heads(&self.run, heads, Utc::now()).await {
            Ok(()) => self.heads.clear(),
            Err(why) => tracing::warn!(%why, "the head of the moderation log is not stored yet"),
        }
    }
}

fn read(reading: Reading) -> Read {
    Read {
        at: reading.at,
        reader_id: None,
        reader_account: None,
        reader_name: reading.reader.into(),
        rank: None,
        what: reading.what.into(),
        subject: None,
        target: reading.target,
    }
}

/// The keys of those who were on record lately.
struct Keys {
    store: Store,
    /// The one used last is the last.
    known: VecDeque<TextKey>,
    /// Keys in use that the database has not taken yet.
    unstored: Vec<TextKey>,
}

impl Keys {
    /// The key of an account. While the database takes nothing, a new one counts until it does.
    async fn of(&mut self, account: AccountId) -> TextKey {
        let at = self.known.iter().position(|key| key.account == account);
        let key = match at.and_then(|at| self.known.remove(at)) {
            Some(key) => key,
            None => self.find_or_make(account).await,
        };
        self.known.push_back(key.clone());
        if self.known.len() > KEYS_MAX {
            self.known.pop_front();
        }
        key
    }

    async fn find_or_make(&mut self, account: AccountId) -> TextKey {
        if let Some(key) = self.unstored.iter().find(|key| key.account == account) {
            return key.clone();
        }
        let new = new_text_key(account);
        match self.stored(&new).await {
            Ok(key) => key,
            Err(why) => {
                tracing::error!(%why, %account, "the key of an account's texts is not stored yet");
                if self.unstored.len() < KEYS_MAX {
                    self.unstored.push(new.clone());
                }
                new
            }
        }
    }

    async fn stored(&self, new: &TextKey) -> Result<TextKey, StoreError> {
        if let Some(key) = self.store.find_text_key(new.account).await? {
            return Ok(key);
        }
        self.store.keep_text_key(new.clone(), Utc::now()).await?;
        Ok(new.clone())
    }

    /// Tries again to store what could not be.
    async fn store_late(&mut self) {
        for key in std::mem::take(&mut self.unstored) {
            if self.store.keep_text_key(key.clone(), Utc::now()).await.is_err() {
                self.unstored.push(key);
            }
        }
    }
}
