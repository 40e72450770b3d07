//! A real mail server, in Python, that no line of ours wrote: Debian's `python3-aiosmtpd`, with an authority of its own.
//!
//! Where there is none, the tests that need it say what to install; `VITRINE_REQUIRE_SMTP=1` makes that a failure.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde::Deserialize;
use tempfile::TempDir;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/smtp/server.py");
const INSTALL: &str = "there is no mail server to test with: on Debian `apt-get install python3-aiosmtpd openssl`";
/// Who may send.
const USER: &str = "post";
const PASSWORD: &str = "p@ss:word";

/// How a mail server feels about us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    Fine,
    /// Closes the channel at once.
    Busy,
    /// Wants everybody to come again.
    Greylist,
    /// Knows nobody.
    NoSuchUser,
    /// Does not like what it reads.
    Refuse,
    /// Takes the letter and hangs up without saying so.
    HangUp,
}

/// What a mail server offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offers {
    /// STARTTLS, and nothing without it and a password.
    StartTls,
    /// No encryption, as if somebody in between had taken the offer away.
    Plain,
}

/// A letter as it arrived, read by Python's own library.
#[derive(Clone, Debug, Deserialize)]
pub struct Received {
    /// In the envelope.
    pub mail_from: String,
    /// In the envelope.
    pub rcpt_tos: Vec<String>,
    /// Decoded.
    pub headers: Vec<(String, String)>,
    /// The part without HTML.
    pub text: String,
    /// The other part.
    pub html: String,
    /// Whether it came encrypted.
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
}

impl Received {
    /// All values of a header.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let these = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        these.map(|(_, value)| value.as_str()).collect()
    }

    /// Whom a mail program writes to when somebody presses Reply (RFC 5322, 3.6.2).
    pub fn reply_goes_to(&self) -> &str {
        let reply_to = self.header("Reply-To");
        reply_to.first().copied().unwrap_or_else(|| self.header("From")[0])
    }
}

/// A mail server, for as long as it lives.
pub struct SmtpServer {
    child: Option<Child>,
    dir: TempDir,
    offers: Offers,
    port: u16,
}

impl SmtpServer {
    /// Starts one; `None` where there is nothing to start.
    pub fn start(offers: Offers) -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "the test harness says it in the environment")]
        let required = std::env::var("VITRINE_REQUIRE_SMTP").is_ok();
        let Some(python) = python() else {
            assert!(!required, "{INSTALL}");
            println!("skipped: {INSTALL}");
            return None;
        };
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("letters")).expect("a folder");
        certificates(dir.path());
        let mut server = Self {
            child: None,
            dir,
            offers,
            port: 0,
        };
        server.run(&python);
        Some(server)
    }

    fn run(&mut self, python: &Path) {
        let mut command = Command::new(python);
        command.arg(SCRIPT).arg("--folder").arg(self.dir.path().join("letters"));
        command.args(["--port", &self.port.to_string()]);
        if self.offers == Offers::StartTls {
            command.arg("--certificate").arg(self.file("cert.pem"));
            command.arg("--key").arg(self.file("key.pem"));
            command.args(["--user", USER, "--password", PASSWORD]);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("Python starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("says its port");
        self.port = line.trim().parse().expect("a port");
        self.child = Some(child);
    }

    /// It goes away, with everything that is said to it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// It comes back, at the same place.
    pub fn start_again(&mut self) {
        self.run(&python().expect("it was there before"));
    }

    /// From now on.
    pub fn feels(&self, mood: Mood) {
        let text = match mood {
            Mood::Fine => "fine",
            Mood::Busy => "busy",
            Mood::Greylist => "greylist",
            Mood::NoSuchUser => "no such user",
            Mood::Refuse => "refuse",
            Mood::HangUp => "hang up",
        };
        std::fs::write(self.dir.path().join("letters/mood"), text).expect("writes");
    }

    /// As `VITRINE_SMTP_URL` would name it.
    pub fn url(&self) -> String {
        match self.offers {
            Offers::StartTls => format!("smtp://{USER}:p%40ss%3Aword@127.0.0.1:{}", self.port),
            Offers::Plain => format!("smtp://127.0.0.1:{}", self.port),
        }
    }

    /// The password, to look for where it must not be.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of its authority, in PEM.
    pub fn authority(&self) -> Vec<u8> {
        std::fs::read(self.file("ca.pem")).expect("is there")
    }

    /// What arrived, the earliest first.
    pub fn letters(&self) -> Vec<Received> {
        let entries = std::fs::read_dir(self.dir.path().join("letters")).expect("a folder");
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|e| e == "json"))
            .collect();
        files.sort();
        files
            .iter()
            .map(|path| serde_json::from_slice(&std::fs::read(path).expect("is there")).expect("a letter"))
            .collect()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A Python that has the mail server: the system's own before any other.
fn python() -> Option<PathBuf> {
    let has = |python: &str| {
        let silent = |command: &mut Command| {
            let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.success())
        };
        silent(Command::new(python).args(["-c", "import aiosmtpd.smtp"])) && silent(Command::new("openssl").arg("version"))
    };
    ["/usr/bin/python3", "python3"]
        .into_iter()
        .find(|python| has(python))
        .map(PathBuf::from)
}

/// An authority, and a certificate of its for 127.0.0.1 and no name.
pub(crate) fn certificates(dir: &Path) {
    let make = |arguments: &[&str]| {
        let key = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ];
        let mut openssl = Command::new("openssl");
        openssl.current_dir(dir).args(key).args(arguments).stderr(Stdio::null());
        assert!(openssl.status().expect("openssl runs").success(), "{arguments:?}");
    };
    make(&["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Vitrine test authority"]);
    make(&[
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-subj",
        "/CN=mail.test",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-addext",
        "extendedKeyUsage=serverAuth",
    ]);
}
