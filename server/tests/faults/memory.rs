//! F21: as much memory as the smallest machines have, and then somebody else who takes it: the system ends the server, and nothing else.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Method, StatusCode};
use service::clock::new_id;
use testkit::with_file;

use crate::{
    house::House,
    room::{Room, sign_in},
    talk::Door,
    tools::{alone, repetitions, skip, within},
};

/// All that the server and what stands beside it may have.
const BYTES: u64 = 256 << 20;
/// What somebody else takes of it: more than is left beside a server, and less than there is.
const TAKEN: u64 = BYTES - (8 << 20);

/// Processes that share a limit; dropping it removes it.
struct Group(PathBuf);

impl Group {
    /// Of either kind that there is; `None` where nobody may make one.
    fn make() -> Option<Self> {
        let name = format!("vitrine-{}", std::process::id());
        let kinds = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")];
        kinds.into_iter().find_map(|(place, limit)| {
            let group = Self(Path::new(place).join(&name));
            fs::create_dir(&group.0).ok()?;
            fs::write(group.0.join(limit), BYTES.to_string()).ok()?;
            // Nor elsewhere than in memory, where the machine has such a place: as much in all, or nothing there.
            let _ = fs::write(group.0.join("memory.memsw.limit_in_bytes"), BYTES.to_string());
            let _ = fs::write(group.0.join("memory.swap.max"), "0");
            Some(group)
        })
    }

    /// What stands before a command so that it belongs to the group; whoever is worth less is ended first.
    fn before(&self, worthless: u16) -> [String; 4] {
        let enter = format!(
            "echo {worthless} > /proc/self/oom_score_adj && echo $$ > {}/cgroup.procs && exec \"$@\"",
            self.0.display()
        );
        ["sh".to_owned(), "-c".to_owned(), enter, "sh".to_owned()]
    }

    /// Somebody who takes memory.
    fn glutton(&self) -> Child {
        let take = format!("head -c {TAKEN} /dev/zero | tail -n 1 >/dev/null");
        let [first, rest @ ..] = self.before(0);
        let mut glutton = Command::new(first);
        glutton.args(rest).args(["sh", "-c", &take]);
        glutton.stdin(Stdio::null()).spawn().expect("starts")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Only when the last process is gone from it.
        let _ = fs::remove_dir(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f21_f1_a_server_that_the_system_ends_for_want_of_memory_has_lost_nothing() {
    let _alone = alone().await;
    let Some(group) = Group::make() else {
        skip("nobody may limit memory here (cgroups, as root)");
        return;
    };
    let mut house = House::build().await;
    house.before = group.before(1_000).to_vec();
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(20)).await;
    for _ in 0..repetitions(1, 3) {
        // So much is enough for what takes most: passwords and files.
        for _ in 0..4 {
            let door = Door::new(std::slice::from_ref(&house.base), "/desk/ticket");
            sign_in(&door, &house.world.alpha.owner.0).await;
        }
        let file = room.panel.request(Method::POST, "/w/alpha/files");
        let sent = with_file(file, room.conversation, new_id(), "note.txt", &vec![b'x'; 4 << 20]).send();
        assert_eq!(sent.await.expect("an answer").status(), StatusCode::OK, "a file is taken");
        room.goes_on(Duration::from_secs(10)).await;
        let mut glutton = group.glutton();
        assert_eq!(house.ended(within(Duration::from_secs(30))).await, None, "ended by a signal");
        glutton.wait().expect("is ours");
        let took = house.open().await;
        let back = room.goes_on(Duration::from_secs(10)).await;
        println!("ready after {took:?}, back after {back:?}");
    }
    room.verdict(&mut house).await;
}
