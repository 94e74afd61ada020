//! The desk where connections ask to come in: looks names up, checks passwords, makes accounts, and lets in.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::sync::{Semaphore, mpsc};

use super::attempts::Attempts;
use super::bearers::{Bearers, NoBearer};
use super::guesses::{Guesses, Whose};
use super::logins::{Failure, Logins, Wish};
use super::names::Names;
use super::passwords::Passwords;
use super::refused::{Refused, broken, fault, just_taken};
use crate::bus::Publisher;
use crate::config::Guests;
use crate::store::{Login, NewAccount, Store, StoreError};
use crate::vocab::{
    Account, AccountId, Admission, Applicant, Audience, Character, CharacterState, Event, Fact,
    LoginReply, LoginRequest, PlayerId, Rank, Resume, ResumeToken, Returning, Secret, SessionId,
    Transport, network, skeleton,
};

/// How much longer each further wrong password of a minute is answered late.
const DELAY_PER_FAILURE: Duration = Duration::from_millis(300);
/// The most that it is answered late.
const DELAY_MAX: Duration = Duration::from_secs(3);
/// What new accounts are counted over.
const HOUR: Duration = Duration::from_hours(1);
/// What one reads when too many log in at once.
const FULL: &str = "Too many are logging in just now. Please try again in a moment.";
/// The bit that guests' ids have and stored ones have not.
const GUEST_BIT: u64 = 1 << 61;

/// Somebody for the world to decide on.
#[derive(Debug)]
pub enum Coming {
    /// They may play.
    Admitted(Box<Admission>),
    /// They show what they were handed to come back by; only the world knows whose it is.
    Returning(Box<Returning>),
}

/// A word by which somebody may come back: 256 bits of a generator made for secrets, which the system seeds.
#[must_use]
pub fn draw_token() -> ResumeToken {
    ResumeToken::of(rand::random())
}

/// Says why somebody may not come in, if they may not.
pub type Bars = Arc<dyn Fn(&Applicant) -> Option<String> + Send + Sync>;

/// Who is kept out, and who is known without a password.
#[derive(Clone)]
pub struct Doors {
    /// Keeps out those who are banned.
    pub bars: Bars,
    /// Knows those who show a token; none where tokens are good for nothing.
    pub bearers: Option<Bearers>,
}

/// The rules of the desk.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    /// Where guests may come from.
    pub guests: Guests,
    /// Shortest password. Characters.
    pub password_chars_min: usize,
    /// Passwords hashed at once.
    pub hash_workers: usize,
    /// Logins that may wait.
    pub queue_max: usize,
    /// Wrong passwords a minute for an account, and for an address; 0 is without limit.
    pub wrong_passwords_per_minute: u32,
    /// Whether this machine's own address is exempt from limits by address.
    pub loopback_exempt: bool,
    /// New accounts an hour for an address; 0 is without limit.
    pub new_accounts_per_hour: u32,
    /// Characters of an account.
    pub characters_max: usize,
    /// Names that nobody may take.
    pub names: Names,
}

/// The desk; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    shared: Arc<Shared>,
}

struct Shared {
    options: DeskOptions,
    store: Store,
    publisher: Publisher,
    admitted: mpsc::Sender<Coming>,
    doors: Doors,
    passwords: Passwords,
    queue: Semaphore,
    guesses: Mutex<Guesses>,
    made_by_address: Mutex<Attempts<IpAddr>>,
    logins: Arc<Logins>,
}

/// One connection's wish to come in.
struct Caller {
    session: SessionId,
    via: Transport,
    address: IpAddr,
}

/// What a connection is answered; nothing when it is let in: the world answers then.
type Served = Result<Option<LoginReply>, Refused>;

