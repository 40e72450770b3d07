//! A store's people: who may chat live, who is invited, who works here no longer. What an owner changes holds from the next moment on:
//! whoever may no longer chat is off duty in the same transaction, and their chats wait for a colleague (D-i1).

use model::{
    id::{AccountId, InvitationId},
    language::Language,
    limits::INVITATION_MS,
    party::Role,
    refusal::{Field, Refusal},
    staff::{Invitation, Invited, Staff, StaffMember},
    text::{EmailAddress, Name},
    time::Timestamp,
};
use storage::{
    AuditRow, Installation, InvitationRow, MailJob, NewAccount, NewInvitation, Notice, Session, StaffRow, StorageError, StoreScope, Tx,
};
use uuid::Uuid;

use crate::{
    Actor, Fault, Services,
    accounts::{self, SignedIn, open_session, still},
    clock::new_id,
    duty, safety,
    secret::{self, Secret},
};

/// The page.
pub async fn read(services: &Services, actor: &Actor) -> Result<Staff, Fault> {
    actor.must_own()?;
    let (scope, now) = (actor.scope(), services.clock().now());
    services
        .storage()
        .read(|s| Box::pin(async move { Ok(staff(s, scope, now).await?) }))
        .await
}

/// Lets somebody chat live, or no longer (D-02). Whoever is on duty then is sent home, and their chats wait for a colleague.
pub async fn set_live_chat(services: &Services, actor: &Actor, whom: AccountId, on: bool) -> Result<Staff, Fault> {
    actor.must_own()?;
    let (who, now) = (actor.clone(), services.clock().now());
    let staff = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let scope = managing(tx, &who).await?;
                let person = person(tx, scope, whom, now).await?;
                if !person.active {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                if person.live_chat != on {
                    tx.set_live_chat(scope, whom, on.then_some(now)).await?;
                    tx.notice(Notice::Inbox(scope.0));
                    if !on {
                        duty::dismiss(tx, scope, whom, now).await?;
                    }
                    let action = if on { "staff.live_chat_on" } else { "staff.live_chat_off" };
                    audit(tx, scope, &who, action, whom.0, now).await?;
                }
                Ok(staff(tx, scope, now).await?)
            })
        })
        .await?;
    if !on {
        duty::forget(services, whom);
    }
    Ok(staff)
}

/// Somebody works here no longer: signed out at once, their chats with a colleague. What they wrote stays. Nobody does this to
/// themselves, so that a store is never left without an owner.
pub async fn deactivate(services: &Services, actor: &Actor, whom: AccountId) -> Result<Staff, Fault> {
    actor.must_own()?;
    if whom == actor.account {
        return Err(Refusal::NotAllowed.into());
    }
    let (who, now) = (actor.clone(), services.clock().now());
    let staff = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let scope = managing(tx, &who).await?;
                person(tx, scope, whom, now).await?;
                if tx.leave_staff(scope, whom, now).await? {
                    tx.close_rooms_of_left(Installation, whom).await?;
                    duty::dismiss(tx, scope, whom, now).await?;
                    audit(tx, scope, &who, "staff.deactivated", whom.0, now).await?;
                }
                Ok::<_, Fault>(staff(tx, scope, now).await?)
            })
        })
        .await?;
    duty::forget(services, whom);
    Ok(staff)
}

/// Somebody who left works here again, as what they were.
pub async fn reactivate(services: &Services, actor: &Actor, whom: AccountId) -> Result<Staff, Fault> {
    actor.must_own()?;
    let (who, now) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let scope = managing(tx, &who).await?;
                let person = person(tx, scope, whom, now).await?;
                if person.switched_off {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                if !person.active {
                    tx.join_staff(scope, whom, person.role, now).await?;
                    audit(tx, scope, &who, "staff.reactivated", whom.0, now).await?;
                }
                Ok(staff(tx, scope, now).await?)
            })
        })
        .await
}

