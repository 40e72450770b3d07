//! Puts a letter where it belongs, in one transaction with its being remembered: never half, never twice.
//!
//! As its customer's word counts what came from their address and was vouched for; then it also wakes the conversation. Everything else
//! stands beside it, marked, and moves nothing. Whoever is in copy is nobody here.

use mail::inbound::{Arrived, Bounced, Nature};
use model::{
    conversation::{About, Kind, Stage, StageName},
    desk::Contact,
    event::{Audience, EventKind, Via},
    file::SharedFile,
    id::{ConversationId, CustomerId, MailId, OrderId, Seq, StoreId, VisitorId},
    language::Language,
    party::{Author, Side},
    refusal::Refusal,
    text::{EmailAddress, Name},
    time::Timestamp,
};
use storage::{
    Conversation, ConversationScope, Installation, NewAttachment, NewConversation, NewEvent, NewLetter, OrderParticipant, Participant,
    StorageError, StoreRow, StoreScope, Tx, VisitorScope,
};

use super::{
    Letter, Route,
    bodies::bodies,
    enclosed::{self, Prepared},
    same,
    verdict::{Reason, Verdict},
};
use crate::{
    Fault, Party, Services, cases,
    clock::new_id,
    conversation::{find_held, move_on},
    files, safety,
};

const HOUR_MS: i64 = 3_600_000;
/// Conversations that letters of one sender begin in an hour.
const BEGUN_BY_ONE_MAX: i64 = 20;
/// Conversations that letters begin at one store in an hour.
const BEGUN_AT_STORE_MAX: i64 = 300;

/// Where the letter goes, once everything that speaks against it was asked.
enum Place {
    Thread {
        visitor: VisitorScope,
        id: ConversationId,
        verified: bool,
    },
    New {
        store: StoreId,
        start: Box<Start>,
    },
}

/// A conversation that a letter begins.
struct Start {
    kind: Kind,
    customer: Option<CustomerId>,
    contact: Contact,
    about: About,
    language: Language,
    verified: bool,
}

/// What a letter gives.
struct Given {
    subject: String,
    words: String,
    left_out: Vec<String>,
    from: EmailAddress,
    files: Vec<(SharedFile, Vec<u8>)>,
    /// Where the marketplace itself is.
    public_url: String,
}

/// Takes a letter that somebody wrote.
pub(super) async fn deliver(services: &Services, letter: Letter, route: Route) -> Result<Verdict, Fault> {
    let Letter { mut arrived, new } = letter;
    let Some(from) = arrived.from.clone() else {
        return remember(services, Letter { arrived, new }, route, Verdict::Quarantined(Reason::NoSender)).await;
    };
    let enclosed = std::mem::take(&mut arrived.files);
    // Where nothing is taken, nothing needs to be written anew.
    let wanted = !matches!(route, Route::Nowhere(..) | Route::Bounce(_));
    let Prepared { files, refused } = enclosed::prepare(services, if wanted { enclosed } else { Vec::new() }).await?;
    let ids: Vec<_> = files.iter().map(|(file, _)| file.id).collect();
    arrived.left_out.extend(refused);
    let (now, public_url) = (services.clock().now(), services.public_url().to_owned());
    let delivered = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                if tx.letter_seen(Installation, &new.fingerprint).await? {
                    return Ok::<_, Fault>((Verdict::Repeated, Vec::new()));
                }
                let mut new = new;
                let placed = Box::pin(place(tx, &arrived, &from, route, &mut new, now)).await?;
                let place = match placed {
                    Ok(place) => place,
                    Err(reason) => {
                        let verdict = Verdict::Quarantined(reason);
                        return Ok((store_letter(tx, new, verdict, now).await?, Vec::new()));
                    }
                };
                let given = Given {
                    subject: arrived.subject,
                    words: arrived.words,
                    left_out: arrived.left_out,
                    from,
                    files,
                    public_url,
                };
                let (verdict, kept) = Box::pin(put(tx, place, given, &mut new, now)).await?;
                Ok((store_letter(tx, new, verdict, now).await?, kept))
            })
        })
        .await;
    let kept = delivered.as_ref().map(|(_, kept)| kept.clone()).unwrap_or_default();
    let rest: Vec<_> = ids.into_iter().filter(|id| !kept.contains(id)).collect();
    if !rest.is_empty() {
        files::remove(services, rest).await;
    }
    delivered.map(|(verdict, _)| verdict).map_err(later)
}

