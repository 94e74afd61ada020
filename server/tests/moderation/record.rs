//! `record`: all that was done to and by somebody, newest first, and nothing that its reader may not know.

use std::time::Duration;

use hearsay::vocab::Rank;

use super::rehearsal::Rehearsal;
use super::{answer, trio};

/// The record of somebody, as somebody reads it.
fn record(stage: &mut Rehearsal, reader: usize, name: &str) -> String {
    answer(stage, reader, &format!("record {name}"))
}

fn has_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
}

#[test]
fn lines_that_were_taken_back_are_on_both_records() {
    let (mut stage, [mara, bob, _]) = trio();
    let max = stage.enter("Max", Rank::Admin);
    stage.types(bob, "say zebra");
    stage.types(bob, "say okapi");
    stage.types(mara, "redact say#1 an address");
    stage.types(mara, "redact say#2 a second one");
    stage.types(max, "unredact say#1 it was none");
    let of_bob = record(&mut stage, mara, "bob");
    has_all(
        &of_bob,
        &[
            "line on say taken back by Mara (moderator): an address [put back ",
            " by Max: it was none] (line ",
            "line on say taken back by Mara (moderator): a second one (line ",
        ],
    );
    assert!(!of_bob.contains("zebra") && !of_bob.contains("Done by"), "{of_bob}");
    let of_mara = record(&mut stage, mara, "mara");
    has_all(&of_mara, &["Done by Mara", "took back a line of Bob on say: a second one (line "]);
    let of_max = record(&mut stage, mara, "max");
    has_all(
        &of_max,
        &["put back a line of Bob on say, taken back by Mara (moderator): it was none"],
    );
}

#[test]
fn lines_that_had_to_wait_are_on_both_records() {
    let (mut stage, [mara, bob, _]) = trio();
    stage.types(mara, "hold bob say 1h tests our patience");
    for line in ["say one", "say two", "say three"] {
        stage.types(bob, line);
    }
    stage.types(mara, "approve 1");
    stage.types(mara, "deny 2 no trading here");
    has_all(
        &record(&mut stage, mara, "bob"),
        &[
            "line that had to wait, #1 on say: \"one\" [approved ",
            "line that had to wait, #2 on say: \"two\" [denied ",
            " by Mara: no trading here]",
            "line that had to wait, #3 on say: \"three\" [waits]",
        ],
    );
    has_all(
        &record(&mut stage, mara, "mara"),
        &["approved #1 on say: \"one\", of Bob", "denied #2 on say: \"two\", of Bob: no trading"],
    );
}

#[test]
fn what_somebody_lifted_and_pardoned_is_on_their_record() {
    let (mut stage, [mara, _, _]) = trio();
    let max = stage.enter("Max", Rank::Moderator);
    stage.types(mara, "mute bob 2h spam");
    stage.types(mara, "timeout gil 2h spam");
    stage.types(max, "unmute bob he is sorry");
    stage.types(max, "points bob clear it was not him");
    let of_max = record(&mut stage, mara, "max");
    has_all(&of_max, &["lifted mute on all channels for Bob by Mara (moderator): he is sorry"]);
    has_all(&record(&mut stage, mara, "bob"), &["lifted ", " by Max: he is sorry]"]);
    let of_mara = record(&mut stage, max, "mara");
    assert!(!of_mara.contains("lifted mute on all channels for Bob"), "{of_mara}");
}

