//! Every text that the other side reads is looked at: subjects, names, reasons, comments, what files are called, what a store says of
//! itself, and what programs and letters bring. What is said in a conversation is in `safety`, a dispute's reasons are in `disputes`.

use model::{
    case::Statement,
    configuration::TextName,
    conversation::ProductSnapshot,
    event::{Audience, EventKind},
    id::{ClientId, ConversationId},
    language::Language,
    panel::StartChat,
    party::{Customer, Role},
    refusal::Refusal,
    safety::Private,
    text::{Comment, Name, Sku},
};
use service::{
    api_keys::{self, Scopes},
    clock::new_id,
    configuration, desk, files,
    imports::{self, Holds},
    mail_in,
    marketplace::oversight,
    orders,
    rating::{self, Rating},
    rooms::{self, Reply},
    support::{self, Asking, NewTicket},
    threads::{self, NewThread},
    told::CustomerInput,
    visitor,
};
use storage::ThreadFilter;

use super::{
    Scene, body,
    mail_in::{expect_mail, ingest, letter_of},
    message, refused, scenes, start,
};

const CARD: &str = "Paid 4111 1111 1111 1111";
const MASKED: &str = "Paid •••• 1111";
const IBAN: &str = "My account is NL91 ABNA 0417 1643 00";

fn named(text: &str) -> Name {
    Name::parse(text).expect("fine")
}

fn thread(subject: &str, product: Option<&str>) -> NewThread {
    NewThread {
        cid: new_id(),
        subject: named(subject),
        product: product.map(|name| ProductSnapshot {
            sku: Sku::parse("CUP-1").expect("fine"),
            name: Some(named(name)),
            price: None,
            variant: None,
            picture: None,
        }),
        body: body("Are they dishwasher safe?"),
        language: Language::En,
    }
}

fn ticket(subject: &str) -> NewTicket {
    NewTicket {
        cid: new_id(),
        subject: named(subject),
        topic: model::case::Topic::Technical,
        priority: model::case::Priority::Normal,
        body: body("The payout page stays empty."),
        language: Language::En,
    }
}

impl Scene {
    /// What the desk calls whoever a conversation is with.
    async fn guest_called(&self, id: ConversationId) -> Option<String> {
        let seen = desk::conversation(&self.services, &self.actor(true), id).await.expect("sees");
        match seen.row.customer {
            Customer::Guest { name, .. } => name.map(String::from),
            Customer::Member { name, .. } => Some(name.to_string()),
        }
    }
}

#[tokio::test]
async fn a_25_subjects_of_threads_are_looked_at_like_messages() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let (jane, operator) = (scene.member_jane().await, scene.actor(false));
        let services = &scene.services;
        let new = thread(CARD, Some("Cup 4111 1111 1111 1111"));
        threads::begin(services, jane.scope, new).await.expect("begins");
        let asked = thread(IBAN, None);
        let begin = || threads::begin(services, jane.scope, asked.clone());
        assert_eq!(refused(begin().await), Refusal::LooksLike(Private::Iban), "{}", scene.name);
        begin().await.expect("means it");
        // The same of the desk, to its own customer.
        let other = thread("My password is Tulips4Ever", None);
        let theirs = threads::begin_with(services, &operator, jane.scope.customer, other).await;
        assert_eq!(refused(theirs), Refusal::LooksLike(Private::Password));

        let page = threads::of_desk(services, &operator, ThreadFilter::All, None).await.expect("lists");
        let mut subjects: Vec<&str> = page.rows.iter().map(|row| row.subject.as_str()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, [IBAN, MASKED], "{}", scene.name);
        let about = page.rows.iter().find_map(|row| row.about.as_deref());
        assert_eq!(about, Some("Cup •••• 1111"));
    }
}

