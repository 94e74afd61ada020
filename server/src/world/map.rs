//! Draws the surroundings of a room from its compass exits. Knows nothing of who has seen what: the caller says.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;

use super::atlas::{Atlas, Exit, Room, Way};
use super::direction::Direction;
use crate::vocab::{Link, Prose, Role, RoomId, capital};

/// Columns from one room to the next: `[   ]` and a line.
const PITCH_COLUMNS: i32 = 6;

/// How far a map reaches to each side on which the legend fits into one row.
const LEGEND_RADIUS_MIN: u16 = 4;
/// Rows from one room to the next: the room and a line.
const PITCH_ROWS: i32 = 2;

/// What to draw around.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The room in the middle.
    pub centre: &'a RoomId,
    /// How many rooms to draw to the left of it and as many to the right.
    pub radius_columns: u16,
    /// How many rooms to draw above it and as many below.
    pub radius_rows: u16,
    /// Whether the client shows more than ASCII.
    pub utf8: bool,
}

/// The surroundings, for eyes and for ears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The map and its legend: every line is fixed art, so nothing of it is left for screen readers.
    pub art: Prose,
    /// The same in words: "North: the Quay. East: not yet seen."
    pub words: Prose,
}

/// Draws what lies around a room, in the same zone, as far as the rooms have been seen.
///
/// Hidden exits are not drawn. A room that has not been seen shows as `?` beside one that has, and what lies behind it
/// does not show. The room in the middle counts as seen.
#[must_use]
pub fn draw(atlas: &Atlas, sheet: Sheet<'_>, seen: impl Fn(&RoomId) -> bool) -> Drawing {
    let seen = |room: &RoomId| room == sheet.centre || seen(room);
    let spots = walk(atlas, sheet, &seen);
    let ink = Ink::of(sheet.utf8);
    let mut canvas = Canvas::default();
    for (spot, id) in &spots {
        let Some(room) = atlas.rooms.get(*id).filter(|room| seen(&room.id)) else {
            canvas.cell(*spot, [' ', '?', ' ']);
            continue;
        };
        canvas.cell(*spot, face(room, sheet.centre, ink));
        for (direction, exit) in shown(room) {
            if is_drawable(&spots, *spot, direction, &exit.to) {
                canvas.line(*spot, direction, ink);
            }
        }
    }
    Drawing {
        art: canvas.print(&ink.legend(sheet.radius_columns)),
        words: in_words(atlas, sheet.centre, seen),
    }
}

type Spot = (i32, i32);

/// Which room goes on which spot, nearest first; the centre is at (0, 0). The first to come to a spot keeps it.
fn walk<'a>(
    atlas: &'a Atlas,
    sheet: Sheet<'a>,
    seen: &impl Fn(&RoomId) -> bool,
) -> BTreeMap<Spot, &'a RoomId> {
    let mut spots = BTreeMap::from([((0, 0), sheet.centre)]);
    let mut places = FxHashMap::from_iter([(sheet.centre, (0, 0))]);
    let mut next = VecDeque::from([sheet.centre]);
    while let Some(id) = next.pop_front() {
        let Some(room) = atlas.rooms.get(id).filter(|room| seen(&room.id)) else { continue };
        let from = places[id];
        for (direction, exit) in shown(room) {
            let Some(spot) = beside(from, direction).filter(|spot| is_within(*spot, sheet)) else {
                continue;
            };
            let is_new = exit.to.zone() == sheet.centre.zone() && !places.contains_key(&exit.to);
            if is_new && !spots.contains_key(&spot) {
                spots.insert(spot, &exit.to);
                places.insert(&exit.to, spot);
                next.push_back(&exit.to);
            }
        }
    }
    spots
}

fn beside((column, row): Spot, direction: Direction) -> Option<Spot> {
    direction.offset().map(|(right, down)| (column + right, row + down))
}

fn is_within((column, row): Spot, sheet: Sheet<'_>) -> bool {
    column.unsigned_abs() <= u32::from(sheet.radius_columns)
        && row.unsigned_abs() <= u32::from(sheet.radius_rows)
}

