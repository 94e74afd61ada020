//! What the bench and the store are in a server: orders are decided by the real rules and kept in memory.

use std::sync::Arc;

use hearsay::game::{Answer, Ordered, Settled, StaffAct};
use hearsay::moderation::{Decision, Restrictions, Target, decide, may_settle, spared_names};
use hearsay::store::HeldFull;
use hearsay::vocab::{
    AccountId, Character, Done, Dossier, HeldLimits, HeldLine, Lifted, Person, Placed, PlayerId,
    Rank, Remark, Restriction, Settling, Spared, Whom,
};

/// What a server would have in its database and its moderation log.
#[derive(Default)]
pub struct Records {
    pub restrictions: Vec<Restriction>,
    pub remarks: Vec<Remark>,
    /// What was written to the moderation log.
    pub acts: Vec<StaffAct>,
    /// The lines that wait for staff.
    pub waiting: Vec<HeldLine>,
    /// What staff said to others.
    pub settled: Vec<Settling>,
    register: Restrictions,
    numbers: u64,
}

impl Records {
    /// Carries an order out; `find` knows everyone who was ever here.
    pub fn order<'a>(
        &mut self,
        placed: Placed,
        find: impl Fn(&dyn Fn(&Character) -> bool) -> Option<&'a (Character, Rank)>,
    ) -> Answer {
        let issuer = find(&|character| character.account == placed.issuer.account);
        let rank = issuer.map_or(Rank::Guest, |(_, rank)| *rank);
        let named = |name: &str| find(&|it| it.name.to_lowercase() == name.to_lowercase());
        let spared = spared_names(&placed).iter().filter_map(|name| {
            let (character, _) = named(name)?;
            Some(Spared { account: character.account?, name: character.name.clone() })
        });
        let target = Target::known(&placed).or_else(|| {
            let Whom::Player(name) = &placed.order.whom else { return None };
            let (character, rank) = named(name)?;
            Some(Target::account(character.account?, character.name.clone(), *rank))
        });
        let target = target.map(|target| Target { except: spared.collect(), ..target });
        let standing: Vec<Arc<Restriction>> = match &target {
            Some(target) => {
                let all = self.register.on(&target.subject, placed.now);
                all.map(|standing| Arc::clone(&standing.restriction)).collect()
            }
            None => Vec::new(),
        };
        let outcome = decide(&placed, rank, target, &standing);
        let outcome = outcome.map(|decision| self.commit(&placed, decision));
        Answer::Ordered(Box::new(Ordered { placed, outcome }))
    }

    fn commit(&mut self, placed: &Placed, decision: Decision) -> Done {
        match decision {
            Decision::Restrict(restriction) => {
                let (by, at) = (restriction.issuer.clone(), restriction.from);
                let why = "superseded".to_owned();
                self.mark(restriction.supersedes.as_slice(), &Lifted { by, at, why });
                self.restrictions.push(restriction.clone());
                let restriction = Arc::new(restriction);
                self.register.add(Arc::clone(&restriction), placed.at, placed.now);
                Done::Restricted(restriction)
            }
            Decision::Lift(restrictions, lifted) => {
                let ids: Vec<_> = restrictions.iter().map(|restriction| restriction.id).collect();
                self.mark(&ids, &lifted);
                for restriction in &restrictions {
                    self.register.remove(&restriction.subject, restriction.id);
                }
                Done::Lifted(restrictions)
            }
            Decision::Remark(remark) => {
                self.remarks.push(remark.clone());
                Done::Remarked(Arc::new(remark))
            }
        }
    }

    /// Lets a line wait, if there is room.
    pub fn hold(&mut self, line: HeldLine, limits: HeldLimits) -> Answer {
        let of_person = self.waiting.iter().filter(|other| other.who() == line.who()).count();
        let full = if of_person >= limits.per_person_max {
            Some(HeldFull::Person(of_person))
        } else if self.waiting.len() >= limits.lines_max {
            Some(HeldFull::All(self.waiting.len()))
        } else {
            None
        };
        if let Some(full) = full {
            return Answer::Held(line.speaker, Err(full.sentence()));
        }
        self.numbers += 1;
        let line = HeldLine { number: self.numbers, ..line };
        self.waiting.push(line.clone());
        Answer::Held(line.speaker, Ok(line))
    }

    /// Settles a line that waits; `rank` knows every account.
    pub fn settle(
        &mut self,
        settling: Settling,
        rank: impl Fn(AccountId) -> Option<Rank>,
    ) -> Answer {
        let stored = |account: Option<AccountId>| account.and_then(&rank).unwrap_or(Rank::Guest);
        let ranks = (stored(settling.issuer.account), stored(settling.line.account));
        let outcome = may_settle(&settling, ranks.0, ranks.1);
        if outcome.is_ok() {
            self.waiting.retain(|line| line.number != settling.line.number);
            self.settled.push(settling.clone());
        }
        Answer::Settled(Box::new(Settled { settling, outcome }))
    }

    fn mark(&mut self, ids: &[hearsay::vocab::ActId], lifted: &Lifted) {
        for restriction in &mut self.restrictions {
            if ids.contains(&restriction.id) {
                restriction.lifted = Some(lifted.clone());
            }
        }
    }

    /// What is on record about somebody.
    pub fn read(
        &self,
        asker: PlayerId,
        name: String,
        person: Option<Person>,
        is_own: bool,
    ) -> Answer {
        let Some(person) = person else {
            return Answer::Tell(asker, format!("Nobody here is called {name}.").into());
        };
        let by = |account: Option<AccountId>| account.map(Person::Account) == Some(person);
        let on = |subject: &hearsay::vocab::Subject| subject.person() == Some(person);
        let (restrictions, remarks) = (self.restrictions.iter(), self.remarks.iter());
        let dossier = Dossier {
            restrictions: restrictions.clone().filter(|it| on(&it.subject)).cloned().collect(),
            remarks: remarks.clone().filter(|it| on(&it.subject)).cloned().collect(),
            imposed: restrictions.filter(|it| by(it.issuer.account)).cloned().collect(),
            made: remarks.filter(|it| by(it.issuer.account)).cloned().collect(),
        };
        Answer::Record { asker, name, dossier: Box::new(dossier), is_own }
    }
}
