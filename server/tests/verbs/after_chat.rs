//! After the chat: ratings, copies, and files both ways; as verbs on both databases, and over HTTP as browsers meet them.

use std::{
    fs::File,
    io::Cursor,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use image::{DynamicImage, ImageFormat};
use model::{
    event::EventKind,
    file::Media,
    id::{AttachmentId, ClientId, ConversationId},
    limits::{FILE_BYTES_MAX, FILE_QUOTA_MS, VISITOR_FILES_MAX},
    panel::{Posted, StartChat},
    refusal::{Field, Refusal},
    text::{Comment, EmailAddress},
};
use reqwest::{Method, StatusCode};
use service::{
    Fault, Party,
    clock::new_id,
    desk,
    files::{self, Size},
    rating::{self, Rating},
};
use storage::{StorageError, StoreScope};
use tempfile::TempDir;
use testkit::{TestServer, Visitor, sqlite, with_file};

use super::{Scene, refused, scenes, start};

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(30, 20).write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

fn rated(stars: u8, comment: Option<&str>) -> Rating {
    Rating {
        stars: Some(stars),
        comment: comment.map(|text| Comment::parse(text).expect("fine")),
        ..Rating::default()
    }
}

impl Scene {
    pub(super) fn with_files(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        self.services.keep_files_in(folder.path().to_owned());
        folder
    }

    async fn rate(&self, party: &Party, id: ConversationId, rating: Rating) -> Result<Option<EmailAddress>, Fault> {
        rating::rate(&self.services, party, id, rating).await
    }

    async fn ratings(&self, id: ConversationId) -> Vec<(u8, Option<String>)> {
        let log = self.log(id).await;
        log.into_iter()
            .filter_map(|(_, kind)| match kind {
                EventKind::Rated { stars, comment } => Some((stars, comment.map(String::from))),
                _ => None,
            })
            .collect()
    }

    async fn give(&self, party: &Party, id: ConversationId, cid: ClientId, name: &str, bytes: &[u8]) -> Result<Posted, Fault> {
        files::share(&self.services, party, id, cid, name, bytes.to_vec()).await
    }

    pub(super) async fn given(&self, id: ConversationId) -> Vec<model::file::SharedFile> {
        let log = self.log(id).await;
        log.into_iter()
            .filter_map(|(_, kind)| match kind {
                EventKind::Shared { file } => Some(file),
                _ => None,
            })
            .collect()
    }

    /// A file's name, and all of it.
    async fn open(&self, party: &Party, id: AttachmentId) -> Result<(String, Vec<u8>), Fault> {
        let opened = files::open(&self.services, party, id).await?;
        let bytes = files::read(&self.services, &opened, Size::Whole).await?;
        Ok((opened.name.into(), bytes))
    }
}

#[tokio::test]
async fn d_24_d_i5_a_rating_is_kept_with_the_chat_and_the_vendor_sees_it() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Thank you!").await.expect("posts");
        let seen = desk::conversation(&scene.services, &operator, id).await.expect("sees");
        assert_eq!(seen.row.rating, None, "{}", scene.name);
        assert_eq!(
            scene.rate(&shopper, id, rated(4, Some("Quick answers"))).await.expect("rates"),
            None
        );
        let seen = desk::conversation(&scene.services, &operator, id).await.expect("sees");
        assert_eq!(seen.row.rating, Some(4));
        assert_eq!(scene.ratings(id).await, [(4, Some("Quick answers".to_owned()))]);
    }
}

#[tokio::test]
async fn d_24_hi_8_the_last_rating_counts_and_the_same_again_changes_nothing() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        for rating in [rated(2, None), rated(2, None), rated(5, Some("Sorry!")), rated(5, Some("Sorry!"))] {
            scene.rate(&shopper, id, rating).await.expect("rates");
        }
        assert_eq!(
            scene.ratings(id).await,
            [(2, None), (5, Some("Sorry!".to_owned()))],
            "{}",
            scene.name
        );
        let seen = desk::conversation(&scene.services, &operator, id).await.expect("sees");
        assert_eq!(seen.row.rating, Some(5));
    }
}

#[tokio::test]
async fn d_24_hb_1_only_the_shopper_rates_and_only_with_one_of_five_numbers() {
    for scene in scenes().await {
        let operator = Party::Desk(scene.online().await);
        let (id, shopper) = scene.chat().await;
        let (_, other) = scene.chat().await;
        let no_number = Refusal::Missing(Field::Rating);
        for rating in [
            Rating::default(),
            rated(0, None),
            rated(6, None),
            Rating {
                stars: None,
                ..rated(1, Some("words alone"))
            },
        ] {
            assert_eq!(refused(scene.rate(&shopper, id, rating).await), no_number, "{}", scene.name);
        }
        assert_eq!(refused(scene.rate(&operator, id, rated(5, None)).await), Refusal::NotAllowed);
        assert_eq!(refused(scene.rate(&other, id, rated(1, None)).await), Refusal::NotFound);
        assert!(scene.ratings(id).await.is_empty());
    }
}

