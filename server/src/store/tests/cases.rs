//! Cases, reports and notices on real files.

use super::*;
use crate::vocab::{
    AccountId, ActId, Case, CaseKind, CaseVerdict, Contested, Decided, Evidence, Issuer,
    MessageRef, Notice, Person, Rank, Report, Subject,
};

fn issuer(name: &str) -> Issuer {
    Issuer { account: Some(AccountId(9)), name: name.into(), rank: Rank::Moderator }
}

fn report(by: Person, reason: &str) -> Arc<Report> {
    Arc::new(Report {
        id: ActId(Uuid::now_v7()),
        reporter: by,
        name: "Ada".into(),
        reason: reason.to_owned(),
        at: instant(1),
        message: Some(MessageId(Uuid::now_v7())),
        evidence: Evidence::default(),
    })
}

fn case(number: u64, reports: Vec<Arc<Report>>) -> Case {
    Case {
        number,
        kind: CaseKind::Report,
        subject: Subject::Person(Person::Account(AccountId(7)), "Bob".into()),
        opened: instant(0),
        severity: 2,
        contested: None,
        reports,
        claimed: None,
        decided: None,
    }
}

fn decided(verdict: CaseVerdict) -> Option<Decided> {
    Some(Decided { by: issuer("Mara"), at: instant(5), verdict, reason: "seen".to_owned() })
}

#[tokio::test]
async fn a_case_is_read_back_as_it_was_after_a_restart() {
    let folder = folder();
    let store = open_in(&folder);
    let (ada, gus) = (Person::Account(AccountId(1)), Person::Guest(PlayerId(5)));
    let reports = vec![report(ada, "'; DROP TABLE cases; --"), report(gus, "{\"a\": 1}")];
    let first = Case { claimed: Some((issuer("Mara"), instant(3))), ..case(1, reports.clone()) };
    let second = Case {
        kind: CaseKind::Second,
        contested: Some(Contested {
            restriction: ActId(Uuid::now_v7()),
            what: "ban: threats".to_owned(),
            issuer: issuer("Max"),
            until: Some(instant(90)),
        }),
        ..case(2, Vec::new())
    };
    for (at, one) in reports.iter().enumerate() {
        let so_far = Arc::new(case(1, reports[..=at].to_vec()));
        store.keep_case(so_far, Some(Arc::clone(one)), Vec::new()).await.unwrap();
    }
    store.keep_case(Arc::new(first.clone()), None, Vec::new()).await.unwrap();
    store.keep_case(Arc::new(second.clone()), None, Vec::new()).await.unwrap();
    store.close().await.unwrap();

    let store = open_in(&folder);
    let docket = store.docket(10).await.unwrap();
    assert_eq!(docket.cases, [first.clone(), second.clone()]);
    assert_eq!((docket.last, docket.credit), (2, Vec::new()));
    // Whom they are about and who had to do with them have them on record, without who reported.
    let first = Case { reports: Vec::new(), ..first };
    let bob = store.dossier(Person::Account(AccountId(7))).await.unwrap();
    assert_eq!((bob.cases, bob.handled), (vec![second.clone(), first.clone()], vec![]));
    let staff = store.dossier(Person::Account(AccountId(9))).await.unwrap();
    assert_eq!((staff.cases, staff.handled), (vec![], vec![second, first]));
}

#[tokio::test]
async fn credit_counts_a_case_once_and_guests_not() {
    let folder = folder();
    let store = open_in(&folder);
    let (ada, gus) = (Person::Account(AccountId(1)), Person::Guest(PlayerId(5)));
    for (number, verdict) in
        [(1, CaseVerdict::Uphold), (2, CaseVerdict::Dismiss), (3, CaseVerdict::Dismiss)]
    {
        let by_all = [report(ada, "one"), report(ada, "two"), report(gus, "three")];
        for one in by_all {
            store.keep_case(Arc::new(case(number, vec![])), Some(one), vec![]).await.unwrap();
        }
        let case = Case { decided: decided(verdict), ..case(number, vec![]) };
        store.keep_case(Arc::new(case), None, vec![]).await.unwrap();
    }
    let docket = store.docket(1).await.unwrap();
    assert_eq!(docket.credit, [(ada, 1, 3)]);
    assert_eq!((docket.cases.len(), docket.last), (1, 3), "of the decided, the newest");
    assert_eq!(docket.cases[0].reports.len(), 3);
}