#[test]
fn cases_are_on_the_record_of_whom_they_are_about_and_of_who_decides() {
    let (mut stage, [mara, bob, gil]) = trio();
    let max = stage.enter("Max", Rank::Moderator);
    stage.types(bob, "say hello");
    stage.types(gil, "report bob he insults me");
    stage.types(mara, "claim 1");
    has_all(
        &record(&mut stage, max, "mara"),
        &["claimed case 1 about Bob (report) [Mara looks into it]"],
    );
    stage.types(mara, "uphold 1 rude");
    stage.wait(Duration::from_secs(1));
    stage.types(mara, "mute bob 2h spam");
    stage.types(bob, "appeal it was not me");
    stage.types(max, "grant 2 indeed not");
    let of_bob = record(&mut stage, max, "bob");
    has_all(
        &of_bob,
        &[
            "report, case 1 [upheld by Mara: rude]",
            "appeal, case 2 about mute: spam by Mara (moderator) [granted by Max",
        ],
    );
    assert!(!of_bob.contains("Gil") && !of_bob.contains("insults"), "{of_bob}");
    let of_mara = record(&mut stage, max, "mara");
    has_all(
        &of_mara,
        &[
            "upheld case 1 about Bob (report): rude",
            "ordered what is at issue in case 2 about Bob (appeal about mute: spam",
        ],
    );
    has_all(&record(&mut stage, mara, "max"), &["granted case 2 about Bob (appeal about mute"]);
    // Newest first.
    let [appeal, report] = ["case 2", "case 1"].map(|case| of_bob.find(case).unwrap());
    assert!(appeal < report, "{of_bob}");
}

#[test]
fn nobody_reads_of_a_case_that_they_may_not_know_of() {
    let (mut stage, [mara, bob, gil]) = trio();
    let max = stage.enter("Max", Rank::Moderator);
    let olga = stage.enter("Olga", Rank::Admin);
    for speaker in [mara, bob] {
        stage.types(speaker, "say hello");
    }
    stage.types(gil, "report mara she is rude");
    stage.types(olga, "claim 1");
    stage.types(olga, "dismiss 1 she is not");
    has_all(&record(&mut stage, olga, "mara"), &["report, case 1 [dismissed by Olga: she is not]"]);
    has_all(&record(&mut stage, olga, "olga"), &["dismissed case 1 about Mara"]);
    for reader in [mara, max] {
        for name in ["mara", "olga"] {
            let read = record(&mut stage, reader, name);
            assert!(read.contains("Nothing is on record."), "{name}: {read}");
        }
    }
    assert!(answer(&mut stage, mara, "myrecord").contains("nothing ever did"));
}

#[test]
fn a_long_record_is_cut_and_says_so() {
    let (mut stage, [mara, _, _]) = trio();
    for number in 1..=100 {
        stage.types(mara, &format!("note bob number {number}."));
    }
    let read = record(&mut stage, mara, "bob");
    assert!(read.contains("number 1.") && !read.contains("the newest 100"), "{read}");
    stage.wait(Duration::from_secs(1));
    stage.types(mara, "note bob number 101.");
    let read = record(&mut stage, mara, "bob");
    assert_eq!(read.matches("note by Mara").count(), 100);
    has_all(&read, &["number 101.", "These are the newest 100.", "hearsay logs search --player"]);
}

#[test]
fn staff_read_of_themselves_what_they_were_told_and_nothing_that_others_noted() {
    let (mut stage, [mara, _, _]) = trio();
    let max = stage.enter("Max", Rank::Admin);
    let vera = stage.enter("Vera", Rank::Moderator);
    stage.types(max, "warn mara be polite");
    stage.types(max, "note mara tires easily");
    stage.types(max, "snoop mara suspicion");
    stage.types(max, "points mara clear it was not her");
    let noted = ["tires easily", "snoop", "it was not her"];
    for reader in [max, vera] {
        has_all(&record(&mut stage, reader, "mara"), &noted);
    }
    for name in ["mara", "MARA", "max"] {
        let read = record(&mut stage, mara, name);
        has_all(&read, &["be polite"]);
        assert!(!noted.iter().any(|secret| read.contains(secret)), "{name}: {read}");
    }
    let looks = stage.records.acts.iter().filter(|act| act.act == "record");
    assert_eq!(looks.filter(|act| act.target.eq_ignore_ascii_case("mara")).count(), 4);
}
