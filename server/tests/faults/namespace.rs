//! The same test again, in a network of its own: rules for packets there are nobody else's, and end with it.

use std::process::{Command, Stdio};

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
    let packets = "add table inet t; add chain inet t c; add rule inet t c numgen random mod 100 < 1 counter drop; \
                   add rule inet t c meta l4proto tcp limit rate 30/minute burst 1 packets counter reject with tcp reset";
    let shape = "tc qdisc add dev lo root tbf rate 1mbit burst 10kb latency 100ms";
    let can = format!("ip link set lo up && nft '{packets}' && {shape}");
    if !runs("unshare", &["--net", "sh", "-c", &can]) {
        skip("nobody may make a network of their own here (CAP_SYS_ADMIN; Debian: iproute2, nftables)");
        return false;
    }
    let this = std::env::current_exe().expect("has a place");
    let mut again = Command::new("unshare");
    again.args(["--net", "sh", "-c", UP]).arg(this);
    again.args(["--exact", name, "--nocapture", "--test-threads", "1"]).env(INSIDE, "1");
    let output = again.stderr(Stdio::inherit()).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    // Not only that nothing failed: none of this name would not fail either.
    assert!(
        output.status.success() && said.contains(" 1 passed;"),
        "in a network of its own: {}",
        output.status
    );
    false
}
