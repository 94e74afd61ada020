//! Accounts, characters and notes.

use super::*;
use crate::vocab::{AccountId, Character, CharacterState, Rank};

#[tokio::test]
async fn an_account_is_found_by_every_name_it_answers_to() {
    let folder = folder();
    let store = open_in(&folder);
    let (made, ada) = store.create_account(account("Ada")).await.unwrap();
    let bob = store.create_character(made.id, "Bob", instant(5)).await.unwrap();

    for (typed, plays) in [("ada", &ada), ("ADA", &ada), ("Ａｄａ", &ada), ("bOb", &bob)] {
        let login = store.find_login(typed).await.unwrap().unwrap();
        assert_eq!(login.account, made, "{typed}");
        assert_eq!(&login.character, plays, "{typed}");
        assert_eq!(login.password_hash, "$argon2id$of-Ada");
    }
    assert_eq!(store.find_login("Cyd").await.unwrap(), None);
    assert_eq!(store.characters_of(made.id).await.unwrap(), [ada.clone(), bob.clone()]);
    assert_eq!(store.find_character("BOB").await.unwrap(), Some(bob.clone()));
    assert_eq!(store.find_character_by_id(ada.id).await.unwrap(), Some(ada));
    assert_eq!(store.find_account(made.id).await.unwrap(), Some(made));
}

