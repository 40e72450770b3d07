//! F5: the disk is full, to the last page. Messages and files are put off, people still read and sign in, and it passes by itself.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::Method;
use service::clock::new_id;
use tempfile::TempDir;
use testkit::with_file;
use tokio::time::{Instant, sleep};

use crate::{
    house::House,
    room::{Room, sign_in},
    talk::Door,
    tools::{alone, repetitions, runs, skip},
};

/// Once there is room, without a restart.
const RECOVERED: Duration = Duration::from_secs(10);

/// What the log of the database has taken already is used up first.
const USED_UP: Duration = Duration::from_mins(1);

/// A disk of 64 MiB.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().to_str().expect("text").to_owned();
        runs("mount", &["-t", "tmpfs", "-o", "size=64m", "tmpfs", &place]).then_some(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn stuffing(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Takes what is left, to the last byte.
    fn fill(&self, name: &str) {
        let mut file = File::create(self.stuffing(name)).expect("is ours");
        for piece in [64 << 10, 4 << 10, 1] {
            let bytes = vec![7_u8; piece];
            while file.write_all(&bytes).is_ok() {}
        }
    }

    fn free(&self, name: &str) {
        fs::remove_file(self.stuffing(name)).expect("was filled");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Also while somebody still looks at it.
        let place = self.path().to_string_lossy().into_owned();
        let _ = runs("umount", &["-l", &place]);
    }
}

/// Until both were asked for patience, and none of them is answered any more.
async fn until_put_off(room: &Room) {
    let begun = Instant::now();
    let before = (room.shopper.standing().put_off, room.desk.standing().put_off);
    while room.shopper.standing().put_off <= before.0 || room.desk.standing().put_off <= before.1 {
        assert!(begun.elapsed() < USED_UP, "nobody was told that the disk is full");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn still_works(house: &House, room: &Room) {
    assert_eq!(house.asks("/healthz").await, Some(200));
    assert_eq!(house.asks("/readyz").await, Some(200));
    let desk = room.office.request(Method::GET, "/desk").send().await.expect("an answer");
    assert!(desk.status().is_success(), "whoever is signed in reads: {}", desk.status());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f5_i1_a_full_disk_puts_messages_off_and_people_still_read_and_sign_in() {
    let _alone = alone().await;
    let Some(disk) = Disk::mount() else {
        skip("nobody may mount a disk of a limited size here (tmpfs, CAP_SYS_ADMIN)");
        return;
    };
    let mut house = House::build_in(disk.path()).await;
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(20)).await;
    for _ in 0..repetitions(2, 20) {
        disk.fill("stuffing");
        until_put_off(&room).await;
        let kept = room.kept();
        sleep(Duration::from_secs(2)).await;
        assert_eq!(room.kept(), kept, "what cannot be kept is not acknowledged");
        still_works(&house, &room).await;
        let newcomer = Door::new(std::slice::from_ref(&house.base), "/desk/ticket");
        sign_in(&newcomer, &house.world.alpha.owner.0).await;
        let desk = newcomer.request(Method::GET, "/desk").send().await.expect("an answer");
        assert!(desk.status().is_success(), "whoever comes now reads: {}", desk.status());
        let file = room.panel.request(Method::POST, "/w/alpha/files");
        let file = with_file(file, room.conversation, new_id(), "note.txt", &[b'x'; 4_096])
            .send()
            .await;
        let answer = file.expect("an answer").status().as_u16();
        assert!(matches!(answer, 422 | 503), "a file is put off or refused: {answer}");
        // Somebody takes even what was kept for this.
        disk.fill("more");
        sleep(Duration::from_secs(2)).await;
        still_works(&house, &room).await;
        // A restart in the middle of it: the server comes back, and knows that there is no room.
        house.kill().await;
        house.open().await;
        until_put_off(&room).await;
        still_works(&house, &room).await;
        disk.free("more");
        disk.free("stuffing");
        let back = room.goes_on(RECOVERED).await;
        println!("back after {back:?}");
    }
    assert!(house.log().contains("The disk is full"), "{}", house.log());
    room.verdict(&mut house).await;
}
