//! One request by hand, on a connection of its own: ten thousand clients that lost their server share no pool, and a client with one would
//! measure itself.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Result;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// What is sent: nothing, or a text and what it is.
pub(crate) type Sent<'a> = Option<(&'a str, &'a str)>;

/// A `POST` with the headers that a browser sends from a page of ours, and one more.
pub(crate) async fn post(address: SocketAddr, path: &str, header: (&str, &str), sent: Sent<'_>) -> Result<Answer> {
    let kind = sent.map_or(String::new(), |(kind, _)| format!("Content-Type: {kind}\r\n"));
    let text = sent.map_or("", |(_, text)| text);
    let (name, value) = header;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n{name}: {value}\r\n{kind}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| format!("{path} was not answered").into())
}

fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_answer_is_its_status_and_its_body() {
        let answer = super::read("HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n\r\nbusy").expect("an answer");
        assert_eq!((answer.status, answer.body.as_str()), (503, "busy"));
        assert!(super::read("HTTP/1.1 200 OK\r\n").is_none());
    }
}