/// Remembers a letter that nothing more is done with.
pub(super) async fn remember(services: &Services, letter: Letter, route: Route, verdict: Verdict) -> Result<Verdict, Fault> {
    let now = services.clock().now();
    let remembered = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let Letter { arrived, mut new } = letter;
                if tx.letter_seen(Installation, &new.fingerprint).await? {
                    return Ok::<_, Fault>(Verdict::Repeated);
                }
                match route {
                    Route::Conversation(id, one) => (new.store, new.conversation) = (Some(one.store), Some(id)),
                    Route::Order(_, one) => new.store = Some(one.store),
                    Route::Store(store) => new.store = Some(store.id),
                    Route::Nowhere(_, scope) => new.store = scope.map(|scope| scope.0),
                    Route::Bounce(id) => bounce(tx, &arrived.nature, id, &mut new, now).await?,
                }
                Ok::<_, Fault>(store_letter(tx, new, verdict, now).await?)
            })
        })
        .await;
    remembered.map_err(later)
}

/// Two at once, on PostgreSQL: of the same letter, or of two that begin one order's thread. The one that was undone comes again.
fn later(fault: Fault) -> Fault {
    match fault {
        Fault::Broken(StorageError::Conflict(what)) => Fault::Broken(StorageError::Unavailable(format!("two letters at once: {what}"))),
        other => other,
    }
}

async fn store_letter(tx: &mut Tx, mut new: NewLetter, verdict: Verdict, at: Timestamp) -> Result<Verdict, StorageError> {
    new.verdict = verdict.code();
    new.reason = verdict.reason().map(Reason::code);
    if tx.insert_letter(Installation, &new, at).await? {
        Ok(verdict)
    } else {
        // On PostgreSQL two of the same can race: this one is undone whole.
        Err(StorageError::Conflict("inbound_mail".to_owned()))
    }
}

/// A report to the address that only the envelope of that one letter held. Nobody else is believed (hardening E6).
async fn bounce(tx: &mut Tx, nature: &Nature, id: MailId, new: &mut NewLetter, at: Timestamp) -> Result<(), StorageError> {
    let about = match nature {
        Nature::Bounce(Some(Bounced {
            for_good: true,
            status,
            reason,
        })) => {
            let failed = tx.mail_bounced(Installation, id, &format!("{status} {reason}")).await?;
            // The address does not exist (RFC 3463, 3.2): a full mailbox or a refusal may pass.
            if let Some(to) = failed.as_ref().and_then(|mail| mail.recipient.as_deref())
                && matches!(status.as_str(), "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10")
            {
                tx.suppress(Installation, to, status, at).await?;
            }
            failed
        }
        _ => tx.mail_of_bounce(Installation, id).await?,
    };
    if let Some(mail) = about {
        (new.store, new.conversation) = (mail.store, mail.conversation);
    }
    Ok(())
}

/// Where it goes, or why nowhere.
async fn place(
    tx: &mut Tx,
    arrived: &Arrived,
    from: &EmailAddress,
    route: Route,
    new: &mut NewLetter,
    now: Timestamp,
) -> Result<Result<Place, Reason>, Fault> {
    match route {
        Route::Conversation(id, one) => {
            (new.store, new.conversation) = (Some(one.store), Some(id));
            thread(tx, arrived, from, id, one).await
        }
        Route::Order(id, one) => {
            new.store = Some(one.store);
            order(tx, arrived, from, id, one).await
        }
        Route::Store(store) => {
            new.store = Some(store.id);
            plain(tx, arrived, from, &store, now).await
        }
        Route::Nowhere(reason, scope) => {
            new.store = scope.map(|scope| scope.0);
            Ok(Err(reason))
        }
        Route::Bounce(_) => Ok(Err(Reason::Nobody)),
    }
}

