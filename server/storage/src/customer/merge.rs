//! Customers who turn out to be one person, and visitors who become members. What may be merged is decided by the service; here one
//! record takes over all that the other had, and keeps nothing of the other's name.

use model::{
    id::{ConversationId, CustomerId, VisitorId},
    text::{EmailAddress, Name, Phone},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

/// Records with one address that are looked at.
const SAME_ADDRESS_MAX: i64 = 100;

statements! {
    SAME_ADDRESS = "SELECT id, external_id, email_proven_at_ms, registered_at_ms FROM customer
        WHERE store_id = $1 AND email_key = $2 AND merged_into IS NULL AND erased_at_ms IS NULL ORDER BY created_at_ms, id LIMIT $3";
    INSERT_PERSON = "INSERT INTO customer (id, store_id, name, email, created_at_ms) VALUES ($1, $2, $3, $4, $5)";
    PROVE_EMAIL = "UPDATE customer SET email = CASE WHEN lower(email) = lower($3) THEN email ELSE $3 END, email_proven_at_ms = CASE
            WHEN lower(email) = lower($3) THEN COALESCE(email_proven_at_ms, $4) ELSE $4 END
        WHERE id = $1 AND store_id = $2";
    NEXT_MEMBER = "UPDATE store SET last_member = last_member + 1 WHERE id = $1 RETURNING last_member";
    /// An address that was proven stays: what somebody else typed is no proof of another one.
    REGISTER = "UPDATE customer SET own_number = $3, name = COALESCE(name, $4), phone = COALESCE($5, phone),
            email = CASE WHEN email_proven_at_ms IS NULL THEN $6 ELSE email END, registered_at_ms = $7
        WHERE id = $1 AND store_id = $2";
    VISITORS_PERSON = "SELECT customer_id FROM visitor WHERE id = $1 AND store_id = $2";
    PERSON_OF_VISITOR = "SELECT c.customer_id FROM conversation c WHERE c.store_id = $1 AND c.visitor_id = $2 AND c.customer_id IS NOT NULL
        AND c.erased_at_ms IS NULL ORDER BY c.opened_at_ms DESC, c.id DESC LIMIT 1";
    GIVE_VISITORS_CONVERSATIONS = "UPDATE conversation SET customer_id = $3
        WHERE store_id = $1 AND visitor_id = $2 AND customer_id IS NULL AND erased_at_ms IS NULL RETURNING id";
    MOVE_CONVERSATIONS = "UPDATE conversation SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2 RETURNING id";
    CONVERSATIONS_OF_CUSTOMER = "SELECT id FROM conversation WHERE store_id = $1 AND customer_id = $2 AND erased_at_ms IS NULL";
    MOVE_ORDERS = "UPDATE purchase_order SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2";
    MOVE_NOTES = "UPDATE customer_note SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2";
    MOVE_TAGS = "UPDATE customer_tag SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2
        AND tag NOT IN (SELECT t.tag FROM customer_tag t WHERE t.store_id = $1 AND t.customer_id = $3)";
    DROP_TAGS = "DELETE FROM customer_tag WHERE store_id = $1 AND customer_id = $2";
    MOVE_VISITORS = "UPDATE visitor SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2";
    MOVE_SESSIONS = "UPDATE member_session SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2";
    MOVE_DOORS = "UPDATE door_link SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2";
    MOVE_MERGED = "UPDATE customer SET merged_into = $3 WHERE store_id = $1 AND merged_into = $2";
    COMPLETE = "UPDATE customer SET
            own_number = COALESCE(own_number, (SELECT m.own_number FROM customer m WHERE m.id = $2 AND m.store_id = $1)),
            registered_at_ms = COALESCE(registered_at_ms, (SELECT m.registered_at_ms FROM customer m WHERE m.id = $2 AND m.store_id = $1)),
            name = COALESCE(name, (SELECT m.name FROM customer m WHERE m.id = $2 AND m.store_id = $1)),
            phone = COALESCE(phone, (SELECT m.phone FROM customer m WHERE m.id = $2 AND m.store_id = $1)),
            language = COALESCE(language, (SELECT m.language FROM customer m WHERE m.id = $2 AND m.store_id = $1)),
            created_at_ms = CASE WHEN created_at_ms <= (SELECT m.created_at_ms FROM customer m WHERE m.id = $2 AND m.store_id = $1)
                THEN created_at_ms ELSE (SELECT m.created_at_ms FROM customer m WHERE m.id = $2 AND m.store_id = $1) END
        WHERE id = $3 AND store_id = $1";
    RETIRE = "UPDATE customer SET merged_into = $3, own_number = NULL, name = NULL, email = NULL, phone = NULL, language = NULL,
            email_proven_at_ms = NULL
        WHERE id = $2 AND store_id = $1";
}

/// A record with an address that several may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SameAddress {
    /// Which.
    pub id: CustomerId,
    /// Whether the shop told of them.
    pub of_the_shop: bool,
    /// Whether the address was shown to be theirs.
    pub proven: bool,
    /// Whether somebody of the store registered them.
    pub registered: bool,
}

