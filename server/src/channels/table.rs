//! The channel table. A channel is a row: everything else about it follows from there.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::scope::{self, Scope};
use super::shown::ShownLimits;
use crate::config::{self, RateLimiting, ScopeName};
use crate::vocab::{ChannelName, ChannelStyle, Colour, Rank, Reach, ShownText, Styles};

/// One row: a channel.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its name, and the verb to speak on it.
    pub name: ChannelName,
    /// Other verbs.
    pub aliases: Vec<SmolStr>,
    /// One sentence for help and lists.
    pub about: String,
    /// Who hears it.
    pub scope: &'static Scope,
    /// The lowest rank that may speak on it.
    pub speak: Rank,
    /// How it looks, and the lowest rank that hears it.
    pub style: ChannelStyle,
    /// The longest line. Characters.
    pub chars: usize,
    /// Lines a minute; 0 is without limit.
    pub per_minute: u32,
    /// Lines a minute to one who has not answered, where the channel has a target; 0 is without limit.
    pub per_minute_unanswered: u32,
    /// Whether what is said is kept.
    pub history: bool,
    /// Whether a listener may leave it.
    pub can_leave: bool,
}

impl Channel {
    /// Whether what is said on it is for one listener or for a party, and nobody may watch it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        matches!(self.scope.name, ScopeName::Player | ScopeName::Party)
    }

    /// How far what is said on it reaches.
    #[must_use]
    pub fn reach(&self) -> Reach {
        use ScopeName as S;
        match self.scope.name {
            S::Player | S::Party | S::Staff => Reach::Few,
            S::Room => Reach::Near,
            S::Subzone | S::Zone | S::Plane | S::Everyone | S::Members => Reach::Wide,
        }
    }
}

/// Why the configured channels cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableProblem {
    /// Two channels claim one verb.
    #[error("chat.channels: the verb {verb:?} of channel {second:?} already belongs to {first:?}")]
    VerbTaken {
        /// The verb.
        verb: SmolStr,
        /// Whose it is.
        first: SmolStr,
        /// Who claims it, too.
        second: SmolStr,
    },
    /// A channel with a scope that only a built-in channel can have.
    #[error(
        "chat.channels: channel {0:?} cannot have the scope `player`: nothing says whom it is for"
    )]
    NeedsTarget(SmolStr),
    /// A channel called like a text that is shown, so that a mute for the one would be a mute for the other.
    #[error(
        "chat.channels: {0:?} is what a text of players is called; no channel can be called so"
    )]
    NameOfText(ChannelName),
}

/// All channels, in the order of lists.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<Channel>,
    by_verb: FxHashMap<SmolStr, usize>,
    shown: ShownLimits,
}

impl Table {
    /// The built-in channels with their configured limits, and the operator's own.
    ///
    /// # Errors
    /// When two channels claim one verb.
    pub fn new(chat: &config::Chat) -> Result<Self, TableProblem> {
        let mut rows = built_in(&chat.rate_limiting);
        for row in &chat.channels {
            if row.scope == ScopeName::Player {
                return Err(TableProblem::NeedsTarget(row.name.clone()));
            }
            rows.push(configured(row));
        }
        if !chat.rate_limiting.enabled {
            for row in &mut rows {
                row.per_minute = 0;
                row.per_minute_unanswered = 0;
            }
        }
        let texts = ShownText::ALL.map(ShownText::stands_for_channel);
        if let Some(row) = rows.iter().find(|row| texts.contains(&row.name)) {
            return Err(TableProblem::NameOfText(row.name.clone()));
        }
        let by_verb = claim_verbs(&rows)?;
        Ok(Self { rows, by_verb, shown: ShownLimits::new(chat) })
    }

    /// The limits of what is shown rather than said.
    #[must_use]
    pub fn shown(&self) -> &ShownLimits {
        &self.shown
    }

    /// All rows, in the order of lists.
    #[must_use]
    pub fn rows(&self) -> &[Channel] {
        &self.rows
    }

    /// The channel of this name.
    #[must_use]
    pub fn get(&self, name: &ChannelName) -> Option<&Channel> {
        self.by_verb(name.as_str()).filter(|row| row.name == *name)
    }

    /// The channel that this verb speaks on.
    #[must_use]
    pub fn by_verb(&self, verb: &str) -> Option<&Channel> {
        self.by_verb.get(verb).map(|at| &self.rows[*at])
    }

    /// How all channels look.
    #[must_use]
    pub fn styles(&self) -> Styles {
        Styles(self.rows.iter().map(|row| (row.name.clone(), row.style.clone())).collect())
    }
}

fn claim_verbs(rows: &[Channel]) -> Result<FxHashMap<SmolStr, usize>, TableProblem> {
    let mut by_verb = FxHashMap::default();
    for (at, row) in rows.iter().enumerate() {
        let own = SmolStr::from(row.name.as_str());
        for verb in std::iter::once(&own).chain(&row.aliases) {
            if let Some(taken) = by_verb.insert(verb.clone(), at) {
                let first = rows[taken].name.as_str().into();
                return Err(TableProblem::VerbTaken { verb: verb.clone(), first, second: own });
            }
        }
    }
    Ok(by_verb)
}

