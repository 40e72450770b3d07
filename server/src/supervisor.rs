//! Tells the supervisor that started this process how far it is: systemd, in a unit with `Type=notify`. Then "started" means that requests
//! are answered, and an update that cannot start is seen by whoever made it. Whoever is not started that way notices nothing.
//!
//! It does not answer for the server: `/readyz` does. Nothing depends on being heard.

use std::{
    io,
    os::{
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixDatagram},
    },
};

use tokio_util::sync::CancellationToken;

/// Says that the server is ready, and when it begins to end. `socket` is what the environment calls `NOTIFY_SOCKET`.
pub async fn report(socket: Option<String>, draining: CancellationToken) {
    let Some(socket) = socket else { return };
    tell(&socket, "READY=1");
    draining.cancelled().await;
    tell(&socket, "STOPPING=1");
}

fn tell(socket: &str, state: &str) {
    if let Err(error) = send(socket, state) {
        tracing::warn!("The supervisor could not be told {state}: {error}");
    }
}

fn send(socket: &str, state: &str) -> io::Result<()> {
    // A name that begins with @ is no file: it is known to the kernel only.
    let address = match socket.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    // One datagram on this machine: it is taken at once, or refused.
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(drop)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        socket.set_read_timeout(Some(Duration::from_secs(10))).expect("a time");
        let mut text = [0; 64];
        let length = socket.recv(&mut text).expect("something was said");
        String::from_utf8_lossy(&text[..length]).into_owned()
    }

    #[tokio::test]
    async fn the_supervisor_hears_when_it_begins_and_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let file = UnixDatagram::bind(&path).expect("a socket");
        let draining = CancellationToken::new();
        let told = tokio::spawn(report(Some(path.display().to_string()), draining.clone()));
        tokio::task::yield_now().await;
        draining.cancel();
        told.await.expect("it ends with the server");
        assert_eq!((heard(&file), heard(&file)), ("READY=1".to_owned(), "STOPPING=1".to_owned()));
    }

    #[test]
    fn a_name_without_a_file_is_found_too() {
        let name = format!("vitrine-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).expect("a name");
        let socket = UnixDatagram::bind_addr(&address).expect("a socket");
        send(&format!("@{name}"), "READY=1").expect("somebody listens");
        assert_eq!(heard(&socket), "READY=1");
    }

    #[tokio::test]
    async fn nobody_listening_is_no_reason_to_stop() {
        let draining = CancellationToken::new();
        draining.cancel();
        report(Some("/nowhere/at/all".to_owned()), draining.clone()).await;
        report(None, draining).await;
    }
}
