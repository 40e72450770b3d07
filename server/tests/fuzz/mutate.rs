//! From an input that is right to one that nobody thought of: a few small changes, by a seed.

use rand::{Rng as _, rngs::SmallRng};

/// No input grows beyond this.
const BYTES_MAX: usize = 64 * 1024;
/// Bytes that stand at borders.
const BORDERS: [u8; 12] = [0, 1, b'\n', b'\r', b'"', b'<', b'\\', 0x7f, 0x80, 0xc0, 0xf4, 0xff];
/// Pieces that mean something to one reader or another.
const PIECES: [&[u8]; 22] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b"\"}",
    b"{\"",
    b"[[[[[[[[",
    b"-9223372036854775808",
    b"18446744073709551616",
    b"1e999",
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"<script>",
    b"<!--",
    b"&#x110000;",
    b"=?utf-8?b?4oCu?=",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"--x\r\n",
    b"https://",
    b"../",
    b"' OR 1=1",
    b"=1+1",
];

/// One to six changes.
pub(crate) fn mutated(dice: &mut SmallRng, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..dice.random_range(1..=6) {
        change(dice, &mut bytes, other);
    }
    bytes.truncate(BYTES_MAX);
    bytes
}

fn change(dice: &mut SmallRng, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = dice.random_range(0..=bytes.len());
    let to = dice.random_range(at..=bytes.len().min(at + 64));
    match dice.random_range(0..8) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.random_range(0..8),
        1 if at < bytes.len() => bytes[at] = BORDERS[dice.random_range(0..BORDERS.len())],
        2 => {
            bytes.drain(at..to);
        }
        3 => {
            let again = bytes[at..to].repeat(dice.random_range(1..=8));
            bytes.splice(at..at, again);
        }
        4 => {
            let piece = PIECES[dice.random_range(0..PIECES.len())];
            bytes.splice(at..at, piece.iter().copied());
        }
        5 if !other.is_empty() => {
            let from = dice.random_range(0..other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        6 => bytes.truncate(at),
        _ => {
            let made: Vec<u8> = (0..dice.random_range(1..=8)).map(|_| dice.random()).collect();
            bytes.splice(at..at, made);
        }
    }
}