async fn thread(
    tx: &mut Tx,
    arrived: &Arrived,
    from: &EmailAddress,
    id: ConversationId,
    one: Participant,
) -> Result<Result<Place, Reason>, Fault> {
    let theirs = one.addresses.iter().any(|address| same(address, from));
    let Some(visitor) = one.visitor else {
        return Ok(Err(Reason::Gone));
    };
    let scope = VisitorScope {
        store: one.store,
        visitor,
        only: Some(id),
    };
    if let Some(reason) = unwelcome(tx, scope, one.customer, from, theirs).await? {
        return Ok(Err(reason));
    }
    Ok(Ok(Place::Thread {
        visitor: scope,
        id,
        verified: theirs && arrived.vouched,
    }))
}

async fn order(
    tx: &mut Tx,
    arrived: &Arrived,
    from: &EmailAddress,
    order: OrderId,
    one: OrderParticipant,
) -> Result<Result<Place, Reason>, Fault> {
    let desk = StoreScope(one.store);
    if let Some(id) = tx.thread_of_order(desk, order).await? {
        let found = tx.conversation(ConversationScope::Desk(desk), id).await?;
        let joined = Participant {
            store: one.store,
            visitor: found.and_then(|thread| thread.visitor),
            customer: Some(one.customer),
            addresses: one.addresses,
        };
        return thread(tx, arrived, from, id, joined).await;
    }
    let theirs = one.addresses.iter().any(|address| same(address, from));
    let nobody = VisitorScope::all_of(one.store, VisitorId(uuid::Uuid::nil()));
    if let Some(reason) = unwelcome(tx, nobody, Some(one.customer), from, theirs).await? {
        return Ok(Err(reason));
    }
    let Some(store) = tx.store(desk).await? else {
        return Ok(Err(Reason::Gone));
    };
    Ok(Ok(Place::New {
        store: one.store,
        start: Box::new(Start {
            kind: Kind::Order,
            customer: Some(one.customer),
            // Answers go to whoever made the order, whoever wrote.
            contact: Contact {
                name: one.name,
                email: one.addresses.iter().find_map(|address| EmailAddress::parse(address).ok()),
                phone: None,
            },
            about: About::Order {
                id: order,
                number: one.number,
            },
            language: one.language.unwrap_or(store.default_language),
            verified: theirs && arrived.vouched,
        }),
    }))
}

async fn plain(
    tx: &mut Tx,
    arrived: &Arrived,
    from: &EmailAddress,
    store: &StoreRow,
    now: Timestamp,
) -> Result<Result<Place, Reason>, Fault> {
    let since = now.plus_ms(-HOUR_MS);
    let one = tx.begun_by_letters_of(Installation, &from.as_str().to_lowercase(), since).await?;
    let all = tx.begun_by_letters(StoreScope(store.id), since).await?;
    if one >= BEGUN_BY_ONE_MAX || all >= BEGUN_AT_STORE_MAX {
        return Ok(Err(Reason::TooMany));
    }
    let name = match Name::parse(&arrived.from_name) {
        Ok(name) => Name::parse(&safety::quietly(tx, StoreScope(store.id), "", name.as_str()).await?).ok(),
        Err(_) => None,
    };
    Ok(Ok(Place::New {
        store: store.id,
        start: Box::new(Start {
            kind: Kind::Shop,
            customer: None,
            contact: Contact {
                name,
                email: Some(from.clone()),
                phone: None,
            },
            about: About::Nothing,
            language: store.default_language,
            verified: arrived.vouched,
        }),
    }))
}

/// What speaks against a sender: blocked, or of the staff. A vendor may be a customer too, from the customer's own address.
async fn unwelcome(
    tx: &mut Tx,
    visitor: VisitorScope,
    customer: Option<CustomerId>,
    from: &EmailAddress,
    theirs: bool,
) -> Result<Option<Reason>, StorageError> {
    let desk = StoreScope(visitor.store);
    let blocked = tx.visitor_blocked(visitor).await?
        || match customer {
            Some(customer) => tx.customer_blocked(desk, customer).await?,
            None => false,
        };
    if blocked && !tx.beyond_blocks(visitor).await? {
        return Ok(Some(Reason::Blocked));
    }
    let staff = !theirs && tx.is_staff_address(desk, from).await?;
    Ok(staff.then_some(Reason::Staff))
}

