//! A mail server hands letters over: LMTP (RFC 2033), or SMTP (RFC 5321) for those that speak nothing else. As much of both as a mail
//! server of one's own needs; it stands behind that server, on loopback or a socket, and not on the internet: no encryption, no passwords.
//!
//! "250" means that the letter is settled for good. Whatever goes wrong is "451", and the mail server comes again.

mod session;
mod wire;

use std::{io, path::Path, sync::Arc, time::Duration};

use service::Services;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, UnixListener},
    sync::Semaphore,
};

use crate::lifecycle::Lifecycle;

/// Connections at once: a mail server opens a few.
const CONNECTIONS_MAX: usize = 20;
/// When no connection can be taken in, asking again at once only burns time.
const BREATH: Duration = Duration::from_secs(1);

/// Opens a socket in the file system; one that an earlier process left is taken away.
pub fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::FileTypeExt as _;
    if path.symlink_metadata().is_ok_and(|meta| meta.file_type().is_socket()) {
        std::fs::remove_file(path)?;
    }
    UnixListener::bind(path).map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {}: {error}", path.display())))
}

/// Takes letters in until the server drains.
pub async fn serve_tcp(listener: TcpListener, services: Services, lifecycle: Lifecycle) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let accepted = tokio::select! {
            () = lifecycle.draining().cancelled() => return,
            accepted = listener.accept() => accepted.map(|(stream, _)| stream),
        };
        welcome(accepted, &seats, &services, &lifecycle).await;
    }
}

/// The same, at a socket in the file system.
pub async fn serve_unix(listener: UnixListener, services: Services, lifecycle: Lifecycle) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let accepted = tokio::select! {
            () = lifecycle.draining().cancelled() => return,
            accepted = listener.accept() => accepted.map(|(stream, _)| stream),
        };
        welcome(accepted, &seats, &services, &lifecycle).await;
    }
}

async fn welcome<S>(accepted: io::Result<S>, seats: &Arc<Semaphore>, services: &Services, lifecycle: &Lifecycle)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = match accepted {
        Ok(stream) => stream,
        Err(error) => {
            tracing::warn!("No mail server can be let in: {error}");
            tokio::time::sleep(BREATH).await;
            return;
        }
    };
    // Nobody waits for a seat longer than the mail server waits for its greeting.
    let Ok(seat) = seats.clone().try_acquire_owned() else { return };
    let (services, draining) = (services.clone(), lifecycle.draining().clone());
    lifecycle.spawn(async move {
        let ended = Box::pin(session::talk(stream, services, draining)).await;
        if let Err(error) = ended {
            tracing::debug!("A mail server hung up: {error}");
        }
        drop(seat);
    });
}
