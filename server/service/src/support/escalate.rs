//! A chat or thread becomes a ticket, with its history: what was said in it goes along as a text, and both sides of it read that it did.

use model::{
    case::Statement,
    conversation::Kind,
    event::Audience,
    id::{ClientId, ConversationId},
    party::Customer,
    refusal::Refusal,
    time::Timestamp,
};
use storage::{Conversation, ConversationScope, Session, Tx, VisitorScope};
use uuid::Uuid;

use super::{Asking, NewTicket, Source, begin_once_or_again, looked_at, transcript};
use crate::{Fault, Party, Services, cases, conversation::find, files, members};

/// What the file with the history is called.
const FILE: &str = "conversation.txt";

/// Makes a ticket out of a conversation: a desk's own, for its store, or a shopper's own. The same client id twice makes one.
pub async fn escalate(services: &Services, asking: &Asking, conversation: ConversationId, new: NewTicket) -> Result<ConversationId, Fault> {
    let (language, cid) = (new.language, new.cid);
    let read = asking.clone();
    let (source, found, events) = services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let (source, found) = source(s, &read, conversation).await?;
                let events = transcript::events(s, source.party.store(), found.id, found.head_all).await?;
                Ok::<_, Fault>((source, found, events))
            })
        })
        .await?;
    let new = looked_at(services, asking, new).await?;
    let words = catalogue::mail(language);
    let shopper = called(&found).unwrap_or_else(|| words.get("mail.customer"));
    let text = transcript::text(&words, new.subject.as_str(), &shopper, &events);
    let begun = begin_once_or_again(services, asking, new, Some(source)).await?;
    let party = Party::Visitor(begun.visitor);
    match files::share(services, &party, begun.conversation, beside(cid), FILE, text.into_bytes()).await {
        // Sent twice, and more was said in between: the first history stays.
        Ok(_) | Err(Fault::Refused(Refusal::ClientIdReused)) => Ok(begun.conversation),
        Err(fault) => Err(fault),
    }
}

/// What the conversation that may become a ticket is called there: for the form's first words.
pub async fn escalated_from(services: &Services, asking: &Asking, conversation: ConversationId) -> Result<Option<String>, Fault> {
    let asking = asking.clone();
    services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let (source, found) = source(s, &asking, conversation).await?;
                let case = s.case(source.party.store(), found.id).await?;
                Ok(case.map(|case| case.subject.to_string()).or_else(|| called(&found)))
            })
        })
        .await
}

/// The conversation, as whoever may open it. Tickets are at the team already, and a dispute has its own way there.
async fn source(s: &mut Session, asking: &Asking, id: ConversationId) -> Result<(Source, Conversation), Fault> {
    let nobodys = Fault::Refused(Refusal::NotFound);
    let (party, found) = match asking {
        Asking::Store(actor) => {
            let found = s.conversation(ConversationScope::Desk(actor.scope()), id).await?.ok_or(nobodys)?;
            (Party::Desk(actor.clone()), found)
        }
        Asking::Shopper(scope) => {
            let found = members::theirs(s, *scope, id).await?.ok_or(nobodys)?;
            let visitor = found.visitor.ok_or(Fault::Refused(Refusal::NotFound))?;
            let only = VisitorScope {
                store: scope.store,
                visitor,
                only: Some(id),
            };
            (Party::Visitor(only), found)
        }
        // What somebody asks for themselves is about no customer of their store.
        Asking::Person(_) => return Err(nobodys),
    };
    if matches!(found.kind, Kind::Ticket | Kind::Dispute) {
        return Err(Refusal::NotAllowed.into());
    }
    Ok((Source { party, conversation: id }, found))
}

/// The conversation itself says in everyone's log what became of it.
pub(super) async fn leave_word(tx: &mut Tx, source: &Source, number: i64, at: Timestamp) -> Result<(), Fault> {
    find(tx, &source.party, source.conversation).await?;
    let what = Statement::Escalated { number };
    cases::state(tx, &source.party, source.conversation, Audience::All, what, at).await
}

/// The shopper's name, as far as it is known.
fn called(conversation: &Conversation) -> Option<String> {
    match &conversation.customer {
        Customer::Member { name, .. } | Customer::Guest { name: Some(name), .. } => Some(name.to_string()),
        Customer::Guest { name: None, .. } => None,
    }
}

/// The id of the file that goes along with the ticket of this id.
fn beside(cid: ClientId) -> ClientId {
    ClientId(Uuid::from_u128(cid.0.as_u128() ^ 1))
}
