//! The numbers of telnet by their names in the RFCs. Nothing here does anything.

/// Interpret as command: the byte that opens every telnet command (RFC 854).
pub(super) const IAC: u8 = 255;
/// Subnegotiation begins.
pub(super) const SB: u8 = 250;
/// Go ahead: the end of a prompt, unless SGA is on.
pub(super) const GA: u8 = 249;
/// Erase line.
pub(super) const EL: u8 = 248;
/// Erase character.
pub(super) const EC: u8 = 247;
/// Are you there?
pub(super) const AYT: u8 = 246;
/// Nothing: sent to see whether the connection still is one.
pub(super) const NOP: u8 = 241;
/// Interrupt process.
pub(super) const IP: u8 = 244;
/// Subnegotiation ends.
pub(super) const SE: u8 = 240;
/// End of record: the end of a prompt (RFC 885).
pub(super) const EOR: u8 = 239;
/// Abort process (RFC 1184).
pub(super) const ABORT: u8 = 238;
/// Suspend process (RFC 1184).
pub(super) const SUSP: u8 = 237;

/// Who shows what is typed (RFC 857).
pub(super) const OPTION_ECHO: u8 = 1;
/// Suppress go ahead (RFC 858).
pub(super) const OPTION_SGA: u8 = 3;
/// Timing mark (RFC 860).
pub(super) const OPTION_TIMING_MARK: u8 = 6;
/// Terminal type (RFC 1091), and MTTS on top of it.
pub(super) const OPTION_TTYPE: u8 = 24;
/// End of record (RFC 885).
pub(super) const OPTION_EOR: u8 = 25;
/// Window size (RFC 1073).
pub(super) const OPTION_NAWS: u8 = 31;
/// The client's environment (RFC 1572), and MNES on top of it.
pub(super) const OPTION_NEW_ENVIRON: u8 = 39;
/// Text encoding (RFC 2066).
pub(super) const OPTION_CHARSET: u8 = 42;
/// What lists of games say about the server (MSSP).
pub(super) const OPTION_MSSP: u8 = 70;
/// Compressed output (MCCP2).
pub(super) const OPTION_COMPRESS2: u8 = 86;
/// Compressed input (MCCP3).
pub(super) const OPTION_COMPRESS3: u8 = 87;
/// Sounds (MSP).
pub(super) const OPTION_MSP: u8 = 90;
/// Marked-up text (MXP).
pub(super) const OPTION_MXP: u8 = 91;

/// Null.
pub(super) const NUL: u8 = 0;
/// Backspace.
pub(super) const BS: u8 = 8;
/// Horizontal tab.
pub(super) const TAB: u8 = 9;
/// Line feed.
pub(super) const LF: u8 = 10;
/// Carriage return.
pub(super) const CR: u8 = 13;
/// What most keyboards send for the backspace key.
pub(super) const DEL: u8 = 127;

/// The four words of negotiation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// The sender offers to do it, or does.
    Will,
    /// The sender does not do it.
    Wont,
    /// The sender asks the other to do it, or agrees.
    Do,
    /// The sender asks the other not to do it.
    Dont,
}

impl Verb {
    /// The verb that a byte after IAC stands for.
    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            251 => Some(Self::Will),
            252 => Some(Self::Wont),
            253 => Some(Self::Do),
            254 => Some(Self::Dont),
            _ => None,
        }
    }

    /// Its byte on the wire.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Will => 251,
            Self::Wont => 252,
            Self::Do => 253,
            Self::Dont => 254,
        }
    }
}
