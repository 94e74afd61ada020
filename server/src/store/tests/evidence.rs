//! What vouches for the moderation log and opens it, and how an account's rows lose their content.

use chrono::Utc;

use super::*;
use crate::vocab::{AccountId, ChainHead, Digest};

const EVE: AccountId = AccountId(0xe7e);

fn head(day: &str, seq: u64) -> ChainHead {
    ChainHead { day: day.parse().unwrap(), seq, hash: Digest([u8::try_from(seq).unwrap(); 32]) }
}

#[tokio::test]
async fn a_run_replaces_its_own_heads_and_no_others() {
    let folder = folder();
    let store = open_in(&folder);
    let put = async |run: &str, heads: &[ChainHead]| {
        store.put_heads(run, heads.to_vec(), instant(0)).await.unwrap();
    };
    put("one", &[head("2026-11-20", 3), head("2026-11-21", 5)]).await;
    put("one", &[head("2026-11-21", 9)]).await;
    put("two", &[head("2026-11-21", 7)]).await;
    let stored = Archive::open(&database_in(&folder)).unwrap().heads().unwrap();
    let expected = [head("2026-11-20", 3), head("2026-11-21", 7), head("2026-11-21", 9)];
    assert_eq!(stored, expected);
}

#[tokio::test]
async fn a_key_is_found_again_by_the_next_server() {
    let folder = folder();
    let store = open_in(&folder);
    assert_eq!(store.find_text_key(EVE).await.unwrap(), None);
    let key = new_text_key(EVE);
    store.keep_text_key(key.clone(), instant(0)).await.unwrap();
    store.close().await.unwrap();
    let store = open_in(&folder);
    assert_eq!(store.find_text_key(EVE).await.unwrap(), Some(key.clone()));
    assert_eq!(store.find_text_key(AccountId(1)).await.unwrap(), None);
    let keys = Archive::open(&database_in(&folder)).unwrap().keys().unwrap();
    assert_eq!(keys, [(key.id, Some(key.bytes))]);
    assert_ne!(new_text_key(EVE).bytes, key.bytes);
}

#[tokio::test]
async fn readings_wait_until_they_are_logged() {
    let folder = folder();
    let store = open_in(&folder);
    let path = database_in(&folder);
    for what in ["search", "tail"] {
        Archive::open_to_read(&path, instant(1), "root", what, Some("Eve")).unwrap();
    }
    let readings = store.readings().await.unwrap();
    let seen: Vec<_> = readings.iter().map(|reading| reading.what.as_str()).collect();
    assert_eq!(seen, ["search", "tail"]);
    assert_eq!((readings[0].at, readings[0].target.as_deref()), (instant(1), Some("Eve")));
    store.forget_readings(readings[0].id).await.unwrap();
    assert_eq!(store.readings().await.unwrap(), readings[1..]);
}

#[tokio::test]
async fn erasing_waits_for_no_server_and_takes_the_content_but_not_the_ids() {
    let folder = folder();
    let store = open_in(&folder);
    let new = NewAccount { name: "Eve".into(), password_hash: "hash".into(), at: instant(0) };
    let (account, character) = store.create_account(new).await.unwrap();
    store.keep_text_key(new_text_key(account.id), instant(0)).await.unwrap();
    let patient = options(&database_in(&folder));
    assert!(matches!(Eraser::open(&patient), Err(StoreError::InUse { .. })));
    store.close().await.unwrap();

    let eraser = Eraser::open(&patient).unwrap();
    let found = eraser.find("EVE").unwrap().unwrap();
    assert_eq!(found, Erasable { account, characters: vec![character.id] });
    assert_eq!(eraser.find("nobody").unwrap(), None);
    let id = found.account.id;
    eraser.erase(id, "root", Utc::now()).unwrap();
    // Doing it again harms nothing.
    assert_eq!(eraser.find(&id.to_string()).unwrap().unwrap().characters, [character.id]);
    eraser.erase(id, "root", Utc::now()).unwrap();
    drop(eraser);

    let store = open_in(&folder);
    assert!(store.find_login("Eve").await.unwrap().is_none());
    assert!(!store.name_taken("Eve").await.unwrap());
    assert_eq!(store.find_text_key(id).await.unwrap(), None);
    assert_eq!(store.characters_of(id).await.unwrap().len(), 1);
    let keys = Archive::open(&database_in(&folder)).unwrap().keys().unwrap();
    assert!(keys.len() == 1 && keys[0].1.is_none(), "{}", keys.len());
}

#[test]
fn an_archive_is_made_of_our_databases_only() {
    let folder = folder();
    let path = database_in(&folder);
    assert!(Archive::open(&path).is_err(), "there is none");
    assert!(!path.exists());
    std::fs::write(&path, "no database at all, but long enough to be looked at as one").unwrap();
    assert!(Archive::open(&path).is_err());
}
