//! A server in a process of its own: started, waited for, and stopped as an operator would.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{Result, probe::Probe};

/// A start that takes longer has failed.
const START: Duration = Duration::from_secs(30);
/// A shutdown drains connections first.
const STOP: Duration = Duration::from_secs(40);

/// A running server.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How long it took from its start to its first answer.
    pub(crate) answered_after_ms: f64,
    child: Child,
}

impl Server {
    /// Starts one on a free port and waits for `/healthz`.
    pub(crate) async fn start(command: &impl Fn(SocketAddr) -> Command) -> Result<Self> {
        Self::start_at(free_address().await?, command).await
    }

    /// The same where one has listened before: its clients know the address.
    pub(crate) async fn start_at(address: SocketAddr, command: &impl Fn(SocketAddr) -> Command) -> Result<Self> {
        let begun = Instant::now();
        let child = command(address).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Self::waited_for(address, begun, child).await
    }

    /// The same for a process that is there already.
    pub(crate) async fn waited_for(address: SocketAddr, begun: Instant, mut child: Child) -> Result<Self> {
        while begun.elapsed() < START {
            if healthy(address).await {
                return Ok(Self {
                    address,
                    answered_after_ms: begun.elapsed().as_secs_f64() * 1_000.0,
                    child,
                });
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("the server ended at once, with {status}").into());
            }
            sleep(Duration::from_millis(1)).await;
        }
        Err("the server did not answer".into())
    }

    /// What may be read of it while it runs.
    pub(crate) fn probe(&self) -> Result<Probe> {
        Ok(Probe::of(self.child.id().ok_or("the server ended by itself")?))
    }

    /// Ends it as a power cut would: it is told nothing.
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Asks it to end, and waits until it did.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let id = self.child.id().ok_or("the server ended by itself")?;
        Command::new("kill").arg("-TERM").arg(id.to_string()).status().await?;
        if timeout(STOP, self.child.wait()).await.is_err() {
            self.child.kill().await?;
            return Err(format!("the server did not end within {} s", STOP.as_secs()).into());
        }
        Ok(())
    }
}

/// `PROGRAM VERB --listen … --data …`, ended with this process.
pub(crate) fn command(program: &Path, verb: &str, listen: SocketAddr, data: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg(verb)
        .arg("--listen")
        .arg(listen.to_string())
        .arg("--data")
        .arg(data)
        .kill_on_drop(true);
    command
}

/// A port that nobody uses at this moment.
pub(crate) async fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?)
}

/// One request by hand: a client with a pool would measure itself.
async fn healthy(address: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream
            .write_all(format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())
            .await?;
        let mut answer = [0_u8; 12];
        stream.read_exact(&mut answer).await?;
        std::io::Result::Ok(answer == *b"HTTP/1.1 200")
    };
    ask.await.unwrap_or(false)
}
