//! From a job to a letter: looks up what it is about at the moment it goes, so that what was erased is not in it.

use mail::{Digest, Draft, Letter, Note, Post, Said, Transcript};
use model::{
    case::Statement,
    conversation::About,
    event::{Audience, Event, EventKind},
    id::{ConversationId, MailId, Seq},
    language::Language,
    party::{Author, Customer},
    refusal::Field,
    settings::Asked,
    text::EmailAddress,
    time::Timestamp,
    words::Words,
};
use storage::{ClaimedMail, Conversation, ConversationScope, Installation, MailJob, Session, StoreRow, StoreScope};
use uuid::Uuid;

use super::{
    HOUR_MS, answer,
    customer::{self, Sender},
    news,
};
use crate::{Fault, Services, mail_address};

/// Offline messages that a store is mailed one by one within an hour; those behind them wait for a digest (hardening E14).
const OFFLINE_PER_HOUR: i64 = 60;
/// Events of a conversation that a letter holds: the last ones.
const EVENTS_MAX: i64 = 500;
/// Events fetched at once.
pub(super) const PAGE: i64 = 100;

/// What a job becomes.
pub(super) enum Prepared {
    /// A letter.
    Letter(Box<Letter>),
    /// A line in a later digest.
    Fold,
    /// Nothing any more: who it is for has read all of it on the site.
    Read,
    /// Nothing yet: its reader had many letters.
    Wait(Timestamp),
    /// Nothing, and why; the back office has a sentence for each.
    Nothing(&'static str),
}

pub(super) const GONE: Prepared = Prepared::Nothing("vitrine:gone");
pub(super) const SUPPRESSED: Prepared = Prepared::Nothing("vitrine:suppressed");

/// What every letter has in common.
pub(super) struct Desk {
    pub(super) id: Uuid,
    pub(super) now: Timestamp,
    pub(super) ours: EmailAddress,
    /// Scheme, host and port.
    pub(super) url: String,
    pub(super) store: StoreRow,
    /// Under which address letters to customers go.
    pub(super) sender: Sender,
    /// Who hears that a letter to a customer did not arrive.
    pub(super) bounce: Option<EmailAddress>,
}

/// The letter that a job asks for.
pub(super) async fn prepare(services: &Services, post: &Post, mail: &ClaimedMail, worker: Uuid) -> Result<Prepared, Fault> {
    let Some(job) = mail.job.clone() else {
        return Ok(Prepared::Nothing("vitrine:unreadable"));
    };
    let named = match &job {
        MailJob::Invite { store, .. }
        | MailJob::TestMail { store, .. }
        | MailJob::OfflineDigest { store }
        | MailJob::SignIn { store, .. }
        | MailJob::OrderCode { store, .. }
        | MailJob::ProveSender { store, .. } => Some(*store),
        _ => mail.store,
    };
    let Some(store) = named else { return Ok(GONE) };
    if let Some(instead) = customer::beyond_budget(services, &job).await? {
        return Ok(instead);
    }
    let going = match &job {
        MailJob::Answer { conversation, .. } => {
            let going = answer::settle(services, StoreScope(store), mail.id, worker, *conversation).await?;
            let Some(going) = going else { return Ok(GONE) };
            Some(going)
        }
        _ => None,
    };
    let bounce = mail_address::of_bounce(services, MailId(mail.id)).await?;
    let (id, now, ours, url) = (
        mail.id,
        services.clock().now(),
        post.ours().clone(),
        services.public_url().to_owned(),
    );
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(store) = s.store(StoreScope(store)).await? else {
                    return Ok(GONE);
                };
                let sender = customer::sender(s, &store).await?;
                let desk = Desk {
                    id,
                    now,
                    ours,
                    url,
                    store,
                    sender,
                    bounce,
                };
                match going {
                    Some(going) => answer::write(s, &desk, &job, going).await,
                    None => write(s, &desk, &job).await,
                }
            })
        })
        .await
}

