//! The few questions that a doctor asks the domain name system: texts, and who takes mail. Over UDP, and over TCP where the answer is long.
//!
//! It believes the resolver of the machine, as everything else on it does, and checks no signatures.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
};

/// Where the system names its resolvers.
const RESOLVERS: &str = "/etc/resolv.conf";
/// Resolvers that are asked, one after the other.
const RESOLVERS_MAX: usize = 3;
const PORT: u16 = 53;
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of an answer over UDP that are taken.
const DATAGRAM_MAX: usize = 4_096;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Who takes mail.
    Mx = 15,
    /// Texts.
    Txt = 16,
}

/// An answer, as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    truncated: bool,
    /// Texts; of a mail exchanger, nothing but that it is there.
    records: Vec<String>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bad {
    /// It is not the answer to the question.
    Foreign,
    /// It cannot be read, or the resolver could not find out.
    Useless,
}

/// The resolvers of this machine.
pub(super) fn resolvers() -> Vec<SocketAddr> {
    listed(&std::fs::read_to_string(RESOLVERS).unwrap_or_default())
}

fn listed(text: &str) -> Vec<SocketAddr> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        .filter_map(|rest| rest.trim().parse::<IpAddr>().ok())
        .map(|ip| SocketAddr::new(ip, PORT))
        .take(RESOLVERS_MAX)
        .collect()
}

/// Asks one resolver after the other. No records is an answer, too.
pub(super) async fn ask(resolvers: &[SocketAddr], name: &str, kind: Kind) -> Result<Vec<String>, String> {
    let mut why = "no resolver is named in /etc/resolv.conf".to_owned();
    for resolver in resolvers {
        match tokio::time::timeout(PATIENCE, asked(*resolver, name, kind)).await {
            Ok(Ok(records)) => return Ok(records),
            Ok(Err(error)) => why = format!("{resolver}: {error}"),
            Err(_) => why = format!("{resolver}: no answer"),
        }
    }
    Err(why)
}

async fn asked(resolver: SocketAddr, name: &str, kind: Kind) -> io::Result<Vec<String>> {
    let mut random = [0_u8; 2];
    getrandom::fill(&mut random).map_err(|_| io::Error::other("this system has no randomness"))?;
    let id = u16::from_be_bytes(random);
    let question = question(id, name, kind).ok_or_else(|| io::Error::other("a name that cannot be asked for"))?;
    let ours = match resolver {
        SocketAddr::V4(_) => SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0),
        SocketAddr::V6(_) => SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), 0),
    };
    let socket = UdpSocket::bind(ours).await?;
    // From now on only the resolver is heard.
    socket.connect(resolver).await?;
    socket.send(&question).await?;
    let mut datagram = vec![0_u8; DATAGRAM_MAX];
    let answer = loop {
        let read = socket.recv(&mut datagram).await?;
        match answer(&datagram[..read], id, kind) {
            Ok(answer) => break answer,
            // Somebody else's, or too late: the right one may follow.
            Err(Bad::Foreign) => {}
            Err(Bad::Useless) => return Err(io::Error::other("the resolver could not find out")),
        }
    };
    if !answer.truncated {
        return Ok(answer.records);
    }
    let long = over_tcp(resolver, &question).await?;
    self::answer(&long, id, kind)
        .map(|answer| answer.records)
        .map_err(|_| io::Error::other("the resolver could not find out"))
}

async fn over_tcp(resolver: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(resolver).await?;
    let length = u16::try_from(question.len()).map_err(io::Error::other)?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(question).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0_u8; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

/// RFC 1035, 4.1: a head, and one question.
fn question(id: u16, name: &str, kind: Kind) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(name.len() + 18);
    bytes.extend(id.to_be_bytes());
    // A standard question, that the resolver is to follow to its end.
    bytes.extend([0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length))?;
        bytes.push(length);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes.extend((kind as u16).to_be_bytes());
    bytes.extend(1_u16.to_be_bytes());
    Some(bytes)
}

fn answer(bytes: &[u8], id: u16, kind: Kind) -> Result<Answer, Bad> {
    let short = |at: usize| -> Result<u16, Bad> {
        let two = bytes.get(at..at + 2).ok_or(Bad::Useless)?;
        Ok(u16::from_be_bytes([two[0], two[1]]))
    };
    let is_answer = short(2)? & 0x8000 != 0;
    if short(0)? != id || !is_answer {
        return Err(Bad::Foreign);
    }
    let truncated = short(2)? & 0x0200 != 0;
    match short(2)? & 0x000f {
        0 => {}
        // There is no such name: then it has no records.
        3 => {
            return Ok(Answer {
                truncated: false,
                records: Vec::new(),
            });
        }
        _ => return Err(Bad::Useless),
    }
    let (questions, answers) = (short(4)?, short(6)?);
    let mut at = 12;
    for _ in 0..questions {
        at = after_name(bytes, at)? + 4;
    }
    let mut records = Vec::new();
    for _ in 0..answers {
        // What was cut off is asked for again in another way.
        let Ok(after) = after_name(bytes, at) else { break };
        let (Ok(this), Ok(length)) = (short(after), short(after + 8)) else {
            break;
        };
        let from = after + 10;
        at = from + usize::from(length);
        let Some(data) = bytes.get(from..at) else { break };
        if this == kind as u16 {
            records.push(match kind {
                Kind::Txt => texts(data),
                Kind::Mx => String::new(),
            });
        }
    }
    Ok(Answer { truncated, records })
}