/// Invites somebody by mail; the link is answered as well, this once. A second invitation of the same address takes the first one's place.
pub async fn invite(services: &Services, actor: &Actor, email: &str) -> Result<Invited, Fault> {
    actor.must_own()?;
    // People sign in with small letters, however they write their address.
    let to = EmailAddress::parse(&email.to_lowercase())?;
    let (who, now, token) = (actor.clone(), services.clock().now(), Secret::new());
    let link = format!("{}/invite/{}", services.public_url(), token.reveal());
    let in_mail = link.clone();
    let staff = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let scope = managing(tx, &who).await?;
                if tx.staff(scope, now).await?.iter().any(|person| person.active && person.email == to) {
                    return Err(Fault::Refused(Refusal::Taken(Field::Email)));
                }
                let inviting = Inviting {
                    by: who.account,
                    to,
                    role: Role::Operator,
                    token,
                    link: in_mail,
                };
                send_invitation(tx, scope, inviting, now).await?;
                Ok(staff(tx, scope, now).await?)
            })
        })
        .await?;
    Ok(Invited { staff, link })
}

/// An invitation on its way.
pub(crate) struct Inviting {
    /// Who invites.
    pub(crate) by: AccountId,
    /// Whom.
    pub(crate) to: EmailAddress,
    /// As what.
    pub(crate) role: Role,
    /// What the link proves.
    pub(crate) token: Secret,
    /// The link.
    pub(crate) link: String,
}

/// Invites somebody by mail, in the transaction that found that they may be. An earlier invitation of the same address is good no longer.
pub(crate) async fn send_invitation(tx: &mut Tx, scope: StoreScope, inviting: Inviting, now: Timestamp) -> Result<(), StorageError> {
    let Inviting { by, to, role, token, link } = inviting;
    let new = NewInvitation {
        token_sha256: token.hash(),
        id: new_id(),
        email: to.clone(),
        role,
        invited_by: by,
        expires_at: now.plus_ms(INVITATION_MS),
    };
    tx.put_invitation(scope, &new, now).await?;
    let language = tx.account(Installation, by).await?.map(|a| a.language).unwrap_or_default();
    let job = MailJob::Invite {
        store: scope.0,
        to,
        link,
        language,
    };
    tx.enqueue_mail(Some(scope), &job, &format!("invite {}", new.id), now).await?;
    let row = AuditRow {
        account: Some(by),
        action: "staff.invited".to_owned(),
        object: Some(new.id.0),
        reason: None,
        at: now,
    };
    tx.audit(scope, new_id(), &row).await
}

/// Takes an invitation back: its link is good no longer.
pub async fn withdraw(services: &Services, actor: &Actor, invitation: InvitationId) -> Result<Staff, Fault> {
    actor.must_own()?;
    let (who, now) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let scope = managing(tx, &who).await?;
                if !tx.delete_invitation(scope, invitation).await? {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                audit(tx, scope, &who, "staff.invitation_withdrawn", invitation.0, now).await?;
                Ok(staff(tx, scope, now).await?)
            })
        })
        .await
}

/// What the page behind an invitation's link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which store asks.
    pub store: Name,
    /// Whom.
    pub email: EmailAddress,
    /// Whether this address signs in here already: then its password is asked, and not a new one.
    pub known: bool,
}

/// The invitation of a link, while it is good.
pub async fn asked(services: &Services, token: &str) -> Result<Option<Asked>, Fault> {
    let (hash, now) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(invitation) = s.invitation_of_token(Installation, &hash, now).await? else {
                    return Ok(None);
                };
                let store = s.store(StoreScope(invitation.store)).await?.filter(|store| !store.suspended);
                let known = s.account_of_email(Installation, &invitation.email).await?.is_some();
                Ok(store.map(|store| Asked {
                    store: store.name,
                    email: invitation.email,
                    known,
                }))
            })
        })
        .await
}

/// What somebody who was invited answers.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct Joining {
    pub name: String,
    pub password: String,
    pub language: Language,
    /// Where they come from: wrong passwords are counted.
    pub client: String,
}

