//! What a server is told by those who keep to no protocol: malformed frames and handshakes (F16), requests with two ends. Over bare
//! connections, against the real server.

mod frames;
mod smuggling;

use std::time::Duration;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(40);
