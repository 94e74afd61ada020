//! Who is at the wrong door: clients of other protocols, told by the first thing they send.

/// Whose door it should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongDoor {
    /// A TLS hello came on a port that is not encrypted.
    Tls,
    /// A request of a web browser.
    Http,
    /// The hello of an SSH client.
    Ssh,
}

/// Watches the first text of one connection.
#[derive(Debug, Default)]
pub(super) struct Banner {
    opening: [u8; 2],
    bytes_seen: usize,
    is_first_line_over: bool,
}

/// What a TLS hello begins with: a handshake record of version 3.
const TLS_HELLO: [u8; 2] = [0x16, 0x03];

impl Banner {
    /// Looks at text bytes; says whose door it should have been if the connection is not for us.
    pub(super) fn text(&mut self, text: &[u8]) -> Option<WrongDoor> {
        if self.bytes_seen == self.opening.len() {
            return None;
        }
        for byte in text.iter().take(self.opening.len() - self.bytes_seen) {
            self.opening[self.bytes_seen] = *byte;
            self.bytes_seen += 1;
        }
        (self.opening == TLS_HELLO).then_some(WrongDoor::Tls)
    }

    /// Looks at a line; says whose door it should have been if it is the first and the connection is not for us.
    pub(super) fn line(&mut self, line: &str) -> Option<WrongDoor> {
        if std::mem::replace(&mut self.is_first_line_over, true) {
            return None;
        }
        match line {
            _ if line.contains(" HTTP/") => Some(WrongDoor::Http),
            _ if line.starts_with("SSH-") => Some(WrongDoor::Ssh),
            _ => None,
        }
    }
}