fn shown(room: &Room) -> impl Iterator<Item = (Direction, &Exit)> {
    room.exits.iter().filter(|exit| !exit.hidden).filter_map(|exit| match exit.way {
        Way::Toward(direction) => Some((direction, exit)),
        Way::Named(_) => None,
    })
}

/// Whether a line in a direction tells the truth: the room it leads to lies there, or nothing does.
fn is_drawable(
    spots: &BTreeMap<Spot, &RoomId>,
    from: Spot,
    direction: Direction,
    to: &RoomId,
) -> bool {
    let neighbour = beside(from, direction).and_then(|spot| spots.get(&spot));
    neighbour.is_none_or(|there| *there == to)
}

/// What stands between a room's brackets.
fn face(room: &Room, centre: &RoomId, ink: Ink) -> [char; 3] {
    let mark =
        |direction, mark| shown(room).find(|(way, _)| *way == direction).map_or(' ', |_| mark);
    let here = if room.id == *centre { '*' } else { ' ' };
    [mark(Direction::Up, ink.up), here, mark(Direction::Down, ink.down)]
}

/// The characters to draw with.
#[derive(Clone, Copy)]
struct Ink {
    across: char,
    along: char,
    rising: char,
    falling: char,
    crossed: char,
    up: char,
    down: char,
}

impl Ink {
    fn of(utf8: bool) -> Self {
        let [across, along, rising, falling, crossed, up, down] = if utf8 {
            ['─', '│', '╱', '╲', '╳', '↑', '↓']
        } else {
            ['-', '|', '/', '\\', 'X', '^', 'v']
        };
        Self { across, along, rising, falling, crossed, up, down }
    }

    fn stroke(self, direction: Direction) -> Option<char> {
        match direction {
            Direction::North | Direction::South => Some(self.along),
            Direction::East | Direction::West => Some(self.across),
            Direction::Northeast | Direction::Southwest => Some(self.rising),
            Direction::Northwest | Direction::Southeast => Some(self.falling),
            Direction::Up | Direction::Down => None,
        }
    }

    /// What the marks mean; in rows of their own where they would be wider than a narrow map.
    fn legend(self, radius_columns: u16) -> Vec<String> {
        let ways = format!("{} {} ways up and down", self.up, self.down);
        let marks = ["* you".to_owned(), "? not yet seen".to_owned(), ways];
        if radius_columns < LEGEND_RADIUS_MIN { marks.to_vec() } else { vec![marks.join("   ")] }
    }
}

/// Characters by (row, column), so that they print in reading order; (0, 0) is the middle of the centre.
#[derive(Default)]
struct Canvas(BTreeMap<(i32, i32), char>);

impl Canvas {
    fn cell(&mut self, (column, row): Spot, [left, middle, right]: [char; 3]) {
        let (x, y) = (column * PITCH_COLUMNS, row * PITCH_ROWS);
        for (x, mark) in (x - 2..).zip(['[', left, middle, right, ']']) {
            self.0.insert((y, x), mark);
        }
    }

    fn line(&mut self, (column, row): Spot, direction: Direction, ink: Ink) {
        let (Some((right, down)), Some(stroke)) = (direction.offset(), ink.stroke(direction))
        else {
            return;
        };
        let spot = (row * PITCH_ROWS + down, column * PITCH_COLUMNS + right * PITCH_COLUMNS / 2);
        let drawn = self.0.entry(spot).or_insert(stroke);
        if *drawn != stroke {
            *drawn = ink.crossed;
        }
    }

    /// The rows from the first to the last with anything on them, then the legend.
    fn print(&self, legend: &[String]) -> Prose {
        let left = self.0.keys().map(|(_, x)| *x).min().unwrap_or(0);
        let rows = self.0.keys().map(|(y, _)| *y);
        let (top, bottom) = (rows.clone().min().unwrap_or(0), rows.max().unwrap_or(-1));
        let drawn = (top..=bottom).map(|y| self.row(y, left));
        drawn
            .fold(Prose::new(), |prose, row| fixed(prose, &format!("{row}\n")))
            .then(fixed(Prose::new(), &legend.join("\n ")))
    }

