//! Does the slow work that the loop asks for, and brings the results back as turns.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use smol_str::SmolStr;
use tokio::sync::{Notify, mpsc, watch};

use super::bench::Bench;
use super::certificates::Certificates;
use super::registrar::Registrar;
use crate::accounts::{Desk, draw_token};
use crate::bus::{Board, Bulletin};
use crate::channels::Table;
use crate::config;
use crate::game::{
    Answer, Away, BlockedLine, Filing, Flagged, Missing, Request, RuleAct, StaffAct, Turn,
};
use crate::journal::{Act, Automatic, Blocked, Hit, Journal, ModerationRecord, Read, Report};
use crate::moderation::{FloodLimits, Tally};
use crate::store::{Store, StoreError};
use crate::vocab::{
    AccountId, CaseAct, CaseOrder, Character, Input, Message, Person, PlayerId, Prose, Rank,
    Sender, SenderKind,
};
use crate::world::load::Severity;
use crate::world::{Atlas, Ground};

/// The note under which the one-time code is kept.
pub(super) const CLAIM_NOTE: &str = "claim_code";
/// How long looking up what a client missed may take.
const LOOK_UP_MAX: Duration = Duration::from_secs(2);

/// What the clerk works with.
#[derive(Clone)]
pub(super) struct Clerk {
    pub(super) desk: Desk,
    pub(super) bench: Bench,
    pub(super) store: Store,
    pub(super) journal: Journal,
    pub(super) registrar: Registrar,
    pub(super) board: Board,
    pub(super) turns: mpsc::Sender<Turn>,
    pub(super) config_file: Option<PathBuf>,
    pub(super) certificates: Option<Certificates>,
    pub(super) resume_lines_max: u32,
    pub(super) tallies: watch::Sender<Tally>,
    pub(super) stop: Arc<Notify>,
}

impl Clerk {
    /// Takes a request; returns at once.
    pub(super) fn take(&self, request: Request) {
        match request {
            Request::LogIn(input) => self.log_in(input),
            Request::Keep(message) => drop(self.store.remember(message)),
            Request::Blocked(line) => self.journal.blocked(blocked(*line)),
            Request::Act(act) => self.registrar.take(record(act)),
            Request::Reported(order) => self.reported(*order),
            Request::RuleAct(act) => self.registrar.take(by_itself(*act)),
            Request::Noticed(presence) => self.board.put(Bulletin::Presence(presence)),
            Request::Tallied(tally) => drop(self.tallies.send_replace(*tally)),
            Request::Flagged(flagged) => self.take_hits(*flagged),
            Request::KeepPoints { account, points, at } => self.keep_points(account, points, at),
            Request::SaveLater(character) => drop(self.store.save_later(*character)),
            Request::Save(character) => self.save(*character),
            Request::DrawToken(player) => self.draw_token(player),
            Request::Discard(discarded) => drop(tokio::task::spawn_blocking(|| drop(discarded))),
            Request::Reply(reply) => reply.send(),
            Request::Stop => self.stop.notify_one(),
            request @ (Request::Order(_)
            | Request::Case(_)
            | Request::Hold { .. }
            | Request::Settle(_)
            | Request::ExpireHeld { .. }
            | Request::Withdraw(_)
            | Request::Acknowledge { .. }
            | Request::ReadRecord(_)) => self.bring_to_bench(request),
            request => {
                let clerk = self.clone();
                tokio::spawn(async move { clerk.work(request).await });
            }
        }
    }

    /// Written behind: offered at once, and only a fault is waited for.
    fn keep_points(&self, account: AccountId, points: f64, at: DateTime<Utc>) {
        let kept = self.store.keep_points(account, points, at);
        tokio::spawn(async move {
            if let Err(why) = kept.await {
                tracing::error!(%account, %why, "how many points an account has is not stored");
            }
        });
    }

    fn log_in(&self, input: Input) {
        if let Input::LogIn { session, via, address, request } = input {
            self.desk.ask(session, via, address, request);
        }
    }

    fn draw_token(&self, player: PlayerId) {
        let clerk = self.clone();
        let drawn = Turn::Answered(Answer::Drawn(player, draw_token()));
        tokio::spawn(async move { clerk.turn(drawn).await });
    }

