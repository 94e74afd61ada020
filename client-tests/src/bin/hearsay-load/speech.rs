//! The ways of speaking that a load can take: whom a line is for, and the bytes in which each kind of target takes it.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ledger::Layout;
use crate::line::Spoken;
use crate::session::{self, Target};
use crate::wire;

/// The channel that everyone hears, guests too; `compare` adds it to the server's configuration.
pub(crate) const CHANNEL: &str = "everywhere";

/// Whom the lines of a load are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Speech {
    /// Everyone in the room.
    Say,
    /// The other one of a pair.
    Whisper,
    /// Everyone who is there, wherever they stand.
    Channel,
    /// Nobody: a command that is answered with what is in the room.
    Look,
}

impl Speech {
    /// What the command line calls it.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Whether speakers hear their own lines as everyone else does.
    pub(crate) fn is_heard_by_its_speaker(self) -> bool {
        self != Self::Whisper
    }

    /// What a session sends to say a line.
    pub(crate) fn bytes(self, target: Target, layout: Layout, spoken: &Spoken) -> Vec<u8> {
        match target {
            Target::Relay => format!("{}\n", self.bare(spoken)).into_bytes(),
            Target::Telnet | Target::Negotiated => {
                format!("{}\r\n", self.command(layout, spoken)).into_bytes()
            }
            Target::Websocket | Target::WebsocketRelay => {
                wire::text_frame(&self.message(layout, spoken))
            }
        }
    }

    fn bare(self, spoken: &Spoken) -> String {
        match self {
            Self::Look => "look".to_owned(),
            Self::Say | Self::Whisper | Self::Channel => spoken.to_string(),
        }
    }

    fn command(self, layout: Layout, spoken: &Spoken) -> String {
        match self {
            Self::Say => format!("say {spoken}"),
            Self::Whisper => {
                let partner = session::name(layout.partner(spoken.speaker));
                format!("whisper {partner} {spoken}")
            }
            Self::Channel => format!("{CHANNEL} {spoken}"),
            Self::Look => "look".to_owned(),
        }
    }

    /// The same over WebSocket. Its relay gets it too, and hands it on as it is.
    fn message(self, layout: Layout, spoken: &Spoken) -> String {
        let channel = match self {
            Self::Say => "say",
            Self::Channel => CHANNEL,
            Self::Whisper | Self::Look => {
                return json!({"type": "command", "text": self.command(layout, spoken)})
                    .to_string();
            }
        };
        json!({"type": "say", "channel": channel, "content": spoken.to_string()}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: Layout =
        Layout { sessions: 4, rooms: 2, speakers: 4, places: 1, speech: Speech::Whisper };

    fn said(speech: Speech, target: Target) -> String {
        let spoken = Spoken { speaker: 3, room: 1, count: 2, sent_us: 9 };
        String::from_utf8_lossy(&speech.bytes(target, PAIRS, &spoken)).into_owned()
    }

    #[test]
    fn a_server_is_told_whom_a_line_is_for_and_a_relay_is_not() {
        assert_eq!(said(Speech::Say, Target::Telnet), "say load 3 1 2 9\r\n");
        assert_eq!(said(Speech::Whisper, Target::Telnet), "whisper Lbbbd load 3 1 2 9\r\n");
        assert_eq!(said(Speech::Whisper, Target::Relay), "load 3 1 2 9\n");
        assert_eq!(said(Speech::Look, Target::Relay), "look\n");
        assert!(said(Speech::Channel, Target::Websocket).contains("\"channel\":\"everywhere\""));
    }

    #[test]
    fn a_websocket_relay_gets_what_a_server_gets() {
        assert_eq!(said(Speech::Say, Target::Websocket), said(Speech::Say, Target::WebsocketRelay));
    }
}
