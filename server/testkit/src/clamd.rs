//! A real virus scanner that no line of ours wrote: Debian's `clamav-daemon`, in a folder of its own, with one signature instead of the
//! hundreds of megabytes that it fetches otherwise: it finds [`INFECTED`] and nothing else.
//!
//! Where there is none, the tests that need it say what to install; `VITRINE_REQUIRE_CLAMD=1` makes that a failure.

use std::{
    fmt::Write as _,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

const INSTALL: &str = "there is no clamd to test with: on Debian `apt-get install clamav-daemon`";
const PROGRAM: &str = "/usr/sbin/clamd";
/// What it takes for a virus.
pub const INFECTED: &[u8] = b"what the one signature of the test names";

/// A scanner, for as long as it lives.
pub struct Clamd {
    child: Child,
    _dir: TempDir,
    port: u16,
}

impl Clamd {
    /// Starts one; `None` where there is nothing to start.
    pub fn start() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "the test harness says it in the environment")]
        let required = std::env::var("VITRINE_REQUIRE_CLAMD").is_ok();
        if !Path::new(PROGRAM).is_file() {
            assert!(!required, "{INSTALL}");
            println!("skipped: {INSTALL}");
            return None;
        }
        let dir = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a port")
            .port();
        let signatures = dir.path().join("signatures");
        std::fs::create_dir(&signatures).expect("a folder");
        // A name, any kind of file, anywhere in it, these bytes.
        std::fs::write(signatures.join("test.ndb"), format!("Test.Words:0:*:{}\n", hex(INFECTED))).expect("writes");
        let config = dir.path().join("clamd.conf");
        let told = format!(
            "Foreground yes\nDatabaseDirectory {}\nTCPAddr 127.0.0.1\nTCPSocket {port}\nStreamMaxLength 30M\n",
            signatures.display()
        );
        std::fs::write(&config, told).expect("writes");
        let child = Command::new(PROGRAM)
            .arg("-c")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("clamd starts");
        let scanner = Self { child, _dir: dir, port };
        scanner.wait();
        Some(scanner)
    }

    fn wait(&self) {
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("clamd does not answer");
    }

    /// As `VITRINE_CLAMD` would name it.
    pub fn address(&self) -> String {
        format!("tcp:127.0.0.1:{}", self.port)
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        // Its own child, by its handle.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
