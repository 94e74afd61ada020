//! Who is at the wrong door: clients of other protocols, told by the first thing they send.

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
    /// Looks at text bytes; says why if the connection is not for us.
    pub(super) fn text(&mut self, text: &[u8]) -> Option<&'static str> {
        if self.bytes_seen == self.opening.len() {
            return None;
        }
        for byte in text.iter().take(self.opening.len() - self.bytes_seen) {
            self.opening[self.bytes_seen] = *byte;
            self.bytes_seen += 1;
        }
        (self.opening == TLS_HELLO).then_some("a TLS hello on the plain telnet port")
    }

    /// Looks at a line; says why if it is the first and the connection is not for us.
    pub(super) fn line(&mut self, line: &str) -> Option<&'static str> {
        if std::mem::replace(&mut self.is_first_line_over, true) {
            return None;
        }
        match line {
            _ if line.contains(" HTTP/") => Some("an HTTP request on the telnet port"),
            _ if line.starts_with("SSH-") => Some("an SSH hello on the telnet port"),
            _ => None,
        }
    }
}