#[tokio::test]
async fn a_25_subjects_of_tickets_are_looked_at_also_where_they_come_out_of_a_conversation() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let folder = tempfile::tempdir().expect("a folder");
        scene.services.keep_files_in(folder.path().to_owned());
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Nothing was paid out").await.expect("posts");
        let (services, asking) = (&scene.services, Asking::Store(scene.actor(true)));
        let plain = support::begin(services, &asking, ticket(CARD)).await.expect("begins");
        let out_of = support::escalate(services, &asking, id, ticket(CARD)).await.expect("becomes one");
        for begun in [plain, out_of] {
            let row = support::mine(services, &asking, begun).await.expect("is theirs").row;
            assert_eq!(row.subject.as_str(), MASKED, "{}", scene.name);
        }
        let warned = ticket(IBAN);
        let again = || support::escalate(services, &asking, id, warned.clone());
        assert_eq!(refused(again().await), Refusal::LooksLike(Private::Iban));
        again().await.expect("means it");
        // The first words of what a conversation becomes are looked at, too.
        let words = NewTicket {
            body: body(IBAN),
            ..ticket("Payouts")
        };
        let refused_too = support::escalate(services, &asking, id, words).await;
        assert_eq!(refused(refused_too), Refusal::LooksLike(Private::Iban), "{}", scene.name);
    }
}

#[tokio::test]
async fn a_25_names_that_guests_type_are_looked_at() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        scene.online().await;
        let begun = scene
            .start(StartChat {
                name: Some(named(CARD)),
                ..start()
            })
            .await
            .expect("starts");
        assert_eq!(
            scene.guest_called(begun.conversation.id).await.as_deref(),
            Some(MASKED),
            "{}",
            scene.name
        );
        let asked = StartChat {
            name: Some(named(IBAN)),
            ..start()
        };
        assert_eq!(refused(scene.start(asked.clone()).await), Refusal::LooksLike(Private::Iban));
        scene.start(asked).await.expect("means it");

        let store = scene.store().await;
        let mut left = message("Hello?");
        left.last_name = Some(named("4111 1111 1111 1111"));
        let left = visitor::leave_message(&scene.services, &store, None, left, visitor::Browser::default())
            .await
            .expect("takes");
        assert_eq!(
            scene.guest_called(left.conversation.id).await.as_deref(),
            Some("Jane •••• 1111"),
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn a_25_what_both_sides_read_of_a_reason_or_a_rating_is_looked_at() {
    for scene in scenes().await {
        let mira = scene.of_the_team("mira", Role::Owner).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let services = &scene.services;
        assert_eq!(
            refused(oversight::open(services, &mira, id, IBAN).await),
            Refusal::LooksLike(Private::Iban)
        );
        oversight::open(services, &mira, id, CARD).await.expect("opens");
        let rated = |comment: &str| Rating {
            stars: Some(4),
            comment: Comment::parse(comment).ok(),
            ..Rating::default()
        };
        rating::rate(services, &shopper, id, rated(CARD)).await.expect("rates");
        let warned = rating::rate(services, &shopper, id, rated(IBAN)).await;
        assert_eq!(refused(warned), Refusal::LooksLike(Private::Iban), "{}", scene.name);
        let mut read = Vec::new();
        for (_, kind) in scene.log(id).await {
            match kind {
                EventKind::Rated { comment, .. } => read.extend(comment.map(String::from)),
                EventKind::Stated {
                    what: Statement::Overseen { reason, .. },
                } => read.push(reason),
                _ => {}
            }
        }
        assert_eq!(read, [MASKED, MASKED], "{}", scene.name);
    }
}

#[tokio::test]
async fn a_25_what_a_file_is_called_is_looked_at_and_keeps_its_ending() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let folder = tempfile::tempdir().expect("a folder");
        scene.services.keep_files_in(folder.path().to_owned());
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cid: ClientId = new_id();
        let give = || files::share(&scene.services, &shopper, id, cid, "4111111111111111.txt", b"see above".to_vec());
        assert!(!give().await.expect("gives").dup);
        assert!(give().await.expect("gives").dup, "{}: sent twice, given once", scene.name);
        let names: Vec<String> = scene
            .log(id)
            .await
            .into_iter()
            .filter_map(|(_, kind)| match kind {
                EventKind::Shared { file } => Some(file.name.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["•••• 1111.txt"], "{}", scene.name);
    }
}

#[tokio::test]
async fn a_25_what_a_store_says_of_itself_is_looked_at() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let owner = scene.actor(true);
        let mut edited = configuration::read(&scene.services, &owner).await.expect("reads");
        edited.texts[0].set(TextName::Welcome, CARD).expect("fine");
        edited.settings.operator_name = Some(named(CARD));
        let saved = configuration::save(&scene.services, &owner, edited).await.expect("saves");
        assert_eq!(saved.texts[0].get(TextName::Welcome), Some(MASKED), "{}", scene.name);
        assert_eq!(saved.settings.operator_name.as_ref().map(Name::as_str), Some(MASKED));
    }
}

