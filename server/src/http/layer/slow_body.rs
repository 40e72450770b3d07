//! A body that dribbles in is not waited for: whoever sends a byte a second would otherwise hold a connection and a handler for as long as a
//! request may last. Where files come in, the request's own end is the limit.

use std::{
    fmt,
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// For the 64 kB of the longest body that is no file: 26 kbit/s, less than any telephone that can show a page.
pub(super) const WITHIN: Duration = Duration::from_secs(20);

/// A body that has to be whole by then.
struct Hurried {
    body: Body,
    until: Pin<Box<Sleep>>,
}

/// It was not.
#[derive(Debug)]
struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body came too slowly")
    }
}

impl std::error::Error for TooSlow {}

/// The same body, which must be whole by then. One that is whole already waits for nothing.
pub(super) fn hurried(body: Body, within: Duration) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let until = Box::pin(sleep(within));
    Body::new(Hurried { body, until })
}

impl HttpBody for Hurried {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame);
        }
        match self.until.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(TooSlow)))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::to_bytes;
    use futures::{StreamExt as _, stream};

    use super::*;

    #[tokio::test]
    async fn what_dribbles_in_is_cut_and_what_comes_at_once_is_not() {
        let every = || async {
            sleep(Duration::from_millis(5)).await;
            Ok::<_, Infallible>(Bytes::from_static(b"x"))
        };
        let dribble = Body::from_stream(stream::repeat(()).then(move |()| every()));
        assert!(to_bytes(hurried(dribble, Duration::from_millis(50)), 100_000).await.is_err());
        let whole = to_bytes(hurried(Body::from("whole"), Duration::from_secs(5)), 100).await;
        assert_eq!(whole.expect("comes"), "whole");
        assert!(hurried(Body::empty(), Duration::ZERO).is_end_stream());
    }
}
