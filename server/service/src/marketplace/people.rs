//! Everybody who works in the marketplace, with their stores. The team's own people are invited and removed here, and whoever administers
//! may change what somebody is, wherever they work: a store whose owner left is not without one for ever.

use model::{
    id::{AccountId, StoreId},
    party::Role,
    refusal::{Field, Refusal},
    text::EmailAddress,
};
use storage::{HOUSE_ROWS_MAX, Installation, PersonRow, StoreScope};

use super::{AfterName, Page, administrator, audit_at, page_of};
use crate::{
    Fault, Services, duty,
    secret::Secret,
    staff::{Inviting, send_invitation},
    team::TeamMember,
};

/// A page of everybody, by name.
pub async fn list(services: &Services, member: &TeamMember, after: AfterName) -> Result<Page<PersonRow>, Fault> {
    member.must_administer()?;
    let rows = services
        .storage()
        .read(|s| Box::pin(async move { s.everybody(Installation, after).await }))
        .await?;
    Ok(page_of(rows, HOUSE_ROWS_MAX, |row| (row.name.to_string(), row.account.0)))
}

/// Invites somebody to the team by mail; the link is answered as well, this once.
pub async fn invite(services: &Services, member: &TeamMember, email: &str, role: Role) -> Result<String, Fault> {
    member.must_administer()?;
    let to = EmailAddress::parse(&email.to_lowercase())?;
    let (member, now, token) = (member.clone(), services.clock().now(), Secret::new());
    let link = format!("{}/invite/{}", services.public_url(), token.reveal());
    let in_mail = link.clone();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &member).await?;
                let scope = member.actor().scope();
                if tx.staff(scope, now).await?.iter().any(|person| person.active && person.email == to) {
                    return Err(Fault::Refused(Refusal::Taken(Field::Email)));
                }
                let inviting = Inviting {
                    by: member.actor().account,
                    to,
                    role,
                    token,
                    link: in_mail,
                };
                Ok(send_invitation(tx, scope, inviting, now).await?)
            })
        })
        .await?;
    Ok(link)
}

/// What somebody is from now on, at the team or at a store. Nobody changes themselves, so that the marketplace is never without an
/// administrator.
pub async fn set_role(services: &Services, member: &TeamMember, store: StoreId, whom: AccountId, role: Role) -> Result<(), Fault> {
    not_oneself(member, store, whom)?;
    let (member, now, scope) = (member.clone(), services.clock().now(), StoreScope(store));
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &member).await?;
                let there = tx.staff(scope, now).await?;
                let person = there.iter().find(|person| person.active && person.account == whom);
                let person = person.ok_or(Fault::Refused(Refusal::NotFound))?;
                if person.role == role {
                    return Ok(());
                }
                tx.set_role(scope, whom, role).await?;
                let action = match role {
                    Role::Owner => "staff.made_owner",
                    Role::Operator => "staff.made_operator",
                };
                Ok(audit_at(tx, scope, &member, (action, whom.0), None, now).await?)
            })
        })
        .await
}

/// Somebody works there no longer: signed out of it at once, their chats with a colleague. What they wrote stays.
pub async fn remove(services: &Services, member: &TeamMember, store: StoreId, whom: AccountId) -> Result<(), Fault> {
    not_oneself(member, store, whom)?;
    let (member, now, scope) = (member.clone(), services.clock().now(), StoreScope(store));
    let was_on_duty = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &member).await?;
                let there = tx.staff(scope, now).await?;
                let person = there.iter().find(|person| person.active && person.account == whom);
                let on_duty = person.ok_or(Fault::Refused(Refusal::NotFound))?.on_duty;
                tx.leave_staff(scope, whom, now).await?;
                tx.close_rooms_of_left(Installation, whom).await?;
                duty::dismiss(tx, scope, whom, now).await?;
                audit_at(tx, scope, &member, ("staff.deactivated", whom.0), None, now).await?;
                Ok::<_, Fault>(on_duty)
            })
        })
        .await?;
    if was_on_duty {
        duty::forget(services, whom);
    }
    Ok(())
}

fn not_oneself(member: &TeamMember, store: StoreId, whom: AccountId) -> Result<(), Refusal> {
    member.must_administer()?;
    if whom == member.actor().account && store == member.actor().store {
        return Err(Refusal::NotAllowed);
    }
    Ok(())
}
