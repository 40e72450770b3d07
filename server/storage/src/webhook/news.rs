//! What is told to a store's own programs: composed when it happens, in the shapes of the API (`/api/v1`), and put on its way in the same
//! transaction. What only colleagues see is never told.

use model::{
    conversation::About,
    event::{Audience, Event, EventKind, Via},
    id::{ConversationId, CustomerId, DeliveryId},
    language::Language,
    party::{Author, Customer},
    text::Name,
    time::Timestamp,
};
use serde_json::{Value, json};

use super::{INSERT_DELIVERY, NewsKind};
use crate::{
    StorageError,
    conversation::Conversation,
    customer::card::CustomerRecord,
    meta,
    scope::{ConversationScope, StoreScope},
    session::{Tx, on},
};

/// Something to tell, and what it goes with when that is erased.
struct News {
    kind: NewsKind,
    data: Value,
    conversation: Option<ConversationId>,
    customer: Option<CustomerId>,
    seq: i64,
}

impl Tx {
    /// Tells that a conversation was begun.
    pub(crate) async fn news_of_beginning(&mut self, scope: StoreScope, id: ConversationId, at: Timestamp) -> Result<(), StorageError> {
        let kind = NewsKind::ConversationCreated;
        if self.wanting(scope, kind).await?.is_empty() {
            return Ok(());
        }
        let begun = self.conversation(ConversationScope::Desk(scope), id).await?;
        let begun = begun.ok_or(StorageError::inconsistent("conversation", "id"))?;
        let news = News {
            kind,
            data: conversation_data(&begun),
            conversation: Some(id),
            customer: None,
            seq: 0,
        };
        self.tell(scope, news, at).await
    }

    /// Tells what happened in a conversation, if it is something that is told.
    pub(crate) async fn news_of_event(
        &mut self,
        scope: StoreScope,
        id: ConversationId,
        audience: Audience,
        event: &Event,
    ) -> Result<(), StorageError> {
        if audience == Audience::Desk {
            return Ok(());
        }
        let kind = match &event.kind {
            EventKind::Posted { .. } | EventKind::Shared { .. } => NewsKind::MessageCreated,
            EventKind::Moved { .. } => NewsKind::ConversationMoved,
            EventKind::Closed => NewsKind::ConversationClosed,
            EventKind::Rated { .. } => NewsKind::RatingCreated,
            EventKind::Taken
            | EventKind::DeskLeft
            | EventKind::Reopened { .. }
            | EventKind::Transferred { .. }
            | EventKind::Missed
            | EventKind::Stated { .. } => return Ok(()),
        };
        let news = News {
            kind,
            data: event_data(id, event),
            conversation: Some(id),
            customer: None,
            seq: event.seq.0,
        };
        self.tell(scope, news, event.at).await
    }

    /// Tells that somebody of the store made a visitor a member.
    pub async fn news_of_member(&mut self, scope: StoreScope, id: CustomerId, at: Timestamp) -> Result<(), StorageError> {
        let Some(record) = self.customer_record(scope, id).await? else {
            return Ok(());
        };
        let news = News {
            kind: NewsKind::CustomerRegistered,
            data: customer_data(&record),
            conversation: None,
            customer: Some(id),
            seq: 0,
        };
        self.tell(scope, news, at).await
    }

    /// One piece for each address that wants it.
    async fn tell(&mut self, scope: StoreScope, news: News, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        let wanting = self.wanting(scope, news.kind).await?;
        if wanting.is_empty() {
            return Ok(());
        }
        let payload = json!({ "type": news.kind.code(), "timestamp": at.rfc3339(), "data": news.data }).to_string();
        for webhook in wanting {
            let id = DeliveryId(uuid::Builder::from_random_bytes(meta::random_bytes(self).await?).into_uuid());
            on!(self.session, conn => sqlx::query(INSERT_DELIVERY)
                .bind(id.0).bind(scope.0.0).bind(webhook.0).bind(news.kind.code()).bind(&payload)
                .bind(news.conversation.map(|c| c.0)).bind(news.customer.map(|c| c.0)).bind(news.seq).bind(at.0)
                .execute(conn).await.map(|_| ()))?;
        }
        Ok(())
    }
}

