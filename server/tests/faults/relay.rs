//! A wire that can stop carrying, in one direction or both, without ending: what a browser sees behind a router that has died, or a server
//! whose database is out of reach.

use std::path::{Path, PathBuf};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf, split},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
    task::JoinHandle,
};

use crate::house::House;

/// What one direction holds when it stops.
const PIECE: usize = 4_096;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What is at the other end.
#[derive(Clone)]
enum End {
    Port(u16),
    Socket(PathBuf),
}

/// The wire, until it is dropped.
pub(crate) struct Relay {
    /// Where people find the server.
    pub(crate) base: String,
    /// Where it is.
    pub(crate) port: u16,
    there: watch::Sender<bool>,
    back: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Every connection to it goes on to this server.
    pub(crate) async fn to(house: &House) -> Self {
        Self::lay(End::Port(house.port())).await
    }

    /// Every connection to it goes on to whoever listens at this file.
    pub(crate) async fn to_socket(path: &Path) -> Self {
        Self::lay(End::Socket(path.to_owned())).await
    }

    async fn lay(end: End) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (there, back) = (watch::Sender::new(true), watch::Sender::new(true));
        let (goes, comes) = (there.subscribe(), back.subscribe());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, end.clone(), goes.clone(), comes.clone()));
            }
        });
        Self {
            base: format!("http://127.0.0.1:{port}"),
            port,
            there,
            back,
            task,
        }
    }

    /// From now on nothing arrives, and nothing ends; or again everything does, and what was on its way first.
    pub(crate) fn carries(&self, carries: bool) {
        self.carries_there(carries);
        self.carries_back(carries);
    }

    /// The same, of what is sent to the server alone.
    pub(crate) fn carries_there(&self, carries: bool) {
        self.there.send_replace(carries);
    }

    /// The same, of what the server sends alone.
    pub(crate) fn carries_back(&self, carries: bool) {
        self.back.send_replace(carries);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(here: TcpStream, end: End, goes: watch::Receiver<bool>, comes: watch::Receiver<bool>) {
    let there: Box<dyn Stream> = match end {
        End::Port(port) => match TcpStream::connect(("127.0.0.1", port)).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
        End::Socket(path) => match UnixStream::connect(path).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
    };
    let ((from_here, to_here), (from_there, to_there)) = (split(here), split(there));
    tokio::select! {
        () = one_way(from_here, to_there, goes) => {}
        () = one_way(from_there, to_here, comes) => {}
    }
}

async fn one_way(mut from: ReadHalf<impl Stream>, mut to: WriteHalf<impl Stream>, mut carried: watch::Receiver<bool>) {
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece).await.unwrap_or_default();
        if carried.wait_for(|carries| *carries).await.is_err() || read == 0 || to.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
}
