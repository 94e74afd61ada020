//! Serves the queue of cases: asks the docket what comes of something, commits it, and only then lets the loop know.
//! Decides nothing itself.

use super::bench::Work;
use crate::game::{Answer, Ordered};
use crate::moderation::{Change, Credit, Docket, DocketLimits, Plan, StaffRanks};
use crate::store::{Store, StoreError};
use crate::vocab::{CaseAct, CaseDone, CaseOrder, Subject};

/// The queue as the store has it.
pub(super) async fn load(store: &Store, limits: DocketLimits) -> Result<Docket, StoreError> {
    let stored = store.docket(limits.decided_max).await?;
    let credit = stored.credit.into_iter();
    let credit = credit.map(|(person, upheld, decided)| (person, Credit { upheld, decided }));
    Ok(Docket::new(limits, stored.cases, credit.collect(), stored.last))
}

impl Work {
    /// Something is wanted of the queue.
    pub(super) async fn case(&mut self, mut order: CaseOrder) -> Result<Vec<Answer>, StoreError> {
        let ranks = self.staff_ranks().await?;
        order.issuer.rank = ranks.of(order.who);
        match order.act {
            CaseAct::List | CaseAct::ListAll => {
                let outcome = self.docket.list(&order, &ranks).map(CaseDone::Listed);
                Ok(vec![Answer::Case(Box::new(order), outcome)])
            }
            CaseAct::Show(number) => self.show(order, number, &ranks).await,
            _ => self.change(order, &ranks).await,
        }
    }

    /// The rank of everyone who has one.
    pub(super) async fn staff_ranks(&self) -> Result<StaffRanks, StoreError> {
        Ok(StaffRanks(self.store.staff().await?.into_iter().collect()))
    }

    async fn show(
        &self,
        order: CaseOrder,
        number: u64,
        ranks: &StaffRanks,
    ) -> Result<Vec<Answer>, StoreError> {
        let outcome = match self.docket.show(number, &order, ranks) {
            Ok(listed) => {
                let dossier = match listed.case.subject.person() {
                    Some(person) => self.store.dossier(person).await?,
                    None => Default::default(),
                };
                Ok(CaseDone::Shown(listed, Box::new(dossier)))
            }
            Err(why) => Err(why),
        };
        Ok(vec![Answer::Case(Box::new(order), outcome)])
    }

    async fn change(
        &mut self,
        order: CaseOrder,
        ranks: &StaffRanks,
    ) -> Result<Vec<Answer>, StoreError> {
        let standing = |subject: &Subject| self.register.on(subject);
        let plan = match self.docket.plan(&order, ranks, &standing) {
            Ok(plan) => plan,
            Err(why) => return Ok(vec![Answer::Case(Box::new(order), Err(why))]),
        };
        let mut answers: Vec<Answer> = Vec::new();
        let (ordered, change) = self.carry_out(plan).await?;
        answers.extend(ordered.map(|ordered| Answer::Ordered(Box::new(ordered))));
        if let Some(change) = change {
            let done = change.done(&order, ranks);
            answers.push(Answer::Case(Box::new(order), Ok(done)));
        }
        Ok(answers)
    }

    /// Commits what is planned, and counts with it from then on.
    pub(super) async fn carry_out(
        &mut self,
        plan: Plan,
    ) -> Result<(Option<Ordered>, Option<Change>), StoreError> {
        let ordered = match plan.act {
            Some((placed, decision)) => {
                let done = self.commit(&placed, decision).await?;
                Some(Ordered { placed, outcome: Ok(done) })
            }
            None => None,
        };
        if let Some(change) = &plan.change {
            let Change { case, report, notices } = change.clone();
            match self.store.keep_case(case, report, notices).await {
                Ok(()) => self.docket.apply(change),
                // What was done to somebody is committed, and counts whatever becomes of the case.
                Err(why) if ordered.is_some() => {
                    tracing::error!(case = change.case.number, %why, "a case could not be stored");
                    return Ok((ordered, None));
                }
                Err(why) => return Err(why),
            }
        }
        Ok((ordered, plan.change))
    }
}