/// As `GET /api/v1/conversations/{id}` shows it.
fn conversation_data(conversation: &Conversation) -> Value {
    let (number, name) = match &conversation.customer {
        Customer::Member { number, name } => (Some(number.as_str()), Some(name.as_str())),
        Customer::Guest { name, .. } => (None, name.as_ref().map(Name::as_str)),
    };
    let (order, product) = match &conversation.about {
        About::Nothing => (None, None),
        About::Product(product) => (None, Some(product.sku.as_str())),
        About::Order { number, .. } => (Some(number.as_str()), None),
    };
    json!({
        "id": conversation.id.to_string(),
        "kind": conversation.kind.code(),
        "stage": conversation.stage.name().code(),
        "customer": number,
        "name": name,
        "email": conversation.contact.email.as_ref().map(ToString::to_string),
        "order": order,
        "product": product,
        "preview": conversation.preview,
        "unread": conversation.unread_desk,
        "opened_at": conversation.opened_at.rfc3339(),
        "last_event_at": conversation.last_event_at.rfc3339(),
    })
}

/// As one of `GET /api/v1/conversations/{id}/events`, and which conversation it happened in; of what moves and rates, also how.
fn event_data(id: ConversationId, event: &Event) -> Value {
    let (by, name) = match &event.author {
        Author::Shopper => ("customer", None),
        Author::Operator { name, .. } => ("store", Some(name.as_str())),
        Author::System => ("system", None),
    };
    let mut data = json!({
        "conversation": id.to_string(),
        "seq": event.seq.0,
        "at": event.at.rfc3339(),
        "kind": event.kind.code(),
        "by": by,
        "name": name,
        "text": null,
        "file": null,
        "mail_from": null,
        "mail_verified": null,
    });
    if let Some(Via::Mail { from, verified }) = &event.via {
        data["mail_from"] = json!(from.as_str());
        data["mail_verified"] = json!(verified);
    }
    match &event.kind {
        EventKind::Posted { body } => data["text"] = json!(body.as_str()),
        EventKind::Shared { file } => data["file"] = json!(file.name.as_str()),
        EventKind::Moved { to, number } => {
            data["to"] = json!(to.code());
            data["order"] = json!(number);
        }
        EventKind::Rated { stars, comment } => {
            data["stars"] = json!(stars);
            data["comment"] = json!(comment.as_ref().map(ToString::to_string));
        }
        EventKind::Taken
        | EventKind::DeskLeft
        | EventKind::Closed
        | EventKind::Reopened { .. }
        | EventKind::Transferred { .. }
        | EventKind::Missed
        | EventKind::Stated { .. } => {}
    }
    data
}

/// As `GET /api/v1/customers/{external_id}` shows them, and the number that the store gave them.
fn customer_data(record: &CustomerRecord) -> Value {
    json!({
        "number": record.number(),
        "external_id": record.external_id,
        "name": record.name.as_ref().map(Name::as_str),
        "email": record.email.as_ref().map(ToString::to_string),
        "email_verified": record.email_proven,
        "phone": record.phone.as_ref().map(ToString::to_string),
        "language": record.language.map(Language::code),
        "since": record.since.rfc3339(),
    })
}

#[cfg(test)]
mod tests {
    use model::{
        id::Seq,
        text::{Body, EmailAddress},
    };

    use super::*;

    #[test]
    fn what_is_told_of_a_message_is_what_the_api_shows() {
        let id: ConversationId = "0197aaaa-0000-7000-8000-000000000001".parse().expect("an id");
        let event = Event {
            seq: Seq(3),
            at: Timestamp(0),
            author: Author::Shopper,
            cid: None,
            kind: EventKind::Posted {
                body: Body::parse("Is it \"blue\"?").expect("fine"),
            },
            via: Some(Via::Mail {
                from: EmailAddress::parse("jane@customer.example").expect("fine"),
                verified: false,
            }),
        };
        let data = event_data(id, &event);
        assert_eq!((&data["text"], &data["by"]), (&json!("Is it \"blue\"?"), &json!("customer")));
        assert_eq!(
            (&data["mail_from"], &data["mail_verified"]),
            (&json!("jane@customer.example"), &json!(false))
        );
        assert_eq!((&data["file"], &data["name"]), (&Value::Null, &Value::Null));
        let rated = Event {
            kind: EventKind::Rated { stars: 4, comment: None },
            via: None,
            ..event
        };
        assert_eq!(event_data(id, &rated)["stars"], json!(4));
    }
}
