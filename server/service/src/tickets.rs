//! Tickets for the socket: good once, for 30 seconds, for the one who asked. The cookie is never the credential of a socket.

use std::collections::HashMap;

use model::{limits::TICKET_MS, refusal::Refusal, time::Timestamp};

use crate::{
    Party, Services,
    secret::{self, Secret},
    services::lock,
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
pub fn issue(services: &Services, party: Party, session: Vec<u8>) -> Result<Secret, Refusal> {
    put_out(
        services,
        Admitted {
            party,
            session,
            by_cookie: true,
        },
    )
}

/// The same for a visitor whose browser keeps our cookie from us: their program said who they are.
pub fn issue_without_cookie(services: &Services, party: Party, session: Vec<u8>) -> Result<Secret, Refusal> {
    put_out(
        services,
        Admitted {
            party,
            session,
            by_cookie: false,
        },
    )
}

fn put_out(services: &Services, admitted: Admitted) -> Result<Secret, Refusal> {
    let now = services.clock().now();
    let mut tickets = lock(services.tickets());
    if tickets.out.len() >= MAX {
        tickets.out.retain(|_, (_, until)| *until > now);
        if tickets.out.len() >= MAX {
            return Err(Refusal::Busy);
        }
    }
    let ticket = Secret::new();
    tickets.out.insert(ticket.hash(), (admitted, now.plus_ms(TICKET_MS)));
    Ok(ticket)
}

/// Uses a ticket up.
pub fn redeem(services: &Services, ticket: &str) -> Option<Admitted> {
    let now = services.clock().now();
    let (admitted, until) = lock(services.tickets()).out.remove(&secret::hash(ticket))?;
    (until > now).then_some(admitted)
}