#[tokio::test]
async fn d_25_a_copy_goes_to_the_address_that_is_known_or_to_the_one_that_is_given() {
    for scene in scenes().await {
        scene.online().await;
        let wish = |to: Option<&str>| Rating {
            copy: true,
            to: to.map(|to| EmailAddress::parse(to).expect("fine")),
            ..Rating::default()
        };
        let (nameless, guest) = scene.chat().await;
        assert_eq!(
            refused(scene.rate(&guest, nameless, wish(None)).await),
            Refusal::Missing(Field::Email)
        );
        let to = scene
            .rate(&guest, nameless, wish(Some("jane@customer.example")))
            .await
            .expect("asks");
        assert_eq!(to.expect("an address").as_str(), "jane@customer.example");

        let begun = scene
            .start(StartChat {
                email: EmailAddress::parse("noor@customer.example").ok(),
                ..start()
            })
            .await
            .expect("starts");
        assert!(begun.conversation.has_email, "so the form does not ask for it");
        let known = scene.party_of(&begun).await;
        let to = scene.rate(&known, begun.conversation.id, wish(None)).await.expect("asks");
        assert_eq!(to.expect("an address").as_str(), "noor@customer.example", "{}", scene.name);
        assert!(scene.ratings(nameless).await.is_empty(), "a wish for a copy is no rating");
    }
}

#[tokio::test]
async fn hd_13_files_go_both_ways_and_those_who_take_part_have_them() {
    for scene in scenes().await {
        let folder = scene.with_files();
        let actor = scene.online().await;
        let operator = Party::Desk(actor.clone());
        let (id, shopper) = scene.chat().await;
        let (_, stranger) = scene.chat().await;
        scene
            .give(&shopper, id, new_id(), "broken cup.webp", &picture(ImageFormat::WebP))
            .await
            .expect("gives");
        let row = desk::conversation(&scene.services, &actor, id).await.expect("sees").row;
        assert_eq!(
            (row.preview.as_str(), row.unread, row.preview_mine),
            ("broken cup.jpg", 1, false),
            "{}",
            scene.name
        );
        scene
            .give(&operator, id, new_id(), "care.pdf", b"%PDF-1.7 wash by hand")
            .await
            .expect("gives");
        let given = scene.given(id).await;
        assert_eq!((given[0].media, given[0].pixels), (Media::Jpeg, Some((30, 20))));
        assert_eq!((given[1].media, given[1].pixels), (Media::Pdf, None));
        for party in [&shopper, &operator] {
            let (name, bytes) = scene.open(party, given[1].id).await.expect("opens");
            assert_eq!((name.as_str(), bytes.as_slice()), ("care.pdf", &b"%PDF-1.7 wash by hand"[..]));
            let (_, bytes) = scene.open(party, given[0].id).await.expect("opens");
            assert_eq!(bytes.len(), given[0].size as usize);
        }
        assert_eq!(refused(scene.open(&stranger, given[0].id).await), Refusal::NotFound);
        assert_eq!(refused(scene.open(&shopper, new_id()).await), Refusal::NotFound);
        assert_eq!(files_in(folder.path()), 2);
    }
}

#[tokio::test]
async fn the_same_file_twice_is_one_file_and_another_under_its_id_is_refused() {
    for scene in scenes().await {
        let folder = scene.with_files();
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cid = new_id();
        let first = scene.give(&shopper, id, cid, "a.txt", b"one").await.expect("gives");
        let again = scene.give(&shopper, id, cid, "a.txt", b"one").await.expect("gives");
        assert_eq!((first.seq, first.dup), (again.seq, false), "{}", scene.name);
        assert!(again.dup);
        assert_eq!(
            refused(scene.give(&shopper, id, cid, "a.txt", b"two").await),
            Refusal::ClientIdReused
        );
        let racing: Vec<ClientId> = (0..4).map(|_| new_id()).collect();
        let gifts = racing
            .iter()
            .flat_map(|cid| (0..2).map(|_| scene.give(&shopper, id, *cid, "b.txt", b"raced")));
        let answers = futures::future::join_all(gifts).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(scene.given(id).await.len(), 5);
        assert_eq!(files_in(folder.path()), 5, "what lost a race is not left on the disk");
    }
}