impl Desk {
    /// Opens the desk. Whoever may play goes to `admitted`; everyone else is answered over the bus.
    #[must_use]
    pub fn open(
        options: DeskOptions,
        store: Store,
        publisher: Publisher,
        admitted: mpsc::Sender<Coming>,
        doors: Doors,
    ) -> Self {
        let wrong = options.wrong_passwords_per_minute;
        let made = options.new_accounts_per_hour;
        let shared = Shared {
            passwords: Passwords::new(options.hash_workers),
            queue: Semaphore::new(options.queue_max),
            guesses: Mutex::new(Guesses::new(wrong, options.loopback_exempt)),
            made_by_address: Mutex::new(Attempts::new(made, HOUR)),
            logins: Arc::default(),
            options,
            store,
            publisher,
            admitted,
            doors,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Takes a connection's wish; returns at once.
    pub fn ask(&self, session: SessionId, via: Transport, address: IpAddr, request: LoginRequest) {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let caller = Caller { session, via, address };
            let wish = Wish::of(&request);
            let served = match shared.queue.try_acquire() {
                Ok(_place) => shared.serve(&caller, request).await,
                Err(_) => Err(Failure::Busy.because(FULL)),
            };
            shared.count(wish, &served);
            match served {
                Ok(None) => {}
                Ok(Some(reply)) => shared.answer(session, reply),
                Err(refused) => shared.answer(session, LoginReply::Refused(refused.why)),
            }
        });
    }

    /// The account of somebody who shows its password without wanting to play; within the limits of a login.
    ///
    /// # Errors
    /// Why not, in a sentence for them.
    pub async fn vouch(
        &self,
        address: IpAddr,
        name: &str,
        password: Secret,
    ) -> Result<Account, String> {
        let vouched = self.shared.vouch(address, name, password).await;
        match &vouched {
            Ok(_) => self.shared.logins.admitted(Wish::Api),
            Err(refused) => self.shared.logins.failed(refused.failure),
        }
        vouched.map_err(|refused| refused.why)
    }

    /// Makes another character for an account; says how it went.
    pub async fn make_character(&self, account: AccountId, name: &str) -> String {
        let made = self.shared.make_character(account, name).await;
        made.unwrap_or_else(|refused| refused.why)
    }

    /// Who came in and who did not.
    #[must_use]
    pub fn logins(&self) -> Arc<Logins> {
        Arc::clone(&self.shared.logins)
    }
}

impl Shared {
    fn answer(&self, session: SessionId, reply: LoginReply) {
        let event = Event { to: Audience::Session(session), fact: Fact::Answered(reply) };
        self.publisher.publish(vec![Arc::new(event)]);
    }

    /// Of somebody who comes back by a word, the world decides and counts.
    fn count(&self, wish: Option<Wish>, served: &Served) {
        match (wish, served) {
            (Some(Wish::Return) | None, Ok(_)) => {}
            (Some(wish), Ok(None)) => self.logins.admitted(wish),
            (Some(_), Ok(Some(_))) => self.logins.failed(Failure::Banned),
            (Some(_), Err(refused)) => self.logins.failed(refused.failure),
            (None, Err(_)) => {}
        }
    }

    /// Serves one wish.
    async fn serve(&self, caller: &Caller, request: LoginRequest) -> Served {
        match request {
            LoginRequest::Look { name } => self.look(&name).await.map(Some),
            LoginRequest::Enter { name, password, resume } => {
                self.enter(caller, &name, password, resume).await
            }
            LoginRequest::Show { token, name, resume } => {
                self.show(caller, &token, name.as_deref(), resume).await
            }
            LoginRequest::Create { name, password } => self.create(caller, &name, password).await,
            LoginRequest::Guest { name } => self.guest(caller, &name).await,
            LoginRequest::Return { token, resume } => self.come_back(caller, token, resume).await,
        }
    }

    async fn vouch(
        &self,
        address: IpAddr,
        name: &str,
        password: Secret,
    ) -> Result<Account, Refused> {
        let _place = self.queue.try_acquire().map_err(|_| Failure::Busy.because(FULL))?;
        let login = self.known(address, name, password).await?;
        let (account, rank) = (Some(login.account.id), login.account.rank);
        let applicant = Applicant { account, rank, name: &login.character.name, address };
        match (self.doors.bars)(&applicant) {
            Some(why) => Err(Failure::Banned.because(why)),
            None => Ok(login.account),
        }
    }

    async fn look(&self, name: &str) -> Result<LoginReply, Refused> {
        let name = super::names::check(name)?;
        if self.store.find_login(&name).await.map_err(|why| fault(&why))?.is_some() {
            return Ok(LoginReply::Known);
        }
        self.free(&name).await?;
        Ok(LoginReply::Free)
    }

    /// The name as it will be shown, if nobody has it and none that looks like it.
    async fn free(&self, name: &str) -> Result<smol_str::SmolStr, Refused> {
        let name = self.options.names.check(name)?;
        if self.store.name_taken(&name).await.map_err(|why| fault(&why))? {
            let why = format!("{name} is taken, or looks like a name that is.");
            return Err(why.into());
        }
        Ok(name)
    }

