//! How far each party has come in a log. Only ever grows.

use model::{
    event::Mark,
    id::{ConversationId, Seq},
    party::Side,
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    MARKS = "SELECT party_kind, MAX(got_seq), MAX(read_seq) FROM read_marker WHERE conversation_id = $1 AND store_id = $2 GROUP BY party_kind";
    SET_MARK = "INSERT INTO read_marker (conversation_id, party_kind, party_id, store_id, got_seq, read_seq) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (conversation_id, party_kind, party_id) DO UPDATE SET
            got_seq = CASE WHEN excluded.got_seq > read_marker.got_seq THEN excluded.got_seq ELSE read_marker.got_seq END,
            read_seq = CASE WHEN excluded.read_seq > read_marker.read_seq THEN excluded.read_seq ELSE read_marker.read_seq END";
    /// A mediator's words are not the desk's own.
    COUNT_UNREAD_BY_DESK = "UPDATE conversation SET unread_desk = (SELECT COUNT(*) FROM event e
            WHERE e.conversation_id = $1 AND e.store_id = $2 AND e.audience = 'all' AND e.kind IN ('posted', 'shared') AND e.seq > $3 AND (e.author_kind = 'shopper'
            OR e.author_id = (SELECT d.mediator_id FROM dispute d WHERE d.conversation_id = $1 AND d.store_id = $2)))
        WHERE id = $1 AND store_id = $2 AND unread_desk > 0";
    COUNT_UNREAD_BY_SHOPPER = "UPDATE conversation SET unread_shopper = (SELECT COUNT(*) FROM event e
            WHERE e.conversation_id = $1 AND e.store_id = $2 AND e.audience = 'all' AND e.kind IN ('posted', 'shared') AND e.author_kind = 'operator' AND e.seq > $3)
        WHERE id = $1 AND store_id = $2 AND unread_shopper > 0";
}

fn party_kind(side: Side) -> &'static str {
    match side {
        Side::Shopper => "visitor",
        Side::Desk => "account",
    }
}

impl Session {
    /// How far the shopper and the desk have come: the furthest of each side.
    pub async fn marks(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<(Mark, Mark), StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, i64, i64)> =
            on!(self, conn => sqlx::query_as(MARKS).bind(conversation.0).bind(scope.0.0).fetch_all(conn).await)?;
        let of = |side| {
            rows.iter()
                .find(|(kind, ..)| kind == party_kind(side))
                .map_or_else(Mark::default, |(_, got, read)| Mark {
                    got: Seq(*got),
                    read: Seq(*read),
                })
        };
        Ok((of(Side::Shopper), of(Side::Desk)))
    }
}

impl Tx {
    /// A party has come further; an older mark changes nothing.
    pub async fn set_mark(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        side: Side,
        party: Uuid,
        mark: Mark,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_MARK)
            .bind(conversation.0).bind(party_kind(side)).bind(party).bind(scope.0.0).bind(mark.got.0).bind(mark.read.0)
            .execute(conn).await.map(|_| ()))?;
        let (shopper, desk) = self.marks(scope, conversation).await?;
        let (furthest, count) = match side {
            Side::Shopper => (shopper, COUNT_UNREAD_BY_SHOPPER),
            Side::Desk => (desk, COUNT_UNREAD_BY_DESK),
        };
        let changed = on!(self.session, conn => sqlx::query(count)
            .bind(conversation.0).bind(scope.0.0).bind(furthest.read.0).execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Marks {
            conversation,
            side,
            mark: furthest,
        });
        if changed > 0 && side == Side::Desk {
            self.notice(Notice::Inbox(scope.0));
        }
        Ok(())
    }
}