/// Id, the shop's id, since when proven, since when registered.
type SameRow = (Uuid, Option<String>, Option<i64>, Option<i64>);

impl Session {
    /// All who have this address at a store, in whatever capitals, the first one first.
    pub async fn same_address(&mut self, scope: StoreScope, email: &EmailAddress) -> Result<Vec<SameAddress>, StorageError> {
        self.within(scope).await?;
        let email = email.as_str().to_lowercase();
        let rows: Vec<SameRow> = on!(self, conn => sqlx::query_as(SAME_ADDRESS)
            .bind(scope.0.0).bind(&email).bind(SAME_ADDRESS_MAX).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, external_id, proven, registered)| SameAddress {
                id: CustomerId(id),
                of_the_shop: external_id.is_some(),
                proven: proven.is_some(),
                registered: registered.is_some(),
            })
            .collect())
    }

    /// The person that a browser's other conversations are with: whom the shop signed in there, else of the last conversation.
    pub async fn person_of_visitor(&mut self, scope: StoreScope, visitor: VisitorId) -> Result<Option<(CustomerId, bool)>, StorageError> {
        self.within(scope).await?;
        let signed_in: Option<Option<Uuid>> =
            on!(self, conn => sqlx::query_scalar(VISITORS_PERSON).bind(visitor.0).bind(scope.0.0).fetch_optional(conn).await)?;
        if let Some(id) = signed_in.flatten() {
            return Ok(Some((CustomerId(id), true)));
        }
        let id: Option<Uuid> =
            on!(self, conn => sqlx::query_scalar(PERSON_OF_VISITOR).bind(scope.0.0).bind(visitor.0).fetch_optional(conn).await)?;
        Ok(id.map(|id| (CustomerId(id), false)))
    }
}

impl Tx {
    /// Somebody of whom the store knows no more than this.
    pub async fn insert_person(
        &mut self,
        scope: StoreScope,
        id: CustomerId,
        name: Option<&Name>,
        email: &EmailAddress,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_PERSON)
            .bind(id.0).bind(scope.0.0).bind(name.map(Name::as_str)).bind(email.as_str()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The address is this person's: they have shown it.
    pub async fn set_proven_email(
        &mut self,
        scope: StoreScope,
        id: CustomerId,
        email: &EmailAddress,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(PROVE_EMAIL)
            .bind(id.0).bind(scope.0.0).bind(email.as_str()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Somebody becomes a member, with the store's next number.
    pub async fn register_member(
        &mut self,
        scope: StoreScope,
        id: CustomerId,
        name: Option<&Name>,
        phone: Option<&Phone>,
        email: &EmailAddress,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        let next: i64 = on!(self.session, conn => sqlx::query_scalar(NEXT_MEMBER).bind(scope.0.0).fetch_one(conn).await)?;
        on!(self.session, conn => sqlx::query(REGISTER)
            .bind(id.0).bind(scope.0.0).bind(format!("M-{next}")).bind(name.map(Name::as_str)).bind(phone.map(Phone::as_str))
            .bind(email.as_str()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// What was written in a browser by nobody in particular was written by this customer.
    pub async fn give_visitors_conversations(
        &mut self,
        scope: StoreScope,
        visitor: VisitorId,
        customer: CustomerId,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        let given: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(GIVE_VISITORS_CONVERSATIONS)
            .bind(scope.0.0).bind(visitor.0).bind(customer.0).fetch_all(conn).await)?;
        for id in given {
            self.index_person(scope, ConversationId(id)).await?;
        }
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// What is known of a customer has changed: their conversations are found by it, and lists show it.
    pub async fn customer_changed(&mut self, scope: StoreScope, id: CustomerId) -> Result<(), StorageError> {
        self.within(scope).await?;
        let theirs: Vec<Uuid> =
            on!(self.session, conn => sqlx::query_scalar(CONVERSATIONS_OF_CUSTOMER).bind(scope.0.0).bind(id.0).fetch_all(conn).await)?;
        for id in theirs {
            self.index_person(scope, ConversationId(id)).await?;
        }
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// All that was `gone`'s is `left`'s from now on, and whoever knew `gone` finds `left`.
    pub async fn merge_customers(&mut self, scope: StoreScope, gone: CustomerId, left: CustomerId) -> Result<(), StorageError> {
        self.within(scope).await?;
        let moved: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(MOVE_CONVERSATIONS)
            .bind(scope.0.0).bind(gone.0).bind(left.0).fetch_all(conn).await)?;
        for sql in [
            MOVE_ORDERS,
            MOVE_NOTES,
            MOVE_TAGS,
            MOVE_VISITORS,
            MOVE_SESSIONS,
            MOVE_DOORS,
            MOVE_MERGED,
            COMPLETE,
            RETIRE,
        ] {
            on!(self.session, conn => sqlx::query(sql).bind(scope.0.0).bind(gone.0).bind(left.0).execute(conn).await.map(|_| ()))?;
        }
        on!(self.session, conn => sqlx::query(DROP_TAGS).bind(scope.0.0).bind(gone.0).execute(conn).await.map(|_| ()))?;
        for id in moved {
            self.index_person(scope, ConversationId(id)).await?;
        }
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }
}