/// Accepts an invitation: a new account with a name and a password, or the one that this address has. Then they are signed in. Of two who
/// hold the same link, one wins.
pub async fn join(services: &Services, token: &str, joining: Joining) -> Result<SignedIn, Fault> {
    let Some(asked) = asked(services, token).await? else {
        return Err(Refusal::NotFound.into());
    };
    let newcomer = if asked.known {
        // The same door as any sign-in: the same time, the same answer, the same budget.
        accounts::sign_in(services, asked.email.as_str(), joining.password, &joining.client).await?;
        None
    } else {
        let name = Name::parse(&joining.name)?;
        Some(NewAccount {
            id: new_id(),
            email: asked.email,
            name,
            password_hash: accounts::hash_password(services, &joining.password).await?,
            language: joining.language,
        })
    };
    let (hash, now) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let InvitationRow {
                    id, store, email, role, ..
                } = tx
                    .invitation_of_token(Installation, &hash, now)
                    .await?
                    .ok_or(Fault::Refused(Refusal::NotFound))?;
                if !tx.take_invitation(Installation, &hash).await? {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                let scope = StoreScope(store);
                let mut newcomer = newcomer;
                if let Some(new) = &mut newcomer {
                    // Shoppers read it.
                    new.name = Name::parse(&safety::quietly(tx, scope, "", new.name.as_str()).await?)?;
                }
                let account = enter(tx, newcomer, &email, now).await?;
                tx.join_staff(scope, account, role, now).await?;
                let row = AuditRow {
                    account: Some(account),
                    action: "staff.joined".to_owned(),
                    object: Some(id.0),
                    reason: None,
                    at: now,
                };
                tx.audit(scope, new_id(), &row).await?;
                let token = open_session(tx, account, now).await?;
                // Whoever works for others, too, begins where they were asked to come.
                tx.choose_store(Installation, &token.hash(), account, store).await?;
                Ok(SignedIn { token, account })
            })
        })
        .await
}

/// The account of whoever joins: a new one, or the one they have.
async fn enter(tx: &mut Tx, newcomer: Option<NewAccount>, email: &EmailAddress, now: Timestamp) -> Result<AccountId, Fault> {
    let Some(new) = newcomer else {
        let known = tx.account_of_email(Installation, email).await?.filter(|account| account.active);
        return known.map(|account| account.id).ok_or(Fault::Refused(Refusal::NotFound));
    };
    match tx.insert_account(Installation, &new, now).await {
        Ok(()) => Ok(new.id),
        Err(StorageError::Conflict(_)) => Err(Fault::Refused(Refusal::Taken(Field::Email))),
        Err(other) => Err(Fault::Broken(other)),
    }
}

/// The store that somebody still manages, inside the transaction that acts for them.
async fn managing(tx: &mut Tx, actor: &Actor) -> Result<StoreScope, Fault> {
    let actor = still(tx, actor).await?;
    actor.must_own()?;
    Ok(actor.scope())
}

/// Somebody of this store. Another store's people do not exist here.
async fn person(tx: &mut Tx, scope: StoreScope, whom: AccountId, now: Timestamp) -> Result<StaffRow, Fault> {
    let people = tx.staff(scope, now).await?;
    people
        .into_iter()
        .find(|person| person.account == whom)
        .ok_or(Fault::Refused(Refusal::NotFound))
}

async fn staff(session: &mut Session, scope: StoreScope, now: Timestamp) -> Result<Staff, StorageError> {
    let people = session.staff(scope, now).await?.into_iter().map(|row| StaffMember {
        id: row.account,
        name: row.name,
        email: row.email,
        role: row.role,
        live_chat: row.live_chat,
        active: row.active,
        switched_off: row.switched_off,
        on_duty: row.on_duty,
    });
    let people = people.collect();
    let invitations = session.invitations(scope, now).await?.into_iter().map(|row| Invitation {
        id: row.id,
        email: row.email,
        expires_at: row.expires_at,
    });
    Ok(Staff {
        people,
        invitations: invitations.collect(),
    })
}

async fn audit(tx: &mut Tx, scope: StoreScope, who: &Actor, action: &str, object: Uuid, at: Timestamp) -> Result<(), StorageError> {
    let row = AuditRow {
        account: Some(who.account),
        action: action.to_owned(),
        object: Some(object),
        reason: None,
        at,
    };
    tx.audit(scope, new_id(), &row).await
}