#[tokio::test]
async fn hd_1_hd_11_what_is_not_on_the_list_or_too_much_is_refused_and_nothing_stays() {
    for scene in scenes().await {
        let folder = scene.with_files();
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let give = async |name: &str, bytes: &[u8]| refused(scene.give(&shopper, id, new_id(), name, bytes).await);
        assert_eq!(give("a.svg", b"<svg onload='alert(1)'/>").await, Refusal::Invalid(Field::File));
        assert_eq!(give("a.png", b"\x89PNG\r\n\x1a\n").await, Refusal::Invalid(Field::File));
        assert_eq!(give("a.txt", b"").await, Refusal::Missing(Field::File));
        let too_large = vec![b'a'; FILE_BYTES_MAX + 1];
        assert_eq!(give("a.txt", &too_large).await, Refusal::FileTooLarge { max_mb: 10 });
        for n in 0..VISITOR_FILES_MAX {
            let text = format!("file {n}");
            scene.give(&shopper, id, new_id(), "a.txt", text.as_bytes()).await.expect("gives");
        }
        assert!(
            matches!(give("a.txt", b"one more").await, Refusal::TooFast { .. }),
            "{}",
            scene.name
        );
        assert_eq!(files_in(folder.path()), VISITOR_FILES_MAX as usize);
        scene.services.clock().advance_ms(FILE_QUOTA_MS + 1);
        scene.give(&shopper, id, new_id(), "a.txt", b"an hour later").await.expect("gives");
    }
}

#[tokio::test]
async fn hd_12_what_nobody_knows_any_more_is_swept_from_the_disk() {
    for scene in scenes().await {
        let folder = scene.with_files();
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let (other, guest) = scene.chat().await;
        scene.give(&shopper, id, new_id(), "a.txt", b"forgotten").await.expect("gives");
        scene.give(&guest, other, new_id(), "b.txt", b"kept").await.expect("gives");
        let (gone, kept) = (scene.given(id).await[0].id, scene.given(other).await[0].id);
        let store = StoreScope(scene.world.alpha.id);
        let forgotten = scene
            .services
            .storage()
            .write(move |tx| Box::pin(async move { tx.delete_attachments(store, id).await }))
            .await;
        assert_eq!(forgotten.expect("deletes"), [gone], "{}", scene.name);
        assert_eq!(refused(scene.open(&shopper, gone).await), Refusal::NotFound);
        assert_eq!(files_in(folder.path()), 2, "its bytes are still there");
        grow_old(folder.path());
        for _ in 0..=256 {
            scene.services.clock().advance_ms(10_000);
            files::tick(&scene.services).await.expect("sweeps");
        }
        assert_eq!(files_in(folder.path()), 1);
        assert_eq!(scene.open(&guest, kept).await.expect("opens").1, b"kept");
    }
}

#[tokio::test]
async fn without_a_folder_nothing_is_taken_and_nothing_breaks() {
    for scene in scenes().await {
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let given = scene.give(&shopper, id, new_id(), "a.txt", b"words").await;
        assert!(matches!(given, Err(Fault::Broken(StorageError::Unusable(_)))), "{given:?}");
        files::tick(&scene.services).await.expect("nothing to sweep");
    }
}

fn paths_in(folder: &Path) -> Vec<PathBuf> {
    let shards = std::fs::read_dir(folder).expect("a folder").flatten();
    let files = shards.flat_map(|shard| std::fs::read_dir(shard.path()).expect("a folder").flatten());
    files.map(|file| file.path()).collect()
}

pub(super) fn files_in(folder: &Path) -> usize {
    paths_in(folder).len()
}

/// The clock of the test stands in a year of its own; the disk's does not.
pub(super) fn grow_old(folder: &Path) {
    for path in paths_in(folder) {
        let file = File::options().write(true).open(path).expect("opens");
        file.set_modified(UNIX_EPOCH).expect("sets its time");
    }
}

/// A chat with a picture in it, at a real server.
async fn at_a_server() -> (TestServer, Visitor, ConversationId, AttachmentId) {
    let server = TestServer::start(sqlite().await).await;
    let shopper = server.visitor(&server.world.alpha);
    let id = shopper
        .leave("My cup arrived broken")
        .await
        .expect("leaves a message")
        .conversation
        .id;
    shopper.give(id, "Grüße.png", &picture(ImageFormat::Png)).await.expect("gives");
    let store = StoreScope(server.world.alpha.id);
    let services = server.state.services.clone();
    let known = services
        .storage()
        .read(move |s| Box::pin(async move { s.attachments_of(store, id).await }))
        .await;
    let file = known.expect("reads")[0];
    (server, shopper, id, file)
}

