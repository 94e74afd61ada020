//! What the bench and the store are in a server: orders are decided by the real rules and kept in memory.

use std::sync::Arc;

use hearsay::game::{Answer, Ordered, StaffAct, Withdrawn};
use hearsay::moderation::{Decision, Restrictions, StoredLine, Target, decide, decide_withdrawal};
use hearsay::vocab::{
    AccountId, Character, Done, Dossier, Lifted, Message, Person, Placed, PlayerId, Rank,
    Redaction, Remark, Restriction, Whom, Withdrawal,
};

/// What a server would have in its database and its moderation log.
#[derive(Default)]
pub struct Records {
    pub restrictions: Vec<Restriction>,
    pub remarks: Vec<Remark>,
    pub redactions: Vec<Redaction>,
    /// What was written to the moderation log.
    pub acts: Vec<StaffAct>,
    register: Restrictions,
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
        let target = Target::known(&placed).or_else(|| {
            let Whom::Player(name) = &placed.order.whom else { return None };
            let (character, rank) =
                find(&|character| character.name.to_lowercase() == name.to_lowercase())?;
            Some(Target::account(character.account?, character.name.clone(), *rank))
        });
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

    fn mark(&mut self, ids: &[hearsay::vocab::ActId], lifted: &Lifted) {
        for restriction in &mut self.restrictions {
            if ids.contains(&restriction.id) {
                restriction.lifted = Some(lifted.clone());
            }
        }
    }

    /// Takes a line back or puts it back; `find` knows everyone who was ever here.
    pub fn withdraw<'a>(
        &mut self,
        wanted: Withdrawal,
        line: Option<Message>,
        find: impl Fn(&dyn Fn(&Character) -> bool) -> Option<&'a (Character, Rank)>,
    ) -> Answer {
        let rank_of = |account: Option<AccountId>| {
            let of_account = |it: &Character| account.is_some() && it.account == account;
            find(&of_account).map_or(Rank::Guest, |(_, rank)| *rank)
        };
        let line = line.map(|message| StoredLine {
            rank: rank_of(message.sender.account),
            redaction: self.redaction(&message).map(|at| self.redactions[at].clone()),
            message,
        });
        let outcome = decide_withdrawal(&wanted, rank_of(wanted.issuer.account), line);
        let outcome = outcome.map(|(message, redaction)| {
            let before = self.redaction(&message);
            before.map(|at| self.redactions.remove(at));
            self.redactions.push(redaction.clone());
            (Arc::new(message), redaction)
        });
        Answer::Withdrawn(Box::new(Withdrawn { wanted, outcome }))
    }

    fn redaction(&self, message: &Message) -> Option<usize> {
        let stands = |it: &Redaction| it.line.id == message.id && it.undone.is_none();
        self.redactions.iter().position(stands)
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
