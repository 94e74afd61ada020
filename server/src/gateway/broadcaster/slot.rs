//! One session as the broadcaster holds it: who listens, how it looks to them, what waits for them.

mod kept;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use bytes::Bytes;

use super::counters::Door;
use super::feed::{Common, Feed};
use super::marks::Unsure;
use super::pages::Pages;
use super::{Counters, Limits, first_look};
use crate::gateway::gmcp::{self, Wish};
use crate::gateway::outbox::{Flushed, Outbox};
use crate::gateway::render::{Dialect, Look};
use crate::gateway::session::{Notice, Shared, Turn};
use crate::gateway::telnet::{PromptMark, msp};
use crate::vocab::{
    Capability, ChannelName, Charset, Event, Fact, Farewell, LinkChoice, Listener, LoginReply,
    PlayerId, Prose, Role, Settings,
};

/// One session.
pub(super) struct Slot {
    outbox: Option<Outbox>,
    pub(super) door: Door,
    shared: Arc<Shared>,
    client: Capability,
    /// Whether its client reads UTF-8 whatever its player has set.
    keeps_utf8: bool,
    mark: PromptMark,
    pub(super) look: Look,
    /// What is still to come of a long text.
    pages: Option<Box<Pages>>,
    pub(super) listener: Option<Box<Listener>>,
    /// For clients that are told more than the text.
    feed: Option<Box<Feed>>,
    prompt: Option<Bytes>,
    prompt_prose: Prose,
    /// Whether the prompt is the last thing on the client's screen.
    prompted: bool,
    /// Whether something was appended after which the prompt has to be shown again.
    wants_prompt: bool,
    dirty: bool,
    /// Why the session is over; told when all that waits is written.
    ending: Option<Notice>,
    /// Whether the session is over, and perhaps its connection has not closed yet.
    over: bool,
    /// Whether it was sent away, to go on elsewhere.
    pub(super) moved: bool,
    /// Whether what its client missed is still to come; what is said until then is kept and follows.
    resumes: bool,
    /// What a link-dead player misses, or one who resumes hears afterwards; oldest first.
    missed: VecDeque<Arc<Event>>,
    missed_too_many: bool,
    /// What may not have arrived; none for clients that answer no marks.
    unsure: Option<Box<Unsure>>,
}

impl Slot {
    pub(super) fn new(outbox: Outbox, dialect: Dialect, shared: Arc<Shared>) -> Self {
        let look = first_look(dialect);
        Self {
            keeps_utf8: dialect == Dialect::Json || outbox.is_tunnel(),
            door: Door::of(outbox.wire(), dialect),
            outbox: Some(outbox),
            shared,
            client: look.capability,
            mark: PromptMark::None,
            look,
            pages: None,
            listener: None,
            feed: None,
            prompt: None,
            prompt_prose: Prose::new(),
            prompted: false,
            wants_prompt: false,
            dirty: false,
            ending: None,
            over: false,
            moved: false,
            resumes: false,
            missed: VecDeque::new(),
            missed_too_many: false,
            unsure: None,
        }
    }

    pub(super) fn player(&self) -> Option<PlayerId> {
        self.listener.as_ref().map(|listener| listener.player)
    }

    /// Whether whoever listens here perceives what happened in their presence; nobody listens before play.
    pub(super) fn perceives(&self, fact: &Fact) -> bool {
        self.listener.as_ref().is_some_and(|listener| listener.perceives(fact))
    }

    pub(super) fn is_playing(&self) -> bool {
        self.listener.is_some()
    }

    pub(super) fn has_wire(&self) -> bool {
        self.outbox.is_some()
    }

    /// The connection is gone; says whether there was one.
    pub(super) fn lose_wire(&mut self) -> bool {
        self.set_pages(None);
        self.outbox.take().is_some()
    }

    pub(super) fn mark_dirty(&mut self, at: usize, dirty: &mut Vec<usize>) {
        if !self.dirty {
            self.dirty = true;
            dirty.push(at);
        }
    }

    /// Takes in who listens now, and how.
    pub(super) fn tune(&mut self, listener: Box<Listener>) {
        if self.look.dialect == Dialect::Telnet {
            self.tell_choices(&listener.settings);
        }
        self.listener = Some(listener);
        self.look.capability = self.capability();
        self.render_prompt();
    }

    /// Tells the connection what its player wants of telnet now and did not before.
    fn tell_choices(&self, settings: &Settings) {
        let before = self.listener.as_ref().map(|listener| &listener.settings);
        let charset = settings.charset;
        if charset != before.and_then(|before| before.charset) && !self.keeps_utf8 {
            self.notify(Notice::Charset(charset));
        }
        let wants_mxp = |settings: &Settings| settings.links == LinkChoice::Mxp;
        if wants_mxp(settings) != before.is_some_and(wants_mxp) {
            self.notify(Notice::Mxp(wants_mxp(settings)));
        }
    }

    pub(super) fn shows(&mut self, client: Capability, mark: PromptMark) {
        self.client = client;
        self.mark = mark;
        self.look.capability = self.capability();
        self.render_prompt();
    }

