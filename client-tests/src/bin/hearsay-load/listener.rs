//! One session in its room: its socket, what it has heard, and what it could not yet send.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use anyhow::Result;

use crate::answers::Answers;
use crate::ledger::{Layout, Ledger};
use crate::speech::Speech;
use crate::wire::Scanner;

/// One session in its room and what it has heard.
pub(crate) struct Listener {
    stream: TcpStream,
    pub(crate) scanner: Scanner,
    pub(crate) account: Account,
    unsent: Vec<u8>,
}

/// What a session should have read and did.
pub(crate) enum Account {
    /// What others say.
    Lines(Ledger),
    /// Answers to its own commands.
    Answers(Answers),
}

impl Account {
    /// How much never came, of as many lines as each speaker said.
    pub(crate) fn lost(&self, said: impl Fn(u32) -> u32) -> u64 {
        match self {
            Self::Lines(ledger) => ledger.lost(said),
            Self::Answers(answers) => answers.lost(),
        }
    }
}

impl Listener {
    pub(crate) fn new(layout: Layout, number: u32, stream: TcpStream, scanner: Scanner) -> Self {
        let account = match layout.speech {
            Speech::Look => Account::Answers(Answers::new(layout, number)),
            Speech::Say | Speech::Whisper | Speech::Channel => {
                Account::Lines(Ledger::new(layout, number))
            }
        };
        Self { stream, scanner, account, unsent: Vec::new() }
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Reads what is there; none when there is nothing after all, zero at the end of the connection.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        match self.stream.read(buffer) {
            Ok(count) => Ok(Some(count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(Some(0)),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends as much as its socket takes of what was kept and of this, and keeps the rest; true when there is none.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<bool> {
        if self.unsent.is_empty() {
            let sent = self.write(bytes)?;
            self.unsent.extend_from_slice(&bytes[sent..]);
        } else {
            self.unsent.extend_from_slice(bytes);
            let sent = self.write(&self.unsent)?;
            self.unsent.drain(..sent);
        }
        Ok(self.unsent.is_empty())
    }

    /// Tells how much was taken. What is written to a connection that is gone counts as sent: reading tells of its end.
    fn write(&self, bytes: &[u8]) -> Result<usize> {
        match (&self.stream).write(bytes) {
            Ok(count) => Ok(count),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => Ok(0),
                ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Ok(bytes.len()),
                _ => Err(error.into()),
            },
        }
    }
}
