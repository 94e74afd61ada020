//! What the bench and the store are in a server: orders are decided by the real rules and kept in memory.

use std::sync::Arc;

use hearsay::game::{Answer, Ordered, StaffAct};
use hearsay::moderation::{Decision, Docket, DocketLimits, Plan, Restrictions, StaffRanks, Target};
use hearsay::vocab::{
    AccountId, CaseAct, CaseDone, CaseOrder, Character, Done, Dossier, Lifted, Notice, Person,
    Placed, PlayerId, Rank, Remark, Restriction, Subject, Whom,
};

/// What a server would have in its database and its moderation log.
#[derive(Default)]
pub struct Records {
    pub restrictions: Vec<Restriction>,
    pub remarks: Vec<Remark>,
    /// What was written to the moderation log.
    pub acts: Vec<StaffAct>,
    /// What waits for somebody to read it.
    pub notices: Vec<Notice>,
    /// What waits for a decision.
    pub docket: Docket,
    register: Restrictions,
}

impl Records {
    /// A record of nothing, with a queue that takes so much.
    pub fn new(limits: DocketLimits) -> Self {
        let docket = Docket::new(limits, Vec::new(), Vec::new(), 0);
        Self { docket, ..Self::default() }
    }

    /// Something is wanted of the queue.
    pub fn case(&mut self, order: CaseOrder, ranks: &StaffRanks) -> Vec<Answer> {
        let outcome = match order.act {
            CaseAct::List => self.docket.list(&order, ranks).map(CaseDone::Listed),
            CaseAct::Show(number) => self.docket.show(number, &order, ranks).map(|listed| {
                let person = listed.case.subject.person();
                let dossier = person.map(|person| self.dossier(person)).unwrap_or_default();
                CaseDone::Shown(listed, Box::new(dossier))
            }),
            _ => return self.change(order, ranks),
        };
        vec![Answer::Case(Box::new(order), outcome)]
    }

    fn change(&mut self, order: CaseOrder, ranks: &StaffRanks) -> Vec<Answer> {
        let standing = |subject: &Subject| {
            let all = self.register.on(subject, order.now);
            all.map(|standing| Arc::clone(&standing.restriction)).collect()
        };
        let plan = match self.docket.plan(&order, ranks, &standing) {
            Ok(plan) => plan,
            Err(why) => return vec![Answer::Case(Box::new(order), Err(why))],
        };
        let change = plan.change.clone();
        let mut answers: Vec<Answer> = self.carry_out(plan).into_iter().collect();
        let done = change.map(|change| change.done(&order, ranks));
        answers.extend(done.map(|done| Answer::Case(Box::new(order), Ok(done))));
        answers
    }

    fn carry_out(&mut self, plan: Plan) -> Option<Answer> {
        if let Some(change) = &plan.change {
            let next = self.notices.last().map_or(0, |last| last.number + 1);
            let numbered = change.notices.iter().zip(next..);
            let notices = numbered.map(|(it, number)| Notice { number, ..it.clone() });
            self.notices.extend(notices);
            self.docket.apply(change);
        }
        let (placed, decision) = plan.act?;
        let outcome = Ok(self.commit(&placed, decision));
        Some(Answer::Ordered(Box::new(Ordered { placed, outcome })))
    }

    /// Carries an order out; `find` knows everyone who was ever here.
    pub fn order<'a>(
        &mut self,
        placed: Placed,
        find: impl Fn(&dyn Fn(&Character) -> bool) -> Option<&'a (Character, Rank)>,
    ) -> Vec<Answer> {
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
        let subject_rank = target.as_ref().map_or(Rank::Guest, |target| target.rank);
        let by = placed.by;
        let plan = match self.docket.settle(&placed, rank, target, &standing) {
            Ok(plan) => plan,
            Err(why) => {
                return vec![Answer::Ordered(Box::new(Ordered { placed, outcome: Err(why) }))];
            }
        };
        let second = plan.change.clone();
        let mut answers: Vec<Answer> = self.carry_out(plan).into_iter().collect();
        let wanted = second.map(|second| (second.case, subject_rank));
        answers.extend(wanted.map(|(case, rank)| Answer::SecondWanted { by, case, rank }));
        answers
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
        let dossier = Box::new(self.dossier(person));
        Answer::Record { asker, name, dossier, is_own }
    }

    fn dossier(&self, person: Person) -> Dossier {
        let by = |account: Option<AccountId>| account.map(Person::Account) == Some(person);
        let on = |subject: &hearsay::vocab::Subject| subject.person() == Some(person);
        let (restrictions, remarks) = (self.restrictions.iter(), self.remarks.iter());
        Dossier {
            restrictions: restrictions.clone().filter(|it| on(&it.subject)).cloned().collect(),
            remarks: remarks.clone().filter(|it| on(&it.subject)).cloned().collect(),
            imposed: restrictions.filter(|it| by(it.issuer.account)).cloned().collect(),
            made: remarks.filter(|it| by(it.issuer.account)).cloned().collect(),
        }
    }
}
