//! Every command of the table with arguments that are meant to break something: nothing panics, whoever typed it reads a
//! short answer, and those who listen perceive no byte that could act on their terminal or forge a line.

use hearsay::commands::{ALL, Command};
use hearsay::vocab::Rank;

use super::rehearsal::Rehearsal;

/// What the loop says when a command has panicked.
const PANICKED: &str = "Something went wrong inside the server";
/// The longest line that gets to the world: the shipped `limits.line_bytes_max`.
const LINE_BYTES_MAX: usize = 4096;
/// More than any answer takes that does not repeat what was typed. Bytes.
const ANSWER_BYTES_MAX: usize = 8192;

/// What somebody may type in place of any argument.
fn hostile() -> Vec<String> {
    let short = [
        "'; DROP TABLE restrictions; --",
        "\" OR 1=1 --",
        "{\"schema\":1,\"kind\":\"act\",\"act\":\"forged\"}",
        "a\u{0}b\u{1b}[2J\u{7f}\u{9b}31m\u{202e}x\u{2028}y\r\n{\"forged\":true}",
        "\u{ff}\u{ff}\u{fb}\u{1}",
        "$n $m $t %n %s {b}bold{/} {{ ${x}",
        "../../etc/passwd",
        "-1h",
        "0s",
        "-5",
        "99999999999999999999999999w",
        "18446744073709551616",
        "1h99999999999999999999m",
        "NaN",
        "everyone",
        "all",
        "*",
        "mara",
        "olga",
        "\u{200b}",
        "🦀",
        "(a+)+$",
        "[[[[[[",
    ];
    short.map(str::to_owned).to_vec()
}

/// Lines of a command with this text in each place in turn.
fn lines(command: &Command, text: &str) -> Vec<String> {
    let verb = command.name;
    let rests = [
        text.to_owned(),
        format!("bob {text}"),
        format!("bob 1h {text}"),
        format!("bob all 1h {text}"),
        format!("bob title {text}"),
        format!("say {text}"),
        format!("say 5 {text}"),
        format!("{text} spam"),
        format!("{text} 1h spam"),
        format!("bob {text} spam"),
        format!("1 {text}"),
    ];
    rests.into_iter().map(|rest| format!("{verb} {rest}")).collect()
}

/// The same with texts of so many bytes.
fn long_lines(command: &Command, bytes: usize) -> Vec<String> {
    let texts = ["x", "e\u{301}"].map(|part| part.repeat(bytes / part.len()));
    texts.iter().flat_map(|text| lines(command, text).into_iter().take(3)).collect()
}

/// A moderator, a player who is acted on, a listener, and the owner.
fn stage() -> (Rehearsal, [usize; 4]) {
    let mut stage = Rehearsal::new();
    let mara = stage.enter("Mara", Rank::Moderator);
    let [bob, gil] = ["Bob", "Gil"].map(|name| stage.enter(name, Rank::Player));
    let olga = stage.enter("Olga", Rank::Owner);
    (stage, [mara, bob, gil, olga])
}

fn is_harmful(line: &str) -> bool {
    line.chars()
        .any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{2028}')
}

fn attack(command: &Command) {
    let is_of_staff = command.rank.is_staff() || command.name == "mute";
    // The reasons of staff may be a megabyte; what anyone types is as long as a line may be at most.
    let long = long_lines(command, if is_of_staff { 1 << 20 } else { LINE_BYTES_MAX });
    let short = hostile().into_iter().flat_map(|text| lines(command, &text));
    let (mut stage, [mut mara, mut bob, gil, olga]) = stage();
    for line in short.chain(long) {
        let short: String = line.chars().take(80).collect();
        stage.types(mara, &line);
        let read = stage.heard(mara);
        assert!(!read.is_empty(), "{short:?} is not answered");
        assert!(!read.iter().any(|it| it.contains(PANICKED)), "{short:?} panicked");
        let bytes: usize = read.iter().map(String::len).sum();
        assert!(!is_of_staff || bytes <= ANSWER_BYTES_MAX, "{short:?}: {bytes} bytes");
        for listener in [bob, gil, olga] {
            let heard = stage.heard(listener);
            let harm = heard.iter().find(|it| is_harmful(it) || it.starts_with("{\"forged"));
            assert!(harm.is_none(), "{short:?}: {harm:?}");
            let bytes: usize = heard.iter().map(String::len).sum();
            assert!(bytes <= ANSWER_BYTES_MAX, "{short:?}: others read {bytes} bytes");
        }
        // Some of it puts Bob out, or takes Mara away.
        for (client, name, rank) in
            [(&mut mara, "Mara", Rank::Moderator), (&mut bob, "Bob", Rank::Player)]
        {
            if stage.game.world().named(name).is_none() {
                stage.types(olga, &format!("unban {name}"));
                *client = stage.enter(name, rank);
            }
        }
    }
    check_records(&stage, command);
}

/// What is on record is clean and short, and concerns neither staff nor the owner.
fn check_records(stage: &Rehearsal, command: &Command) {
    let records = &stage.records;
    let restrictions = records.restrictions.iter().map(|it| (&it.reason, it.subject.to_string()));
    let remarks = records.remarks.iter().map(|it| (&it.text, it.subject.to_string()));
    for (text, subject) in restrictions.chain(remarks) {
        assert!(!is_harmful(text) && text.chars().count() <= 600, "{}: {text:?}", command.name);
        assert!(!["Mara", "Olga"].contains(&subject.as_str()), "{}: {subject}", command.name);
    }
    for it in &records.restrictions {
        assert!(it.until.is_none_or(|until| until > it.from), "{}: {it:?}", command.name);
    }
    for act in &records.acts {
        let harm = [&act.target, &act.detail].into_iter().find(|text| is_harmful(text));
        assert!(harm.is_none(), "{}: {harm:?}", command.name);
    }
}

#[test]
fn hostile_arguments_break_no_command() {
    // What stops the server does so for every argument that it takes for a number.
    let all: Vec<&Command> = ALL.iter().copied().filter(|it| it.name != "shutdown").collect();
    let (some, others) = all.split_at(all.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| some.iter().for_each(|command| attack(command)));
        scope.spawn(|| others.iter().for_each(|command| attack(command)));
    });
}