    fn capability(&self) -> Capability {
        let wanted = match &self.listener {
            Some(listener) => listener.capability(self.client),
            None => Settings::default().over(self.client),
        };
        let charset = if self.keeps_utf8 { Charset::Utf8 } else { wanted.charset };
        Capability { charset, ..wanted }
    }

    fn render_prompt(&mut self) {
        if self.prompt.is_some() {
            self.prompt = Some(self.look.prompt(&self.prompt_prose, self.mark));
        }
    }

    /// Takes in what the client wants to be told beside the text, and tells it how things stand with what it named.
    pub(super) fn wishes(&mut self, wish: Wish, common: &Common) {
        if wish == Wish::Nothing {
            self.feed = None;
            return;
        }
        let dialect = self.look.dialect;
        let feed = self.feed.get_or_insert_with(|| Box::new(Feed::new(dialect)));
        let told = feed.wish(wish, self.listener.as_deref(), common);
        told.into_iter().for_each(|one| self.push_raw(&one));
    }

    /// Tells of a fact beside the text; nothing before play.
    pub(super) fn tell_beside(&mut self, fact: &Fact, common: &Common) {
        if let (Some(feed), Some(listener)) = (&mut self.feed, &self.listener) {
            let told = feed.hear(fact, listener, common);
            told.into_iter().for_each(|one| self.push_raw(&one));
        }
    }

    /// Whether talk is told beside the text, too.
    pub(super) fn wants_talk(&self) -> bool {
        self.feed.as_ref().is_some_and(|feed| feed.wants_talk())
    }

    /// Lets a channel's sound be heard, if the client wants that.
    pub(super) fn sound(&mut self, channel: &ChannelName, common: &Common) {
        if let Some(sound) = self.feed.as_ref().and_then(|feed| feed.sound(channel, common)) {
            self.push_raw(&sound);
        } else if self.look.capability.sounds
            && let Some(line) = msp::trigger(&common.extras, channel)
        {
            self.push_line(&line);
        }
    }

    /// Tells beside the text that this is the end.
    pub(super) fn say_goodbye(&mut self, text: &str) {
        let told = self.feed.as_ref().map(|feed| feed.goodbye(text));
        told.into_iter().flatten().for_each(|one| self.push_raw(&one));
    }

    /// Appends what goes out as it is.
    pub(super) fn push_raw(&mut self, bytes: &Bytes) {
        if let Some(outbox) = &mut self.outbox {
            outbox.push(bytes);
        }
    }

    /// Compresses what is appended from here on, or no longer does.
    pub(super) fn compress(&mut self, wanted: bool) {
        if let Some(outbox) = &mut self.outbox {
            outbox.compress(wanted);
        }
    }

    /// What was appended until now is what the client missed: that it is much is no sign of slowness.
    pub(super) fn excuse_what_waits(&mut self) {
        if let Some(outbox) = &mut self.outbox {
            outbox.excuse_what_waits();
        }
    }

    /// Appends a rendered line; takes the cursor off the prompt first.
    pub(super) fn push_line(&mut self, line: &Bytes) {
        self.leave_prompt();
        // On a terminal the line has pushed the prompt away; a client of messages keeps it.
        self.wants_prompt |= self.look.dialect == Dialect::Telnet;
        self.push_raw(line);
    }

    /// Appends a rendered text; if it is long and its player wants that, a page of it.
    pub(super) fn push_text(&mut self, text: &Bytes) {
        if self.pages.as_mut().is_some_and(|pages| pages.take(text)) {
            return;
        }
        let rows = self.listener.as_ref().map_or(0, |listener| listener.page_rows);
        let is_paged = self.look.dialect == Dialect::Telnet && self.pages.is_none();
        match Pages::begin(text, rows).filter(|_| is_paged) {
            Some((first, pages)) => {
                self.push_line(&first);
                self.set_pages(Some(Box::new(pages)));
            }
            None => self.push_line(text),
        }
    }

    /// Shows the next page, or no more of the text.
    pub(super) fn turn_page(&mut self, turn: Turn) {
        let Some(mut pages) = self.pages.take() else { return };
        self.wants_prompt = turn != Turn::Away;
        let mut is_last = true;
        if turn == Turn::On {
            let (page, last) = pages.turn();
            page.into_iter().for_each(|text| self.push_line(&text));
            is_last = last;
        }
        self.set_pages((!is_last).then_some(pages));
    }

    fn set_pages(&mut self, pages: Option<Box<Pages>>) {
        self.shared.note_pages(pages.is_some());
        self.pages = pages;
    }

    /// What stands last on the screen: the question whether to go on, or else the prompt.
    fn last_line(&mut self) -> Option<Bytes> {
        let Some(pages) = &mut self.pages else { return self.prompt.clone() };
        pages.close();
        let question = Prose::new().span(Role::Dim, "[more: return, q to stop] ");
        Some(self.look.prompt(&question, self.mark))
    }