    async fn enter(
        &self,
        caller: &Caller,
        name: &str,
        password: Secret,
        resume: Option<Resume>,
    ) -> Served {
        let login = self.known(caller.address, name, password).await?;
        self.admit(caller, &login.account, login.character, resume, false).await
    }

    /// Lets in whoever shows a token that is good for it: as the character of this name, or as the account's first.
    async fn show(
        &self,
        caller: &Caller,
        token: &Secret,
        name: Option<&str>,
        resume: Option<Resume>,
    ) -> Served {
        let none = || Failure::Other.because("Tokens are not taken here.");
        let bearers = self.doors.bearers.as_ref().ok_or_else(none)?;
        let bearer = match bearers.of(token.expose(), caller.address).await {
            Ok(bearer) => bearer,
            Err(NoBearer::Banned(why)) => return Ok(Some(LoginReply::Barred(why))),
            Err(NoBearer::Store(why)) => return Err(fault(&why)),
            Err(why @ NoBearer::Wrong) => return Err(Failure::WrongToken.because(why.to_string())),
        };
        let account = bearer.plays()?;
        let characters = self.store.characters_of(account.id).await.map_err(|why| fault(&why))?;
        let mut characters = characters.into_iter();
        let character = match name.map(skeleton) {
            None => characters.next(),
            Some(name) => characters.find(|character| skeleton(&character.name) == name),
        };
        let none = || Failure::Other.because("The account has no character of that name.");
        self.admit(caller, account, character.ok_or_else(none)?, resume, false).await
    }

    /// The account and character of this name, if the password is theirs.
    async fn known(&self, address: IpAddr, name: &str, password: Secret) -> Result<Login, Refused> {
        let login = self.store.find_login(name).await.map_err(|why| fault(&why))?;
        let whose = match &login {
            Some(login) => Whose::Account(login.account.id),
            None => Whose::Nobody(skeleton(name)),
        };
        self.may_try(&whose, address)?;
        let hash = login.as_ref().map(|login| login.password_hash.clone());
        let right = self.passwords.verify(password, hash).await.map_err(|why| broken(&why))?;
        // Others may have been wrong while this one was looked at: many at once are no more than many in a row.
        self.may_try(&whose, address)?;
        let Some(login) = login.filter(|_| right) else {
            self.was_wrong(whose, address).await;
            let why = "That name and that password do not belong together.";
            return Err(Failure::WrongPassword.because(why));
        };
        lock(&self.guesses).was_right(whose, network(address));
        Ok(login)
    }

    fn may_try(&self, whose: &Whose, address: IpAddr) -> Result<(), Refused> {
        match lock(&self.guesses).wait(whose, network(address), Instant::now()) {
            Some(wait) => {
                let seconds = wait.as_secs() + 1;
                let why =
                    format!("Too many wrong passwords. Wait {seconds} seconds and try again.");
                Err(Failure::Limited.because(why))
            }
            None => Ok(()),
        }
    }

    async fn was_wrong(&self, whose: Whose, address: IpAddr) {
        let times = lock(&self.guesses).was_wrong(whose, network(address), Instant::now());
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        tracing::info!(%address, times, "a wrong password");
        tokio::time::sleep(DELAY_PER_FAILURE.saturating_mul(times).min(DELAY_MAX)).await;
    }

    async fn create(&self, caller: &Caller, name: &str, password: Secret) -> Served {
        let least = self.options.password_chars_min;
        if password.expose().chars().count() < least {
            return Err(format!("A password has at least {least} characters.").into());
        }
        let name = self.free(name).await?;
        if let Some(barred) = self.barred(caller, None, Rank::Player, &name) {
            return Ok(Some(barred));
        }
        if !(self.options.loopback_exempt && caller.address.is_loopback()) {
            let made = lock(&self.made_by_address).wait(&network(caller.address), Instant::now());
            if made.is_some() {
                let why = "Too many new accounts from your address; try again later.";
                return Err(Failure::Limited.because(why));
            }
        }
        let password_hash = self.passwords.hash(password).await.map_err(|why| broken(&why))?;
        let new = NewAccount { name: name.to_string(), password_hash, at: Utc::now() };
        let made = self.store.create_account(new).await;
        let (account, character) = made.map_err(|why| match why {
            StoreError::NameTaken { .. } => just_taken(&name),
            why => fault(&why),
        })?;
        lock(&self.made_by_address).count(network(caller.address), Instant::now());
        tracing::info!(account = %account.id, address = %caller.address, "a new account");
        self.admit(caller, &account, character, None, true).await
    }