#[tokio::test]
async fn a_25_what_programs_and_tables_tell_is_looked_at() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let (services, owner) = (&scene.services, scene.actor(true));
        let scopes = Scopes { write: true, notes: false };
        let key = api_keys::make(services, &owner, "Shop", scopes).await.expect("makes");
        let caller = api_keys::recognise(services, &key).await.expect("asks").expect("knows");
        let told = CustomerInput {
            name: Some(CARD.to_owned()),
            ..CustomerInput::default()
        };
        orders::put_customer(services, &caller, told.read("C-1").expect("is read"))
            .await
            .expect("puts");
        let table = format!("external_id,name\nC-2,{CARD}\n");
        imports::import(services, &owner, Holds::Customers, table.as_bytes(), false)
            .await
            .expect("takes it in");
        for id in ["C-1", "C-2"] {
            let (known, _) = orders::customer(services, &caller, id).await.expect("knows");
            assert_eq!(known.name.as_ref().map(Name::as_str), Some(MASKED), "{}: {id}", scene.name);
        }
    }
}

#[tokio::test]
async fn a_25_the_name_and_the_subject_of_a_letter_are_looked_at() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let _folder = expect_mail(&scene.services);
        let from = format!("{CARD} <jane@customer.example>");
        let raw = letter_of(&from, "customer.example", CARD, "It came");
        ingest(&scene.services, &raw, "alpha@in.vitrine.example").await;
        let found = mail_in::letters(&scene.services, &scene.actor(true), None)
            .await
            .expect("an owner may");
        let begun = found.lines[0].conversation.expect("a conversation");
        assert_eq!(scene.guest_called(begun).await.as_deref(), Some(MASKED), "{}", scene.name);
        let said = scene.log(begun).await;
        let EventKind::Posted { body } = &said[0].1 else {
            panic!("{said:?}")
        };
        assert_eq!(body.as_str(), format!("{MASKED}\n\nIt came"), "{}", scene.name);
    }
}

#[tokio::test]
async fn a_14_a_25_a_form_whose_words_are_refused_gives_no_file() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let folder = tempfile::tempdir().expect("a folder");
        scene.services.keep_files_in(folder.path().to_owned());
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let (services, cid): (_, ClientId) = (&scene.services, new_id());
        let reply = |cid: ClientId, message: &str, bytes: &[u8]| {
            let form = Reply {
                audience: Audience::All,
                cid,
                message: message.to_owned(),
                file: Some(("note.txt".to_owned(), bytes.to_vec())),
            };
            rooms::reply(services, &shopper, id, form)
        };
        let asked = reply(cid, IBAN, b"one").await;
        assert_eq!(refused(asked), Refusal::LooksLike(Private::Iban), "{}", scene.name);
        assert!(scene.log(id).await.is_empty(), "{}: nothing was given", scene.name);
        // Meant, and with another file.
        reply(cid, IBAN, b"another").await.expect("means it");
        let log = scene.log(id).await;
        assert!(
            matches!(&log[..], [(_, EventKind::Shared { .. }), (_, EventKind::Posted { .. })]),
            "{}: {log:?}",
            scene.name
        );
        // The id of other words: refused before its file is given.
        let taken = new_id();
        scene.say(&shopper, id, taken, "Hello?").await.expect("posts");
        let other = reply(taken, "Is anybody there?", b"third").await;
        assert_eq!(refused(other), Refusal::ClientIdReused, "{}", scene.name);
        assert_eq!(scene.log(id).await.len(), 3, "{}", scene.name);
    }
}
