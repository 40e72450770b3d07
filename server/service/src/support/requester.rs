//! Who a requester is at the team's desk: one of its customers, under a name that no shop can give, so that panel, mail, files, search and
//! erasure work for them as for anybody.

use model::{
    id::CustomerId,
    language::Language,
    refusal::Refusal,
    text::{EmailAddress, Name, Phone},
    time::Timestamp,
};
use storage::{Installation, NewCustomer, StorageError, StoreScope, Tx};

use super::Asking;
use crate::{Actor, Fault, accounts::still, clock::new_id};

/// A requester as the team knows them.
#[derive(Clone, Debug)]
pub(super) struct Who {
    external_id: String,
    pub(super) name: Option<Name>,
    pub(super) email: Option<EmailAddress>,
    /// Whether the address was shown to be theirs.
    proven: bool,
    pub(super) phone: Option<Phone>,
    language: Option<Language>,
}

/// Who asks as they stand now, inside the transaction: somebody who was switched off a moment ago asks nothing any more.
pub(super) async fn standing(tx: &mut Tx, asking: &Asking, team: StoreScope) -> Result<Who, Fault> {
    match asking {
        // The team asks nobody but itself.
        Asking::Store(actor) if actor.store == team.0 => Err(Refusal::NotAllowed.into()),
        Asking::Store(actor) | Asking::Person(actor) => account(tx, actor).await,
        Asking::Shopper(scope) => {
            // Whether their store blocks them does not matter to the team; whether the team does is asked where the ticket begins.
            let record = tx.customer_record(StoreScope(scope.store), scope.customer).await?;
            let record = record.ok_or(Fault::Refused(Refusal::NotFound))?;
            Ok(Who {
                external_id: format!("shop:{}:{}", scope.store, scope.customer),
                name: record.name,
                email: record.email,
                proven: record.email_proven,
                phone: record.phone,
                language: record.language,
            })
        }
    }
}

async fn account(tx: &mut Tx, actor: &Actor) -> Result<Who, Fault> {
    still(tx, actor).await?;
    let row = tx.account(Installation, actor.account).await?;
    let row = row.ok_or(Fault::Refused(Refusal::NotSignedIn))?;
    Ok(Who {
        external_id: format!("account:{}", row.id),
        name: Some(row.name),
        email: Some(row.email),
        // They set their password by a letter to it, or typed it where the installation was made.
        proven: true,
        phone: None,
        language: Some(row.language),
    })
}

/// The customer of the team's desk that they are.
pub(super) async fn customer(tx: &mut Tx, who: &Who, team: StoreScope, at: Timestamp) -> Result<CustomerId, StorageError> {
    let new = NewCustomer {
        id: new_id(),
        external_id: who.external_id.clone(),
        name: who.name.clone(),
        // What is written here counts as proven.
        email: who.email.clone().filter(|_| who.proven),
        language: who.language,
    };
    tx.upsert_customer(team, &new, at).await
}