/// Writes it down. Answers the files that it gave.
async fn put(
    tx: &mut Tx,
    place: Place,
    given: Given,
    new: &mut NewLetter,
    now: Timestamp,
) -> Result<(Verdict, Vec<model::id::AttachmentId>), Fault> {
    let (visitor, id, verified, began) = match place {
        Place::Thread { visitor, id, verified } => {
            let party = Party::Visitor(visitor);
            let conversation = find_held(tx, &party, id).await?;
            let open = verified
                && match cases::written(tx, &party, &conversation, now).await {
                    // Into what is closed for good, words come by no door; a letter cannot be asked, so what it says stands beside it.
                    Err(Fault::Refused(Refusal::Closed)) => false,
                    other => other.map(|()| true)?,
                };
            if open {
                move_on(tx, &party, &conversation, now).await?;
            } else {
                beside(tx, &conversation, now).await?;
            }
            (visitor, id, verified, false)
        }
        Place::New { store, start } => {
            let visitor = VisitorScope::all_of(store, new_id());
            let verified = start.verified;
            (visitor, begin(tx, visitor, *start, now).await?, verified, true)
        }
    };
    let party = Party::Visitor(visitor);
    let (mut taken, mut not_taken, mut bytes) = (Vec::new(), given.left_out, 0_u64);
    for (file, sha256) in given.files {
        bytes += u64::from(file.size);
        match files::within_quota(tx, &party, bytes, now).await {
            Ok(()) => taken.push((file, sha256)),
            Err(Fault::Refused(_)) => not_taken.push(file.name.to_string()),
            Err(broken) => return Err(broken),
        }
    }
    let subject = (began && !given.subject.is_empty()).then_some(given.subject.as_str());
    let from = Via::Mail {
        from: given.from,
        verified,
    };
    let mut last = None;
    for body in bodies(subject, &given.words, &not_taken) {
        let body = safety::by_letter(tx, party.store(), &given.public_url, body).await?;
        last = Some(say(tx, visitor, id, EventKind::Posted { body }, from.clone(), now).await?);
    }
    let mut kept = Vec::new();
    for (file, sha256) in taken {
        kept.push(file.id);
        let attachment = NewAttachment {
            id: file.id,
            conversation: id,
            side: Side::Shopper,
            uploader: visitor.visitor.0,
            name: file.name.clone(),
            media: file.media,
            size: file.size,
            sha256,
        };
        tx.insert_attachment(party.store(), &attachment, now).await?;
        last = Some(say(tx, visitor, id, EventKind::Shared { file }, from.clone(), now).await?);
    }
    (new.conversation, new.seq) = (Some(id), last);
    let verdict = if began {
        Verdict::Began
    } else if verified {
        Verdict::Added
    } else {
        Verdict::Unverified
    };
    Ok((verdict, kept))
}

async fn say(
    tx: &mut Tx,
    visitor: VisitorScope,
    conversation: ConversationId,
    kind: EventKind,
    via: Via,
    now: Timestamp,
) -> Result<Seq, StorageError> {
    let event = NewEvent {
        conversation,
        audience: Audience::All,
        author: Author::Shopper,
        author_id: Some(visitor.visitor.0),
        client: None,
        kind,
        via: Some(via),
    };
    Ok(tx.record(StoreScope(visitor.store), event, now).await?.seq)
}

/// Somebody wrote who may be anybody: a thread that goes on by mail waits for the desk; nothing else is moved, and nothing reopened.
async fn beside(tx: &mut Tx, conversation: &Conversation, now: Timestamp) -> Result<(), StorageError> {
    if conversation.stage.name() != StageName::Mail {
        return Ok(());
    }
    let waits = Stage::Mail {
        awaiting: Side::Desk,
        since: now,
    };
    tx.set_stage(conversation.desk(), conversation.id, &waits).await
}

async fn begin(tx: &mut Tx, visitor: VisitorScope, start: Start, now: Timestamp) -> Result<ConversationId, StorageError> {
    let desk = StoreScope(visitor.store);
    tx.insert_visitor(visitor, start.customer, now).await?;
    let new = NewConversation {
        id: new_id(),
        kind: start.kind,
        start_cid: None,
        stage: Stage::Mail {
            awaiting: Side::Desk,
            since: now,
        },
        customer: start.customer,
        guest_number: tx.next_guest(desk).await?,
        contact: start.contact,
        first_name: None,
        last_name: None,
        about: start.about,
        language: start.language,
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(visitor, &new, now).await?;
    Ok(new.id)
}
