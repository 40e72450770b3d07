//! Who did what in the whole marketplace. It is only read here; every verb writes its own line in the transaction that does it.

use model::time::Timestamp;
use storage::{HouseAuditRow, Installation};
use uuid::Uuid;

use crate::{Fault, Services, team::TeamMember};

/// Where a page begins: before this one.
pub type AuditPlace = (Timestamp, Uuid);

/// A page of it, the last first; and whether there is more.
pub async fn list(services: &Services, member: &TeamMember, before: Option<AuditPlace>) -> Result<(Vec<HouseAuditRow>, bool), Fault> {
    member.must_administer()?;
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.audit_everywhere(Installation, before).await }))
        .await?)
}
