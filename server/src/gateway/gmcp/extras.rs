//! What an operator has for clients besides the game: a package, a map, sounds, a place on Discord. Nothing by default.

use std::collections::BTreeMap;

use crate::vocab::ChannelName;

/// What there is for clients besides the game.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// A package for Mudlet: its version and where it is.
    pub gui: Option<(String, String)>,
    /// Where a map in the MMP format is.
    pub map: Option<String>,
    /// The folder that sounds are in, as an address that ends in a slash.
    pub media: Option<String>,
    /// The file in it for each channel that has a sound.
    pub sounds: BTreeMap<ChannelName, String>,
    /// The game's place on Discord.
    pub discord: Option<Discord>,
}

/// The game's place on Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discord {
    /// The id that Discord gave the game.
    pub application: String,
    /// Where people are invited to.
    pub invite: Option<String>,
    /// The name of the game.
    pub game: String,
}
