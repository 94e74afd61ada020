//! A stream of what is said, done and seen, as server-sent events (WHATWG HTML, section 9.2), for bots and bridges.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Api;
use super::feed::{Acts, Interest, Listening, Told};
use super::guard::{Caller, From};
use super::json::Asked;
use super::listeners::{self, Checked};
use super::told::{self, Kinds};
use super::watched::Watch;
use crate::api::problem::Problem;
use crate::bus::Call;
use crate::store::{Later, Reader};
use crate::vocab::{ChannelName, MessageId, Rank, TokenScope};

/// How long nothing is sent before a comment shows that the stream lives.
const SILENCE: Duration = Duration::from_secs(15);

/// What to listen to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct What {
    /// Names of channels with commas between; all that one may hear, when left out.
    #[param(example = "global,say")]
    channels: Option<String>,
    /// `messages`, `acts` and `presence` with commas between; `messages`, when left out. `acts` are for staff, with the scope
    /// `moderation:read`; `presence` takes the scope `world:read`.
    #[param(example = "messages,presence")]
    kinds: Option<String>,
    /// For staff, with the scope `moderation:read`: what is said on the channels wherever they are used, but for whispers and
    /// parties. That it begins and that it ends is on record.
    watch: Option<bool>,
}

/// Listen to what happens: `message` with a line as in the history, `redacted` with the name of a line that was taken back, `restored` with
/// one that is there again; `act` with what staff or a rule did, as far as one may know it; `presence` with who `came`, `left`, was `lost` or is
/// `back`. The id of an event is the name of its line; acts and presence have none. Whoever comes back with `Last-Event-ID` gets what was said
/// since; what was done and who came and went meanwhile is not told again. If that is too much for once, the stream ends behind a part of it, to
/// be gone on with in the same way. `gap` says that the line is not known from which on it was asked for. A stream ends when its grant does, or
/// the rank that it takes; one for staff, too, when the account is frozen.
#[utoipa::path(get, path = "/events", tag = "chat", params(What,
    ("Last-Event-ID" = Option<Uuid>, Header, description = "The id of the last event that was read")), responses(
    (status = 200, description = "A stream that does not end by itself", body = String, content_type = "text/event-stream"),
    (status = 404, description = "No such channel for the caller"),
    (status = 422, description = "The account is frozen, and this is for staff"),
))]
pub(super) async fn events(
    State(api): State<Arc<Api>>,
    caller: Caller,
    From(address): From,
    headers: HeaderMap,
    Asked(what): Asked<What>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let after = listeners::last_event::<Uuid>(&headers)?.map(MessageId);
    let kinds = Kinds::read(what.kinds.as_deref())?;
    let only = match &what.channels {
        Some(names) => Some(api.channels_named(&caller, names.split(',').map(str::trim)).await?),
        None => None,
    };
    let wish = Wish { kinds, only, watches: what.watch.unwrap_or(false) };
    wish.allow(&caller)?;
    api.let_listen(&caller, &wish).await?;
    let watch = match wish.watches {
        true => Some(Watch::begin(&api, &caller, wish.only.clone()).await?),
        false => None,
    };
    let interest = api.interest(&caller, &wish, watch.as_ref()).await?;
    let many = || Problem::too_many("Too many streams are open.", SILENCE.as_secs());
    let told = api.feed.listen(&caller.grant.holder, interest.clone()).ok_or_else(many)?;
    // Asked for after listening has begun, so that nothing falls between.
    let missed = match after.filter(|_| kinds.messages) {
        Some(after) => {
            api.store.later(after, interest.reader.clone()).await.map_err(Problem::fault)?
        }
        None => Later::default(),
    };
    let newest = missed.lines.last().map(|line| line.id);
    let goes_on = missed.reached.is_none();
    let again = again(&missed, &interest.reader);
    let checked = Checked::now();
    let live = Live { api, caller, address, told, wish, watch, interest, newest, checked };
    let live = goes_on
        .then(|| stream::unfold(live, |mut live| async move { Some((live.next().await?, live)) }));
    let live = stream::iter(live).flatten();
    let all = stream::iter(again).chain(live).map(Ok);
    Ok(Sse::new(all).keep_alive(KeepAlive::new().interval(SILENCE)))
}

