//! How far a mailbox was read: kept in the database, beside what the letters became. Losing it costs work, never a letter and never a
//! second message.

use storage::Installation;

use crate::{Fault, Services, turns::Turn};

/// A place in a mailbox (RFC 3501, 2.3.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// What the numbers hold for; with another one they are all new.
    pub validity: u32,
    /// The last letter that was settled.
    pub uid: u32,
}

fn name(mailbox: &str) -> String {
    format!("mailbox:{mailbox}")
}

/// How far a mailbox was read; the beginning, if it never was.
pub async fn position(services: &Services, mailbox: &str) -> Result<Position, Fault> {
    let name = name(mailbox);
    let stored = services
        .storage()
        .read(move |s| Box::pin(async move { s.meta(Installation, &name).await }))
        .await?;
    Ok(stored.as_deref().and_then(parse).unwrap_or_default())
}

/// It was read this far, by whoever's turn it is: somebody who lost it meanwhile may be behind.
pub async fn set_position(services: &Services, turn: Turn, mailbox: &str, position: Position) -> Result<(), Fault> {
    let (name, value) = (name(mailbox), format!("{}:{}", position.validity, position.uid));
    Ok(services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                turn.still(tx).await?;
                tx.set_meta(Installation, &name, &value).await
            })
        })
        .await?)
}

fn parse(value: &str) -> Option<Position> {
    let (validity, uid) = value.split_once(':')?;
    Some(Position {
        validity: validity.parse().ok()?,
        uid: uid.parse().ok()?,
    })
}
