//! A page of text as people write it: paragraphs, indented items, items with a word and what it means. Where lines break
//! and what stands below what is for each screen to say.

use crate::vocab::{List, Prose, Table};

/// What the lines of a page make up.
#[derive(Debug)]
enum Part {
    Paragraph(String),
    Items { indent: usize, items: Vec<(String, Option<String>)> },
}

/// Reads a page with markup.
///
/// # Errors
/// As [`Prose::markup`], also where a tag begins in one part and ends in another.
pub(super) fn read(source: &str) -> Result<Prose, String> {
    let mut prose = Prose::new();
    for (at, (has_gap, part)) in parts(source).into_iter().enumerate() {
        if at > 0 {
            prose = prose.plain(if has_gap { "\n\n" } else { "\n" });
        }
        prose = match part {
            Part::Paragraph(text) => prose.then(Prose::markup(&text)?),
            Part::Items { items, .. } => listed(prose, &items)?,
        };
    }
    Ok(prose)
}

fn listed(prose: Prose, items: &[(String, Option<String>)]) -> Result<Prose, String> {
    if items.iter().any(|(_, meaning)| meaning.is_none()) {
        let items: Result<Vec<Prose>, String> =
            items.iter().map(|(text, _)| Prose::markup(text)).collect();
        return Ok(prose.list(List::of(items?)));
    }
    let mut table = Table::new().words("").words("");
    for (word, meaning) in items {
        let meaning = meaning.as_deref().unwrap_or_default();
        table = table.row([Prose::markup(word)?, Prose::markup(meaning)?]);
    }
    Ok(prose.table(table))
}

/// The parts, each with whether an empty line stands before it.
fn parts(source: &str) -> Vec<(bool, Part)> {
    let mut parts: Vec<(bool, Part)> = Vec::new();
    let mut has_gap = false;
    for line in source.lines() {
        let text = line.trim();
        let indent = line.len() - line.trim_start().len();
        if text.is_empty() {
            has_gap = true;
            continue;
        }
        let last = parts.last_mut().filter(|_| !has_gap).map(|(_, part)| part);
        if !goes_on(last, indent, text) {
            parts.push((has_gap, begun(indent, text)));
        }
        has_gap = false;
    }
    parts
}

fn begun(indent: usize, text: &str) -> Part {
    match indent {
        0 => Part::Paragraph(text.to_owned()),
        indent => Part::Items { indent, items: vec![item(text)] },
    }
}

/// Adds a line to the part before it; says whether it belongs there.
fn goes_on(last: Option<&mut Part>, indent: usize, text: &str) -> bool {
    match last {
        Some(Part::Paragraph(so_far)) if indent == 0 => join(so_far, text),
        Some(Part::Items { indent: usual, items }) if indent > *usual => match items.last_mut() {
            Some((word, meaning)) => join(meaning.as_mut().unwrap_or(word), text),
            None => return false,
        },
        Some(Part::Items { items, .. }) if indent > 0 => items.push(item(text)),
        _ => return false,
    }
    true
}

fn join(so_far: &mut String, text: &str) {
    so_far.push(' ');
    so_far.push_str(text);
}

/// An item, and what it means if that stands apart.
fn item(text: &str) -> (String, Option<String>) {
    match text.split_once("  ") {
        Some((word, meaning)) => (word.to_owned(), Some(meaning.trim_start().to_owned())),
        None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Form;

    const PAGE: &str = "Who hears you\ndepends on you:\n\n  say <text>   everyone in\n               the {b}room{/}\n  \
                        who          a list\n\n  Be kind.\n  Be\n    calm.\nThat is all.\n";

    #[test]
    fn a_page_has_paragraphs_items_and_meanings() {
        let drawn = "Who hears you depends on you:\n\n  say <text>  everyone in the room\n  \
                     who         a list\n\n  Be kind.\n  Be calm.\nThat is all.";
        assert_eq!(read(PAGE).unwrap().to_text(), drawn);
        let aloud = Form { aloud: true, ..Form::default() };
        let told: String =
            read(PAGE).unwrap().spans(aloud).into_iter().map(|span| span.text).collect();
        let expected = "Who hears you depends on you:\n\nsay <text>: everyone in the room.\n\
                        who: a list.\n\nBe kind.\nBe calm.\nThat is all.";
        assert_eq!(told, expected);
    }

    #[test]
    fn a_tag_stays_within_its_part() {
        assert!(read("a {b}b\nc{/}").is_ok());
        assert!(read("a {b}b\n\nc{/}").is_err());
        assert_eq!(read("").unwrap(), Prose::new());
    }
}
