//! The section `limits`: every bound on queues, buffers, waits and counts.

use garde::Validate;
use serde::{Deserialize, Serialize};

section! {
    /// Every bound on queues, buffers, waits and counts. 0 switches a limit off where it says so.
    Limits {
        /// Connections at once; 0 is off.
        #[garde(skip)]
        connections_max: usize = 20_000,
        /// Connections at once from one address; 0 is off. This machine is exempt while `loopback_exempt` is true.
        #[garde(skip)]
        connections_per_address_max: usize = 20,
        /// New connections from one address in ten seconds; 0 is off.
        #[garde(skip)]
        connections_new_per_address: usize = 10,
        /// Whether this machine's own address is exempt from limits by address.
        #[garde(skip)]
        loopback_exempt: bool = true,
        /// The longest line a client may send. Bytes.
        #[garde(range(min = 256, max = 1_048_576))]
        line_bytes_max: usize = 4096,
        /// The largest WebSocket message. Bytes.
        #[garde(range(min = 1024, max = 16_777_216))]
        websocket_message_bytes_max: usize = 65_536,
        /// Lines a second that a session may send for long; beyond it, its socket is read more slowly. 0 is off.
        #[garde(range(max = 100_000))]
        lines_per_second: u32 = 10,
        /// Lines that a session may send at once before that.
        #[garde(range(min = 1, max = 100_000))]
        lines_burst: u32 = 30,
        /// What may wait to be written to one client. Bytes; a client that lets more pile up is closed.
        #[garde(range(min = 4096, max = 1_073_741_824))]
        outbox_bytes_max: usize = 262_144,
        /// How long a client may take nothing of what waits for it. Seconds.
        #[garde(range(min = 1, max = 3600))]
        outbox_stalled_seconds: u64 = 30,
        /// Lines kept for a link-dead player.
        #[garde(range(min = 1, max = 100_000))]
        missed_lines_max: usize = 500,
        /// How long a link-dead player stays in the world. Seconds.
        #[garde(range(max = 86_400))]
        linkdead_seconds: u64 = 60,
        /// How long someone may take to log in. Seconds; 0 is off.
        #[garde(range(max = 86_400))]
        login_seconds: u64 = 180,
        /// How long someone may do nothing. Minutes, or parts of one; 0 is off. Staff are exempt.
        #[garde(range(min = 0.0, max = 100_000.0))]
        idle_minutes: f64 = 60.0,
        /// Inputs that may wait for the world; a session that finds them full waits.
        #[garde(range(min = 16, max = 10_000_000))]
        inputs_max: usize = 1_024,
        /// Batches of events that may wait for the broadcaster.
        #[garde(range(min = 16, max = 10_000_000))]
        event_batches_max: usize = 65_536,
        /// Messages that a client gets again when it comes back.
        #[garde(range(min = 1, max = 100_000))]
        resume_lines_max: usize = 500,
        /// Silence after which a WebSocket client is asked whether it is there. Seconds.
        #[garde(range(min = 1, max = 3600))]
        websocket_ping_seconds: u64 = 25,
        /// How long it may take to answer. Seconds.
        #[garde(range(min = 1, max = 3600))]
        websocket_pong_seconds: u64 = 8,
        /// HTTP connections at once, those that became WebSockets not counted; 0 is off.
        #[garde(skip)]
        http_connections_max: usize = 2_048,
        /// HTTP connections at once from one address; 0 is off. This machine is exempt while `loopback_exempt` is true, and so
        /// is what `http.trusted_proxies` names.
        #[garde(skip)]
        http_connections_per_address_max: usize = 128,
        /// How long the head of an HTTP request may take. Seconds.
        #[garde(range(min = 1, max = 600))]
        http_head_seconds: u64 = 10,
        /// How long an HTTP client may take nothing of what it is sent. Seconds. Seen to by Linux alone.
        #[garde(range(min = 1, max = 3600))]
        http_stalled_seconds: u64 = 30,
    }
}
