//! `/ws`: who may open a socket, and from where. Whom it is for is said by the ticket in its first frame, not here.

use axum::{
    extract::{Extension, State, WebSocketUpgrade},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};
use model::{limits::FRAME_BYTES_MAX, refusal::Refusal, wire::SUBPROTOCOL};

use crate::{
    http::{answer::Failed, layer::same_origin::may_open_socket},
    listener::seats::Seat,
    live::connection,
    state::AppState,
};

/// Bytes read ahead: a message of ordinary length; longer ones get what they need. The default of 128 KiB is allocated for each socket, and
/// most of them are silent.
const READ_BUFFER: usize = 1_024;
/// Bytes written before they are flushed, and at most: two of the largest frames.
const WRITE_BUFFER: usize = 4_096;
const WRITE_BUFFER_MAX: usize = 2 * FRAME_BYTES_MAX;

/// Opens a socket.
pub async fn upgrade(
    State(state): State<AppState>,
    headers: HeaderMap,
    seat: Option<Extension<Seat>>,
    socket: WebSocketUpgrade,
) -> Response {
    if !may_open_socket(&headers, &state.http) {
        return (StatusCode::FORBIDDEN, axum::Json(Refusal::NotAllowed)).into_response();
    }
    let speaks = headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|h| h.to_str().ok())
        .flat_map(|h| h.split(','))
        .any(|p| p.trim() == SUBPROTOCOL);
    if !speaks {
        return Failed::from(Refusal::UnknownType).into_response();
    }
    if state.lifecycle.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")]).into_response();
    }
    socket
        .protocols([SUBPROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(WRITE_BUFFER_MAX)
        .max_message_size(FRAME_BYTES_MAX)
        .max_frame_size(FRAME_BYTES_MAX)
        .on_upgrade(move |socket| async move {
            connection::run(state, socket).await;
            // Kept as long as the socket lives: it stays counted, and the server's end waits for it.
            drop(seat);
        })
}
