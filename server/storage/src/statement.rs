//! Every statement of the crate stands in a `statements!` block, so that tests can prepare each on both engines and look at each text.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*

        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use sqlx::{Executor, SqlSafeStr};

    use crate::{Engine, Storage, session::Conn};

    fn all() -> Vec<(&'static str, &'static str)> {
        [
            crate::account::STATEMENTS,
            crate::admission::STATEMENTS,
            crate::api_key::STATEMENTS,
            crate::answer::STATEMENTS,
            crate::attachment::STATEMENTS,
            crate::audit::STATEMENTS,
            crate::blocking::STATEMENTS,
            crate::canned::STATEMENTS,
            crate::case::STATEMENTS,
            crate::colleague::STATEMENTS,
            crate::conversation::STATEMENTS,
            crate::customer::STATEMENTS,
            crate::customer::card::STATEMENTS,
            crate::customer::merge::STATEMENTS,
            crate::customer::orders::STATEMENTS,
            crate::dispute::STATEMENTS,
            crate::erased::STATEMENTS,
            crate::event::STATEMENTS,
            crate::gauge::STATEMENTS,
            crate::export::STATEMENTS,
            crate::help::STATEMENTS,
            crate::history::STATEMENTS,
            crate::idempotency::STATEMENTS,
            crate::inbound::STATEMENTS,
            crate::inbox::STATEMENTS,
            crate::job::STATEMENTS,
            crate::mark::STATEMENTS,
            crate::marketplace::STATEMENTS,
            crate::member::STATEMENTS,
            crate::member_view::STATEMENTS,
            crate::message::STATEMENTS,
            crate::meta::STATEMENTS,
            crate::missed::STATEMENTS,
            crate::order::STATEMENTS,
            crate::order_status::STATEMENTS,
            crate::outbox::STATEMENTS,
            crate::oversight::STATEMENTS,
            crate::person::STATEMENTS,
            crate::person::kept::STATEMENTS,
            crate::presence::STATEMENTS,
            crate::report::STATEMENTS,
            crate::retention::STATEMENTS,
            crate::safety::STATEMENTS,
            crate::staff::STATEMENTS,
            crate::search::STATEMENTS,
            crate::sender::STATEMENTS,
            crate::shop_context::STATEMENTS,
            crate::store::STATEMENTS,
            crate::team::STATEMENTS,
            crate::thread::STATEMENTS,
            crate::ticket::STATEMENTS,
            crate::visitor::STATEMENTS,
            crate::wake::STATEMENTS,
            crate::webhook::STATEMENTS,
            crate::window::STATEMENTS,
        ]
        .concat()
    }

    async fn prepare_all(storage: &Storage) {
        for (name, sql) in all() {
            let prepared = storage
                .write(move |tx| {
                    Box::pin(async move {
                        match &mut tx.session.conn {
                            Conn::Sqlite(conn) => (&mut **conn).prepare(sql.into_sql_str()).await.map(|_| ()),
                            Conn::Postgres(conn) => (&mut **conn).prepare(sql.into_sql_str()).await.map(|_| ()),
                        }
                        .map_err(crate::StorageError::from)
                    })
                })
                .await;
            assert!(prepared.is_ok(), "{name}: {prepared:?}\n{sql}");
        }
    }

    #[tokio::test]
    async fn sqlite_understands_every_statement() {
        let (storage, _dir) = crate::pool::tests::scratch().await;
        prepare_all(&storage).await;
    }

    #[tokio::test]
    async fn postgres_understands_every_statement() {
        if let Some(database) = crate::pool::tests::postgres().await {
            prepare_all(&Storage::open(Engine::Postgres(database)).await.expect("opens")).await;
        }
    }

    /// Rows of a store are never reached without naming the store. The exceptions are named with their reason.
    #[test]
    fn every_statement_on_a_stores_rows_names_the_store() {
        const TENANT: &[&str] = &[
            "store_origin",
            "store_text",
            "membership",
            "presence_lease",
            "invitation",
            "customer",
            "visitor",
            "visitor_session",
            "purchase_order",
            "order_line",
            "conversation",
            "participant",
            "event",
            "attachment",
            "read_marker",
            "canned_reply",
            "canned_reply_text",
            "operator_view",
            "search_entry",
            "outbox",
            "mail_link",
            "inbound_mail",
            "proven_sender",
            "member_session",
            "door_link",
            "customer_tag",
            "customer_note",
            "shop_context",
            "api_key",
            "idempotency_key",
            "hook_seen",
            "order_guess",
            "order_code",
            "webhook",
            "webhook_delivery",
            "case_file",
            "dispute",
            "oversight",
            "held_message",
        ];
        const REVIEWED: &[(&str, &str)] = &[
            ("SESSION_OF_TOKEN", "the token is the scope: it names the visitor and so the store"),
            ("SESSION_OF_HANDLE", "the handle is the scope"),
            ("MEMBERSHIPS_OF_ACCOUNT", "asks for the stores of one account"),
            ("EXPIRED_LEASES", "a sweep of the whole installation"),
            ("SILENT_STARTS", "a sweep of the whole installation"),
            ("DELETE_LEASE", "one account's own lease"),
            ("RENEW_LEASE", "one account's own lease"),
            ("DELETE_STANDING_LEASE", "one account's own lease"),
            ("TAKE_INVITATION", "the token is the scope: it names the store"),
            ("MAIL_WAITS", "a sweep of the whole installation"),
            ("MAIL_SENT", "one letter of a worker's own lease"),
            ("MAIL_LATER", "one letter of a worker's own lease"),
            ("MAIL_FAILED", "one letter of a worker's own lease"),
            ("MAIL_PUT_BACK", "one letter of a worker's own lease"),
            ("MAIL_FOLDED", "one letter of a worker's own lease"),
            ("SIGN_IN_LETTERS_TO", "the budget of an address counts the whole installation"),
            ("MAIL_READ", "one letter of a worker's own lease"),
            ("LETTERS_TO", "the budget of an address counts the whole installation"),
            ("CODES_TO", "the budget of an address counts the whole installation"),
            ("INBOUND_SEEN", "the fingerprint of one letter is the scope"),
            ("INBOUND_BEGAN_SINCE", "the budget of an address counts the whole installation"),
            ("FORGET_OLD_INBOUND", "a sweep of the whole installation"),
            ("COPIES_TO", "the budget of an address counts the whole installation"),
            ("GAUGE_LETTERS", "counts the whole installation, for whoever watches over it"),
            ("GAUGE_NEWS", "counts the whole installation, for whoever watches over it"),
            ("GAUGE_CHATS", "counts the whole installation, for whoever watches over it"),
            ("GAUGE_ON_DUTY", "counts the whole installation, for whoever watches over it"),
            ("END_MEMBERS", "a restored database lets nobody in by what was given out before"),
            ("END_DOORS", "a restored database lets nobody in by what was given out before"),
            ("END_INVITATIONS", "a restored database lets nobody in by what was given out before"),
            ("END_LINKS", "a restored database lets nobody in by what was given out before"),
        ];
        for (name, sql) in all() {
            let words: Vec<&str> = sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let touches = TENANT.iter().any(|t| words.contains(t));
            if touches && !words.contains(&"store_id") {
                assert!(
                    REVIEWED.iter().any(|(n, _)| *n == name),
                    "{name} reaches a store's rows without naming the store:\n{sql}"
                );
            }
        }
    }
}
