//! A letter with the desk's answers: those that its reader has neither read on the site nor been mailed, as far as the letter goes.

use mail::{Answer, foreign_message_id, message_id};
use model::{
    conversation::{About, Kind},
    event::{Audience, Event, EventKind, Via},
    id::{ConversationId, Seq},
    party::{Author, Side},
    text::EmailAddress,
};
use storage::{ConversationScope, Installation, MailJob, Session, StoreScope};
use uuid::Uuid;

use super::letter::{Desk, GONE, PAGE, Prepared, SUPPRESSED, is_step, said};
use crate::{Fault, Services, answers::reader_hash, mail_address};

/// Answers that one letter holds. Whoever said more within minutes is read on the site.
const ANSWERS_MAX: usize = 50;
/// Letters that one names as those before it.
const NAMED_MAX: usize = 20;

/// How far a letter goes, and where answers to it go.
pub(super) struct Going {
    until: Seq,
    reply_to: Option<EmailAddress>,
}

/// Settles it, before anything is looked up. Nothing, when the conversation is gone.
pub(super) async fn settle(
    services: &Services,
    scope: StoreScope,
    letter: Uuid,
    worker: Uuid,
    conversation: ConversationId,
) -> Result<Option<Going>, Fault> {
    let reply_to = mail_address::of_conversation(services, conversation).await?;
    let until = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.settle_answer(scope, letter, worker, conversation).await }))
        .await?;
    Ok(until.map(|until| Going { until, reply_to }))
}

/// The letter.
pub(super) async fn write(s: &mut Session, desk: &Desk, job: &MailJob, going: Going) -> Result<Prepared, Fault> {
    let MailJob::Answer {
        conversation: id,
        to,
        language,
        proven,
        token,
        stop,
    } = job
    else {
        return Ok(GONE);
    };
    let (scope, id) = (desk.scope(), *id);
    if s.suppressed(Installation, to).await? || s.is_quiet(scope, &reader_hash(to)).await? {
        return Ok(SUPPRESSED);
    }
    let Some(conversation) = s.conversation(ConversationScope::Desk(scope), id).await? else {
        return Ok(GONE);
    };
    // Its reader may have left while it waited.
    if conversation.kind == Kind::Ticket && s.requester_left(Installation, id).await? {
        return Ok(GONE);
    }
    let (shopper, _) = s.marks(scope, id).await?;
    let told = s.answered_before(scope, id, going.until).await?;
    let answers = answers(s, scope, id, shopper.read.max(told), going.until).await?;
    let Some(first) = answers.first() else {
        return Ok(Prepared::Read);
    };
    let words = catalogue::mail(*language);
    let you = words.get("mail.you");
    // Only to those whose words these are (hardening E13).
    let question = if *proven { question(s, scope, id, first.seq).await? } else { None };
    let sender = &desk.sender;
    let stop = format!("{}/unsubscribe/{stop}", desk.url);
    let letter = Answer {
        store: desk.store.name.to_string(),
        order: match &conversation.about {
            About::Order { number, .. } => Some(number.clone()),
            _ => None,
        },
        said: answers.iter().filter_map(|event| said(&words, &you, event)).collect(),
        question: question.and_then(|event| said(&words, &you, &event)),
        answerable: going.reply_to.is_some() || sender.from.is_some() || sender.reply_to.is_some(),
        address: format!("{}/m/{token}", desk.url),
        stop: stop.clone(),
    };
    let mut letter = desk.customers(to, mail::answer(&words, &letter));
    if let Some(signed) = going.reply_to {
        letter.reply_to = Some((desk.store.name.to_string(), signed));
    }
    letter.thread = thread(s, desk, id, going.until).await?;
    letter.stop = Some(stop);
    Ok(Prepared::Letter(Box::new(letter)))
}

/// What the desk said behind `after`, as far as `until`.
async fn answers(s: &mut Session, scope: StoreScope, id: ConversationId, after: Seq, until: Seq) -> Result<Vec<Event>, Fault> {
    let (mut found, mut after) = (Vec::new(), after);
    while after < until && found.len() < ANSWERS_MAX {
        let page = s.events_after(scope, id, Audience::All, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        found.extend(page.into_iter().filter(|event| event.seq <= until && is_news(event)));
    }
    found.truncate(ANSWERS_MAX);
    Ok(found)
}

fn is_said(event: &Event) -> bool {
    matches!(event.kind, EventKind::Posted { .. } | EventKind::Shared { .. })
}

/// What the desk said, or did in a dispute; and what time did there.
fn is_news(event: &Event) -> bool {
    let step = matches!(&event.kind, EventKind::Stated { what } if is_step(what));
    match event.author.side() {
        Some(Side::Desk) => is_said(event) || step,
        Some(Side::Shopper) => false,
        None => step,
    }
}

/// The customer's last words before an answer, unless they came by a letter that anybody could have written.
async fn question(s: &mut Session, scope: StoreScope, id: ConversationId, before: Seq) -> Result<Option<Event>, Fault> {
    let earlier = s.events_before(scope, id, Audience::All, before, PAGE).await?;
    Ok(earlier.into_iter().rev().find(|event| {
        let theirs = !matches!(event.via, Some(Via::Mail { verified: false, .. }));
        event.author == Author::Shopper && theirs && is_said(event)
    }))
}

/// The letters before this one, ours and theirs, so that mail programs show it below them.
async fn thread(s: &mut Session, desk: &Desk, id: ConversationId, until: Seq) -> Result<Vec<String>, Fault> {
    let scope = desk.scope();
    let ours = s.letters_of_thread(scope, id, until).await?;
    let theirs = s.arrivals_of_thread(scope, id, until).await?;
    let ours = ours.into_iter().map(|(letter, seq)| (seq, message_id(letter, &desk.ours)));
    let theirs = theirs.into_iter().filter_map(|(name, seq)| Some((seq, foreign_message_id(&name)?)));
    let mut names: Vec<(Seq, String)> = ours.chain(theirs).collect();
    names.sort();
    let behind = names.len().saturating_sub(NAMED_MAX);
    Ok(names.into_iter().skip(behind).map(|(_, name)| name).collect())
}
