//! MCCP2 (86): what we send as a zlib stream (RFC 1950). The option here, the stream for whoever owns the output.
//!
//! Never offered where TLS is: a secret and a stranger's text in one compressed and encrypted stream can be told apart by
//! its length.

use bytes::{Bytes, BytesMut};
use flate2::{Compress, Compression, FlushCompress};

use super::client::Client;
use super::codes::{IAC, OPTION_COMPRESS2, SB, SE};
use super::options::{Policy, Side, TelnetOption};

/// The row of the table: four starts of a stream, and four ends.
pub(super) const COMPRESS2: TelnetOption = TelnetOption {
    us: Policy::Offer,
    switched: |client: &mut Client, side, switch, _| {
        if side == Side::Us {
            client.wishes.compression = Some(switch);
        }
    },
    switches_max: 8,
    is_awaited: false,
    ..TelnetOption::refused(OPTION_COMPRESS2)
};

/// What is sent right before the first byte of the stream.
pub(in crate::gateway) const START: [u8; 5] = [IAC, SB, OPTION_COMPRESS2, IAC, SE];

/// 2 KiB of window: lines repeat what was said lately. A stream takes 259 KiB of memory with it; the next size takes 341
/// KiB and makes talk no shorter.
const WINDOW_BITS: u8 = 11;
/// Room for the end of a stream. Bytes.
const SPARE_BYTES: usize = 64;

/// The stream of one connection.
pub(in crate::gateway) struct Deflater {
    stream: Compress,
    out: BytesMut,
    /// Whether something was written that was not flushed.
    is_behind: bool,
}

impl std::fmt::Debug for Deflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deflater").field("is_behind", &self.is_behind).finish_non_exhaustive()
    }
}

impl Deflater {
    /// A stream that has not begun.
    pub(in crate::gateway) fn new() -> Self {
        let stream = Compress::new_with_window_bits(Compression::default(), true, WINDOW_BITS);
        Self { stream, out: BytesMut::new(), is_behind: false }
    }

    /// Appends bytes; nothing of them may come out before a flush.
    pub(in crate::gateway) fn write(&mut self, mut bytes: &[u8]) {
        self.is_behind |= !bytes.is_empty();
        while !bytes.is_empty() {
            let taken = self.run(bytes, FlushCompress::None).0;
            bytes = &bytes[taken..];
        }
    }

    /// All that was written since the last flush, so that the client can read it; none if nothing was.
    pub(in crate::gateway) fn flush(&mut self) -> Option<Bytes> {
        if !std::mem::take(&mut self.is_behind) {
            return None;
        }
        // There is more to come as long as all the room there was has been used.
        while self.run(&[], FlushCompress::Sync).1 {}
        Some(std::mem::take(&mut self.out).freeze())
    }

    /// The end of the stream.
    pub(in crate::gateway) fn finish(mut self) -> Bytes {
        while self.run(&[], FlushCompress::Finish).1 {}
        self.out.freeze()
    }

    /// Feeds the stream once; says how much it took, and whether it used up all the room it was given.
    fn run(&mut self, input: &[u8], flush: FlushCompress) -> (usize, bool) {
        let room = input.len() / 2 + SPARE_BYTES;
        let start = self.out.len();
        let (read, written) = (self.stream.total_in(), self.stream.total_out());
        self.out.resize(start + room, 0);
        self.stream
            .compress(input, &mut self.out[start..], flush)
            .expect("a deflate stream that was set up right takes any bytes");
        let count = |after: u64, before: u64| usize::try_from(after - before).unwrap_or(room);
        let written = count(self.stream.total_out(), written);
        self.out.truncate(start + written);
        (count(self.stream.total_in(), read), written == room)
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Decompress, FlushDecompress, Status};
    use proptest::prelude::*;

    use super::*;

    /// What a client reads from the stream.
    struct Reader(Decompress);

    impl Reader {
        fn new() -> Self {
            Self(Decompress::new(true))
        }

        fn read(&mut self, mut bytes: &[u8], text: &mut Vec<u8>) -> Status {
            loop {
                let mut buffer = [0; 512];
                let (read, written) = (self.0.total_in(), self.0.total_out());
                let status =
                    self.0.decompress(bytes, &mut buffer, FlushDecompress::Sync).expect("zlib");
                let read = usize::try_from(self.0.total_in() - read).unwrap();
                let written = usize::try_from(self.0.total_out() - written).unwrap();
                text.extend_from_slice(&buffer[..written]);
                bytes = &bytes[read..];
                if status == Status::StreamEnd || (bytes.is_empty() && written < buffer.len()) {
                    return status;
                }
            }
        }
    }

    proptest! {
        /// After every flush the client has read exactly what was written; and at the end it knows that this is all.
        #[test]
        fn compressed_output_reads_like_plain_output(
            batches in proptest::collection::vec(
                proptest::collection::vec(
                    prop_oneof![
                        proptest::collection::vec(any::<u8>(), 0..3000),
                        "(You say, \"hello\"\r\n){0,50}".prop_map(String::into_bytes),
                    ],
                    0..4,
                ),
                0..8,
            ),
        ) {
            let (mut deflater, mut reader) = (Deflater::new(), Reader::new());
            let (mut plain, mut read) = (Vec::new(), Vec::new());
            for batch in batches {
                for piece in batch {
                    plain.extend_from_slice(&piece);
                    deflater.write(&piece);
                }
                if let Some(bytes) = deflater.flush() {
                    reader.read(&bytes, &mut read);
                }
                prop_assert_eq!(&plain, &read);
            }
            let end = reader.read(&deflater.finish(), &mut read);
            prop_assert_eq!(end, Status::StreamEnd);
            prop_assert_eq!(plain, read);
        }
    }

    #[test]
    fn nothing_written_is_nothing_sent() {
        let mut deflater = Deflater::new();
        assert_eq!(deflater.flush(), None);
        deflater.write(b"");
        assert_eq!(deflater.flush(), None);
        deflater.write(b"look");
        assert!(deflater.flush().is_some());
        assert_eq!(deflater.flush(), None);
    }

    #[test]
    fn talk_gets_shorter() {
        let (mut deflater, mut bytes, mut plain) = (Deflater::new(), 0, 0);
        for line in 0..200 {
            let text = format!("\u{1b}[36mAda\u{1b}[0m says, \"this is line {line}\"\r\n");
            plain += text.len();
            deflater.write(text.as_bytes());
            bytes += deflater.flush().map_or(0, |bytes| bytes.len());
        }
        assert!(bytes * 2 < plain, "{bytes} of {plain}");
    }
}
