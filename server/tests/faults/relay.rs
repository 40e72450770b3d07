//! A wire between people and the server that can stop carrying in both directions without ending: what a browser sees behind a router that
//! has died.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

use crate::house::House;

/// What one direction holds when it stops.
const PIECE: usize = 4_096;

/// The wire, until it is dropped.
pub(crate) struct Relay {
    /// Where people find the server.
    pub(crate) base: String,
    carries: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Every connection to it goes on to this server.
    pub(crate) async fn to(house: &House) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (carries, carried) = watch::channel(true);
        let port = house.port();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, port, carried.clone()));
            }
        });
        Self { base, carries, task }
    }

    /// From now on nothing arrives, and nothing ends; or again everything does, and what was on its way first.
    pub(crate) fn carries(&self, carries: bool) {
        self.carries.send_replace(carries);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(here: TcpStream, port: u16, carried: watch::Receiver<bool>) {
    let Ok(there) = TcpStream::connect(("127.0.0.1", port)).await else {
        return;
    };
    let ((from_here, to_here), (from_there, to_there)) = (here.into_split(), there.into_split());
    tokio::select! {
        () = one_way(from_here, to_there, carried.clone()) => {}
        () = one_way(from_there, to_here, carried) => {}
    }
}

async fn one_way(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut carried: watch::Receiver<bool>) {
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece).await.unwrap_or_default();
        if carried.wait_for(|carries| *carries).await.is_err() || read == 0 || to.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
}
