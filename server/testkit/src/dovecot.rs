//! A real mail server that no line of ours wrote: Debian's `dovecot-imapd` and `dovecot-lmtpd` (2.3), in a folder of its own, as nobody.
//!
//! It keeps a mailbox that we read over IMAP, or takes letters and hands them over to us by LMTP, as a mail server in front of us does. Where
//! there is none, the tests that need it say what to install; `VITRINE_REQUIRE_MAIL_IN=1` makes that a failure.

use std::{
    io::Write as _,
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tempfile::TempDir;

use crate::smtp::certificates;

const INSTALL: &str = "there is no Dovecot 2.3 to test with: on Debian `apt-get install dovecot-imapd dovecot-lmtpd openssl`";
const HAND_OVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mail_in/hand_over.py");
const PASSWORD: &str = "p@ss:word";
/// `nobody` and `nogroup`, on every Debian.
const NOBODY: u32 = 65_534;

/// Who it runs as.
struct Who {
    user: String,
    group: String,
    uid: String,
    gid: String,
    root: bool,
}

/// A mail server, for as long as it lives.
pub struct Dovecot {
    child: Child,
    dir: TempDir,
    port: u16,
    letters: AtomicU32,
}

impl Dovecot {
    /// One that keeps a mailbox, to be read over IMAP with TLS; `None` where there is nothing to start.
    pub fn imap() -> Option<Self> {
        Self::start(|dir, port| {
            certificates(dir);
            let dir = dir.display();
            format!(
                "protocols = imap\nssl = required\nssl_cert = <{dir}/cert.pem\nssl_key = <{dir}/key.pem\n\
                 passdb {{\n  driver = static\n  args = password={PASSWORD}\n}}\n\
                 service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = 0\n  }}\n  inet_listener imaps {{\n    \
                 address = 127.0.0.1\n    port = {port}\n    ssl = yes\n  }}\n}}\n"
            )
        })
    }

    /// One that takes letters by LMTP and hands each over, by LMTP, to whoever listens on a port.
    pub fn in_front_of(ours: u16) -> Option<Self> {
        Self::start(|_, port| {
            format!(
                "protocols = lmtp\nssl = no\nlmtp_proxy = yes\nrecipient_delimiter =\nauth_username_chars =\n\
                 passdb {{\n  driver = static\n  args = nopassword=y proxy=y host=127.0.0.1 port={ours} protocol=lmtp\n}}\n\
                 service lmtp {{\n  user = %user%\n  inet_listener lmtp {{\n    address = 127.0.0.1\n    port = {port}\n  }}\n}}\n"
            )
        })
    }

    fn start(protocol: impl FnOnce(&Path, u16) -> String) -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "the test harness says it in the environment")]
        let required = std::env::var("VITRINE_REQUIRE_MAIL_IN").is_ok();
        let Some(program) = program() else {
            assert!(!required, "{INSTALL}");
            println!("skipped: {INSTALL}");
            return None;
        };
        let who = who();
        let dir = tempfile::tempdir().expect("a folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        for folder in ["run", "state", "home", "mail", "mail/new", "mail/cur", "mail/tmp"] {
            std::fs::create_dir(dir.path().join(folder)).expect("a folder");
        }
        let config = common(dir.path(), &who) + &protocol(dir.path(), port).replace("%user%", &who.user);
        std::fs::write(dir.path().join("dovecot.conf"), config).expect("writes");
        if who.root {
            give_away(dir.path());
        }
        drop(free);
        let mut command = if who.root {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", &who.uid, "--regid", &who.gid, "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg("-F").arg("-c").arg(dir.path().join("dovecot.conf"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("Dovecot starts");
        let server = Self {
            child,
            dir,
            port,
            letters: AtomicU32::new(0),
        };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        panic!("Dovecot does not answer:\n{log}");
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// As `VITRINE_IMAP_URL` would name its mailbox.
    pub fn url(&self) -> String {
        format!("imaps://shop:p%40ss%3Aword@127.0.0.1:{}/INBOX", self.port)
    }

    /// The certificate of its authority, in PEM.
    pub fn authority(&self) -> Vec<u8> {
        std::fs::read(self.dir.path().join("ca.pem")).expect("is there")
    }

    /// A letter lies in the mailbox.
    pub fn deliver(&self, raw: &[u8]) {
        let n = self.letters.fetch_add(1, Ordering::SeqCst);
        let part = self.dir.path().join(format!("mail/tmp/{n}"));
        let letter = self.dir.path().join(format!("mail/new/180000000{n}.M{n}.test"));
        std::fs::write(&part, raw).expect("writes");
        std::fs::set_permissions(&part, std::fs::Permissions::from_mode(0o666)).expect("is ours");
        std::fs::rename(part, letter).expect("moves");
    }

    /// How many letters are marked as seen.
    pub fn seen(&self) -> usize {
        let entries = std::fs::read_dir(self.dir.path().join("mail/cur")).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names
            .filter(|name| name.split_once(":2,").is_some_and(|(_, flags)| flags.contains('S')))
            .count()
    }

    /// The mailbox gives all its letters new numbers, as after a repair (RFC 3501, 2.3.1.1).
    pub fn renumber(&self) {
        // The new validity is the second it is made in.
        std::thread::sleep(Duration::from_millis(1_100));
        let entries = std::fs::read_dir(self.dir.path().join("mail")).expect("a folder");
        for entry in entries.map(|entry| entry.expect("an entry")) {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                std::fs::remove_file(entry.path()).expect("goes");
            }
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Its own children end with it only if it is asked politely.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        for _ in 0..50 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands one letter over with Python's own library, by `lmtp` or `smtp`: what it says of it; `None` where there is no Python.
pub fn hand_over(way: &str, port: u16, from: &str, to: &str, raw: &[u8]) -> Option<String> {
    let mut command = Command::new("python3");
    command.arg(HAND_OVER).args([way, &port.to_string(), from, to]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    child.stdin.take().expect("piped").write_all(raw).expect("writes");
    let output = child.wait_with_output().expect("ends");
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn program() -> Option<PathBuf> {
    let program = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"]
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.is_file())?;
    let version = Command::new(&program).arg("--version").output().ok()?;
    let helpers = ["/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp"]
        .iter()
        .all(|path| Path::new(path).is_file());
    (version.stdout.starts_with(b"2.3") && helpers).then_some(program)
}

fn who() -> Who {
    let id = |what: &str| {
        let output = Command::new("id").arg(what).output().expect("id runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    if id("-u") == "0" {
        return Who {
            user: "nobody".to_owned(),
            group: "nogroup".to_owned(),
            uid: NOBODY.to_string(),
            gid: NOBODY.to_string(),
            root: true,
        };
    }
    Who {
        user: id("-un"),
        group: id("-gn"),
        uid: id("-u"),
        gid: id("-g"),
        root: false,
    }
}

/// What Dovecot needs to run without any rights.
fn common(dir: &Path, who: &Who) -> String {
    let Who { user, group, uid, gid, .. } = who;
    let dir = dir.display();
    let services = ["anvil", "ipc", "stats"]
        .map(|name| format!("service {name} {{\n  chroot =\n}}\n"))
        .concat();
    format!(
        "base_dir = {dir}/run\nstate_dir = {dir}/state\nlog_path = {dir}/log\n\
         default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
         first_valid_uid = 1\nlast_valid_uid = 0\ndisable_plaintext_auth = no\n\
         mail_location = maildir:{dir}/mail\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={dir}/home\n}}\n\
         {services}service auth-worker {{\n  user = {user}\n}}\n"
    )
}

fn give_away(dir: &Path) {
    chown(dir, Some(NOBODY), Some(NOBODY)).expect("we are root");
    if dir.is_dir() {
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).expect("we are root");
        for entry in std::fs::read_dir(dir).expect("a folder") {
            give_away(&entry.expect("an entry").path());
        }
    }
}