    async fn guest(&self, caller: &Caller, name: &str) -> Served {
        if !self.options.guests.allowed_from(caller.address) {
            let why = "Guests are not let in here; make a character instead.";
            return Err(Failure::Other.because(why));
        }
        let name = self.free(name).await?;
        let character = Character {
            id: PlayerId(rand::random::<u64>() >> 16 | GUEST_BIT),
            account: None,
            name,
            created: Utc::now(),
            last_seen: None,
            state: CharacterState::default(),
        };
        self.let_in(caller, None, character, None, true).await
    }

    async fn admit(
        &self,
        caller: &Caller,
        account: &Account,
        character: Character,
        resume: Option<Resume>,
        is_new: bool,
    ) -> Served {
        tracing::info!(player = %character.id, account = %account.id, address = %caller.address, "logged in");
        self.let_in(caller, Some(account), character, resume, is_new).await
    }

    async fn let_in(
        &self,
        caller: &Caller,
        account: Option<&Account>,
        character: Character,
        resume: Option<Resume>,
        is_new: bool,
    ) -> Served {
        let rank = account.map_or(Rank::Guest, |account| account.rank);
        if let Some(barred) = self.barred(caller, character.account, rank, &character.name) {
            return Ok(Some(barred));
        }
        let Caller { session, via, address } = *caller;
        let account_made = account.map(|account| account.created);
        let token = account.map(|_| draw_token());
        let admission = Admission {
            session,
            via,
            address,
            character,
            rank,
            account_made,
            resume,
            is_new,
            token,
        };
        self.send_in(Coming::Admitted(Box::new(admission))).await
    }

    /// A word that somebody was handed cannot be guessed, so nobody waits after a wrong one.
    async fn come_back(
        &self,
        caller: &Caller,
        token: ResumeToken,
        resume: Option<Resume>,
    ) -> Served {
        let Caller { session, via, address } = *caller;
        let next = draw_token();
        let returning = Returning { session, via, address, token, next, resume };
        self.send_in(Coming::Returning(Box::new(returning))).await
    }

    async fn send_in(&self, coming: Coming) -> Served {
        let gone = |_| Failure::Other.because("The server is stopping.");
        self.admitted.send(coming).await.map_err(gone)?;
        Ok(None)
    }

    /// What somebody is answered who is banned.
    fn barred(
        &self,
        caller: &Caller,
        account: Option<AccountId>,
        rank: Rank,
        name: &str,
    ) -> Option<LoginReply> {
        let address = caller.address;
        let why = (self.doors.bars)(&Applicant { account, rank, name, address })?;
        tracing::info!(%address, "somebody who is banned was not let in");
        Some(LoginReply::Barred(why))
    }

    /// Refuses a name that is banned, to those whom the ban hits.
    async fn may_be_called(&self, account: AccountId, name: &str) -> Result<(), Refused> {
        let stored = self.store.find_account(account).await.map_err(|why| fault(&why))?;
        let rank = stored.map_or(Rank::Player, |account| account.rank);
        // Nobody comes from there.
        let address = IpAddr::from([0, 0, 0, 0]);
        let applicant = Applicant { account: Some(account), rank, name, address };
        (self.doors.bars)(&applicant).map_or(Ok(()), |why| Err(why.into()))
    }

    async fn make_character(&self, account: AccountId, name: &str) -> Result<String, Refused> {
        let name = self.free(name).await?;
        self.may_be_called(account, &name).await?;
        let held = self.store.characters_of(account).await.map_err(|why| fault(&why))?;
        let most = self.options.characters_max;
        if held.len() >= most {
            return Err(format!("An account holds at most {most} characters.").into());
        }
        let made = self.store.create_character(account, &name, Utc::now()).await;
        made.map_err(|why| match why {
            StoreError::NameTaken { .. } => just_taken(&name),
            why => fault(&why),
        })?;
        Ok(format!("{name} is ready. Log in by that name, with the password of your account."))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A count that a panic left half done is still a count.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
