//! What the bench and the store are in a server: orders are decided by the real rules and kept in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearsay::game::{Answer, Ordered, Reading, RecordRead, RuleAct, Settled, StaffAct, Withdrawn};
use hearsay::moderation::{
    Decision, Docket, DocketLimits, Plan, Restrictions, StaffRanks, StoredLine, Target,
    decide_withdrawal, hide_cases, may_settle, spared_names,
};
use hearsay::store::HeldFull;
use hearsay::vocab::{
    AccountId, Case, CaseAct, CaseDone, CaseOrder, Character, Done, Dossier, HeldLimits, HeldLine,
    HeldRecord, Issuer, Lifted, Message, Notice, Person, Placed, Rank, Redaction, Remark,
    Restriction, Settling, Spared, Subject, Whom, Withdrawal,
};

/// What a server would have in its database and its moderation log.
#[derive(Default)]
pub struct Records {
    pub restrictions: Vec<Restriction>,
    pub remarks: Vec<Remark>,
    pub redactions: Vec<Redaction>,
    /// What was written to the moderation log.
    pub acts: Vec<StaffAct>,
    /// What rules did by themselves, in the same log.
    pub rule_acts: Vec<RuleAct>,
    /// The points that accounts have.
    pub points: BTreeMap<AccountId, f64>,
    /// The reports that were written to the moderation log.
    pub reported: Vec<CaseOrder>,
    /// What waits for somebody to read it.
    pub notices: Vec<Notice>,
    /// What waits for a decision.
    pub docket: Docket,
    /// The cases as they were committed last.
    pub cases: BTreeMap<u64, Arc<Case>>,
    /// The lines that wait for staff.
    pub waiting: Vec<HeldLine>,
    /// What staff said to others.
    pub settled: Vec<Settling>,
    register: Restrictions,
    numbers: u64,
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
            CaseAct::List | CaseAct::ListAll => {
                self.docket.list(&order, ranks).map(CaseDone::Listed)
            }
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
            self.cases.insert(change.case.number, Arc::clone(&change.case));
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
        let rank = match placed.issuer.account {
            Some(account) => {
                let issuer = find(&|character| character.account == Some(account));
                issuer.map_or(Rank::Guest, |(_, rank)| *rank)
            }
            None => placed.issuer.rank,
        };
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
        Answer::Held(line.speaker, Ok(Box::new(line)))
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

    /// What is on record about somebody, as far as this reader may see it.
    pub fn read(&self, reading: Reading, person: Option<Person>, ranks: &StaffRanks) -> Answer {
        let name = &reading.name;
        let found = match person {
            None => Err(format!("There is no player {name}. Write the name in full.")),
            Some(person) => {
                let mut dossier = self.dossier(person);
                hide_cases(&mut dossier, reading.reader, ranks);
                Ok((Subject::Person(person, name.into()), dossier))
            }
        };
        Answer::Record(Box::new(RecordRead { reading, found }))
    }

    fn dossier(&self, person: Person) -> Dossier {
        let by = |issuer: &Issuer| issuer.account.map(Person::Account) == Some(person);
        let on = |subject: &Subject| subject.person() == Some(person);
        let (restrictions, remarks) = (self.restrictions.iter(), self.remarks.iter());
        let (lines, cases) = (self.redactions.iter(), self.cases.values());
        let undid = |lifted: &Option<Lifted>| lifted.as_ref().is_some_and(|it| by(&it.by));
        let of_them = |it: &&Redaction| it.speaker.as_ref().is_some_and(on);
        let had_to_do = |case: &&Arc<Case>| {
            let decided = case.decided.as_ref().is_some_and(|it| by(&it.by));
            let ordered = case.contested.as_ref().is_some_and(|it| by(&it.issuer));
            decided || ordered || case.claimed.as_ref().is_some_and(|(holder, _)| by(holder))
        };
        let copy = |case: &Arc<Case>| Case { reports: Vec::new(), ..Case::clone(case) };
        let settled = self.settled.iter().map(|it| {
            let lifted = Lifted { by: it.issuer.clone(), at: it.at, why: it.why.clone() };
            HeldRecord { line: it.line.clone(), settled: Some((it.verdict, lifted)) }
        });
        let waiting =
            self.waiting.iter().map(|line| HeldRecord { line: line.clone(), settled: None });
        let held = waiting.chain(settled.clone()).filter(|it| it.line.who() == person);
        let is_theirs =
            |it: &HeldRecord| it.settled.as_ref().is_some_and(|(_, lifted)| by(&lifted.by));
        Dossier {
            restrictions: restrictions.clone().filter(|it| on(&it.subject)).cloned().collect(),
            remarks: remarks.clone().filter(|it| on(&it.subject)).cloned().collect(),
            imposed: restrictions.clone().filter(|it| by(&it.issuer)).cloned().collect(),
            lifted: restrictions
                .filter(|it| undid(&it.lifted) && !by(&it.issuer))
                .cloned()
                .collect(),
            made: remarks.filter(|it| by(&it.issuer)).cloned().collect(),
            taken_back: lines.clone().filter(of_them).cloned().collect(),
            took_back: lines.clone().filter(|it| by(&it.by)).cloned().collect(),
            put_back: lines.filter(|it| undid(&it.undone) && !by(&it.by)).cloned().collect(),
            held: held.collect(),
            settled: settled.filter(is_theirs).collect(),
            cases: cases.clone().filter(|it| on(&it.subject)).map(copy).collect(),
            handled: cases.filter(had_to_do).map(copy).collect(),
        }
    }
}
