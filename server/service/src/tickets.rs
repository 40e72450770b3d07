//! Tickets for the socket: good once, for 30 seconds, for the one who asked. The cookie is never the credential of a socket.
//!
//! A single server keeps them in memory. Where several share a database the ticket may be shown at another one than gave it, so it stands in
//! the database: there too exactly one of several who show it is let in.

use std::collections::HashMap;

use model::{limits::TICKET_MS, refusal::Refusal, time::Timestamp};
use storage::{Admission, Installation};

use crate::{
    Fault, Party, Services, accounts,
    secret::{self, Secret},
    services::lock,
    visitor,
};

/// Tickets that are out at once: more than a reconnecting server's whole crowd asks for within their life.
const MAX: usize = 50_000;

/// What a ticket stands for.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Who may come in.
    pub party: Party,
    /// The session they came from: when it ends, the socket does.
    pub session: Vec<u8>,
    /// Whether their browser sent the session's cookie by itself: then pictures and links are recognised, too.
    pub by_cookie: bool,
}

/// Tickets that are out.
#[derive(Debug, Default)]
pub struct Tickets {
    out: HashMap<Vec<u8>, (Admitted, Timestamp)>,
}

/// A ticket for somebody who has just been recognised by the cookie of their session.
pub async fn issue(services: &Services, party: Party, session: Vec<u8>) -> Result<Secret, Fault> {
    give_out(
        services,
        Admitted {
            party,
            session,
            by_cookie: true,
        },
    )
    .await
}

/// The same for a visitor whose browser keeps our cookie from us: their program said who they are.
pub async fn issue_without_cookie(services: &Services, party: Party, session: Vec<u8>) -> Result<Secret, Fault> {
    give_out(
        services,
        Admitted {
            party,
            session,
            by_cookie: false,
        },
    )
    .await
}

/// Uses a ticket up. Whom it was given to is looked up again where the ticket came from the database.
pub async fn redeem(services: &Services, ticket: &str) -> Result<Option<Admitted>, Fault> {
    let (hash, now) = (secret::hash(ticket), services.clock().now());
    if services.storage().is_shared() {
        return redeem_shared(services, hash, now).await;
    }
    let taken = lock(services.tickets()).out.remove(&hash);
    Ok(taken.filter(|(_, until)| *until > now).map(|(admitted, _)| admitted))
}

async fn give_out(services: &Services, admitted: Admitted) -> Result<Secret, Fault> {
    let ticket = Secret::new();
    let until = services.clock().now().plus_ms(TICKET_MS);
    if services.storage().is_shared() {
        let admission = Admission {
            store: admitted.party.store().0,
            visitor: match admitted.party {
                Party::Visitor(scope) => Some(scope),
                Party::Desk(_) => None,
                // Rooms of the marketplace are read without sockets.
                Party::Mediator(_) => return Err(Refusal::NotAllowed.into()),
            },
            session: admitted.session,
            by_cookie: admitted.by_cookie,
            until,
        };
        let hash = ticket.hash();
        services
            .storage()
            .write(move |tx| Box::pin(async move { tx.put_admission(Installation, &hash, &admission).await }))
            .await?;
        return Ok(ticket);
    }
    let now = services.clock().now();
    let mut tickets = lock(services.tickets());
    if tickets.out.len() >= MAX {
        tickets.out.retain(|_, (_, until)| *until > now);
        if tickets.out.len() >= MAX {
            return Err(Refusal::Busy.into());
        }
    }
    tickets.out.insert(ticket.hash(), (admitted, until));
    Ok(ticket)
}

async fn redeem_shared(services: &Services, hash: Vec<u8>, now: Timestamp) -> Result<Option<Admitted>, Fault> {
    let taken = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.take_admission(Installation, &hash).await }))
        .await?;
    let Some(admission) = taken.filter(|admission| admission.until > now) else {
        return Ok(None);
    };
    let party = match admission.visitor {
        Some(scope) => {
            let stands = visitor::stands(services, scope, admission.session.clone()).await?;
            stands.then_some(Party::Visitor(scope))
        }
        None => accounts::recognise_hash(services, admission.session.clone())
            .await?
            .filter(|found| found.actor.store == admission.store)
            .map(|found| Party::Desk(found.actor)),
    };
    Ok(party.map(|party| Admitted {
        party,
        session: admission.session,
        by_cookie: admission.by_cookie,
    }))
}
