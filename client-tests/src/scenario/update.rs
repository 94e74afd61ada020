//! Rewriting the expectations of a scenario from what was read: text in, text out.

/// What happened from one typed line to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The number of the typed line in the file, from 1.
    pub typed_at: usize,
    /// The numbers of the `<` lines that belong to it.
    pub expected_at: Vec<usize>,
    /// Whether one of its expectations failed.
    pub failed: bool,
    /// What was read: the player as the file names them, and the line.
    pub read: Vec<(String, String)>,
}

impl Block {
    /// Blocks that fail are rewritten, and those that expect nothing yet are filled.
    fn wants_rewriting(&self) -> bool {
        self.failed || self.expected_at.is_empty()
    }
}

/// The file with the `<` lines of failed and of empty blocks replaced by what was read. All else stays as it is.
#[must_use]
pub fn rewrite(source: &str, blocks: &[Block]) -> String {
    let changed =
        |at: &usize| blocks.iter().any(|b| b.wants_rewriting() && b.expected_at.contains(at));
    let mut text = String::with_capacity(source.len());
    for (at, line) in source.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        if !changed(&at) {
            text.push_str(line);
            text.push('\n');
        }
        let filled = blocks.iter().filter(|b| b.typed_at == at && b.wants_rewriting());
        for (player, line) in filled.flat_map(|block| &block.read) {
            // Prompts end in a blank and lines never do.
            if !line.is_empty() && !line.ends_with(' ') {
                text.push_str(&format!("{player}< {line}\n"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_failed_or_was_empty_changes() {
        let source = "# why\nada> one\nada< right\nada> two\nada< wrong\nada! never\nada> three\n";
        let read = |line: &str| vec![("ada".to_owned(), line.to_owned())];
        let blocks = [
            Block { typed_at: 2, expected_at: vec![3], failed: false, read: read("right, whole") },
            Block { typed_at: 4, expected_at: vec![5], failed: true, read: read("new") },
            Block { typed_at: 7, expected_at: vec![], failed: false, read: read("filled") },
        ];
        assert_eq!(
            rewrite(source, &blocks),
            "# why\nada> one\nada< right\nada> two\nada< new\nada! never\nada> three\nada< filled\n"
        );
    }
}
