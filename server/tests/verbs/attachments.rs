//! Files on their way in and out of the installation: room on the disk, the virus scanner, and addresses that need no cookie.

use std::sync::{Arc, Mutex};

use model::{
    event::{Audience, Event, EventKind},
    file::SharedFile,
    id::ConversationId,
    limits::HANDLE_MS,
    panel::{EventsPage, SessionAnswer, SessionRequest},
    refusal::{Field, Refusal},
    time::Timestamp,
    wire::{ClientFrame, ServerFrame},
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use service::{
    Clock, Party,
    clock::new_id,
    files::{self, Scanner, Shelf},
};
use tempfile::TempDir;
use testkit::{Clamd, INFECTED, TestServer, Visitor, sqlite, with_file};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{Scene, refused, scenes};

const TEN_MINUTES: i64 = 10 * 60_000;

/// What the scanner was given, file by file.
type Seen = Arc<Mutex<Vec<Vec<u8>>>>;

/// Not ClamAV: a listener that speaks the part of its protocol which `clamd` documents for INSTREAM, and finds what the test tells it to.
/// ClamAV itself is asked in [`hd_13_clamav_itself_finds_what_it_knows`]; it does not fail at will.
async fn fake_clamd() -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let seen = Seen::default();
    let theirs = seen.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            scan(socket, &theirs).await;
        }
    });
    (address, seen)
}

async fn scan(mut socket: TcpStream, seen: &Seen) {
    let mut command = [0; 10];
    socket.read_exact(&mut command).await.expect("a command");
    assert_eq!(&command, b"zINSTREAM\0");
    let mut file = Vec::new();
    loop {
        let length = socket.read_u32().await.expect("a length") as usize;
        if length == 0 {
            break;
        }
        let so_far = file.len();
        file.resize(so_far + length, 0);
        socket.read_exact(&mut file[so_far..]).await.expect("a part");
    }
    let says = |word: &[u8]| file.windows(word.len()).any(|window| window == word);
    let answer: &[u8] = if says(b"a virus") {
        b"stream: Test.Virus-1 FOUND\0"
    } else if says(b"much") {
        b"INSTREAM size limit exceeded. ERROR\0"
    } else if says(b"hang up") {
        b""
    } else if says(b"break off") {
        b"stream: OK"
    } else {
        b"stream: OK\0"
    };
    socket.write_all(answer).await.expect("answers");
    seen.lock().expect("nobody panicked").push(file);
}

impl Scene {
    /// Takes files from now on, if this scanner finds nothing in them.
    fn with_scanner(&self, scanner: Scanner) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        self.services.keep_files_in(Shelf {
            scanner: Some(scanner),
            ..Shelf::from(folder.path().to_owned())
        });
        folder
    }

    async fn gives(&self, party: &Party, id: ConversationId, bytes: &[u8]) -> Result<i64, Refusal> {
        let posted = files::share(&self.services, party, id, new_id(), "note.txt", bytes.to_vec()).await;
        posted.map(|p| p.seq.0).map_err(|f| f.refusal().unwrap_or_else(|| panic!("{f}")))
    }
}

fn is_empty(folder: &TempDir) -> bool {
    std::fs::read_dir(folder.path()).expect("a folder").next().is_none()
}

#[tokio::test]
async fn hd_13_every_file_is_looked_through_before_anybody_sees_it() {
    for scene in scenes().await {
        let (address, seen) = fake_clamd().await;
        let folder = scene.with_scanner(Scanner::parse(&format!("tcp:{address}")).expect("an address"));
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        for (text, why) in [
            ("This is a virus", Refusal::FileInfected),
            ("This is too much", Refusal::FileUnchecked),
            ("Now hang up", Refusal::FileUnchecked),
            ("Now break off", Refusal::FileUnchecked),
        ] {
            assert_eq!(scene.gives(&shopper, id, text.as_bytes()).await, Err(why), "{text}, {}", scene.name);
        }
        assert!(
            scene.log(id).await.is_empty() && is_empty(&folder),
            "{}: nothing is left of them",
            scene.name
        );
        // In several parts, and whole again on the other side; the desk's files as well as the shopper's.
        let long = "All is well. ".repeat(20_000).into_bytes();
        assert_eq!(scene.gives(&shopper, id, &long).await, Ok(1));
        let desk = Party::Desk(scene.actor(false));
        assert_eq!(scene.gives(&desk, id, b"This is a virus").await, Err(Refusal::FileInfected));
        let seen = seen.lock().expect("nobody panicked");
        assert!(seen.len() == 6 && seen[4] == long, "{}", scene.name);
    }
}

