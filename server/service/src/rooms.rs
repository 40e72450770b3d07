//! A room: one conversation, read page by page and answered by plain forms. Threads, tickets and disputes use these; saying something is
//! `conversation::post` and giving a file is `files::share`, as everywhere.

use std::{fmt, str::FromStr};

use model::{
    event::{Audience, Event, Mark},
    id::{ClientId, ConversationId, Seq},
    panel::Posted,
    refusal::{Field, Refusal},
    text::Body,
};
use uuid::Uuid;

use crate::{Fault, Party, Services, conversation as talk, files};

/// Lines of a page.
const LINES: usize = 100;

/// Where a page begins: before which event of either log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    all: Seq,
    desk: Seq,
}

impl Default for Before {
    /// After everything.
    fn default() -> Self {
        Self {
            all: Seq(i64::MAX),
            desk: Seq(i64::MAX),
        }
    }
}

impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.all.0, self.desk.0)
    }
}

impl FromStr for Before {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (all, desk) = text.split_once('-').ok_or(())?;
        let seq = |text: &str| text.parse().map(Seq).map_err(|_| ());
        Ok(Self {
            all: seq(all)?,
            desk: seq(desk)?,
        })
    }
}

/// A page of a room.
#[derive(Clone, Debug)]
pub struct RoomView {
    /// What was said and what happened, the oldest first, and who may see it.
    pub lines: Vec<(Audience, Event)>,
    /// Where the page before it begins, if there is one.
    pub older: Option<Before>,
}

/// A page of a room: both logs for the desk, everyone's for all others. Whoever takes part and looks at the last page has seen it; a
/// mediator who looks leaves no trace in the counts of either side.
pub async fn read(services: &Services, party: &Party, id: ConversationId, before: Option<Before>) -> Result<RoomView, Fault> {
    let log = talk::follow(services, party, id, Audience::All).await?;
    let from = before.unwrap_or_default();
    let mut lines = page(services, party, id, Audience::All, from.all).await?;
    // What colleagues note is theirs alone: a mediator is none of them.
    if matches!(party, Party::Desk(_)) {
        lines.extend(page(services, party, id, Audience::Desk, from.desk).await?);
    }
    if let Party::Visitor(scope) = party {
        // Whoever reads as somebody's visitor may have no cookie of that store.
        let mut events: Vec<Event> = lines.into_iter().map(|(_, event)| event).collect();
        files::key::give(services, *scope, &mut events).await?;
        lines = events.into_iter().map(|event| (Audience::All, event)).collect();
    }
    if before.is_none() && !matches!(party, Party::Mediator(_)) && log.mine.read < log.head {
        let mark = Mark {
            got: log.head,
            read: log.head,
        };
        talk::mark(services, party, id, mark).await?;
    }
    Ok(cut(lines, from))
}

async fn page(
    services: &Services,
    party: &Party,
    id: ConversationId,
    audience: Audience,
    before: Seq,
) -> Result<Vec<(Audience, Event)>, Fault> {
    let (store, limit) = (party.store(), i64::try_from(LINES + 1).unwrap_or(i64::MAX));
    let events = services
        .storage()
        .read(move |s| Box::pin(async move { s.events_before(store, id, audience, before, limit).await }))
        .await?;
    Ok(events.into_iter().map(|event| (audience, event)).collect())
}

/// The last page of both logs together, in the order of time.
fn cut(mut lines: Vec<(Audience, Event)>, from: Before) -> RoomView {
    lines.sort_by_key(|(audience, event)| (event.at, *audience, event.seq));
    let surplus = lines.len().saturating_sub(LINES);
    lines.drain(..surplus);
    let first = |which: Audience, otherwise: Seq| {
        let mut own = lines.iter().filter(|(audience, _)| *audience == which);
        own.next().map_or(otherwise, |(_, event)| event.seq)
    };
    let older = (surplus > 0).then(|| Before {
        all: first(Audience::All, from.all),
        desk: first(Audience::Desk, from.desk),
    });
    RoomView { lines, older }
}

/// Says something in a room. The same client id twice is one message.
pub async fn say(
    services: &Services,
    party: &Party,
    id: ConversationId,
    audience: Audience,
    cid: ClientId,
    body: Body,
) -> Result<Posted, Fault> {
    talk::post(services, party, id, audience, cid, body).await
}

/// Gives a file in a room. The same client id twice is one file.
pub async fn share(
    services: &Services,
    party: &Party,
    id: ConversationId,
    cid: ClientId,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Posted, Fault> {
    files::share(services, party, id, cid, name, bytes).await
}

/// What the form below a room sent.
#[derive(Clone, Debug)]
pub struct Reply {
    /// To whom.
    pub audience: Audience,
    /// Of the form.
    pub cid: ClientId,
    /// What was typed.
    pub message: String,
    /// What was chosen: a name and bytes.
    pub file: Option<(String, Vec<u8>)>,
}

/// Words, a file, or both. The words are read and looked at before the file is given, so that a form that is refused gave nothing.
pub async fn reply(services: &Services, party: &Party, id: ConversationId, reply: Reply) -> Result<(), Fault> {
    let file = reply.file.filter(|(_, bytes)| !bytes.is_empty());
    let body = match Body::parse(&reply.message) {
        // A file says something by itself.
        Err(Refusal::Missing(_)) if file.is_some() => None,
        other => Some(other?),
    };
    if file.is_some() && reply.audience == Audience::Desk {
        // There is one log for files, and everybody reads it.
        return Err(Refusal::Invalid(Field::File).into());
    }
    let Some((name, bytes)) = file else {
        if let Some(body) = body {
            say(services, party, id, reply.audience, reply.cid, body).await?;
        }
        return Ok(());
    };
    let words = match body {
        Some(body) => {
            let words = talk::passed(services, party, id, reply.cid, body).await?;
            talk::not_taken(services, party, id, reply.cid, &words).await?;
            Some(words)
        }
        None => None,
    };
    share(services, party, id, beside(reply.cid), &name, bytes).await?;
    if let Some(words) = words {
        talk::post_passed(services, party, id, reply.audience, reply.cid, words).await?;
    }
    Ok(())
}

/// The id of the file that came with words of this id.
fn beside(cid: ClientId) -> ClientId {
    ClientId(Uuid::from_u128(cid.0.as_u128() ^ 1))
}

#[cfg(test)]
mod tests {
    use model::{event::EventKind, party::Author, time::Timestamp};

    use super::*;

    fn event(seq: i64, at: i64) -> Event {
        Event {
            seq: Seq(seq),
            at: Timestamp(at),
            author: Author::System,
            cid: None,
            kind: EventKind::Missed,
            via: None,
        }
    }

    #[test]
    fn both_logs_are_one_page_and_the_one_before_it_follows() {
        let all = (1..=101).map(|n| (Audience::All, event(n, n * 10)));
        let notes = [(Audience::Desk, event(1, 5)), (Audience::Desk, event(2, 1_005))];
        let view = cut(all.chain(notes).collect(), Before::default());
        assert_eq!(view.lines.len(), LINES);
        assert!(view.lines.is_sorted_by_key(|(_, event)| event.at));
        let older = view.older.expect("there is more");
        assert_eq!((older.all, older.desk), (Seq(3), Seq(2)));
        assert_eq!(older.to_string().parse(), Ok(older));
        assert_eq!(cut(vec![(Audience::All, event(1, 1))], older).older, None);
    }

    #[test]
    fn words_and_their_file_have_two_ids() {
        let cid = ClientId(Uuid::from_u128(8));
        assert_ne!(beside(cid), cid);
        assert_eq!(beside(beside(cid)), cid);
    }
}
