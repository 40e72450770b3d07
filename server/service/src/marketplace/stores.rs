//! The marketplace's stores: opened with an owner who is invited, closed for a while, opened again, and left for good. What holds for a
//! store holds from the moment it is written: its panel, its desk, and every socket of either.

use model::{
    id::AccountId,
    language::Language,
    party::Role,
    refusal::{Field, Refusal},
    settings::StoreSettings,
    text::{EmailAddress, Name, Slug},
    time::Timestamp,
};
use storage::{HOUSE_ROWS_MAX, Installation, NewStore, Session, StorageError, StoreScope, Tx, VendorRow};

use super::{AfterName, Page, administrator, audit_at, page_of, reason};
use crate::{
    Fault, Services,
    clock::new_id,
    disputes, duty,
    secret::Secret,
    staff::{Inviting, send_invitation},
    team::TeamMember,
};

/// What the form for a new store asks.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct NewVendor {
    pub name: String,
    pub slug: String,
    /// Of whom it belongs to: they are invited as its owner.
    pub email: String,
    pub language: Language,
}

/// A page of the stores, by name.
pub async fn list(services: &Services, member: &TeamMember, after: AfterName) -> Result<Page<VendorRow>, Fault> {
    member.must_administer()?;
    let rows = services
        .storage()
        .read(|s| Box::pin(async move { s.vendors(Installation, after).await }))
        .await?;
    Ok(page_of(rows, HOUSE_ROWS_MAX, |row| (row.name.to_string(), row.id.0)))
}

/// One of them.
pub async fn one(services: &Services, member: &TeamMember, slug: &str) -> Result<VendorRow, Fault> {
    member.must_administer()?;
    let slug = Slug::parse(slug).map_err(|_| Refusal::NotFound)?;
    services.storage().read(|s| Box::pin(async move { known(s, &slug).await })).await
}

async fn known(session: &mut Session, slug: &Slug) -> Result<VendorRow, Fault> {
    session.vendor(Installation, slug).await?.ok_or(Fault::Refused(Refusal::NotFound))
}

/// Opens a store, and invites whom it belongs to; answers the link of the invitation, this once.
pub async fn create(services: &Services, member: &TeamMember, new: NewVendor) -> Result<String, Fault> {
    member.must_administer()?;
    let name = Name::parse(&new.name).map_err(|refusal| match refusal {
        Refusal::TooLong { max, .. } => Refusal::TooLong { field: Field::Store, max },
        _ => Refusal::Missing(Field::Store),
    })?;
    let to = EmailAddress::parse(&new.email.to_lowercase())?;
    let store = NewStore {
        id: new_id(),
        slug: Slug::parse(&new.slug)?,
        name,
        default_language: new.language,
        settings: StoreSettings::default(),
    };
    let (member, now, token) = (member.clone(), services.clock().now(), Secret::new());
    let link = format!("{}/invite/{}", services.public_url(), token.reveal());
    let in_mail = link.clone();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &member).await?;
                tx.insert_store(Installation, &store, now).await.map_err(|error| match error {
                    StorageError::Conflict(_) => Fault::Refused(Refusal::Taken(Field::Slug)),
                    other => Fault::Broken(other),
                })?;
                let scope = StoreScope(store.id);
                let inviting = Inviting {
                    by: member.actor().account,
                    to,
                    role: Role::Owner,
                    token,
                    link: in_mail,
                };
                send_invitation(tx, scope, inviting, now).await?;
                Ok::<_, Fault>(audit_at(tx, scope, &member, ("store.created", store.id.0), None, now).await?)
            })
        })
        .await?;
    Ok(link)
}

/// Closes a store for a while, or opens it again, and says why. Doing it twice changes nothing; a store that has left does not come back.
pub async fn set_suspended(services: &Services, member: &TeamMember, slug: &str, on: bool, why: &str) -> Result<(), Fault> {
    member.must_administer()?;
    let slug = Slug::parse(slug).map_err(|_| Refusal::NotFound)?;
    let why = if on || !why.trim().is_empty() { Some(reason(why)?) } else { None };
    let (member, now) = (member.clone(), services.clock().now());
    let sent_home = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &member).await?;
                let store = known(tx, &slug).await?;
                if store.off_boarded_at.is_some() {
                    return Err(Fault::Refused(Refusal::Closed));
                }
                if store.suspended_at.is_some() == on {
                    return Ok(Vec::new());
                }
                let scope = StoreScope(store.id);
                let sent_home = if on { send_home(tx, scope, now).await? } else { Vec::new() };
                tx.set_suspended(scope, on.then_some(now)).await?;
                if !on {
                    disputes::reopened(tx, scope, now).await?;
                }
                let action = if on { "store.suspended" } else { "store.resumed" };
                audit_at(tx, scope, &member, (action, store.id.0), why, now).await?;
                Ok(sent_home)
            })
        })
        .await?;
    for account in sent_home {
        duty::forget(services, account);
    }
    Ok(())
}

/// Nobody is on duty at a store that is closed: what was live goes on as messages.
pub(super) async fn send_home(tx: &mut Tx, scope: StoreScope, now: Timestamp) -> Result<Vec<AccountId>, StorageError> {
    let mut sent_home = Vec::new();
    for person in tx.staff(scope, now).await? {
        if person.on_duty {
            duty::dismiss(tx, scope, person.account, now).await?;
            sent_home.push(person.account);
        }
    }
    Ok(sent_home)
}
