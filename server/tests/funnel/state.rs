//! What can stand against Ada so that nobody may hear her.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use hearsay::game::{Answer, Ordered, Turn};
use hearsay::vocab::{
    AccountId, ActId, Done, Issuer, Order, OrderedAct, Person, Placed, Rank, Remark, RemarkKind,
    Restriction, RestrictionKind, Scope, Subject, Wanted, Whom,
};
use uuid::Uuid;

use super::cast::{BOB, Cast, GIL, OLGA};

/// What stands against Ada.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing.
    Free,
    /// She is restricted on all channels.
    Under(RestrictionKind),
    /// Everyone without a rank is.
    EveryoneUnder(RestrictionKind),
    /// She has not acknowledged a warning.
    Warned,
    /// Bob and Gil ignore her.
    Ignored,
}

impl State {
    /// All in which nobody may hear her, or only staff.
    pub(crate) const SILENT: [Self; 10] = [
        Self::Under(RestrictionKind::Mute),
        Self::Under(RestrictionKind::Timeout),
        Self::Under(RestrictionKind::Freeze),
        Self::Under(RestrictionKind::Shadow),
        Self::Under(RestrictionKind::Hold),
        Self::Under(RestrictionKind::Slow),
        Self::EveryoneUnder(RestrictionKind::Lock),
        Self::EveryoneUnder(RestrictionKind::Age),
        Self::Warned,
        Self::Ignored,
    ];

    /// Whether it concerns somebody of a rank.
    pub(crate) fn concerns(self, rank: Rank) -> bool {
        !(rank.is_staff() && matches!(self, Self::EveryoneUnder(_)))
    }

    /// Whether only the second of two lines is kept back.
    pub(crate) fn is_a_matter_of_time(self) -> bool {
        self == Self::Under(RestrictionKind::Slow)
    }

    /// Whether this command ends it.
    pub(crate) fn is_ended_by(self, verb: &str) -> bool {
        self == Self::Warned && verb == "acknowledge"
    }

    /// Brings a restriction about that lasts so many seconds.
    pub(crate) fn impose_for(kind: RestrictionKind, seconds: i64, cast: &mut Cast) {
        let ada = Subject::Person(Person::Account(AccountId(1)), "Ada".into());
        restrict(cast, kind, ada, Some(seconds));
        cast.forget();
    }

    /// Brings it about, as if staff had ordered it and it were committed.
    pub(crate) fn impose(self, cast: &mut Cast) {
        let ada = Subject::Person(Person::Account(AccountId(1)), "Ada".into());
        match self {
            Self::Free => {}
            Self::Under(kind) => restrict(cast, kind, ada, None),
            Self::EveryoneUnder(kind) => restrict(cast, kind, Subject::Everyone, None),
            Self::Warned => warn(cast, ada),
            Self::Ignored => {
                [BOB, GIL].into_iter().for_each(|it| cast.stage.types(it, "ignore ada"));
            }
        }
        cast.forget();
    }
}

fn restrict(cast: &mut Cast, kind: RestrictionKind, subject: Subject, seconds: Option<i64>) {
    let restriction = Restriction {
        id: ActId(Uuid::from_u128(1)),
        kind,
        subject,
        scope: Scope::All,
        // A day; of seconds between lines, or of an account's age.
        measure: 86_400,
        from: cast.stage.clock.at,
        until: seconds.map(|seconds| cast.stage.clock.at + TimeDelta::seconds(seconds)),
        reason: "spam".to_owned(),
        issuer: olga(),
        except: Vec::new(),
        evidence: Vec::new(),
        supersedes: None,
        lifted: None,
    };
    let act = OrderedAct::Restrict(Wanted::new(kind, Scope::All, None));
    done(cast, act, Done::Restricted(Arc::new(restriction)));
}

fn warn(cast: &mut Cast, subject: Subject) {
    let (id, kind, issuer) = (ActId(Uuid::from_u128(1)), RemarkKind::Warning, olga());
    let (text, at) = ("no insults".to_owned(), cast.stage.clock.at);
    let remark =
        Remark { id, kind, subject, text, at, issuer, evidence: Vec::new(), acknowledged: None };
    done(cast, OrderedAct::Remark(kind), Done::Remarked(Arc::new(remark)));
}

fn done(cast: &mut Cast, act: OrderedAct, done: Done) {
    let whom = Whom::Player("Ada".to_owned());
    let order = Order { whom, act, reason: "spam".to_owned(), evidence: Vec::new() };
    let by = cast.stage.clients[OLGA].player;
    let (id, issuer) = (ActId(Uuid::from_u128(1)), olga());
    let (at, now) = (cast.stage.clock.at, Duration::ZERO);
    let placed = Placed { id, by, issuer, here: None, at, now, order, cited: Vec::new() };
    let ordered = Ordered { placed, outcome: Ok(done) };
    cast.stage.turn(Turn::Answered(Answer::Ordered(Box::new(ordered))));
    cast.stage.deliver();
}

fn olga() -> Issuer {
    Issuer { account: Some(AccountId(4)), name: "Olga".into(), rank: Rank::Owner }
}
