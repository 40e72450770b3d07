//! The marketplace's team: the staff of the marketplace's own desk (decision 0012). Owners there administer the marketplace, the others
//! answer tickets and mediate. Whoever belongs to it may work for a store, too: which desk they look at decides nothing here.

use model::{
    language::Language,
    party::Role,
    refusal::Refusal,
    settings::StoreSettings,
    text::{Name, Slug},
};
use storage::{Installation, NewStore, StorageError, StoreScope, Tx};

use crate::{Actor, Fault, Services, clock::new_id};

/// Where the team's desk is, in addresses.
pub const TEAM_SLUG: &str = "marketplace";

/// Somebody of the team, at the team's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMember(Actor);

impl TeamMember {
    /// As an operator of the team's desk.
    pub fn actor(&self) -> &Actor {
        &self.0
    }

    /// Refuses everybody but those who administer the marketplace.
    pub fn must_administer(&self) -> Result<(), Refusal> {
        self.0.must_own()
    }

    /// Whether they administer the marketplace.
    pub fn administers(&self) -> bool {
        self.0.role == Role::Owner
    }
}

/// The team's desk, once there is one.
pub async fn desk(services: &Services) -> Result<Option<StoreScope>, Fault> {
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.team_store(Installation).await }))
        .await?)
}

/// Whether somebody at a desk belongs to the team, and as what; looked up anew each time.
pub async fn member(services: &Services, actor: &Actor) -> Result<TeamMember, Fault> {
    let account = actor.account;
    services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let team = s.team_store(Installation).await?.ok_or(Fault::Refused(Refusal::NotAllowed))?;
                let memberships = s.memberships(Installation, account).await?;
                let here = memberships.into_iter().find(|m| m.store == team.0);
                here.map(|m| TeamMember(Actor::from(m))).ok_or(Fault::Refused(Refusal::NotAllowed))
            })
        })
        .await
}

/// How much waits for the team, page by page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Tickets that have a time by which somebody is to do something.
    pub tickets: u32,
    /// Disputes that the team decides.
    pub disputes: u32,
    /// Messages that wait until somebody has looked at them.
    pub held: u32,
}

/// What waits for the team now.
pub async fn waiting(services: &Services, member: &TeamMember) -> Result<Waiting, Fault> {
    let team = member.actor().scope();
    Ok(services
        .storage()
        .read(|s| {
            Box::pin(async move {
                Ok::<_, StorageError>(Waiting {
                    tickets: s.tickets_due(team).await?,
                    disputes: s.waiting_disputes(Installation).await?,
                    held: s.count_held(Installation).await?,
                })
            })
        })
        .await?)
}

/// The same inside the transaction that acts for them: somebody who left a moment ago does nothing any more.
pub(crate) async fn still(tx: &mut Tx, member: &TeamMember) -> Result<TeamMember, Fault> {
    Ok(TeamMember(crate::accounts::still(tx, &member.0).await?))
}

/// Where the team's desk can be: a store that was there before the team may be called as we would.
async fn free_slug(tx: &mut Tx) -> Result<Slug, Fault> {
    for typed in [TEAM_SLUG, "marketplace-team", "the-marketplace-team"] {
        let slug = Slug::parse(typed)?;
        if tx.store_of_slug(Installation, &slug).await?.is_none() {
            return Ok(slug);
        }
    }
    Err(StorageError::Unusable("the team's slug is taken".to_owned()).into())
}

/// An installation that was set up before there was a team's desk gets it when it starts; whoever set it up administers the marketplace.
/// Answers whether it was made now. Where nobody has set anything up, the setup makes it.
pub async fn catch_up(services: &Services) -> Result<bool, Fault> {
    let at = services.clock().now();
    // Also on a disk that is full: a server that is started there answers whoever reads.
    let made = services
        .storage()
        .write_in_need(move |tx| {
            Box::pin(async move {
                if tx.team_store(Installation).await?.is_some() {
                    return Ok(false);
                }
                let Some((founder, language)) = tx.founder(Installation).await? else {
                    return Ok(false);
                };
                let name = Name::parse(&catalogue::site(language).get("site.tickets.marketplace"))?;
                let desk = ensure(tx, name, language, at).await?;
                tx.insert_membership(desk, founder, Role::Owner, at).await?;
                Ok::<_, Fault>(true)
            })
        })
        .await;
    // Two nodes that start at once on PostgreSQL: the other one made it.
    if matches!(made, Err(Fault::Broken(StorageError::Conflict(_)))) && desk(services).await?.is_some() {
        return Ok(false);
    }
    made
}

/// The team's desk; made when there is none. The installation's first administrator is its first owner.
pub async fn ensure(tx: &mut Tx, name: Name, language: Language, at: model::time::Timestamp) -> Result<StoreScope, Fault> {
    if let Some(team) = tx.team_store(Installation).await? {
        return Ok(team);
    }
    let new = NewStore {
        id: new_id(),
        slug: free_slug(tx).await?,
        name,
        default_language: language,
        settings: StoreSettings::default(),
    };
    tx.insert_team_store(Installation, &new, at).await?;
    Ok(StoreScope(new.id))
}
