//! F10: a network that loses packets, is slow, or ends connections, by the kernel's own means.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    time::Duration,
};

use futures::future::join_all;
use tokio::time::sleep;

use crate::{
    house::House,
    namespace,
    room::Room,
    tools::{alone, repetitions, runs},
};

/// Conversations, each with two people.
const ROOMS: usize = 4;
/// Everybody is well again so soon after it has passed.
const HEALED: Duration = Duration::from_mins(1);

/// What the network is like.
#[derive(Clone, Copy, Debug)]
enum Weather {
    /// So many packets of a hundred do not arrive, in either direction.
    Loses(u8),
    /// 100 kbit a second, for everybody together.
    Crawls,
    /// Once a second one of the connections ends, for one of its two sides.
    Resets,
}

impl Weather {
    /// It begins.
    fn begins(self, port: u16) {
        let rules = match self {
            Self::Loses(percent) => {
                let lost = format!("numgen random mod 100 < {percent} counter drop");
                format!("tcp sport {port} {lost}\n tcp dport {port} {lost}\n")
            }
            Self::Resets => {
                let ended = "tcp flags & (syn | rst) == 0 limit rate 30/minute burst 1 packets counter reject with tcp reset";
                format!("tcp sport {port} {ended}\n tcp dport {port} {ended}\n")
            }
            Self::Crawls => {
                let slow = [
                    "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "100kbit", "burst", "10kb", "latency", "400ms",
                ];
                assert!(runs("tc", &slow), "tc");
                return;
            }
        };
        nft(&format!(
            "table inet weather {{\nchain comes {{\ntype filter hook input priority 0; policy accept;\n{rules}}}\n}}\n"
        ));
    }

    /// It has passed: how many packets it touched.
    fn ends(self) -> u64 {
        let (program, arguments): (_, &[&str]) = match self {
            Self::Crawls => ("tc", &["-s", "qdisc", "show", "dev", "lo"]),
            _ => ("nft", &["list", "ruleset"]),
        };
        let told = Command::new(program).args(arguments).output().expect("runs");
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        if let Self::Crawls = self {
            assert!(runs("tc", &["qdisc", "del", "dev", "lo", "root"]), "tc");
            sum_after(&told, "overlimits")
        } else {
            nft("flush ruleset");
            sum_after(&told, "counter packets")
        }
    }
}

/// The sum of the numbers behind these words.
fn sum_after(told: &str, words: &str) -> u64 {
    let numbers = told.split(words).skip(1);
    let numbers = numbers.filter_map(|rest| rest.split_whitespace().next()?.trim_end_matches(')').parse::<u64>().ok());
    numbers.sum()
}

fn nft(rules: &str) {
    let mut nft = Command::new("nft");
    let mut nft = nft.args(["-f", "-"]).stdin(Stdio::piped()).spawn().expect("runs");
    let mut rest = nft.stdin.take().expect("is piped");
    rest.write_all(rules.as_bytes()).expect("takes them");
    drop(rest);
    assert!(nft.wait().expect("runs").success(), "{rules}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f10_i1_i2_i3_i4_i5_i6_i8_a_network_that_loses_packets_crawls_and_ends_connections_loses_no_word() {
    let _alone = alone().await;
    let name = "network::f10_i1_i2_i3_i4_i5_i6_i8_a_network_that_loses_packets_crawls_and_ends_connections_loses_no_word";
    if !namespace::is_entered(name) {
        return;
    }
    let mut house = House::build().await;
    house.open().await;
    let rooms = join_all((0..ROOMS).map(|_| Room::open(&house, Duration::from_millis(40)))).await;
    let rounds = repetitions(1, 5);
    let spell = Duration::from_secs(if rounds > 1 { 15 } else { 5 });
    for round in 1..=rounds {
        for weather in [Weather::Loses(5), Weather::Crawls, Weather::Resets, Weather::Loses(30)] {
            let kept = |rooms: &[Room]| rooms.iter().map(Room::kept).sum::<u64>();
            let before = kept(&rooms);
            weather.begins(house.port());
            sleep(spell).await;
            let touched = weather.ends();
            let meanwhile = kept(&rooms) - before;
            assert!(touched > 0, "{weather:?}: nothing was the matter");
            let back = join_all(rooms.iter().map(|room| room.goes_on(HEALED))).await;
            let back = back.into_iter().max().unwrap_or_default();
            println!("round {round}, {weather:?}: {touched} packets, {meanwhile} messages meanwhile, all well after {back:?}");
        }
    }
    join_all(rooms.iter().map(Room::rest)).await;
    house.kill().await;
    for room in rooms {
        room.judge(&house).await;
    }
}
