//! A real NATS (Debian's `nats-server`), for as long as it lives. Where there is none, the tests that need it say what to install;
//! `VITRINE_REQUIRE_NATS=1` makes that a failure.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

const INSTALL: &str = "there is no NATS to test with: on Debian `apt-get install nats-server`";
/// Outside of the `PATH` of ordinary users.
const PLACES: [&str; 3] = ["nats-server", "/usr/sbin/nats-server", "/usr/local/bin/nats-server"];

/// Whom it lets in.
const USER: &str = "vitrine";
const PASSWORD: &str = "ge:heim/1";
/// The same in an address.
const PASSWORD_IN_ADDRESS: &str = "ge%3Aheim%2F1";

/// A NATS server.
pub struct NatsServer {
    program: &'static str,
    port: u16,
    child: Option<Child>,
}

impl NatsServer {
    /// Starts one; `None` where there is nothing to start.
    pub fn start() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "the test harness says it in the environment")]
        let required = std::env::var("VITRINE_REQUIRE_NATS").is_ok();
        let there = |program: &&str| {
            let asked = Command::new(program)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            asked.is_ok_and(|status| status.success())
        };
        let Some(program) = PLACES.into_iter().find(there) else {
            assert!(!required, "{INSTALL}");
            println!("skipped: {INSTALL}");
            return None;
        };
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.local_addr())
            .expect("a port")
            .port();
        let mut server = Self {
            program,
            port,
            child: None,
        };
        server.again();
        Some(server)
    }

    /// Its address, with the user and the password that it asks for.
    pub fn url(&self) -> String {
        format!("nats://{USER}:{PASSWORD_IN_ADDRESS}@127.0.0.1:{}", self.port)
    }

    /// Ends it, without a word to anybody.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it, at the same address as before.
    pub fn again(&mut self) {
        let child = Command::new(self.program)
            .args(["-a", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["--user", USER, "--pass", PASSWORD])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("NATS starts");
        self.child = Some(child);
        for _ in 0..100 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("NATS does not answer");
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}