/// What somebody wants to listen to.
struct Wish {
    kinds: Kinds,
    only: Option<BTreeSet<ChannelName>>,
    watches: bool,
}

impl Wish {
    /// Whether a caller may.
    fn allow(&self, caller: &Caller) -> Result<(), Problem> {
        let needs = |scope: TokenScope| match caller.grant.scopes.contains(scope) {
            true => Ok(()),
            false => Err(Problem::forbidden(format!("This takes the scope {scope}."))),
        };
        if self.kinds.presence {
            needs(TokenScope::WorldRead)?;
        }
        if self.kinds.acts || self.watches {
            needs(TokenScope::ModerationRead)?;
            if caller.account()?.rank < Rank::Moderator {
                let low = format!("This is for a {} and above.", Rank::Moderator);
                return Err(Problem::forbidden(low));
            }
        }
        Ok(())
    }
}

/// What was missed. Where there is more, the stream ends behind it: who comes back goes on there.
fn again(missed: &Later, reader: &Reader) -> Vec<Event> {
    let gap = missed.is_unknown.then(|| Event::default().event("gap").data("{}"));
    let lines = missed.lines.iter().map(|line| told::said(line, reader));
    // An event without data is none, but its id counts.
    let reached = missed.reached.map(|id| Event::default().id(id.to_string()));
    gap.into_iter().chain(lines).chain(reached).collect()
}

/// A stream that is open.
struct Live {
    api: Arc<Api>,
    caller: Caller,
    address: IpAddr,
    told: Listening,
    wish: Wish,
    watch: Option<Watch>,
    interest: Interest,
    /// The newest line that was sent again: those up to it were sent.
    newest: Option<MessageId>,
    checked: Checked,
}

impl Live {
    /// The next event; none when the stream ends: with the token, or cut off for being slow.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.checked.is_due() {
                self.check().await?;
            }
            let Some(told) = self.checked.before_due(self.told.next()).await else { continue };
            let told = told?;
            if self.told.has_changed() {
                self.check().await?;
            }
            if self.is_to_be_sent(&told) {
                return Some(told::event(&told, &self.interest.reader));
            }
        }
    }

    /// Not what was sent before, and not what they may not read any more since it began to wait.
    fn is_to_be_sent(&self, told: &Told) -> bool {
        let reader = &self.interest.reader;
        match told {
            Told::Said(line) => {
                self.newest.is_none_or(|newest| line.id > newest) && reader.takes(line)
            }
            Told::Restored(line) => reader.takes(line),
            _ => true,
        }
    }

    /// Whether whoever listens still may, and what they may hear now; none when the stream ends.
    async fn check(&mut self) -> Option<()> {
        self.checked = Checked::now();
        self.caller = self.api.stands(self.caller.grant.id, self.address).await.ok()?;
        self.wish.allow(&self.caller).ok()?;
        self.api.let_listen(&self.caller, &self.wish).await.ok()?;
        if let Some(watch) = &mut self.watch {
            watch.go_on(&self.api, &self.caller).await.ok()?;
        }
        let watch = self.watch.as_ref();
        self.interest = self.api.interest(&self.caller, &self.wish, watch).await.ok()?;
        self.told.hear_as(&self.interest);
        Some(())
    }
}

impl Api {
    /// Whether whoever wants to be told of acts may do anything at all now; whoever watches is asked as that begins and goes on.
    async fn let_listen(&self, caller: &Caller, wish: &Wish) -> Result<(), Problem> {
        if wish.kinds.acts && !wish.watches {
            self.check_frozen(caller.account()?.id).await?;
        }
        Ok(())
    }

    /// What whoever listens may be told now.
    async fn interest(
        &self,
        caller: &Caller,
        wish: &Wish,
        watch: Option<&Watch>,
    ) -> Result<Interest, Problem> {
        let rows = self.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
        let mut reader = Reader { only: wish.only.clone(), ..self.reader(caller, &rows).await? };
        if let Some(watch) = watch {
            watch.widen(&mut reader);
        }
        let Kinds { messages, acts, presence } = wish.kinds;
        let acts = caller.account.as_ref().map(|account| Acts::Of(account.id)).filter(|_| acts);
        Ok(Interest { reader, messages, acts, presence, is_inside: false })
    }
}
