//! Colours: which each role has, and the nearest that a client can show and its player can read.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use crate::vocab::{Background, Colour, ColourDepth, Role};

/// Ends every coloured stretch of text.
pub(super) const RESET: &str = "\x1b[0m";

const fn rgb(red: u8, green: u8, blue: u8) -> Option<Colour> {
    Some(Colour { red, green, blue })
}

/// The colour of a role; none is the terminal's own.
fn colour(role: Role) -> Option<Colour> {
    match role {
        Role::Plain | Role::Fixed | Role::Strong => None,
        Role::Thing => rgb(0x9f, 0xc7, 0xd9),
        Role::Quote => rgb(0xd9, 0xc8, 0x9f),
        Role::Title => rgb(0xf0, 0xd0, 0x78),
        Role::Exit => rgb(0x8f, 0xd0, 0x8f),
        Role::Name => rgb(0xff, 0xff, 0xff),
        Role::Npc => rgb(0xe0, 0xb0, 0x80),
        Role::Item => rgb(0xb8, 0xb0, 0xe8),
        Role::Number => rgb(0xa8, 0xd8, 0xd0),
        Role::Dim | Role::Art => rgb(0x98, 0x98, 0x98),
        Role::Good => rgb(0x6f, 0xbf, 0x5f),
        Role::Warning => rgb(0xe8, 0x7a, 0x6a),
        Role::Talk(colour) | Role::Speaker(colour) | Role::Said(colour) => Some(colour),
    }
}

/// Appends the SGR sequence (ECMA-48, 8.3.117) that begins a role; nothing if it needs none.
pub(super) fn begin(role: Role, depth: ColourDepth, background: Background, out: &mut String) {
    if depth == ColourDepth::None {
        return;
    }
    let is_bold = match role {
        Role::Strong | Role::Title => true,
        // Among the sixteen, bold is what makes a colour bright.
        Role::Speaker(_) => depth > ColourDepth::Sixteen,
        _ => false,
    };
    if is_bold {
        out.push_str("\x1b[1m");
    }
    if let Some(colour) = colour(role) {
        foreground(colour, depth, background, out);
    }
}

/// How many sequences are remembered: players choose colours, and may choose any.
const KNOWN_MAX: usize = 1024;

thread_local! {
    /// The sequences that were looked for already: there are few, and every line wants one.
    static KNOWN: RefCell<FxHashMap<(Colour, ColourDepth, Background), SmolStr>> = RefCell::default();
}

fn foreground(colour: Colour, depth: ColourDepth, background: Background, out: &mut String) {
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        let find = || sequence(colour, depth, background);
        out.push_str(known.entry((colour, depth, background)).or_insert_with(find));
    });
}

fn sequence(colour: Colour, depth: ColourDepth, background: Background) -> SmolStr {
    match depth {
        ColourDepth::True => {
            let Colour { red, green, blue } = colour.readable(background);
            format_smolstr!("\x1b[38;2;{red};{green};{blue}m")
        }
        ColourDepth::TwoFiveSix => {
            let shown = nearest_256(colour.readable(background), background);
            format_smolstr!("\x1b[38;5;{shown}m")
        }
        ColourDepth::Sixteen => match nearest_16(colour, background) {
            dark @ 0..8 => format_smolstr!("\x1b[3{dark}m"),
            // Bright colours as bold ones: 90 to 97 are not understood everywhere.
            bright => format_smolstr!("\x1b[1;3{}m", bright - BRIGHT),
        },
        ColourDepth::None => SmolStr::default(),
    }
}

const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];
/// The number of the first colour of the cube, and of the first grey.
const FIRST_OF_CUBE: u8 = 16;
const FIRST_GREY: u8 = 232;

/// The nearest of the 216 colours of the cube and the 24 greys that can be read. The first sixteen are whatever a
/// terminal's owner made of them.
fn nearest_256(colour: Colour, background: Background) -> u8 {
    let readable = |at: &u8| shade_256(*at).is_readable(background);
    let near = near_256(colour);
    if readable(&near) {
        return near;
    }
    let far = |at: &u8| distance(colour, shade_256(*at));
    (FIRST_OF_CUBE..=u8::MAX).filter(readable).min_by_key(far).unwrap_or(near)
}

fn near_256(colour: Colour) -> u8 {
    let step = |value: u8| {
        (0..6u8).min_by_key(|at| CUBE[usize::from(*at)].abs_diff(value)).unwrap_or_default()
    };
    let (r, g, b) = (step(colour.red), step(colour.green), step(colour.blue));
    let level = (u16::from(colour.red) + u16::from(colour.green) + u16::from(colour.blue)) / 3;
    let grey = FIRST_GREY + u8::try_from(level.saturating_sub(3) / 10).unwrap_or(0).min(23);
    let cube = FIRST_OF_CUBE + 36 * r + 6 * g + b;
    let far = |at: u8| distance(colour, shade_256(at));
    if far(grey) < far(cube) { grey } else { cube }
}

/// What a colour of the cube or a grey looks like.
fn shade_256(at: u8) -> Colour {
    if at >= FIRST_GREY {
        let shade = 8 + (at - FIRST_GREY) * 10;
        return Colour { red: shade, green: shade, blue: shade };
    }
    let at = at.saturating_sub(FIRST_OF_CUBE);
    let [red, green, blue] = [at / 36, at / 6 % 6, at % 6].map(|at| CUBE[usize::from(at)]);
    Colour { red, green, blue }
}