async fn write(s: &mut Session, desk: &Desk, job: &MailJob) -> Result<Prepared, Fault> {
    let outsider = !matches!(job, MailJob::TestMail { .. });
    if let Some(to) = job.recipient().filter(|_| outsider)
        && s.suppressed(Installation, to).await?
    {
        return Ok(SUPPRESSED);
    }
    let name = desk.store.name.as_str();
    match job {
        MailJob::OfflineMessage { conversation } => offline(s, desk, *conversation, false).await,
        MailJob::MissedChat { conversation } => offline(s, desk, *conversation, true).await,
        MailJob::CaseNews { conversation } => news::write(s, desk, *conversation).await,
        MailJob::OfflineDigest { .. } => digest(s, desk).await,
        MailJob::Transcript {
            conversation,
            to,
            language,
        } => transcript(s, desk, *conversation, to, *language).await,
        MailJob::ConfirmCopy {
            conversation,
            to,
            language,
            token,
        } => {
            let scope = ConversationScope::Desk(StoreScope(desk.store.id));
            if s.conversation(scope, *conversation).await?.is_none() {
                return Ok(GONE);
            }
            let address = format!("{}/m/{token}", desk.url);
            Ok(desk.to_customer(to, mail::confirm_copy(&catalogue::mail(*language), name, &address)))
        }
        MailJob::Invite { to, link, language, .. } => Ok(desk.letter(to, mail::invite(&catalogue::mail(*language), name, link))),
        MailJob::TestMail { to, language, .. } => {
            let address = format!("{}/desk/settings/mail", desk.url);
            Ok(desk.letter(to, mail::test_letter(&catalogue::mail(*language), name, &address)))
        }
        MailJob::SignIn { to, language, token, .. } => {
            let address = format!("{}/m/{token}", desk.url);
            Ok(desk.to_customer(to, mail::sign_in(&catalogue::mail(*language), name, &address)))
        }
        MailJob::OrderCode {
            to,
            language,
            number,
            code,
            ..
        } => Ok(desk.to_customer(to, mail::order_code(&catalogue::mail(*language), name, number, code))),
        MailJob::ProveSender { to, language, code, .. } => Ok(desk.letter(to, mail::prove_sender(&catalogue::mail(*language), name, code))),
        // `prepare` has seen to these.
        MailJob::Answer { .. } => Ok(GONE),
    }
}

impl Desk {
    pub(super) fn scope(&self) -> StoreScope {
        StoreScope(self.store.id)
    }

    /// From the store, to somebody; an answer comes to us.
    fn letter(&self, to: &EmailAddress, draft: Draft) -> Prepared {
        self.letter_to(vec![to.clone()], draft)
    }

    pub(super) fn letter_to(&self, to: Vec<EmailAddress>, draft: Draft) -> Prepared {
        Prepared::Letter(Box::new(self.the_stores(to, draft)))
    }

    pub(super) fn the_stores(&self, to: Vec<EmailAddress>, draft: Draft) -> Letter {
        Letter {
            id: self.id,
            at: self.now,
            ours: self.ours.clone(),
            from_name: self.store.name.to_string(),
            literal: None,
            reply_to: None,
            bounce: None,
            thread: Vec::new(),
            stop: None,
            to,
            subject: draft.subject,
            sheet: draft.sheet,
        }
    }

    /// Where letters for the store go, and in which language: the address that it named (P-23), else its owners.
    pub(super) async fn readers(&self, s: &mut Session) -> Result<Option<(Vec<EmailAddress>, Language)>, Fault> {
        if let Some(notify) = &self.store.settings.notify {
            return Ok(Some((vec![notify.clone()], self.store.default_language)));
        }
        let owners = s.mail_owners(self.scope()).await?;
        let language = owners.first().map(|(_, language)| *language);
        Ok(language.map(|language| (owners.into_iter().map(|(email, _)| email).collect(), language)))
    }
}

