//! A letter to a vendor: what came in a thread or dispute that nobody at their desk has read. It goes where offline messages go. What a
//! buyer said is in it; what was offered or decided is read where it is answered.

use mail::News;
use model::{
    conversation::Kind,
    dispute::Turn,
    event::{Audience, Event},
    id::ConversationId,
    party::Author,
};
use storage::{ConversationScope, Session};

use super::{
    HOUR_MS,
    letter::{Desk, GONE, PAGE, Prepared, about, called, moment, said},
};
use crate::Fault;

/// Such letters that a store gets within an hour; what comes behind them waits, and nothing is lost.
const PER_HOUR: i64 = 60;
/// How long it waits then.
const WAIT_MS: i64 = 600_000;

/// The letter.
pub(super) async fn write(s: &mut Session, desk: &Desk, id: ConversationId) -> Result<Prepared, Fault> {
    let scope = desk.scope();
    let Some(conversation) = s.conversation(ConversationScope::Desk(scope), id).await? else {
        return Ok(GONE);
    };
    let (_, read) = s.marks(scope, id).await?;
    let unread = s.events_after(scope, id, Audience::All, read.read, PAGE).await?;
    let theirs: Vec<&Event> = unread.iter().filter(|event| event.author == Author::Shopper).collect();
    let dispute = s.dispute(scope, id).await?;
    // In a dispute what the marketplace does, and time, is news as well.
    if unread.is_empty() || (dispute.is_none() && theirs.is_empty()) {
        return Ok(Prepared::Read);
    }
    if s.mails_since(scope, "case_news", desk.now.plus_ms(-HOUR_MS)).await? >= PER_HOUR {
        return Ok(Prepared::Wait(desk.now.plus_ms(WAIT_MS)));
    }
    let Some((to, language)) = desk.readers(s).await? else {
        return Ok(Prepared::Nothing("vitrine:no_recipient"));
    };
    let words = catalogue::mail(language);
    let who = called(&words, &conversation.customer);
    let mut facts = Vec::new();
    if let Some(case) = s.case(scope, id).await? {
        facts.push((words.get("mail.news.about"), case.subject.to_string()));
    }
    facts.extend(about(&words, &conversation));
    if let Some(row) = &dispute
        && let (Some(Turn::Seller | Turn::Both), Some(until)) = (row.state.responsible(), row.state.deadline())
    {
        facts.push((words.get("mail.news.until"), moment(until)));
    }
    let place = if conversation.kind == Kind::Dispute {
        "disputes"
    } else {
        "communication"
    };
    let news = News {
        store: desk.store.name.to_string(),
        dispute: dispute.map(|row| (row.number.to_string(), row.order_number)),
        facts,
        said: theirs.into_iter().filter_map(|event| said(&words, &who, event)).collect(),
        address: format!("{}/desk/{place}/{id}", desk.url),
        who,
    };
    Ok(desk.letter_to(to, mail::news(&words, &news)))
}