/// What all rows have unless they say otherwise.
fn row(name: &str, aliases: &[&str], scope: ScopeName, colour: &str, about: &str) -> Channel {
    Channel {
        name: name.parse().expect("a built-in name is an id part"),
        aliases: aliases.iter().copied().map(SmolStr::from).collect(),
        about: about.to_owned(),
        scope: scope::named(scope),
        speak: Rank::Guest,
        style: ChannelStyle {
            hear: Rank::Guest,
            tells_place: matches!(scope, ScopeName::Room | ScopeName::Subzone | ScopeName::Zone),
            colour: colour.parse().expect("a built-in colour is a colour"),
            to_sender: format!("[{name}] $n: $m"),
            to_target: format!("[{name}] $n: $m"),
            to_others: format!("[{name}] $n: $m"),
        },
        chars: 500,
        per_minute: 0,
        per_minute_unanswered: 0,
        history: true,
        can_leave: false,
    }
}

fn spoken(mut row: Channel, you: &str, they: &str) -> Channel {
    row.style.to_sender = format!("You {you}, \"$m\"");
    row.style.to_others = format!("$n {they}, \"$m\"");
    row.style.to_target = row.style.to_others.clone();
    row
}

fn built_in(rates: &RateLimiting) -> Vec<Channel> {
    use ScopeName as S;
    let say = row("say", &["'"], S::Room, "#e8e8e8", "Talk to those in your room.");
    let local = row("local", &["yell"], S::Subzone, "#e3c34b", "Call out to everyone nearby.");
    let shout = row("shout", &[], S::Zone, "#e89a4f", "Shout across the whole zone.");
    let global = row("global", &["gossip", "chat"], S::Everyone, "#6fbf5f", "Talk to everyone.");
    let party = row("party", &["ptell"], S::Party, "#6c9cf0", "Talk to your party.");
    let whisper = row("whisper", &["tell"], S::Player, "#c97fd6", "Talk to one player alone.");
    let emote = row("emote", &["me", ":"], S::Room, "#c8b89a", "Show what you do.");
    let system = row("system", &[], S::Everyone, "#56c2c2", "Announcements to everyone.");
    let admin = row("admin", &[], S::Staff, "#ee8fb1", "Talk among staff.");
    vec![
        Channel { per_minute: rates.say, ..spoken(say, "say", "says") },
        Channel { per_minute: rates.local, ..spoken(local, "call out", "calls out") },
        Channel { per_minute: rates.shout, can_leave: true, ..spoken(shout, "shout", "shouts") },
        Channel { per_minute: rates.global, speak: Rank::Player, can_leave: true, ..global },
        Channel { per_minute: rates.party, ..party },
        Channel {
            per_minute: rates.whisper_conversation,
            per_minute_unanswered: rates.whisper,
            ..whispered(whisper)
        },
        Channel { per_minute: rates.emote, chars: 300, ..acted(emote) },
        Channel { chars: 1000, speak: Rank::Moderator, ..announced(system) },
        Channel { chars: 1000, speak: Rank::Helper, ..heard_from(admin, Rank::Helper) },
    ]
}

fn whispered(mut row: Channel) -> Channel {
    row.style.to_sender = "You whisper to $t, \"$m\"".to_owned();
    row.style.to_target = "$n whispers to you, \"$m\"".to_owned();
    row.style.to_others = "$n whispers to $t, \"$m\"".to_owned();
    row
}

fn acted(mut row: Channel) -> Channel {
    for format in [&mut row.style.to_sender, &mut row.style.to_target, &mut row.style.to_others] {
        "$n $m".clone_into(format);
    }
    row
}

fn announced(mut row: Channel) -> Channel {
    for format in [&mut row.style.to_sender, &mut row.style.to_target, &mut row.style.to_others] {
        "[system] $m".clone_into(format);
    }
    row
}

fn heard_from(mut row: Channel, rank: Rank) -> Channel {
    row.style.hear = rank;
    row
}

fn configured(config: &config::Channel) -> Channel {
    // Who hears may also read it again, so the scope's own bound belongs into the row.
    let hear = match config.scope {
        ScopeName::Staff => config.hear.max(Rank::Helper),
        _ => config.hear,
    };
    let aliases: Vec<&str> = config.aliases.iter().map(SmolStr::as_str).collect();
    let colour: Colour = config.colour;
    let base = row(&config.name, &aliases, config.scope, &colour.to_string(), &config.about);
    Channel {
        speak: config.speak,
        chars: config.chars,
        per_minute: config.per_minute,
        history: config.history,
        can_leave: true,
        ..heard_from(base, hear)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(channel: &str) -> Result<Table, TableProblem> {
        let channel: config::Channel = serde_yaml::from_str(channel).unwrap();
        Table::new(&config::Chat { channels: vec![channel], ..config::Chat::default() })
    }

    #[test]
    fn an_operator_adds_a_channel_by_a_row() {
        let table = with("{name: trade, about: Buy and sell., scope: everyone, colour: orange}");
        let table = table.unwrap();
        assert_eq!(table.by_verb("trade").unwrap().speak, Rank::Player);
        assert!(table.styles().0.contains_key(&"trade".parse().unwrap()));
    }

    #[test]
    fn what_staff_hear_is_read_again_by_staff_alone() {
        let table = with("{name: desk, about: Requests., scope: staff, colour: pink}").unwrap();
        assert_eq!(table.by_verb("desk").unwrap().style.hear, Rank::Helper);
    }

    #[test]
    fn a_verb_belongs_to_one_channel() {
        let taken = with("{name: gossip, about: x, scope: everyone, colour: red}").unwrap_err();
        assert_eq!(
            taken.to_string(),
            "chat.channels: the verb \"gossip\" of channel \"gossip\" already belongs to \"global\""
        );
    }

    #[test]
    fn limits_are_switched_off_together() {
        let mut chat = config::Chat::default();
        chat.rate_limiting.enabled = false;
        let table = Table::new(&chat).unwrap();
        assert!(table.rows().iter().all(|row| row.per_minute == 0));
    }
}