    fn reported(&self, order: CaseOrder) {
        if let CaseAct::Report(filed) = order.act {
            self.registrar.take(ModerationRecord::Report(Report {
                at: order.at,
                id: order.id.to_string().into(),
                reporter: order.who,
                reporter_name: order.issuer.name,
                reported: filed.subject.person(),
                reported_name: Some(filed.subject.to_string().into()),
                messages: vec![filed.message],
                reason: filed.reason,
            }));
        }
    }

    /// Each thing that the filter found is a line of its own.
    fn take_hits(&self, flagged: Flagged) {
        for (hit, action) in flagged.hits {
            self.registrar.take(ModerationRecord::Hit(Hit {
                at: flagged.at,
                message: flagged.message,
                channel: flagged.channel.clone(),
                rule: hit.rule,
                list_version: flagged.version.clone(),
                severity: SmolStr::new_static(hit.severity.as_str()),
                category: hit.category,
                action: SmolStr::new_static(action.as_str()),
                speaker: flagged.player,
                account: flagged.account,
                name: flagged.name.clone(),
                content: flagged.content.clone(),
            }));
        }
    }

    /// Orders are carried out as they come, one after the other.
    fn bring_to_bench(&self, request: Request) {
        let asker = match &request {
            Request::Order(placed) => placed.by,
            Request::Case(order) => order.by,
            Request::Hold { line, .. } => line.speaker,
            Request::Settle(settling) => settling.by,
            Request::Withdraw(wanted) => wanted.by,
            Request::Acknowledge { player: asker, .. } => *asker,
            Request::ReadRecord(reading) => reading.asker,
            _ => return,
        };
        if self.bench.take(request) {
            return;
        }
        let clerk = self.clone();
        let text = "Too much is asked for just now; nothing was done. Please try again.";
        tokio::spawn(async move { clerk.tell(asker, text).await });
    }

    async fn work(&self, request: Request) {
        match request {
            Request::AskAbout { asker, name, otherwise } => {
                self.ask_about(asker, &name, otherwise).await;
            }
            Request::Claim { player, account, code } => self.claim(player, account, &code).await,
            Request::ListCharacters { player, account } => self.list(player, account).await,
            Request::MakeCharacter { player, account, name } => {
                let said = self.desk.make_character(account, &name).await;
                self.tell(player, said).await;
            }
            Request::SetRank { account, rank, by } => self.set_rank(account, rank, by).await,
            Request::SeekAway(speaker, away) => self.seek_away(speaker, away).await,
            Request::LookUpMissed(missing) => self.look_up(missing).await,
            Request::FindReported(filing) => self.find_reported(filing).await,
            Request::NoticesRead(numbers) => self.notices_read(numbers).await,
            Request::Notices { player, who } => self.bring_notices(player, who).await,
            Request::Reload { by } => self.reload(by).await,
            Request::NoteTold { ids, at } => {
                if let Err(why) = self.store.acknowledge(ids, at).await {
                    tracing::error!(%why, "that staff were told could not be stored");
                }
            }
            _ => {}
        }
    }

    async fn turn(&self, turn: Turn) {
        // The loop is gone only when the server stops; then nobody waits for the answer.
        let _ = self.turns.send(turn).await;
    }

    async fn tell(&self, player: PlayerId, text: impl Into<Prose>) {
        self.turn(Turn::Answered(Answer::Tell(player, text.into()))).await;
    }

    async fn failed(&self, player: PlayerId, why: &StoreError) {
        tracing::error!(%player, %why, "the store could not do what was asked");
        self.tell(player, "The server cannot reach its database just now; nothing was done.").await;
    }

    /// Offers the character before anything that is asked for later; only the answer is waited for elsewhere.
    fn save(&self, character: Character) {
        let player = character.id;
        let saved = self.store.save(character);
        let clerk = self.clone();
        tokio::spawn(async move {
            match saved.await {
                Ok(()) => clerk.tell(player, "Your character is stored.").await,
                Err(why) => clerk.failed(player, &why).await,
            }
        });
    }

    async fn ask_about(&self, asker: PlayerId, name: &str, otherwise: Prose) {
        match self.store.find_character(name).await {
            Ok(Some(character)) => self.tell(asker, about(&character)).await,
            Ok(None) => self.tell(asker, otherwise).await,
            Err(why) => self.failed(asker, &why).await,
        }
    }