#[tokio::test]
async fn a_name_that_looks_like_another_is_taken_but_opens_nothing() {
    let folder = folder();
    let store = open_in(&folder);
    let (made, _) = store.create_account(account("Admin")).await.unwrap();
    for twin in ["admin", "ＡＤＭＩＮ", "Аdmin", "ádmin"] {
        assert!(store.name_taken(twin).await.unwrap(), "{twin}");
        let taken = Err(StoreError::NameTaken { name: twin.to_owned() });
        assert_eq!(store.create_account(account(twin)).await, taken);
        let taken = Err(StoreError::NameTaken { name: twin.to_owned() });
        assert_eq!(store.create_character(made.id, twin, instant(1)).await, taken);
    }
    // The first letter is Cyrillic: whoever types it is not taken for the one whose name it imitates.
    assert_eq!(store.find_login("Аdmin").await.unwrap(), None);
    assert!(!store.name_taken("Adminton").await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_name_at_once_one_gets_it() {
    let folder = folder();
    let store = open_in(&folder);
    for round in 0..8 {
        let names = ["Gil", "gil", "GIL", "gIl"].map(|name| format!("{name}{round}"));
        let tries = names.iter().cycle().take(32).map(|name| {
            let (store, new) = (store.clone(), account(name));
            tokio::spawn(async move { store.create_account(new).await })
        });
        let tries: Vec<_> = tries.collect();
        let mut winners = Vec::new();
        for attempt in tries {
            match attempt.await.unwrap() {
                Ok((made, _)) => winners.push(made),
                Err(error) => assert!(matches!(error, StoreError::NameTaken { .. }), "{error}"),
            }
        }
        assert_eq!(winners.len(), 1);
        let login = store.find_login(&format!("gil{round}")).await.unwrap().unwrap();
        assert_eq!(login.account, winners[0]);
    }
}

#[tokio::test]
async fn one_refused_act_spoils_no_other_in_its_transaction() {
    let folder = folder();
    let store = open_in(&folder);
    store.create_account(account("Ada")).await.unwrap();
    let (first, second, third) = tokio::join!(
        store.create_account(account("Bob")),
        store.create_account(account("ADA")),
        store.create_account(account("Cyd")),
    );
    assert!(first.is_ok() && third.is_ok());
    assert_eq!(second.unwrap_err(), StoreError::NameTaken { name: "ADA".to_owned() });
    assert_eq!(store.counters().health, Health::Well);
}

#[tokio::test]
async fn an_act_that_is_refused_half_way_leaves_nothing_behind() {
    let folder = folder();
    let store = open_in(&folder);
    let half_way = |connection: &Connection| {
        connection.execute("INSERT INTO notes VALUES ('half', 'done')", [])?;
        Err::<(), _>(StoreError::NoSuchAccount.into())
    };
    let (refused, done) = tokio::join!(store.act(half_way), store.set_note("whole", "done"));
    assert_eq!((refused, done), (Err(StoreError::NoSuchAccount), Ok(())));
    assert_eq!(store.get_note("half").await.unwrap(), None);
    assert_eq!(store.get_note("whole").await.unwrap().as_deref(), Some("done"));
}

#[tokio::test]
async fn ranks_passwords_and_ownership_last() {
    let folder = folder();
    let store = open_in(&folder);
    let (ada, _) = store.create_account(account("Ada")).await.unwrap();
    let (bob, _) = store.create_account(account("Bob")).await.unwrap();
    assert_eq!(ada.rank, Rank::Player);
    assert!(!store.owner_exists().await.unwrap());
    let (ada_claims, bob_claims) =
        tokio::join!(store.claim_ownership(ada.id), store.claim_ownership(bob.id));
    assert_eq!((ada_claims, bob_claims), (Ok(true), Ok(false)));
    assert_eq!(store.set_rank(bob.id, Rank::Moderator).await, Ok(true));
    // The last owner stays it, one of two need not.
    assert_eq!(store.set_rank(ada.id, Rank::Player).await, Ok(false));
    assert_eq!(store.set_rank(bob.id, Rank::Owner).await, Ok(true));
    assert_eq!(store.set_rank(bob.id, Rank::Moderator).await, Ok(true));
    store.set_password(bob.id, "$argon2id$new".to_owned()).await.unwrap();
    store.close().await.unwrap();

    let store = open_in(&folder);
    assert!(store.owner_exists().await.unwrap());
    let login = store.find_login("bob").await.unwrap().unwrap();
    assert_eq!(login.account.rank, Rank::Moderator);
    assert_eq!(login.password_hash, "$argon2id$new");
    let nobody = AccountId(1 << 50);
    assert_eq!(store.set_rank(nobody, Rank::Admin).await, Err(StoreError::NoSuchAccount));
    let refused = store.create_character(nobody, "Cyd", instant(0)).await;
    assert_eq!(refused, Err(StoreError::NoSuchAccount));
}

#[tokio::test]
async fn the_newest_state_of_a_character_wins() {
    let folder = folder();
    let store = open_in(&folder);
    let (_, mut ada) = store.create_account(account("Ada")).await.unwrap();
    for seconds in 1..=50 {
        ada.state.seconds_played = seconds;
        ada.last_seen = Some(instant(seconds.cast_signed()));
        assert!(store.save_later(ada.clone()));
    }
    // What is written behind is seen at once.
    assert_eq!(store.find_character("ada").await.unwrap(), Some(ada.clone()));
    ada.state.room = Some("earth.harbour.docks.pier".parse().unwrap());
    ada.state.left.insert(channel("global"));
    store.save(ada.clone()).await.unwrap();
    store.close().await.unwrap();

    let store = open_in(&folder);
    assert_eq!(store.find_character("ada").await.unwrap(), Some(ada.clone()));
    let guest = Character { account: None, id: PlayerId(9), ..ada };
    assert!(!store.save_later(guest.clone()));
    assert_eq!(store.save(guest).await, Err(StoreError::NoSuchCharacter));
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_reported_and_kept() {
    let folder = folder();
    let store = open_in(&folder);
    let (_, ada) = store.create_account(account("Ada")).await.unwrap();
    assert_eq!(ada.state, CharacterState::default());
    let spoil = "UPDATE characters SET state = '{\"inventory\": 7}'";
    store.act(move |connection| Ok(connection.execute(spoil, [])?)).await.unwrap();
    let error = store.find_login("Ada").await.unwrap_err();
    assert!(error.to_string().contains("the character Ada"), "{error}");
}

#[tokio::test]
async fn notes_are_kept_until_they_are_cleared_once() {
    let folder = folder();
    let store = open_in(&folder);
    assert_eq!(store.get_note("claim_code").await.unwrap(), None);
    store.set_note("claim_code", "first").await.unwrap();
    store.set_note("claim_code", "second").await.unwrap();
    store.close().await.unwrap();

    let store = open_in(&folder);
    assert_eq!(store.get_note("claim_code").await.unwrap().as_deref(), Some("second"));
    let (one, other) = tokio::join!(store.clear_note("claim_code"), store.clear_note("claim_code"));
    assert_eq!((one, other), (Ok(true), Ok(false)));
    assert_eq!(store.get_note("claim_code").await.unwrap(), None);
}

#[test]
fn a_password_hash_is_never_shown() {
    let new = account("Ada");
    assert!(!format!("{new:?}").contains("argon2id"));
    let character = Character {
        id: PlayerId(1),
        account: None,
        name: "Ada".into(),
        created: instant(0),
        last_seen: None,
        state: CharacterState::default(),
    };
    let account = crate::vocab::Account {
        id: AccountId(1),
        name: "Ada".into(),
        rank: Rank::Player,
        created: instant(0),
    };
    let login = Login { account, password_hash: new.password_hash, character };
    assert!(!format!("{login:?}").contains("argon2id"));
}

#[test]
fn an_id_in_use_is_not_drawn_again() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(migrate::STEPS[0]).unwrap();
    let insert = "INSERT INTO accounts VALUES (7, 'a', 'a', 'a', '', 'player', 0)";
    connection.execute(insert, []).unwrap();
    let mut draws = [7, 7, 9].into_iter();
    let id = ids::draw(&connection, ids::Table::Accounts, &mut || draws.next().unwrap());
    assert_eq!(id.unwrap(), 9);
    assert!((0..1000).map(|_| ids::random()).all(|id| (1..1 << 48).contains(&id)));
}
