//! Lines and letters on the wire: bounded in length and in time, and ended by nothing but what the RFC says.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _},
    time::timeout,
};

/// Bytes of a command (RFC 5321, 4.5.3.1.4: 512, and extensions add to it).
const COMMAND_BYTES_MAX: u64 = 4_096;
/// Bytes of a letter's line that are read at once; a longer one is read in pieces.
const PIECE_BYTES_MAX: u64 = 64 * 1024;
/// How long a command may take to come (RFC 5321, 4.5.3.2.7).
const COMMAND_WITHIN: Duration = Duration::from_mins(5);
/// How long a piece of a letter may take (4.5.3.2.5).
const PIECE_WITHIN: Duration = Duration::from_mins(3);

/// What came instead of a command.
pub(super) enum Line {
    /// A command, without its end.
    Command(String),
    /// More than a command can be.
    TooLong,
    /// The end.
    End,
}

/// A letter.
pub(super) enum Data {
    /// All of it, and how large it is: of one that is too large, only the beginning is kept.
    Letter { raw: Vec<u8>, size: usize },
    /// The connection ended in the middle of it, or it was larger than anybody's patience.
    Broken,
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "nothing came")
}

/// The next command.
pub(super) async fn command(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut limited = from.take(COMMAND_BYTES_MAX);
    let read = timeout(COMMAND_WITHIN, limited.read_until(b'\n', &mut line))
        .await
        .map_err(|_| late())??;
    if read == 0 {
        return Ok(Line::End);
    }
    if !line.ends_with(b"\n") {
        return Ok(Line::TooLong);
    }
    Ok(Line::Command(
        String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

/// The rest of a letter, up to a line with a dot between two ends of line that are CR LF both. Anything less strict would let one letter
/// pretend to be two.
pub(super) async fn letter(from: &mut (impl AsyncBufRead + Unpin), max: usize) -> io::Result<Data> {
    let (mut raw, mut size) = (Vec::new(), 0_usize);
    let mut begins = true;
    loop {
        let mut piece = Vec::new();
        let mut limited = (&mut *from).take(PIECE_BYTES_MAX);
        let read = timeout(PIECE_WITHIN, limited.read_until(b'\n', &mut piece))
            .await
            .map_err(|_| late())??;
        if read == 0 || size > 4 * max {
            return Ok(Data::Broken);
        }
        if begins && piece == b".\r\n" {
            return Ok(Data::Letter { raw, size });
        }
        let ended = piece.ends_with(b"\r\n");
        // Lines that begin with a dot were given one more on their way (4.5.2).
        let line = if begins {
            piece.strip_prefix(b".").unwrap_or(&piece)
        } else {
            &piece
        };
        size += line.len();
        if size <= max {
            raw.extend_from_slice(line);
        }
        begins = ended;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(mut bytes: &[u8], max: usize) -> Option<(String, usize, usize)> {
        match letter(&mut bytes, max).await.expect("reads") {
            Data::Letter { raw, size } => Some((String::from_utf8(raw).expect("text"), size, bytes.len())),
            Data::Broken => None,
        }
    }

    #[tokio::test]
    async fn a_letter_ends_where_the_rfc_says_and_nowhere_else() {
        let said = |text: &str, rest: usize| Some((text.to_owned(), text.len(), rest));
        assert_eq!(read(b"a\r\n..b\r\n.\r\nQUIT\r\n", 100).await, said("a\r\n.b\r\n", 6));
        assert_eq!(read(b".\r\n", 100).await, said("", 0));
        for smuggled in [
            "a\n.\r\nMAIL\r\n.\r\n",
            "a\r\n.\nMAIL\r\n.\r\n",
            "a\n.\nMAIL\r\n.\r\n",
            "a\r.\r\nMAIL\r\n.\r\n",
        ] {
            let (text, _, rest) = read(smuggled.as_bytes(), 100).await.expect("a letter");
            assert!(text.contains("MAIL") && rest == 0, "{smuggled:?}");
        }
        assert_eq!(read(b"a\r\n", 100).await, None);
    }

    #[tokio::test]
    async fn he_18_a_letter_that_is_too_large_is_counted_and_not_kept() {
        let large = [vec![b'x'; 150], b"\r\n.\r\n".to_vec()].concat();
        let (text, size, _) = read(&large, 100).await.expect("a letter");
        assert_eq!((text.len(), size), (0, 152));
        let endless = vec![b'x'; 1_000_000];
        assert_eq!(read(&endless, 100).await, None);
    }
}
