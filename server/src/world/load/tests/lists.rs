//! The lists of the content filter, sound and not.

use std::fs;

use expect_test::{Expect, expect};

use crate::vocab::{FilterAction, Fit, Severity};
use crate::world::load::{Limits, LoadedLists, lists, lists_in};

fn load(files: &[(&str, &str)]) -> LoadedLists {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let mut loaded = lists_in(folder.path(), &Limits::default());
    let root = format!("{}/", folder.path().display());
    for problem in &mut loaded.problems {
        problem.file = problem.file.replace(&root, "");
    }
    loaded
}

fn check(files: &[(&str, &str)], expected: Expect) {
    let loaded = load(files);
    assert!(loaded.lists.is_none(), "lists with errors are handed out");
    let told: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    expected.assert_eq(&told.join("\n"));
}

#[test]
fn sound_lists_are_read_as_they_are_written() {
    let lexicon = "- { severity: mild, category: rude, fit: stem, words: [drat, blast it] }
- { severity: severe, category: rude, fit: part, directed: true, words: ['8ball'] }";
    let patterns = "toward: [you, u]
patterns:
  - { id: lake, severity: moderate, category: insult, pattern: 'jump in (a|the) lake' }";
    let actions = "default: { mild: note }\nchannels: { staff: { severe: hold } }";
    let loaded = load(&[
        ("lexicon.yaml", lexicon),
        ("patterns.yaml", patterns),
        ("allow.yaml", "- drat of the east\n- dratini"),
        ("actions.yaml", actions),
    ]);
    assert_eq!(loaded.problems, []);
    let lists = loaded.lists.unwrap();
    assert_eq!((lists.groups[0].fit, lists.groups[0].is_directed), (Fit::Stem, false));
    assert_eq!((lists.groups[1].severity, lists.groups[1].is_directed), (Severity::Severe, true));
    assert_eq!(
        (lists.patterns[0].id.as_str(), lists.toward.len(), lists.allow.len()),
        ("lake", 2, 2)
    );
    let staff = lists.channels["staff"];
    let row = Severity::ALL.map(|severity| staff.of(severity));
    assert_eq!(row, [FilterAction::Note, FilterAction::Mask, FilterAction::Hold]);
}

#[test]
fn without_a_folder_there_are_no_lists() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = lists(folder.path());
    assert_eq!(loaded.lists.map(|lists| lists.groups.len()), Some(0));
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let lexicon = "- { severity: sever, category: rude, fit: steem, words: [drat] }
- { severity: mild, category: Rude, fit: word, words: [Drat, a, 'x  y', 'f*n', fine, fine] }
- { severity: mild, fit: word, word: [fine] }";
    let patterns = "toward: [You, 'a b']
patterns:
  - { id: one, severity: mild, category: x, pattern: 'a(b' }
  - { id: two, severity: mild, category: x, pattern: 'a*' }
  - { id: two, severity: mild, category: x, pattern: '\\w{1000}{100}' }
  - { id: three, severity: mild, category: x, pattern: fine }
  - { id: three, severity: mild, category: x, pattern: fine }";
    let actions = "default: { mild: mark, worse: mask }\nchannels: { Staff: {} }";
    check(
        &[("lexicon.yaml", lexicon), ("patterns.yaml", patterns), ("actions.yaml", actions)],
        expect![[r#"
            lexicon.yaml:1:15: error: severity: "sever" is none of mild, moderate, severe; did you mean "severe"?
            lexicon.yaml:1:43: error: fit: "steem" is none of word, stem, part; did you mean "stem"?
            lexicon.yaml:2:31: error: "Rude" is not an id: 1 to 40 characters of a-z, 0-9, _ and -
            lexicon.yaml:2:56: error: word "Drat" must be letters and digits in lower case, with one blank between words
            lexicon.yaml:2:62: error: word "a" has 1 letter; 2 or more can be
            lexicon.yaml:2:65: error: word "x  y" must be letters and digits in lower case, with one blank between words
            lexicon.yaml:2:73: error: word "f*n" must be letters and digits in lower case, with one blank between words
            lexicon.yaml:2:86: error: word "fine" again, first in line 2
            lexicon.yaml:3:3: error: key "category" is missing
            lexicon.yaml:3:3: error: key "words" is missing
            lexicon.yaml:3:32: error: unknown key "word"; did you mean "words"?
            patterns.yaml:1:10: error: toward: "You" must be one word in lower case
            patterns.yaml:1:15: error: toward: "a b" must be one word in lower case
            patterns.yaml:3:54: error: pattern "a(b": unclosed group
            patterns.yaml:4:54: error: pattern "a*": it fits where there is nothing
            patterns.yaml:5:54: error: pattern "\\w{1000}{100}": Compiled regex exceeds size limit of 1048576 bytes.
            patterns.yaml:7:5: error: pattern three again
            actions.yaml:1:18: error: mild: "mark" is none of note, mask, hold, refuse, escalate; did you mean "mask"?
            actions.yaml:1:24: error: unknown key "worse"
            actions.yaml:2:13: error: "Staff" is not an id: 1 to 40 characters of a-z, 0-9, _ and -"#]],
    );
}

#[test]
fn other_files_in_the_folder_are_noted() {
    let loaded = load(&[("words.yaml", "- drat")]);
    assert!(loaded.lists.is_some());
    let told: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["words.yaml:1:1: warning: is not read: the lists are lexicon.yaml, patterns.yaml, \
          allow.yaml, actions.yaml, ladder.yaml"]
    );
}