    async fn seek_away(&self, speaker: PlayerId, away: Box<Away>) {
        let found = self.store.find_character(&away.name).await;
        let topic = match &found {
            Ok(Some(Character { account: Some(account), .. })) => {
                self.store.push_topic(*account).await
            }
            _ => Ok(None),
        };
        match (found, topic) {
            (Ok(Some(to)), Ok(Some(_))) => {
                let found = Answer::FoundAway(speaker, away, Box::new(to));
                self.turn(Turn::Answered(found)).await;
            }
            (Err(why), _) | (_, Err(why)) => self.failed(speaker, &why).await,
            _ => self.tell(speaker, away.otherwise).await,
        }
    }

    async fn claim(&self, player: PlayerId, account: AccountId, code: &str) {
        let known = match self.store.get_note(CLAIM_NOTE).await {
            Ok(known) => known,
            Err(why) => return self.failed(player, &why).await,
        };
        let Some(known) = known else {
            return self.tell(player, "This server has an owner already.").await;
        };
        if known != code.trim().to_uppercase() {
            tracing::warn!(%player, "a wrong claim code was entered");
            return self.tell(player, "That is not the code.").await;
        }
        match self.store.claim_ownership(account).await {
            Ok(true) => {
                // The account is the owner already; a code that stays could no longer make another.
                if let Err(why) = self.store.clear_note(CLAIM_NOTE).await {
                    tracing::warn!(%why, "the used claim code could not be removed");
                }
                tracing::info!(%player, %account, "the server was claimed");
                self.ranked(account, Rank::Owner, player).await;
            }
            Ok(false) => self.tell(player, "This server has an owner already.").await,
            Err(why) => self.failed(player, &why).await,
        }
    }

    async fn ranked(&self, account: AccountId, rank: Rank, by: PlayerId) {
        self.turn(Turn::Answered(Answer::Ranked { account, rank, by })).await;
    }

    async fn list(&self, player: PlayerId, account: AccountId) {
        match self.store.characters_of(account).await {
            Ok(characters) => {
                let names: Vec<&str> = characters.iter().map(|c| c.name.as_str()).collect();
                self.tell(player, format!("Your characters: {}.", names.join(", "))).await;
            }
            Err(why) => self.failed(player, &why).await,
        }
    }

    async fn set_rank(&self, account: AccountId, rank: Rank, by: PlayerId) {
        match self.store.set_rank(account, rank).await {
            Ok(true) => self.ranked(account, rank, by).await,
            Ok(false) => self.tell(by, "The last owner stays the owner.").await,
            Err(why) => self.failed(by, &why).await,
        }
    }

    /// A client waits for it with all that is said meanwhile, so a store that hangs is not waited for.
    async fn look_up(&self, missing: Missing) {
        let (mut lines, mut gap) = (Vec::new(), false);
        let looking = self.look_up_all(&missing, &mut lines, &mut gap);
        if tokio::time::timeout(LOOK_UP_MAX, looking).await.is_err() {
            tracing::warn!(session = %missing.session, "looking up what a client missed took too long");
            gap = true;
        }
        self.turn(Turn::Answered(Answer::Missed { missing, lines, gap })).await;
    }

    async fn look_up_all(&self, missing: &Missing, lines: &mut Vec<Arc<Message>>, gap: &mut bool) {
        for (channel, (epoch, seq)) in &missing.resume.0 {
            match self.store.since(channel, epoch, *seq, self.resume_lines_max).await {
                Ok(since) => {
                    lines.extend(since.messages.into_iter().map(Arc::new));
                    *gap |= since.gap;
                }
                Err(why) => {
                    let session = missing.session;
                    tracing::error!(%session, %why, "what a client missed could not be looked up");
                    *gap = true;
                }
            }
        }
    }

    async fn find_reported(&self, filing: Box<Filing>) {
        let (wanted, epoch) = (filing.wanted.clone(), filing.epoch.clone());
        match self.store.around(wanted, epoch, filing.each_side).await {
            Ok(lines) => self.turn(Turn::Answered(Answer::FoundReported(filing, lines))).await,
            Err(why) => self.failed(filing.reporter, &why).await,
        }
    }

