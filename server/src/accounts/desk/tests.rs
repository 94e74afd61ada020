//! Guesses at once.

use super::*;
use crate::bus::{Capacity, local};
use crate::store::StoreOptions;

fn options() -> DeskOptions {
    DeskOptions {
        loopback_exempt: true,
        guests: Guests::Always(false),
        password_chars_min: 1,
        hash_workers: 1,
        queue_max: 100,
        wrong_passwords_per_minute: 2,
        new_accounts_per_hour: 0,
        characters_max: 1,
        names: Names::new([]),
    }
}

#[tokio::test]
async fn many_guesses_at_once_tell_no_more_than_one_after_another() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreOptions::at(folder.path().join("hearsay.db"))).unwrap();
    let hash = Passwords::new(1).hash(Secret::new("the right one")).await.unwrap();
    let new = NewAccount { name: "Ada".to_owned(), password_hash: hash, at: Utc::now() };
    store.create_account(new).await.unwrap();
    let (world, mut gateway, _) = local::pair(Capacity { inputs_max: 1, batches_max: 100 });
    let (admitted, mut admissions) = mpsc::channel(100);
    let doors = Doors { bars: Arc::new(|_| None), bearers: None };
    let desk = Desk::open(options(), store, world.publisher(), admitted, doors);
    for guess in 0..6 {
        let name = if guess % 2 == 0 { "ada" } else { "ＡＤＡ" }.to_owned();
        let password = Secret::new(if guess == 5 { "the right one" } else { "a wrong one" });
        let address = IpAddr::from([192, 0, 2, guess]);
        let request = LoginRequest::Enter { name, password, resume: None };
        desk.ask(SessionId(u64::from(guess)), Transport::Websocket, address, request);
    }
    let mut wrong = 0;
    for _ in 0..6 {
        let batch = gateway.events.recv().await.unwrap();
        let Fact::Answered(LoginReply::Refused(why)) = &batch[0].fact else { panic!("{batch:?}") };
        wrong += usize::from(why.contains("do not belong together"));
    }
    assert_eq!(wrong, 2);
    assert!(admissions.try_recv().is_err(), "the right guess came too late");
}