/// Where a name ends: at an empty label, or at a pointer to where it goes on.
fn after_name(bytes: &[u8], mut at: usize) -> Result<usize, Bad> {
    loop {
        let length = *bytes.get(at).ok_or(Bad::Useless)?;
        if length & 0xc0 == 0xc0 {
            return Ok(at + 2);
        }
        at += usize::from(length) + 1;
        if length == 0 {
            return Ok(at);
        }
    }
}

/// The pieces of a text as one (RFC 7208, 3.3).
fn texts(mut data: &[u8]) -> String {
    let mut all = Vec::new();
    while let Some((length, rest)) = data.split_first() {
        let piece = rest.get(..usize::from(*length)).unwrap_or(rest);
        all.extend_from_slice(piece);
        data = &rest[piece.len()..];
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a resolver answers: the question again, and records of a kind.
    fn answered(question: &[u8], flags: [u8; 2], records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = question.to_vec();
        bytes[2..4].copy_from_slice(&flags);
        bytes[7] = u8::try_from(records.len()).expect("few");
        for (kind, data) in records {
            bytes.extend([0xc0, 12]);
            bytes.extend(kind.to_be_bytes());
            bytes.extend([0, 1, 0, 0, 0, 60]);
            bytes.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
            bytes.extend_from_slice(data);
        }
        bytes
    }

    #[test]
    fn texts_are_read_whole_and_others_are_passed_over() {
        let asked = question(7, "shop.example", Kind::Txt).expect("a question");
        let bytes = answered(
            &asked,
            [0x81, 0x80],
            &[(5, &b"\x01a\x00"[..]), (16, &b"\x07v=spf1 \x04-all"[..]), (16, &b"\x05other"[..])],
        );
        let read = answer(&bytes, 7, Kind::Txt).expect("an answer");
        assert_eq!(read.records, ["v=spf1 -all", "other"]);
        assert!(!read.truncated);
        assert_eq!(answer(&bytes, 8, Kind::Txt), Err(Bad::Foreign));
        assert_eq!(answer(&asked, 7, Kind::Txt), Err(Bad::Foreign), "a question is no answer");
    }

    #[test]
    fn no_name_is_no_record_and_a_resolver_that_failed_says_nothing() {
        let asked = question(7, "nowhere.example", Kind::Mx).expect("a question");
        let none = answer(&answered(&asked, [0x81, 0x83], &[]), 7, Kind::Mx).expect("an answer");
        assert!(none.records.is_empty());
        assert_eq!(answer(&answered(&asked, [0x81, 0x82], &[]), 7, Kind::Mx), Err(Bad::Useless));
        let cut = answer(&answered(&asked, [0x83, 0x80], &[]), 7, Kind::Mx).expect("an answer");
        assert!(cut.truncated);
    }

    #[test]
    fn whatever_a_resolver_says_is_read_without_a_panic() {
        let asked = question(7, "shop.example", Kind::Txt).expect("a question");
        let bytes = answered(&asked, [0x81, 0x80], &[(16, &b"\xffshort"[..]), (15, &b"\x00\x0a\xc0\x0c"[..])]);
        for end in 0..bytes.len() {
            let _ = answer(&bytes[..end], 7, Kind::Txt);
        }
        for at in 0..bytes.len() {
            let mut odd = bytes.clone();
            odd[at] ^= 0xff;
            let _ = answer(&odd, 7, Kind::Txt);
        }
        assert_eq!(question(1, "a..b", Kind::Txt), None);
        assert_eq!(question(1, &"x".repeat(64), Kind::Txt), None);
    }

    #[test]
    fn resolvers_are_those_of_the_system() {
        let text = "# comment\nsearch example\nnameserver 10.0.0.1\nnameserver ::1\nnameserver nonsense\n";
        assert_eq!(
            listed(text),
            [
                "10.0.0.1:53".parse().expect("fine"),
                "[::1]:53".parse::<SocketAddr>().expect("fine")
            ]
        );
    }

    #[tokio::test]
    async fn a_long_answer_is_asked_for_again_over_tcp() {
        let udp = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let address = udp.local_addr().expect("an address");
        let tcp = tokio::net::TcpListener::bind(address).await.expect("the same port");
        tokio::spawn(async move {
            let mut asked = [0_u8; 512];
            let (read, from) = udp.recv_from(&mut asked).await.expect("a question");
            let cut = answered(&asked[..read], [0x83, 0x80], &[]);
            udp.send_to(&cut, from).await.expect("answers");
            let (mut stream, _) = tcp.accept().await.expect("asked again");
            let length = stream.read_u16().await.expect("a length");
            let mut asked = vec![0_u8; usize::from(length)];
            stream.read_exact(&mut asked).await.expect("a question");
            let long = answered(&asked, [0x81, 0x80], &[(16, &b"\x03all"[..])]);
            stream.write_u16(u16::try_from(long.len()).expect("short")).await.expect("answers");
            stream.write_all(&long).await.expect("answers");
        });
        let records = ask(&[address], "shop.example", Kind::Txt).await.expect("an answer");
        assert_eq!(records, ["all"]);
    }
}
