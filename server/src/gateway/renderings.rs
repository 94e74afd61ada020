//! What was rendered of one thing: once for each way in which it looks different, however many read it.

use bytes::Bytes;

use super::render::Look;

/// What one thing looks like.
#[derive(Debug, Clone)]
pub struct Rendering {
    /// For the wire.
    pub bytes: Bytes,
    /// The least width of a screen on which it looks the same as on one without end; none where a row was broken.
    pub width_min: Option<u16>,
    /// Whether it is the same for those who are told what can be pressed, or play sounds, as for all others.
    pub is_text_alone: bool,
}

impl Rendering {
    /// Whether what was rendered for one look would be the same for another.
    fn looks_the_same(&self, look: Look, other: Look) -> bool {
        let (look, other) = match self.is_text_alone {
            true => (look.of_text_alone(), other.of_text_alone()),
            false => (look, other),
        };
        let width = look.capability.width;
        let fits = self.width_min.is_some_and(|least| width == 0 || width >= least);
        look == other || (fits && look.of_any_width() == other.of_any_width())
    }
}

/// The renderings of one thing; `K` is what it depends on besides the look.
#[derive(Debug)]
pub(super) struct Renderings<K> {
    done: Vec<(Look, K, Rendering)>,
    /// The one that was found last: most of those who read a thing see it alike.
    last: usize,
}

impl<K> Default for Renderings<K> {
    fn default() -> Self {
        Self { done: Vec::new(), last: 0 }
    }
}

impl<K: PartialEq> Renderings<K> {
    /// The bytes for a look; rendered if nobody before had one to which it would look the same.
    pub(super) fn of(&mut self, look: Look, key: K, render: impl FnOnce() -> Rendering) -> &Bytes {
        self.of_some(look, key, || Some(render())).expect("it is always rendered")
    }

    /// The same, of something that does not show in every look.
    pub(super) fn of_some(
        &mut self,
        look: Look,
        key: K,
        render: impl FnOnce() -> Option<Rendering>,
    ) -> Option<&Bytes> {
        let same = |(other, of, _): &(Look, K, Rendering)| *other == look && *of == key;
        if !self.done.get(self.last).is_some_and(same) {
            self.last = match self.position(look, &key) {
                Some(at) => at,
                None => {
                    self.done.push((look, key, render()?));
                    self.done.len() - 1
                }
            };
        }
        Some(&self.done[self.last].2.bytes)
    }

    fn position(&self, look: Look, key: &K) -> Option<usize> {
        let is_it = |(other, of, rendering): &(Look, K, Rendering)| {
            of == key && rendering.looks_the_same(look, *other)
        };
        self.done.iter().position(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::render::Dialect;
    use crate::vocab::{Capability, ColourDepth, Link, LinkMarks, Prose, Role};

    fn look(width: u16, colour: ColourDepth) -> Look {
        let capability = Capability { width, colour, ..Capability::default() };
        Look { dialect: Dialect::Telnet, capability }
    }

    #[test]
    fn text_alone_is_rendered_once_for_all_who_want_more() {
        let marks = [LinkMarks::None, LinkMarks::OSC8, LinkMarks::Mxp];
        let link = Link::send("north");
        let cases = [
            (Prose::text("A line of talk!"), 1),
            (Prose::text("A trigger: !!SOUND(x)"), 2 * marks.len()),
            (Prose::new().link(Role::Exit, "north", link), 2 * marks.len()),
        ];
        for (prose, count) in cases {
            let mut renderings = Renderings::default();
            for (links, sounds) in
                marks.into_iter().flat_map(|links| [(links, false), (links, true)])
            {
                let capability = Capability { links, sounds, ..Capability::default() };
                let look = Look { dialect: Dialect::Telnet, capability };
                assert_eq!(*renderings.of(look, (), || look.rendering(&prose)), look.prose(&prose));
            }
            assert_eq!(renderings.done.len(), count, "{prose:?}");
        }
    }

    #[test]
    fn a_short_line_is_rendered_once_for_all_widths() {
        let prose = Prose::new().span(Role::Warning, "twelve chars");
        let mut renderings = Renderings::default();
        for width in (0..200).chain([0, 13, 40, 12, 5]) {
            for colour in [ColourDepth::None, ColourDepth::True] {
                let look = look(width, colour);
                let shared = renderings.of(look, (), || look.rendering(&prose));
                assert_eq!(*shared, look.prose(&prose), "{width} {colour:?}");
            }
        }
        // Twelve widths on which it is broken, and one for all on which it is not.
        assert_eq!(renderings.done.len(), 2 * 13);
    }
}
