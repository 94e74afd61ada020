//! Points on the ladder, on a real file.

use super::*;
use crate::store::StoredPoints;
use crate::vocab::Account;

#[tokio::test]
async fn points_stay_over_a_restart_until_they_are_gone() {
    let folder = folder();
    let store = open_in(&folder);
    let (ada, _) = store.create_account(account("Ada")).await.unwrap();
    let (bob, _) = store.create_account(account("Bob")).await.unwrap();
    store.keep_points(ada.id, 0.5, instant(1)).await.unwrap();
    store.keep_points(ada.id, 2.25, instant(3)).await.unwrap();
    store.keep_points(bob.id, 3.0, instant(2)).await.unwrap();
    store.close().await.unwrap();
    let store = open_in(&folder);
    let of = |account: &Account, points, at| {
        let name = account.name.clone();
        StoredPoints { account: account.id, name, points, at: instant(at) }
    };
    let bobs = of(&bob, 3.0, 2);
    assert_eq!(store.all_points().await.unwrap(), [of(&ada, 2.25, 3), bobs.clone()]);
    store.keep_points(ada.id, 0.0, instant(4)).await.unwrap();
    assert_eq!(store.all_points().await.unwrap(), [bobs]);
}