const SIXTEEN: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (170, 0, 0),
    (0, 170, 0),
    (170, 85, 0),
    (0, 0, 170),
    (170, 0, 170),
    (0, 170, 170),
    (170, 170, 170),
    (85, 85, 85),
    (255, 85, 85),
    (85, 255, 85),
    (255, 255, 85),
    (85, 85, 255),
    (255, 85, 255),
    (85, 255, 255),
    (255, 255, 255),
];

/// The least contrast of one of the sixteen. Lower than of other colours: each terminal shows them a little differently,
/// and most brighter on black than they are reckoned with here.
const CONTRAST_OF_SIXTEEN: f32 = 2.5;
/// What the number of a bright colour is more than that of the same colour without that.
const BRIGHT: u8 = 8;

/// The nearest of the sixteen that stands out. Grey stays grey, and what is not quite grey a colour: its hue is what tells
/// one channel from another.
fn nearest_16(colour: Colour, background: Background) -> u8 {
    let far = |at: &u8| distance(colour, sixteen(*at));
    let stands_out = |at: &u8| sixteen(*at).contrast(background) >= CONTRAST_OF_SIXTEEN;
    let keeps_hue = |at: &u8| (vividness(colour) < 24) == (vividness(sixteen(*at)) == 0);
    let near = (0..16).filter(keeps_hue).min_by_key(far).unwrap_or(7);
    // The bright one of a dark colour, and the other way round.
    let counterpart = near ^ BRIGHT;
    if let Some(shown) = [near, counterpart].into_iter().find(stands_out) {
        return shown;
    }
    (0..16).filter(stands_out).filter(keeps_hue).min_by_key(far).unwrap_or(near)
}

fn sixteen(at: u8) -> Colour {
    let (red, green, blue) = SIXTEEN[usize::from(at)];
    Colour { red, green, blue }
}

/// How far a colour is from grey.
fn vividness(Colour { red, green, blue }: Colour) -> u8 {
    red.max(green).max(blue) - red.min(green).min(blue)
}

/// How different two colours look: squared distance, weighted as the eye weighs red, green and blue.
fn distance(a: Colour, b: Colour) -> u32 {
    let square = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    2 * square(a.red, b.red) + 4 * square(a.green, b.green) + 3 * square(a.blue, b.blue)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(hex: &str, depth: ColourDepth, background: Background) -> String {
        let mut out = String::new();
        begin(Role::Talk(hex.parse().unwrap()), depth, background, &mut out);
        out
    }

    #[test]
    fn each_depth_gets_its_nearest() {
        use Background::{Dark, Light};
        use ColourDepth::{None, Sixteen, True, TwoFiveSix};
        let table = [
            ("#ff8000", True, Dark, "\x1b[38;2;255;128;0m"),
            ("#ff8700", TwoFiveSix, Dark, "\x1b[38;5;208m"),
            ("#808080", TwoFiveSix, Dark, "\x1b[38;5;244m"),
            ("#00ffff", Sixteen, Dark, "\x1b[1;36m"),
            ("#b00000", Sixteen, Dark, "\x1b[31m"),
            ("#0000b0", Sixteen, Dark, "\x1b[1;34m"),
            ("#ff8000", None, Dark, ""),
            ("#0000b0", Sixteen, Light, "\x1b[34m"),
            ("#0000b0", True, Light, "\x1b[38;2;0;0;176m"),
            ("#ffffff", Sixteen, Light, "\x1b[1;30m"),
        ];
        for (hex, depth, background, expected) in table {
            assert_eq!(of(hex, depth, background), expected, "{hex} {depth:?} {background:?}");
        }
    }

    #[test]
    fn a_speaker_stands_out_where_bold_is_no_colour() {
        let grey = "#808080".parse().unwrap();
        for depth in
            [ColourDepth::None, ColourDepth::Sixteen, ColourDepth::TwoFiveSix, ColourDepth::True]
        {
            let mut out = String::new();
            begin(Role::Speaker(grey), depth, Background::Light, &mut out);
            assert_eq!(out.starts_with("\x1b[1m"), depth > ColourDepth::Sixteen, "{depth:?}");
        }
    }

    #[test]
    fn the_sixteen_keep_to_their_background() {
        let light: Vec<u8> = (0..16)
            .filter(|at| sixteen(*at).contrast(Background::Light) >= CONTRAST_OF_SIXTEEN)
            .collect();
        assert_eq!(light, [0, 1, 2, 3, 4, 5, 6, 8, 9, 12, 13]);
        let dark: Vec<u8> = (0..16)
            .filter(|at| sixteen(*at).contrast(Background::Dark) >= CONTRAST_OF_SIXTEEN)
            .collect();
        assert_eq!(dark, [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    }

    proptest! {
        /// Whatever colour somebody chose, what they are shown of the 256 can be read.
        #[test]
        fn the_nearest_of_256_can_be_read(red: u8, green: u8, blue: u8) {
            for background in Background::ALL {
                let wanted = Colour { red, green, blue }.readable(background);
                let shown = shade_256(nearest_256(wanted, background));
                prop_assert!(shown.is_readable(background), "{wanted}: {shown} on {background:?}");
            }
        }
    }
}