#[tokio::test]
async fn hd_13_clamav_itself_finds_what_it_knows() {
    let Some(clamd) = Clamd::start() else { return };
    for scene in scenes().await {
        let folder = scene.with_scanner(Scanner::parse(&clamd.address()).expect("an address"));
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        assert_eq!(scene.gives(&shopper, id, b"All is well").await, Ok(1), "{}", scene.name);
        let taken = std::fs::read_dir(folder.path()).expect("a folder").count();
        let infected = [b"Look at ".as_slice(), INFECTED].concat();
        assert_eq!(
            scene.gives(&shopper, id, &infected).await,
            Err(Refusal::FileInfected),
            "{}",
            scene.name
        );
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            taken,
            "nothing is left of it"
        );
    }
}

#[tokio::test]
async fn hd_13_without_an_answer_of_the_scanner_no_file_is_taken() {
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let gone = port.local_addr().expect("an address");
    drop(port);
    for address in [format!("tcp:{gone}"), "unix:/nowhere/clamd.ctl".to_owned()] {
        for scene in scenes().await.into_iter().take(1) {
            let folder = scene.with_scanner(Scanner::parse(&address).expect("an address"));
            scene.online().await;
            let (id, shopper) = scene.chat().await;
            assert_eq!(scene.gives(&shopper, id, b"Hello").await, Err(Refusal::FileUnchecked), "{address}");
            assert!(scene.log(id).await.is_empty() && is_empty(&folder));
            // Words go on.
            scene.say(&shopper, id, new_id(), "In words, then").await.expect("posts");
        }
    }
}

#[tokio::test]
async fn hd_13_the_refusal_says_what_was_found_with_and_without_scripts() {
    let (address, _) = fake_clamd().await;
    let scanner = format!("tcp:{address}");
    let server = TestServer::start_set(sqlite().await, Clock::system(), &[("VITRINE_CLAMD", scanner.as_str())]).await;
    let shopper = server.visitor(&server.world.alpha);
    let id = shopper.leave("With a note").await.expect("leaves").conversation.id;
    let refused = shopper.give(id, "note.txt", b"This is a virus").await.expect_err("is refused");
    assert_eq!((refused, refused.field()), (Refusal::FileInfected, Some(Field::File)));
    let request = shopper
        .request(Method::POST, &shopper.path("files"))
        .header("accept", "text/html,*/*");
    let answer = with_file(request, id, new_id(), "note.txt", b"This is a virus")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.expect("a page").contains("A virus was found in this file"));
    shopper.give(id, "note.txt", b"All is well").await.expect("is taken");
}

#[tokio::test]
async fn hd_11_when_the_disk_is_nearly_full_files_stop_and_words_go_on() {
    for scene in scenes().await {
        let folder = tempfile::tempdir().expect("a folder");
        scene.services.keep_files_in(Shelf {
            stays_free: u64::MAX,
            ..Shelf::from(folder.path().to_owned())
        });
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let share = files::share(&scene.services, &shopper, id, new_id(), "note.txt", b"Hello".to_vec()).await;
        assert_eq!(refused(share), Refusal::NoRoomForFiles, "{}", scene.name);
        assert!(is_empty(&folder));
        assert_eq!(scene.say(&shopper, id, new_id(), "In words, then").await, Ok((1, false)));
    }
    // A million terabytes: more than any disk has.
    let server = TestServer::start_set(sqlite().await, Clock::system(), &[("VITRINE_DISK_FLOOR", "1000000T")]).await;
    let shopper = server.visitor(&server.world.alpha);
    let id = shopper.leave("With a note").await.expect("leaves").conversation.id;
    assert_eq!(shopper.give(id, "note.txt", b"Hello").await.err(), Some(Refusal::NoRoomForFiles));
}