    /// Appends a text.
    pub(super) fn say(&mut self, prose: &Prose) {
        let line = self.look.prose(prose);
        self.push_line(&line);
        self.wants_prompt = self.prompt.is_some();
    }

    /// Appends a question whose answer is typed behind it.
    pub(super) fn ask(&mut self, prose: &Prose) {
        self.leave_prompt();
        let question = self.look.prompt(prose, self.mark);
        self.push_raw(&question);
        self.prompted = true;
    }

    /// The prompt reads like this now and shall be shown.
    pub(super) fn prompted(&mut self, prose: &Prose) {
        if self.prompt.is_none() || self.prompt_prose != *prose {
            self.prompt_prose = prose.clone();
            self.prompt = Some(self.look.prompt(prose, self.mark));
        }
        self.wants_prompt = true;
        // What was typed last has had its answer.
        if let Some(pages) = &mut self.pages {
            pages.close();
        }
    }

    /// Some clients begin a new line after a prompt by themselves. On others, which take the mark and show nothing of it, a
    /// line would begin behind the prompt, unless the player has just ended one.
    fn leave_prompt(&mut self) {
        let typed = self.shared.take_typed();
        if self.prompted
            && !typed
            && self.mark != PromptMark::Eor
            && self.look.dialect == Dialect::Telnet
        {
            self.push_raw(&Bytes::from_static(b"\r\n"));
        }
        self.prompted = false;
    }

    pub(super) fn notify(&self, notice: Notice) {
        self.shared.notify(notice);
    }

    /// Whether the client is told beside the text what it may come back by.
    pub(super) fn wants_way_back(&self) -> bool {
        self.feed.as_ref().is_some_and(|feed| feed.wants_way_back())
    }

    /// Answers a login that came by GMCP, and no other; says whether it did.
    pub(super) fn tell_login(&mut self, refused: Option<&str>) -> bool {
        let by_gmcp = self.shared.take_credentials();
        if by_gmcp {
            self.push_raw(&gmcp::login_result(refused).framed());
        }
        by_gmcp
    }

    /// A login is answered. That it is for ever in vain, the connection learns once its client has been written to.
    pub(super) fn reply(&mut self, reply: &LoginReply) {
        if let LoginReply::Refused(why) | LoginReply::Barred(why) = reply {
            self.tell_login(Some(why));
        }
        let notice = Notice::Reply(reply.clone());
        match reply {
            LoginReply::Barred(_) => self.ending = Some(notice),
            _ => self.notify(notice),
        }
    }

    /// The session is over: its player is nobody's any more, what waits is still written.
    pub(super) fn end(&mut self, farewell: Farewell) {
        self.listener = None;
        self.prompt = None;
        self.wants_prompt = false;
        self.missed.clear();
        self.set_pages(None);
        self.ending = Some(Notice::Ended(farewell));
        self.over = true;
    }

    /// Whether the session has ended.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// What waits is still written, and then its connection's task is told this, unless it ends otherwise already.
    pub(super) fn end_with(&mut self, notice: Notice) {
        self.ending.get_or_insert(notice);
    }

    /// What waits is still written, and then its connection's task is told.
    pub(super) fn finish(&mut self) {
        self.wants_prompt = false;
        self.ending.get_or_insert(Notice::Ended(Farewell::Quit));
    }

    /// Writes what waits, the prompt last.
    pub(super) fn flush(&mut self, now: Instant, limits: &Limits, counters: &Counters) {
        self.dirty = false;
        if std::mem::take(&mut self.wants_prompt)
            && let Some(prompt) = self.last_line()
        {
            self.leave_prompt();
            self.push_raw(&prompt);
            self.prompted = true;
        }
        let Some(outbox) = &mut self.outbox else { return };
        if self.ending.is_some() {
            // The last words come out of the stream in order, and its memory is given back.
            outbox.compress(false);
        }
        let flushed = outbox.flush(now);
        let too_much = outbox.waiting() > limits.outbox_bytes_max;
        match flushed {
            Flushed::All => {
                if let Some(ending) = self.ending.take() {
                    self.notify(ending);
                }
            }
            Flushed::Gone => self.notify(Notice::Cut("gone")),
            Flushed::Full if too_much => {
                self.cut("too slow: too much waits for it", limits, counters);
            }
            Flushed::Full => self.notify(Notice::WantsToWrite),
        }
    }

    pub(super) fn cut_if_stalled(&mut self, now: Instant, limits: &Limits, counters: &Counters) {
        let stalled =
            self.outbox.as_ref().is_some_and(|o| o.is_stalled(now, limits.outbox_stalled));
        if stalled {
            self.cut("too slow: it takes nothing of what waits for it", limits, counters);
        }
    }

    fn cut(&mut self, why: &'static str, limits: &Limits, counters: &Counters) {
        self.give_up_unsure(limits);
        counters.cut.fetch_add(1, Ordering::Relaxed);
        if self.lose_wire() {
            counters.closed(self.door);
        }
        self.notify(Notice::Cut(why));
    }
}