    fn row(&self, y: i32, left: i32) -> String {
        let mut row = String::new();
        for (&(_, x), mark) in self.0.range((y, i32::MIN)..=(y, i32::MAX)) {
            let column = usize::try_from(x - left).expect("left is the least column of all rows");
            let gap = column - row.chars().count();
            row.extend(std::iter::repeat_n(' ', gap));
            row.push(*mark);
        }
        row
    }
}

/// A line of art that keeps its columns: its first span says so, and the line's end is art as well.
fn fixed(prose: Prose, line: &str) -> Prose {
    prose.span(Role::Fixed, " ").span(Role::Art, line)
}

fn in_words(atlas: &Atlas, centre: &RoomId, seen: impl Fn(&RoomId) -> bool) -> Prose {
    let exits = atlas.rooms.get(centre).map_or(&[][..], |room| &room.exits);
    let ways: Vec<_> = exits.iter().filter(|exit| !exit.hidden).collect();
    if ways.is_empty() {
        return Prose::text("No way out shows.");
    }
    ways.into_iter().enumerate().fold(Prose::new(), |prose, (index, exit)| {
        let there = atlas.rooms.get(&exit.to).filter(|room| seen(&room.id));
        let there = there.map_or("not yet seen", |room| room.name.as_str());
        let gap = if index == 0 { "" } else { " " };
        let way = exit.way.as_str();
        prose
            .plain(gap)
            .link(Role::Exit, capital(way), Link::send(way))
            .plain(format!(": {there}."))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// Rooms from lines such as `town.pier: north quay, ?hatch cellar`; a name with a dot lies in another zone, and
    /// `?` hides the exit. The first room is the start.
    fn atlas(lines: &str) -> Atlas {
        let rooms: Vec<Room> =
            lines.lines().filter_map(|line| line.trim().split_once(':')).map(room).collect();
        Atlas {
            start: rooms[0].id.clone(),
            day_minutes: 60,
            planes: BTreeMap::new(),
            zones: BTreeMap::new(),
            subzones: BTreeMap::new(),
            rooms: rooms.into_iter().map(|room| (room.id.clone(), room)).collect(),
            spots: FxHashMap::default(),
            npcs: Vec::new(),
            items: FxHashMap::default(),
            socials: BTreeMap::new(),
            topics: Vec::new(),
        }
    }

    fn id(name: &str) -> RoomId {
        let (zone, room) = name.split_once('.').unwrap_or(("town", name));
        RoomId::new("earth", zone, "all", room).unwrap()
    }

    fn room((name, exits): (&str, &str)) -> Room {
        let exit = |text: &str| {
            let (way, to) = text.trim().split_once(' ')?;
            let hidden = way.starts_with('?');
            let way = Way::read(way.trim_start_matches('?'));
            Some(Exit { way, to: id(to), hidden, one_way: false })
        };
        Room {
            id: id(name),
            name: format!("The {}", capital(name)),
            text: Prose::new(),
            night: None,
            indoors: false,
            details: Vec::new(),
            exits: exits.split(',').filter_map(exit).collect(),
            items: Vec::new(),
            npcs: Vec::new(),
        }
    }

    const TOWN: &str = "
        square: north gate, northeast tower, east lane, southeast well, south inn, west wall, ?northwest den
        gate: south square, north hill.road, southeast lane
        tower: southwest square, up loft, south lane
        lane: west square, north tower, northwest gate, down drain
        well: northwest square, up top, down deep
        inn: north square, east well, cellar deep
        wall: east square, west moat
        moat: east wall, west field
        field: east moat
        den: southeast square
        hill.road: south gate";

    fn check(centre: &str, radius: (u16, u16), utf8: bool, unseen: &[&str], drawn: Expect) {
        let atlas = atlas(TOWN);
        let centre = id(centre);
        let sheet =
            Sheet { centre: &centre, radius_columns: radius.0, radius_rows: radius.1, utf8 };
        let unseen: Vec<RoomId> = unseen.iter().copied().map(id).collect();
        drawn.assert_eq(&picture(&draw(&atlas, sheet, |room| !unseen.contains(room))));
    }

    fn picture(drawing: &Drawing) -> String {
        format!("{}\n\n{}\n", drawing.art.to_text(), drawing.words.to_text())
    }

    #[test]
    fn the_whole_town() {
        check(
            "square",
            (5, 5),
            false,
            &[],
            expect![[r#"
                                 |
                               [   ] [^  ]
                                 |  X  |
             [   ]-[   ]-[   ]-[ * ]-[  v]
                                 |  \
                               [   ]-[^ v]
             * you   ? not yet seen   ^ v ways up and down

            North: The Gate. Northeast: The Tower. East: The Lane. Southeast: The Well. South: The Inn. West: The Wall.
        "#]],
        );
        check(
            "square",
            (5, 5),
            true,
            &[],
            expect![[r#"
                                 │
                               [   ] [↑  ]
                                 │  ╳  │
             [   ]─[   ]─[   ]─[ * ]─[  ↓]
                                 │  ╲
                               [   ]─[↑ ↓]
             * you   ? not yet seen   ↑ ↓ ways up and down

            North: The Gate. Northeast: The Tower. East: The Lane. Southeast: The Well. South: The Inn. West: The Wall.
        "#]],
        );
    }

    #[test]
    fn what_lies_behind_an_unseen_room_does_not_show() {
        check(
            "square",
            (5, 5),
            false,
            &["wall", "tower", "well"],
            expect![[r#"
                     |
                   [   ] [ ? ]
                     |  X  |
             [ ? ]-[ * ]-[  v]
                     |  \
                   [   ]-[ ? ]
             * you   ? not yet seen   ^ v ways up and down

            North: The Gate. Northeast: not yet seen. East: The Lane. Southeast: not yet seen. South: The Inn. West: not yet seen.
        "#]],
        );
    }

    #[test]
    fn the_sheet_ends_where_it_is_told_to() {
        check(
            "square",
            (1, 0),
            false,
            &[],
            expect![[r#"
                          |  X  |
                 -[   ]-[ * ]-[  v]
                          |  \
                 * you
                 ? not yet seen
                 ^ v ways up and down

                North: The Gate. Northeast: The Tower. East: The Lane. Southeast: The Well. South: The Inn. West: The Wall.
            "#]],
        );
        check(
            "field",
            (1, 1),
            false,
            &["moat"],
            expect![[r#"
                 [ * ]-[ ? ]
                 * you
                 ? not yet seen
                 ^ v ways up and down

                East: not yet seen.
            "#]],
        );
        check(
            "hill.road",
            (3, 3),
            false,
            &[],
            expect![[r#"
                 [ * ]
                   |
                 * you
                 ? not yet seen
                 ^ v ways up and down

                South: The Gate.
            "#]],
        );
        check(
            "square",
            (0, 0),
            false,
            &[],
            expect![[r#"
                    |  /
                 -[ * ]-
                    |  \
                 * you
                 ? not yet seen
                 ^ v ways up and down

                North: The Gate. Northeast: The Tower. East: The Lane. Southeast: The Well. South: The Inn. West: The Wall.
            "#]],
        );
    }

    #[test]
    fn crooked_ways_are_left_out() {
        let atlas = atlas("a: north b, east c\nb: southeast d, south a\nc: west a\nd: northwest b");
        let centre = id("a");
        let sheet = Sheet { centre: &centre, radius_columns: 3, radius_rows: 3, utf8: false };
        expect![[r#"
             [   ]
               |
             [ * ]-[   ]
             * you
             ? not yet seen
             ^ v ways up and down

            North: The B. East: The C.
        "#]]
        .assert_eq(&picture(&draw(&atlas, sheet, |_| true)));
    }

    #[test]
    fn nothing_of_the_art_is_left_for_screen_readers() {
        let atlas = atlas(TOWN);
        let sheet = Sheet { centre: &atlas.start, radius_columns: 3, radius_rows: 3, utf8: true };
        let art = draw(&atlas, sheet, |_| true).art;
        let spans = art.spans(crate::vocab::Form::default());
        let is_art = |span: &&crate::vocab::Span| span.role == Role::Art;
        let rest: String =
            spans.iter().filter(|span| !is_art(span)).map(|span| &*span.text).collect();
        assert_eq!(rest.trim(), "");
        let mut line_starts = true;
        for span in &spans {
            assert!(!line_starts || span.role == Role::Fixed, "a line begins with {span:?}");
            line_starts = span.text.ends_with('\n');
        }
    }
}
