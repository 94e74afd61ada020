//! Whatever happens to a world file, the loader stays on its feet and names the file and the line.

use proptest::prelude::*;

use super::{GOOD, load_files};

#[derive(Debug, Clone)]
enum Mutation {
    Truncate(usize),
    Swap(usize, usize),
    Overwrite(usize, u8),
    DeleteLine(usize),
    RepeatLine(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<prop::sample::Index>;
    let at = move || at().prop_map(|index| index.index(1 << 20));
    prop_oneof![
        at().prop_map(Mutation::Truncate),
        (at(), at()).prop_map(|(a, b)| Mutation::Swap(a, b)),
        (at(), any::<u8>()).prop_map(|(a, byte)| Mutation::Overwrite(a, byte)),
        (at(), prop::sample::select(&b":-{}[]&*#\"'|>\n \t"[..]))
            .prop_map(|(a, byte)| Mutation::Overwrite(a, byte)),
        at().prop_map(Mutation::DeleteLine),
        at().prop_map(Mutation::RepeatLine),
    ]
}

fn mutate(text: &mut Vec<u8>, mutation: &Mutation) {
    if text.is_empty() {
        return;
    }
    let length = text.len();
    match *mutation {
        Mutation::Truncate(at) => text.truncate(at % length),
        Mutation::Swap(a, b) => text.swap(a % length, b % length),
        Mutation::Overwrite(at, byte) => text[at % length] = byte,
        Mutation::DeleteLine(at) => with_line(text, at, 0),
        Mutation::RepeatLine(at) => with_line(text, at, 2),
    }
}

fn with_line(text: &mut Vec<u8>, at: usize, times: usize) {
    let lines: Vec<Vec<u8>> =
        text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let chosen = at % lines.len();
    let count = |index| if index == chosen { times } else { 1 };
    *text = lines.iter().enumerate().flat_map(|(index, line)| line.repeat(count(index))).collect();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// A damaged world loads or is refused with the place of every problem, within the files that it has.
    #[test]
    fn a_damaged_world_is_refused_by_file_and_line(
        damaged in 0..GOOD.len(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let mut files: Vec<(String, Vec<u8>)> =
            GOOD.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).to_vec();
        for mutation in &mutations {
            mutate(&mut files[damaged].1, mutation);
        }
        let (loaded, told) = load_files(&files);
        prop_assert_eq!(loaded.atlas.is_none(), told.contains(": error: "));
        for problem in &loaded.problems {
            let file = files.iter().find(|(path, _)| problem.file.ends_with(path.as_str()));
            let Some((_, text)) = file else { return Err(TestCaseError::fail(problem.to_string())) };
            let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
            prop_assert!((1..=lines + 1).contains(&(problem.line as usize)), "{}", problem);
            prop_assert!(problem.column >= 1);
        }
    }
}
