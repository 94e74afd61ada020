//! MCCP3 (87): what the client sends as a zlib stream. Off unless the operator wants it, and then offered to those who have
//! logged in. Holds what comes out of the stream to a budget: a stranger decides what goes in.

use flate2::{Decompress, FlushDecompress, Status};

use super::client::Client;
use super::codes::OPTION_COMPRESS3;
use super::options::{PayloadRule, Policy, TelnetOption};

/// The row of the table. What follows the client's empty subnegotiation is compressed.
pub(super) const COMPRESS3: TelnetOption = TelnetOption {
    us: Policy::Accept,
    payload: PayloadRule { bytes_max: 0, length: None },
    heard: |client: &mut Client, payload, _| client.wishes.inflation |= payload.is_empty(),
    switches_max: 8,
    is_awaited: false,
    ..TelnetOption::refused(OPTION_COMPRESS3)
};

/// What may come out of one read. Bytes.
const BYTES_PER_READ_MAX: usize = 64 * 1024;
/// How many times more may come out than went in, once [`RATIO_FREE_BYTES`] have come out.
const RATIO_MAX: u64 = 100;
const RATIO_FREE_BYTES: u64 = 16 * 1024;

/// The stream of one connection.
pub(super) struct Inflater {
    stream: Decompress,
    read_bytes: usize,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater").field("read_bytes", &self.read_bytes).finish_non_exhaustive()
    }
}

/// What came out of the stream at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inflated {
    /// So many bytes; there may be more.
    Bytes(usize),
    /// So many bytes, and the stream is over: what follows is plain.
    Last(usize),
    /// So many bytes, and what follows is no zlib stream.
    Broken(usize),
    /// The input is used up.
    Nothing,
}

impl Inflater {
    /// A stream that has not begun.
    pub(super) fn new() -> Self {
        Self { stream: Decompress::new(true), read_bytes: 0 }
    }

    /// A new read begins, with a budget of its own.
    pub(super) fn begin_read(&mut self) {
        self.read_bytes = 0;
    }

    /// Takes bytes off the input and puts what comes out of them into the buffer.
    ///
    /// # Errors
    /// When it swells beyond all use.
    pub(super) fn next(
        &mut self,
        input: &mut &[u8],
        buffer: &mut [u8],
    ) -> Result<Inflated, &'static str> {
        let (read, written) = (self.stream.total_in(), self.stream.total_out());
        let status = self.stream.decompress(input, buffer, FlushDecompress::None);
        let read = usize::try_from(self.stream.total_in() - read).unwrap_or(input.len());
        let written = usize::try_from(self.stream.total_out() - written).unwrap_or(buffer.len());
        *input = &input[read..];
        self.read_bytes += written;
        if self.is_bomb() {
            return Err("what it sends compressed swells beyond all use");
        }
        Ok(match status {
            Err(_) => Inflated::Broken(written),
            Ok(Status::StreamEnd) => Inflated::Last(written),
            _ if read == 0 && written == 0 => Inflated::Nothing,
            _ => Inflated::Bytes(written),
        })
    }

    fn is_bomb(&self) -> bool {
        let (read, written) = (self.stream.total_in().max(1), self.stream.total_out());
        self.read_bytes > BYTES_PER_READ_MAX
            || (written > RATIO_FREE_BYTES && written / read > RATIO_MAX)
    }
}