/// Somebody wrote and nobody answered: From the store, an answer to the customer (P-54, P-i4); without an address from the store (P-55).
async fn offline(s: &mut Session, desk: &Desk, id: ConversationId, missed: bool) -> Result<Prepared, Fault> {
    let scope = desk.scope();
    if !missed && s.offline_mails_since(scope, desk.now.plus_ms(-HOUR_MS)).await? >= OFFLINE_PER_HOUR {
        return Ok(Prepared::Fold);
    }
    let Some(conversation) = s.conversation(ConversationScope::Desk(scope), id).await? else {
        return Ok(GONE);
    };
    let Some((to, language)) = desk.readers(s).await? else {
        return Ok(Prepared::Nothing("vitrine:no_recipient"));
    };
    let words = catalogue::mail(language);
    let (first, last) = s.mail_sender(scope, id).await?;
    let who = called(&words, &conversation.customer);
    let (events, _) = last_events(s, scope, &conversation).await?;
    let said = events
        .iter()
        .filter(|event| event.author == Author::Shopper)
        .filter_map(|event| said(&words, &who, event))
        .collect();
    let mut facts = member(&words, &conversation.customer);
    facts.extend(asked_for(&words, desk, &conversation, first, last, missed));
    facts.extend(about(&words, &conversation));
    let customer = conversation.contact.email.clone();
    let note = Note {
        who: who.clone(),
        store: desk.store.name.to_string(),
        missed,
        facts,
        said,
        answerable: customer.is_some(),
        address: format!("{}/desk/offline-messages/{id}", desk.url),
    };
    let mut letter = desk.the_stores(to, mail::note(&words, &note));
    if let Some(customer) = customer {
        if desk.store.settings.literal_from {
            letter.from_name.clone_from(&who);
            letter.literal = Some(customer.clone());
        } else {
            letter.from_name = words.with("mail.via", &[("name", &who), ("store", desk.store.name.as_str())]);
        }
        letter.reply_to = Some((who, customer));
    }
    Ok(Prepared::Letter(Box::new(letter)))
}

async fn digest(s: &mut Session, desk: &Desk) -> Result<Prepared, Fault> {
    let count = s.folded_mails(desk.scope()).await?;
    if count == 0 {
        return Ok(GONE);
    }
    let Some((to, language)) = desk.readers(s).await? else {
        return Ok(Prepared::Nothing("vitrine:no_recipient"));
    };
    let digest = Digest {
        count: count.unsigned_abs(),
        store: desk.store.name.to_string(),
        address: format!("{}/desk/offline-messages", desk.url),
    };
    Ok(desk.letter_to(to, mail::digest(&catalogue::mail(language), &digest)))
}

/// Everyone's log, and only that: what colleagues say among themselves is in another.
async fn transcript(s: &mut Session, desk: &Desk, id: ConversationId, to: &EmailAddress, language: Language) -> Result<Prepared, Fault> {
    let scope = desk.scope();
    let Some(conversation) = s.conversation(ConversationScope::Desk(scope), id).await? else {
        return Ok(GONE);
    };
    let words = catalogue::mail(language);
    let you = words.get("mail.you");
    let (events, shortened) = last_events(s, scope, &conversation).await?;
    let transcript = Transcript {
        store: desk.store.name.to_string(),
        said: events.iter().filter_map(|event| said(&words, &you, event)).collect(),
        shortened,
        address: format!("{}/c/{}", desk.url, desk.store.slug),
    };
    Ok(desk.to_customer(to, mail::transcript(&words, &transcript)))
}

/// The last events that everyone may see, and whether there are earlier ones.
async fn last_events(s: &mut Session, scope: StoreScope, conversation: &Conversation) -> Result<(Vec<Event>, bool), Fault> {
    let begin = Seq((conversation.head_all.0 - EVENTS_MAX).max(0));
    let mut events: Vec<Event> = Vec::new();
    while events.len() < EVENTS_MAX as usize {
        let after = events.last().map_or(begin, |event| event.seq);
        let page = s.events_after(scope, conversation.id, Audience::All, after, PAGE).await?;
        let last = page.len() < PAGE as usize;
        events.extend(page);
        if last {
            break;
        }
    }
    Ok((events, begin > Seq::ZERO))
}

