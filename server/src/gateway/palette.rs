//! Colours: which each role has, and the nearest that a client can show.

use std::fmt::Write;

use crate::vocab::{Colour, ColourDepth, Role};

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
        Role::Dim | Role::Art => rgb(0x98, 0x98, 0x98),
        Role::Good => rgb(0x6f, 0xbf, 0x5f),
        Role::Warning => rgb(0xe8, 0x7a, 0x6a),
        Role::Talk(colour) => Some(colour),
    }
}

/// Appends the SGR sequence (ECMA-48, 8.3.117) that begins a role; says whether there was one.
pub(super) fn begin(role: Role, depth: ColourDepth, out: &mut String) -> bool {
    if depth == ColourDepth::None {
        return false;
    }
    let before = out.len();
    if matches!(role, Role::Strong | Role::Title) {
        out.push_str("\x1b[1m");
    }
    if let Some(colour) = colour(role) {
        foreground(colour, depth, out);
    }
    out.len() > before
}

fn foreground(colour: Colour, depth: ColourDepth, out: &mut String) {
    let Colour { red, green, blue } = colour;
    let written = match depth {
        ColourDepth::True => write!(out, "\x1b[38;2;{red};{green};{blue}m"),
        ColourDepth::TwoFiveSix => write!(out, "\x1b[38;5;{}m", nearest_256(colour)),
        ColourDepth::Sixteen => match nearest_16(colour) {
            dark @ 0..8 => write!(out, "\x1b[3{dark}m"),
            // Bright colours as bold ones: 90 to 97 are not understood everywhere.
            bright => write!(out, "\x1b[1;3{}m", bright - 8),
        },
        ColourDepth::None => Ok(()),
    };
    written.expect("writing to a string cannot fail");
}

const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest of the 216 colours of the cube and the 24 greys.
fn nearest_256(colour: Colour) -> u8 {
    let step = |value: u8| {
        (0..6u8).min_by_key(|at| CUBE[usize::from(*at)].abs_diff(value)).unwrap_or_default()
    };
    let (r, g, b) = (step(colour.red), step(colour.green), step(colour.blue));
    let cube = [r, g, b].map(|at| CUBE[usize::from(at)]);
    let level = (u16::from(colour.red) + u16::from(colour.green) + u16::from(colour.blue)) / 3;
    let grey = (level.saturating_sub(3) / 10).min(23);
    let shade = u8::try_from(8 + grey * 10).expect("the lightest grey is 238");
    let of_cube = Colour { red: cube[0], green: cube[1], blue: cube[2] };
    let of_grey = Colour { red: shade, green: shade, blue: shade };
    if distance(colour, of_grey) < distance(colour, of_cube) {
        232 + u8::try_from(grey).expect("there are 24 greys")
    } else {
        16 + 36 * r + 6 * g + b
    }
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

/// The nearest of the sixteen, but never black, which is most people's background. A colour that is not quite grey stays
/// a colour: its hue is what tells one channel from another.
fn nearest_16(colour: Colour) -> u8 {
    let far = |at: &u8| distance(colour, sixteen(*at));
    let candidates = (1..16).filter(|at| vividness(colour) < 24 || vividness(sixteen(*at)) > 0);
    candidates.min_by_key(far).unwrap_or(7)
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
    use super::*;

    fn of(hex: &str, depth: ColourDepth) -> String {
        let mut out = String::new();
        begin(Role::Talk(hex.parse().unwrap()), depth, &mut out);
        out
    }

    #[test]
    fn each_depth_gets_its_nearest() {
        assert_eq!(of("#ff8000", ColourDepth::True), "\x1b[38;2;255;128;0m");
        assert_eq!(of("#ff8700", ColourDepth::TwoFiveSix), "\x1b[38;5;208m");
        assert_eq!(of("#808080", ColourDepth::TwoFiveSix), "\x1b[38;5;244m");
        assert_eq!(of("#00ffff", ColourDepth::Sixteen), "\x1b[1;36m");
        assert_eq!(of("#b00000", ColourDepth::Sixteen), "\x1b[31m");
        assert_eq!(of("#ff8000", ColourDepth::None), "");
    }
}
