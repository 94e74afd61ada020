//! How long it lasts, by which clock.

use std::time::Duration;

use chrono::TimeDelta;

use super::{answer, is_heard, trio};

#[test]
fn a_mute_ends_to_the_second_and_no_earlier() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "mute bob say 90s spam");
    let said = answer(&mut stage, bob, "say zebra");
    assert!(said.contains("You are muted on say for another 1 min 30 s"), "{said}");
    assert!(said.contains("spam") && said.contains("`myrecord`"), "{said}");
    // No tick: nothing has to be swept away.
    stage.clock.now += Duration::from_millis(89_999);
    assert!(!is_heard(&mut stage, bob, gil));
    stage.clock.now += Duration::from_millis(1);
    assert!(is_heard(&mut stage, bob, gil));
}

#[test]
fn a_wall_clock_that_is_set_frees_nobody_early_and_holds_nobody_late() {
    for hour in [TimeDelta::hours(1), TimeDelta::hours(-1)] {
        let (mut stage, [mara, bob, gil]) = trio();
        stage.clock.at += TimeDelta::days(10);
        stage.types(mara, "mute bob all 30m spam");
        stage.types(mara, "ban troll* 30m spam");
        stage.clock.at += hour;
        assert!(!is_heard(&mut stage, bob, gil), "{hour}");
        stage.wait(Duration::from_secs(1_799));
        assert!(!is_heard(&mut stage, bob, gil), "{hour}");
        assert!(answer(&mut stage, bob, "myrecord").contains("counts for another 1 s"), "{hour}");
        assert!(answer(&mut stage, mara, "bans").contains("troll*"), "{hour}");
        stage.wait(Duration::from_secs(1));
        assert!(is_heard(&mut stage, bob, gil), "{hour}");
        assert!(answer(&mut stage, bob, "myrecord").contains("[over]"), "{hour}");
        assert!(answer(&mut stage, mara, "bans").contains("No ban"), "{hour}");
        // What is over is not there to be lifted.
        assert!(answer(&mut stage, mara, "unmute bob").contains("Bob is not muted."), "{hour}");
    }
}

#[test]
fn a_timeout_counts_down() {
    let (mut stage, [mara, bob, _]) = trio();
    stage.types(mara, "timeout bob 1m30s calm down");
    for (wait, left) in [(0, "1 min 30 s"), (29, "1 min 1 s"), (60, "1 s")] {
        stage.clock.now += Duration::from_secs(wait);
        let said = answer(&mut stage, bob, "shout zebra");
        assert!(said.contains(&format!("in a timeout for another {left} (")), "{said}");
    }
}
