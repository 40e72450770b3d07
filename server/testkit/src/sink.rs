//! A mail server of our own that does what it is told, letter by letter: takes, refuses, asks for patience, hangs, hangs up.
//!
//! It is for moods that a real one cannot be brought into; that letters are right is judged by real ones (`smtp.rs`). It speaks only as much
//! SMTP as one client needs.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// What it does with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Takes it.
    Take,
    /// Answers this to the recipient: `450 4.2.0 greylisted`.
    AtRecipient(&'static str),
    /// Answers this when the whole letter is there.
    AtEnd(&'static str),
    /// Has the letter, and says nothing any more until [`Sink::let_go`].
    HangAtEnd,
    /// Has the letter, and is gone.
    DropAtEnd,
    /// Is gone before the letter comes.
    DropAtData,
}

/// How it is, whoever comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manners {
    /// It says nothing for so long at first.
    pub greets_after: Duration,
    /// It greets with this instead: `421 too many`.
    pub greeting: Option<&'static str>,
    /// It offers STARTTLS, and then speaks something else.
    pub broken_tls: bool,
    /// It wants a password, and answers this to whichever it is given.
    pub password: Option<&'static str>,
}

/// A letter that it has, whether it said so or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// In the envelope.
    pub to: Vec<String>,
    /// Every byte, as it came.
    pub raw: String,
    /// Whether it said that it took it.
    pub said: bool,
}

impl Letter {
    /// A header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

#[derive(Default)]
struct State {
    manners: Manners,
    deeds: HashMap<String, VecDeque<Deed>>,
    letters: Vec<Letter>,
    visits: usize,
}

/// The mail server, until it is dropped.
pub struct Sink {
    port: u16,
    state: Arc<Mutex<State>>,
    going: watch::Sender<u32>,
    task: Option<JoinHandle<()>>,
}

impl Sink {
    /// Starts one.
    pub async fn start() -> Self {
        let (going, _) = watch::channel(0);
        let mut sink = Self {
            port: 0,
            state: Arc::default(),
            going,
            task: None,
        };
        sink.come_back().await;
        sink
    }

    /// It is there again, at the same place.
    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("a port");
        self.port = listener.local_addr().expect("an address").port();
        let (state, going) = (self.state.clone(), self.going.clone());
        self.task = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (state, gone) = (state.clone(), going.subscribe());
                tokio::spawn(async move {
                    // Whoever goes away in the middle of a word is gone.
                    let _ = converse(stream, &state, gone).await;
                });
            }
        }));
    }

    /// Nobody is there any more; who is being spoken to is still spoken to.
    pub async fn go_away(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            // The port is free when the task is.
            let _ = task.await;
        }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// As `VITRINE_SMTP_URL` would name it, without encryption.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// What it does with the next letters to somebody; after those, it takes them.
    pub fn plan(&self, recipient: &str, deeds: &[Deed]) {
        lock(&self.state)
            .deeds
            .insert(recipient.to_owned(), deeds.iter().copied().collect());
    }

    /// How it is from now on.
    pub fn behave(&self, manners: Manners) {
        lock(&self.state).manners = manners;
    }

    /// Whom it holds on the line without a word, it lets go.
    pub fn let_go(&self) {
        self.going.send_modify(|times| *times += 1);
    }

    /// The letters that it has, the earliest first.
    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.state).letters.clone()
    }

    /// How often somebody came.
    pub fn visits(&self) -> usize {
        lock(&self.state).visits
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What goes on on one connection.
struct Visit {
    stream: BufReader<TcpStream>,
}

impl Visit {
    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await
    }

    /// The next line; empty when there is none any more.
    async fn hear(&mut self) -> std::io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    /// A letter, to the dot that stands alone.
    async fn letter(&mut self) -> std::io::Result<String> {
        let mut raw = String::new();
        loop {
            let line = self.hear().await?;
            if line.is_empty() {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line == ".\r\n" {
                return Ok(raw);
            }
            // A dot at the beginning is doubled on the way (RFC 5321, 4.5.2).
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }
}

async fn converse(stream: TcpStream, state: &Mutex<State>, mut gone: watch::Receiver<u32>) -> std::io::Result<()> {
    let manners = {
        let mut state = lock(state);
        state.visits += 1;
        state.manners
    };
    let mut visit = Visit {
        stream: BufReader::new(stream),
    };
    tokio::time::sleep(manners.greets_after).await;
    if let Some(greeting) = manners.greeting {
        return visit.say(greeting).await;
    }
    visit.say("220 sink.test").await?;
    let mut to: Vec<(String, Deed)> = Vec::new();
    loop {
        let line = visit.hear().await?;
        let verb = line.split([' ', '\r', '\n', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "" => return Ok(()),
            "EHLO" | "HELO" => {
                visit.say("250-sink.test").await?;
                if manners.broken_tls {
                    visit.say("250-STARTTLS").await?;
                }
                if manners.password.is_some() {
                    visit.say("250-AUTH PLAIN LOGIN").await?;
                }
                visit.say("250-8BITMIME\r\n250 SMTPUTF8").await?;
            }
            "STARTTLS" => {
                visit.say("220 go ahead").await?;
                return visit.say("this is no handshake").await;
            }
            "AUTH" => visit.say(manners.password.unwrap_or("503 nobody asked")).await?,
            "MAIL" | "RSET" => {
                to.clear();
                visit.say("250 fine").await?;
            }
            "RCPT" => {
                let recipient = recipient(&line);
                let deed = next_deed(state, &recipient);
                if let Deed::AtRecipient(answer) = deed {
                    visit.say(answer).await?;
                } else {
                    to.push((recipient, deed));
                    visit.say("250 fine").await?;
                }
            }
            "DATA" => {
                let deed = to
                    .iter()
                    .map(|(_, deed)| *deed)
                    .find(|deed| *deed != Deed::Take)
                    .unwrap_or(Deed::Take);
                if deed == Deed::DropAtData {
                    return Ok(());
                }
                visit.say("354 go on").await?;
                let raw = visit.letter().await?;
                if let Deed::AtEnd(answer) = deed {
                    visit.say(answer).await?;
                    continue;
                }
                let said = deed == Deed::Take;
                lock(state).letters.push(Letter {
                    to: to.drain(..).map(|(recipient, _)| recipient).collect(),
                    raw,
                    said,
                });
                match deed {
                    Deed::HangAtEnd => {
                        // Whoever holds the other end may also give up.
                        let _ = gone.changed().await;
                        return Ok(());
                    }
                    Deed::DropAtEnd => return Ok(()),
                    _ => visit.say("250 2.0.0 taken").await?,
                }
            }
            "QUIT" => return visit.say("221 bye").await,
            _ => visit.say("502 not here").await?,
        }
    }
}

/// `RCPT TO:<somebody@somewhere> …`.
fn recipient(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_ascii_lowercase()).unwrap_or_default()
}

fn next_deed(state: &Mutex<State>, recipient: &str) -> Deed {
    let mut state = lock(state);
    let planned = state.deeds.get_mut(recipient).and_then(VecDeque::pop_front);
    planned.unwrap_or(Deed::Take)
}
