//! The same test again, in a network of its own: rules for packets there are nobody else's, and end with it.

use std::process::Command;

use crate::tools::{runs, skip, variable};

/// Set in the inner one.
const INSIDE: &str = "VITRINE_FAULTS_NAMESPACE";
/// Packets are as large as on the way through the world.
const UP: &str = "ip link set lo mtu 1500 up && exec \"$0\" \"$@\"";

/// Whether this is the network of its own. If not, the test of this name is lived through in one, to its end.
pub(crate) fn is_entered(name: &str) -> bool {
    if variable(INSIDE).is_some() {
        return true;
    }
    let can = "ip link set lo up && nft list ruleset && tc qdisc add dev lo root tbf rate 1mbit burst 10kb latency 100ms";
    if !runs("unshare", &["--net", "sh", "-c", can]) {
        skip("nobody may make a network of their own here (CAP_SYS_ADMIN; Debian: iproute2, nftables)");
        return false;
    }
    let this = std::env::current_exe().expect("has a place");
    let mut again = Command::new("unshare");
    again.args(["--net", "sh", "-c", UP]).arg(this);
    again.args(["--exact", name, "--nocapture", "--test-threads", "1"]).env(INSIDE, "1");
    let status = again.status().expect("runs");
    assert!(status.success(), "in a network of its own: {status}");
    false
}