#[tokio::test]
async fn notices_wait_until_they_were_read() {
    let folder = folder();
    let store = open_in(&folder);
    let (ada, bob) = (Person::Account(AccountId(1)), Person::Account(AccountId(2)));
    let notice =
        |person, text: &str| Notice { number: 0, person, text: text.to_owned(), at: instant(0) };
    let notices = vec![notice(ada, "one"), notice(ada, "two"), notice(bob, "three")];
    store.keep_case(Arc::new(case(1, vec![])), None, notices).await.unwrap();
    let waiting = store.notices(ada).await.unwrap();
    let texts: Vec<_> = waiting.iter().map(|notice| notice.text.as_str()).collect();
    assert_eq!(texts, ["one", "two"]);
    store.notices_read(vec![waiting[0].number]).await.unwrap();
    assert_eq!(store.notices(ada).await.unwrap().len(), 1);
    assert_eq!(store.notices(bob).await.unwrap().len(), 1);
}

#[tokio::test]
async fn those_with_a_rank_are_found() {
    let folder = folder();
    let store = open_in(&folder);
    let (ada, _) = store.create_account(account("Ada")).await.unwrap();
    store.create_account(account("Bob")).await.unwrap();
    assert!(store.staff().await.unwrap().is_empty());
    store.set_rank(ada.id, Rank::Moderator).await.unwrap();
    assert_eq!(store.staff().await.unwrap(), [(ada.id, Rank::Moderator)]);
}

#[tokio::test]
async fn a_line_is_found_by_name_or_number_with_those_around_it() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("first", instant(0)).await.unwrap();
    let line = |on: &str, epoch: &str, seq| {
        let plain = line(on, epoch, seq);
        let ms = u64::try_from(plain.at.timestamp_millis()).unwrap();
        let named =
            uuid::Builder::from_unix_timestamp_millis(ms, &[u8::try_from(seq).unwrap(); 10]);
        Arc::new(Message { id: MessageId(named.into_uuid()), ..Message::clone(&plain) })
    };
    let said: Vec<_> = (1..=9).map(|seq| line("say", "first", seq)).collect();
    for line in said.iter().cloned().chain([super::line("shout", "first", 1)]) {
        assert!(store.remember(line));
    }
    store.begin_epoch("second", instant(50)).await.unwrap();
    assert!(store.remember(line("say", "second", 1)));
    let numbered = |seq| MessageRef::Numbered(channel("say"), seq);
    let around = |wanted, epoch: &str| store.around(wanted, epoch.to_owned(), 2);
    let five = around(MessageRef::Id(said[4].id), "second").await.unwrap();
    let five: Vec<u64> = five.iter().map(|line| line.seq).collect();
    assert_eq!(five, [3, 4, 5, 6, 7]);
    let ninth = around(numbered(9), "first").await.unwrap();
    assert_eq!(
        places(&ninth),
        [("first", 7), ("first", 8), ("first", 9), ("second", 1)].map(|(e, s)| (e.to_owned(), s))
    );
    assert!(around(numbered(9), "second").await.unwrap().is_empty());
    assert!(around(numbered(u64::MAX), "first").await.unwrap().is_empty());
    for unknown in [Uuid::now_v7(), Uuid::nil(), Uuid::max(), Uuid::from_u128(7)] {
        assert!(around(MessageRef::Id(MessageId(unknown)), "first").await.unwrap().is_empty());
    }
}