/// What somebody said or gave; nothing for what merely happened.
pub(super) fn said(words: &Words, shopper: &str, event: &Event) -> Option<Said> {
    let text = match &event.kind {
        EventKind::Posted { body } => body.to_string(),
        EventKind::Shared { file } => words.with("mail.file", &[("name", file.name.as_str())]),
        EventKind::Stated { what } if is_step(what) => words.get("mail.dispute.news"),
        _ => return None,
    };
    let name = match &event.author {
        Author::Shopper => shopper.to_owned(),
        Author::Operator { name, .. } => name.to_string(),
        // In a dispute somebody was silent for too long.
        Author::System if matches!(event.kind, EventKind::Stated { .. }) => words.get("mail.dispute.clock"),
        Author::System => return None,
    };
    Some(Said {
        who: format!("{name}, {}", moment(event.at)),
        text,
    })
}

/// Whether it is what somebody did in a dispute, or did not do in time: the letter says that there is news, and what it is stands where it is answered.
pub(super) fn is_step(what: &Statement) -> bool {
    matches!(
        what,
        Statement::Offered { .. }
            | Statement::Accepted
            | Statement::Refused
            | Statement::MediatorAsked
            | Statement::Decided { .. }
            | Statement::Appealed { .. }
            | Statement::CarriedOut
            | Statement::TimedOut
    )
}

/// `2026-03-14 14:05 UTC`: a letter does not know its reader's zone.
pub(super) fn moment(at: Timestamp) -> String {
    let whole = at.rfc3339();
    format!(
        "{} {} UTC",
        whole.get(..10).unwrap_or_default(),
        whole.get(11..16).unwrap_or_default()
    )
}

pub(super) fn called(words: &Words, customer: &Customer) -> String {
    match customer {
        Customer::Member { name, .. } | Customer::Guest { name: Some(name), .. } => name.to_string(),
        Customer::Guest { number, name: None } => words.with("mail.guest", &[("number", &number.to_string())]),
    }
}

/// The shop's own number for them, when the shop vouches for them.
fn member(words: &Words, customer: &Customer) -> Vec<(String, String)> {
    match customer {
        Customer::Member { number, name } => vec![(words.get("mail.customer"), format!("{name} ({number})"))],
        Customer::Guest { .. } => Vec::new(),
    }
}

/// Every field that the form asked, also those that were left empty (P-53). A chat asked less: of that, what is known.
fn asked_for(
    words: &Words,
    desk: &Desk,
    conversation: &Conversation,
    first: Option<String>,
    last: Option<String>,
    missed: bool,
) -> Vec<(String, String)> {
    let contact = &conversation.contact;
    desk.store
        .settings
        .offline_fields
        .in_order()
        .into_iter()
        .filter_map(|(field, asked)| {
            let value = match field {
                Field::FirstName => first.clone(),
                Field::LastName => last.clone(),
                Field::Email => contact.email.as_ref().map(ToString::to_string),
                Field::Phone => contact.phone.as_ref().map(ToString::to_string),
                _ => None,
            };
            let empty = (asked != Asked::No && !missed).then(|| words.get("mail.not_given"));
            Some((words.get(&format!("field.{}", field.key())), value.or(empty)?))
        })
        .collect()
}

pub(super) fn about(words: &Words, conversation: &Conversation) -> Vec<(String, String)> {
    let product = match &conversation.about {
        About::Product(product) => Some((
            words.get("mail.product"),
            product
                .name
                .as_ref()
                .map_or_else(|| product.sku.to_string(), |name| format!("{name} ({})", product.sku)),
        )),
        About::Order { number, .. } => Some((words.get("mail.order"), number.clone())),
        About::Nothing => None,
    };
    let page = conversation.connection.page.clone().map(|page| (words.get("mail.page"), page));
    let language = conversation
        .connection
        .language
        .map(|language| (words.get("mail.language"), language.own_name().to_owned()));
    [product, page, language].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_says_its_zone() {
        assert_eq!(moment(Timestamp(1_800_000_000_000)), "2027-01-15 08:00 UTC");
    }

    #[test]
    fn p_31_a_guest_without_a_name_has_a_number() {
        let guest = Customer::Guest { number: 17, name: None };
        assert!(called(&catalogue::mail(Language::En), &guest).contains("17"));
    }
}