#[tokio::test]
async fn hd_9_a_file_is_handed_out_with_headers_that_let_it_do_nothing() {
    let (_server, shopper, _, file) = at_a_server().await;
    let answer = shopper
        .request(Method::GET, &format!("/files/{file}"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(
        header("content-disposition"),
        "inline; filename=\"Gr__e.png\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.png"
    );
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(header("cache-control"), "private, no-store");
}

/// The panel's frame goes to this address: a page there would take the panel's place.
#[tokio::test]
async fn hd_9_a_file_to_be_saved_is_never_shown_and_one_that_is_not_there_leaves_the_page_as_it_is() {
    let (server, shopper, _, file) = at_a_server().await;
    let path = format!("/files/{file}?save");
    let answer = shopper.request(Method::GET, &path).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let disposition = answer.headers()["content-disposition"].to_str().expect("text");
    assert!(disposition.starts_with("attachment; "), "{disposition}");

    let nowhere: AttachmentId = new_id();
    for path in [path, format!("/files/{nowhere}?save"), "/files/nonsense?save".to_owned()] {
        let answer = server.nobody().request(Method::GET, &path).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{path}");
    }
}

#[tokio::test]
async fn hb_1_hb_2_a_file_is_for_those_who_take_part_and_nobody_can_tell_it_from_one_that_never_was() {
    let (server, _shopper, _, file) = at_a_server().await;
    let desk = server.sign_in(&server.world.alpha.operator.0).await;
    assert_eq!(desk.browser.get(&format!("/files/{file}")).await.status(), StatusCode::OK);

    let other = server.visitor(&server.world.alpha);
    other.leave("Somebody else").await.expect("leaves a message");
    let elsewhere = server.visitor(&server.world.beta);
    elsewhere.leave("At the other store").await.expect("leaves a message");
    let stranger = server.sign_in(&server.world.beta.operator.0).await;
    let nowhere: AttachmentId = new_id();
    for id in [file, nowhere] {
        let path = format!("/files/{id}");
        let askings = [
            other.request(Method::GET, &path),
            elsewhere.request(Method::GET, &path),
            stranger.browser.request(Method::GET, &path),
            server.nobody().request(Method::GET, &path),
        ];
        for asking in askings {
            let answer = asking.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
            assert_eq!(answer.text().await.expect("a body"), "\"not_found\"");
        }
    }
}

#[tokio::test]
async fn hd_11_a_file_may_be_as_large_as_the_limit_and_no_larger() {
    let (server, shopper, id, _) = at_a_server().await;
    assert_eq!(
        shopper
            .give(id, "a.txt", &vec![b'a'; FILE_BYTES_MAX])
            .await
            .map(|posted| posted.dup),
        Ok(false),
        "just as large as allowed"
    );
    let too_large = vec![b'a'; FILE_BYTES_MAX + 1];
    assert_eq!(
        shopper.give(id, "a.txt", &too_large).await.err(),
        Some(Refusal::FileTooLarge { max_mb: 10 })
    );
    // Nobody who is not in the conversation is read at all.
    let request = server.nobody().request(Method::POST, &shopper.path("files"));
    let answer = with_file(request, id, new_id(), "a.txt", b"mine").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn d_24_the_form_works_without_scripts_and_keeps_what_was_typed() {
    let (server, shopper, id, _) = at_a_server().await;
    let desk = server.sign_in(&server.world.alpha.operator.0).await;
    let send = async |fields: &[(&str, &str)]| {
        let id = id.to_string();
        let all: Vec<(&str, &str)> = [("conversation", id.as_str()), ("lang", "nl"), ("back", "page")]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        let request = shopper.request(Method::POST, &shopper.path("rating")).header("accept", "text/html");
        request.form(&all).send().await.expect("an answer")
    };
    let answer = send(&[("comment", "Fijn gesprek")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.expect("a page");
    assert!(page.contains("Kies een cijfer van 1 tot 5."), "says what is missing");

    let answer = send(&[("stars", "5"), ("comment", "Fijn gesprek")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], "/c/alpha?lang=nl&thanks=rated");
    let page = shopper
        .request(Method::GET, "/c/alpha?lang=nl&thanks=rated")
        .send()
        .await
        .expect("an answer");
    let page = page.text().await.expect("a page");
    assert!(page.contains("Bedankt dat je het ons laat weten."));
    let seen: model::desk::DeskConversation = desk
        .call("open_conversation", &serde_json::json!({"conversation": id}))
        .await
        .expect("sees");
    assert_eq!(seen.row.rating, Some(5));
}

#[tokio::test]
async fn a_file_can_be_given_without_scripts() {
    let (_server, shopper, id, _) = at_a_server().await;
    let request = shopper
        .request(Method::POST, &shopper.path("files"))
        .header("accept", "text/html,*/*");
    let answer = with_file(request, id, new_id(), "note.txt", b"In words, too")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let page = shopper
        .request(Method::GET, "/c/alpha")
        .send()
        .await
        .expect("an answer")
        .text()
        .await;
    assert!(page.expect("a page").contains("note.txt"));
    let request = shopper
        .request(Method::POST, &shopper.path("files"))
        .header("accept", "text/html,*/*");
    let answer = with_file(request, id, new_id(), "page.html", b"<html>")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.expect("a page").contains("This file cannot be sent."));
}