fn files_of(events: Vec<Event>) -> Vec<SharedFile> {
    let file = |event: Event| match event.kind {
        EventKind::Shared { file } => Some(file),
        _ => None,
    };
    events.into_iter().filter_map(file).collect()
}

fn address_of(file: &SharedFile) -> String {
    format!("/files/{}?show&k={}", file.id, file.key.as_deref().expect("a key"))
}

/// Two notes in an offline message, as their shopper is told of them without a cookie.
async fn two_notes(server: &TestServer) -> (Visitor, ConversationId, Vec<SharedFile>) {
    let shopper = server.visitor_without_cookies(&server.world.alpha);
    let id = shopper.leave("With two notes").await.expect("leaves").conversation.id;
    for text in ["one", "two"] {
        shopper.give(id, "note.txt", text.as_bytes()).await.expect("gives");
    }
    let path = shopper.path(&format!("events?conversation={id}"));
    let page = shopper.request(Method::GET, &path).send().await.expect("an answer");
    let page: EventsPage = page.json().await.expect("a page of events");
    let files = files_of(page.events);
    assert_eq!(files.len(), 2);
    (shopper, id, files)
}

async fn status(server: &TestServer, path: &str) -> StatusCode {
    server.nobody().get(path).await.status()
}

#[tokio::test]
async fn hb_1_a_file_has_an_address_that_needs_no_cookie_and_opens_nothing_else() {
    let server = TestServer::start_with(sqlite().await, Clock::manual(Timestamp(1_800_000_000_000))).await;
    let (_shopper, _, files) = two_notes(&server).await;
    let [one, two] = &files[..] else { panic!("two files") };
    let address = address_of(one);
    let answer = server.nobody().get(&address).await;
    assert_eq!(
        (answer.status(), answer.text().await.expect("a body").as_str()),
        (StatusCode::OK, "one")
    );
    let answer = server.nobody().get(&address.replace("?show", "?save")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        answer.headers()["content-disposition"]
            .to_str()
            .expect("text")
            .starts_with("attachment; ")
    );

    // Another file, of the same visitor or of somebody else at the same store; another time; other signatures; nothing at all.
    let (_, _, others) = two_notes(&server).await;
    let key = one.key.as_deref().expect("a key");
    let (until, mac) = key.split_once('.').expect("two parts");
    let later = until.parse::<i64>().expect("a time") + 1;
    let turned: String = mac.chars().rev().collect();
    for (file, key) in [
        (two, key.to_owned()),
        (&others[0], key.to_owned()),
        (one, format!("{later}.{mac}")),
        (one, format!("{until}.{turned}")),
        (one, format!("{until}.{}", &mac[..42])),
        (one, format!("{until}.")),
        (one, until.to_owned()),
        (one, ".".to_owned()),
        (one, String::new()),
        (one, "9".repeat(2_000)),
    ] {
        assert_eq!(
            status(&server, &format!("/files/{}?k={key}", file.id)).await,
            StatusCode::NOT_FOUND,
            "{key}"
        );
    }

    server.state.services.clock().advance_ms(TEN_MINUTES - 1);
    assert_eq!(status(&server, &address).await, StatusCode::OK);
    server.state.services.clock().advance_ms(1);
    assert_eq!(status(&server, &address).await, StatusCode::NOT_FOUND, "ten minutes");
    assert_eq!(status(&server, &address.replace("?show", "?save")).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_is_on_the_screen_of_a_connected_panel_can_be_saved_for_a_day() {
    let server = TestServer::start_with(sqlite().await, Clock::manual(Timestamp(1_800_000_000_000))).await;
    let (shopper, _, files) = two_notes(&server).await;
    let address = address_of(&files[0]);
    let clock = server.state.services.clock();
    clock.advance_ms(TEN_MINUTES);
    assert_eq!(status(&server, &address).await, StatusCode::NOT_FOUND);
    let (somebody_else, _, _) = two_notes(&server).await;
    let other = somebody_else.socket().await;
    assert_eq!(status(&server, &address).await, StatusCode::NOT_FOUND, "not theirs");
    let socket = shopper.socket().await;
    assert_eq!(status(&server, &address).await, StatusCode::OK);
    clock.advance_ms(HANDLE_MS);
    let again = shopper.socket().await;
    assert_eq!(status(&server, &address).await, StatusCode::NOT_FOUND, "not for ever");
    for socket in [other, socket, again] {
        socket.cut();
    }
}

#[tokio::test]
async fn keys_are_for_those_without_a_cookie_through_every_door() {
    let server = TestServer::start(sqlite().await).await;
    let (shopper, id, _) = two_notes(&server).await;
    let all_keyed = |events: Vec<Event>| {
        let files = files_of(events);
        files.len() == 2 && files.iter().all(|file| file.key.is_some())
    };
    // The page of the shop that comes with a handle, or with the program's own word.
    let ask = |handle| SessionRequest { identity: None, handle };
    let answer: SessionAnswer = shopper.ask("session", &ask(None)).await.json().await.expect("an answer");
    let handle = answer.pass.as_ref().and_then(|pass| pass.handle.clone());
    assert!(all_keyed(answer.conversation.expect("a conversation").events));
    let next = server.visitor(&server.world.alpha);
    let answer: SessionAnswer = next.ask("session", &ask(handle)).await.json().await.expect("an answer");
    let token = answer.pass.expect("a way in").token;
    assert!(all_keyed(answer.conversation.expect("a conversation").events));
    // The socket: what was said, and what is said now.
    let mut socket = shopper.socket().await;
    let sub = ClientFrame::Sub {
        conv: id,
        aud: Audience::All,
        epoch: None,
        after_seq: None,
    };
    socket.send(&sub).await;
    let events = socket.until(|frame| match frame {
        ServerFrame::Sync { events, .. } => Some(events.clone()),
        _ => None,
    });
    assert!(all_keyed(events.await));
    shopper.give(id, "note.txt", b"three").await.expect("gives");
    let event = socket.until(|frame| match frame {
        ServerFrame::Ev { event, .. } => Some(event.clone()),
        _ => None,
    });
    let three = files_of(vec![event.await]);
    let answer = server.nobody().get(&address_of(&three[0])).await;
    assert_eq!(answer.text().await.expect("a body"), "three");
    // With the cookie there is nothing to sign, and nothing is kept.
    let path = shopper.path(&format!("events?conversation={id}"));
    let with_cookie = server
        .nobody()
        .request(Method::GET, &path)
        .header("cookie", format!("lcv-alpha={token}"));
    let page: EventsPage = with_cookie.send().await.expect("an answer").json().await.expect("events");
    let files = files_of(page.events);
    assert_eq!(files.len(), 3);
    assert!(files.iter().all(|file| file.key.is_none()));
}

#[tokio::test]
async fn hb_16_a_blocked_visitors_keys_open_nothing_any_more() {
    let server = TestServer::start(sqlite().await).await;
    let (_shopper, id, files) = two_notes(&server).await;
    let address = address_of(&files[0]);
    assert_eq!(status(&server, &address).await, StatusCode::OK);
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let () = operator
        .call("block_in_conversation", &json!({"conversation": id, "on": true}))
        .await
        .expect("blocks");
    assert_eq!(status(&server, &address).await, StatusCode::NOT_FOUND);
}