    async fn bring_notices(&self, player: PlayerId, who: Person) {
        match self.store.notices(who).await {
            Ok(notices) if notices.is_empty() => {}
            Ok(notices) => self.turn(Turn::Answered(Answer::Notices(player, notices))).await,
            Err(why) => tracing::error!(%player, %why, "notices could not be read"),
        }
    }

    async fn notices_read(&self, numbers: Vec<i64>) {
        if let Err(why) = self.store.notices_read(numbers).await {
            tracing::error!(%why, "notices that were read stay");
        }
    }

    async fn reload(&self, by: PlayerId) {
        let (file, certificates) = (self.config_file.clone(), self.certificates.clone());
        let read = move || {
            let read = read_again(file.as_deref(), by)?;
            let fresh = certificates.as_ref().map(Certificates::read_again).transpose()?.flatten();
            if let Some((certificates, fresh)) = certificates.zip(fresh) {
                certificates.show(fresh);
            }
            anyhow::Ok(read)
        };
        let read = tokio::task::spawn_blocking(read).await;
        match read.map_err(anyhow::Error::from).and_then(|read| read) {
            Ok(reloaded) => self.turn(Turn::Answered(reloaded)).await,
            Err(why) => self.tell(by, format!("Nothing was changed.\n{why:#}")).await,
        }
    }
}

/// Reads world and configuration; all of it is sound, or none of it counts.
fn read_again(file: Option<&std::path::Path>, by: PlayerId) -> anyhow::Result<Answer> {
    let config = config::load(file, std::env::vars())?;
    let table = Table::new(&config.chat)?;
    let loaded = Atlas::load(&config.world.path);
    let errors = loaded.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    let atlas = loaded.atlas.with_context(|| errors.join("\n"))?;
    let (filter, _) = super::filter::load(&config, None)?;
    Ok(Answer::Reloaded {
        ground: Box::new(Ground::of(Arc::new(atlas))),
        table: Box::new(table),
        filter: Arc::new(filter),
        ladder: super::filter::ladder(&config)?,
        floods: Box::new(FloodLimits::of(&config.chat)),
        by,
    })
}

fn about(character: &Character) -> Prose {
    let since = character.created.format("%Y-%m-%d");
    let seen = match character.last_seen {
        Some(at) => format!("was here last on {}.", at.format("%Y-%m-%d %H:%M UTC")),
        None => "has not been seen since.".to_owned(),
    };
    Prose::new().name(character.name.as_str()).plain(format!(", here since {since}, {seen}"))
}

fn blocked(line: BlockedLine) -> Blocked {
    let kind = SenderKind::Player;
    Blocked {
        at: line.at,
        id: None,
        channel: line.channel,
        sender: Sender {
            id: line.sender,
            name: line.name,
            kind,
            account: line.account,
            via: line.via,
        },
        room: Some(line.room),
        party: line.party,
        target: line.target,
        content: line.content,
        rule: SmolStr::new_static(line.rule),
        flags: Vec::new(),
    }
}

/// The acts that do nothing but show what is on record.
const READINGS: [&str; 7] = ["record", "mutes", "bans", "modqueue", "points", "lines", "audit"];

fn record(act: StaffAct) -> ModerationRecord {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    if READINGS.contains(&act.act) && act.refused.is_none() {
        return ModerationRecord::Read(Read {
            at: act.at,
            reader_id: Some(act.actor),
            reader_account: None,
            reader_name: act.name,
            rank: Some(act.rank),
            what: SmolStr::new_static(act.act),
            subject: None,
            target: some(act.target),
        });
    }
    ModerationRecord::Act(Act {
        at: act.at,
        actor_id: Some(act.actor),
        actor_account: None,
        actor_name: act.name,
        rank: act.rank,
        act: SmolStr::new_static(act.act),
        subject: act.subject,
        target: some(act.target),
        detail: some(act.detail),
        refused: act.refused,
        restriction: act.restriction,
        until: act.until,
    })
}

/// What a rule did by itself.
fn by_itself(act: RuleAct) -> ModerationRecord {
    let (rule, version) = act.rule.split_once(' ').unwrap_or((&act.rule, ""));
    let (subject, name) = act.subject.unzip();
    ModerationRecord::Automatic(Automatic {
        at: act.at,
        rule: rule.into(),
        version: version.into(),
        subject,
        name,
        what: SmolStr::new_static(act.act),
        detail: Some(act.detail),
        restriction: act.restriction,
        until: act.until,
    })
}
