//! Whose an address is, and who turn out to be one person by that.

use model::{id::CustomerId, text::EmailAddress, time::Timestamp};
use storage::{SameAddress, StorageError, StoreScope, Tx};

use crate::{clock::new_id, support};

/// Somebody has shown that an address is theirs. Answers who that is: of those who have it, the one it was proven for before, else the
/// one the store knows longest; a new one, when nobody has it. Whoever else merely gave this address is that person from now on.
pub async fn prove_email(tx: &mut Tx, scope: StoreScope, email: &EmailAddress, at: Timestamp) -> Result<CustomerId, StorageError> {
    let all = tx.same_address(scope, email).await?;
    let holder = if let Some(id) = holder(&all) {
        id
    } else {
        let id = new_id();
        tx.insert_person(scope, id, None, email, at).await?;
        id
    };
    prove_email_of(tx, scope, holder, email, at).await?;
    Ok(holder)
}

/// This very customer has shown that an address is theirs: the shop says so of who signed in there, or [`prove_email`] found them.
pub async fn prove_email_of(
    tx: &mut Tx,
    scope: StoreScope,
    customer: CustomerId,
    email: &EmailAddress,
    at: Timestamp,
) -> Result<(), StorageError> {
    let all = tx.same_address(scope, email).await?;
    tx.set_proven_email(scope, customer, email, at).await?;
    let others: Vec<CustomerId> = all
        .into_iter()
        // Whom the shop tells apart are several people to us, whatever address they share.
        .filter(|one| one.id != customer && !one.of_the_shop)
        .map(|one| one.id)
        .collect();
    for other in &others {
        tx.merge_customers(scope, *other, customer).await?;
        support::customers_merged(tx, scope.0, *other, customer).await?;
    }
    if !others.is_empty() {
        tx.customer_changed(scope, customer).await?;
    }
    Ok(())
}

/// Of those who gave one address, the one whom its holder is. Somebody whom the shop knows by it, unproven, comes last: whoever typed a
/// stranger's address into the shop's own form must not receive what that stranger wrote and ordered.
fn holder(all: &[SameAddress]) -> Option<CustomerId> {
    let rank = |one: &SameAddress| match (one.proven, one.of_the_shop, one.registered) {
        (true, true, _) => 0,
        (true, false, _) => 1,
        (false, false, true) => 2,
        (false, false, false) => 3,
        (false, true, _) => 4,
    };
    all.iter().min_by_key(|one| rank(one)).map(|one| one.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(of_the_shop: bool, proven: bool, registered: bool) -> SameAddress {
        SameAddress {
            id: new_id(),
            of_the_shop,
            proven,
            registered,
        }
    }

    /// HA-14.
    #[test]
    fn s_i4_an_address_is_its_holders_and_never_a_strangers_who_typed_it_into_the_shop() {
        let (typed_at_the_shop, guest, member) = (one(true, false, false), one(false, false, false), one(false, false, true));
        let (proven, vouched) = (one(false, true, false), one(true, true, false));
        assert_eq!(holder(&[]), None);
        assert_eq!(holder(&[typed_at_the_shop]), Some(typed_at_the_shop.id), "nobody else has it");
        assert_eq!(holder(&[typed_at_the_shop, guest]), Some(guest.id));
        assert_eq!(holder(&[guest, one(false, false, false)]), Some(guest.id), "the one known longest");
        assert_eq!(holder(&[typed_at_the_shop, guest, member]), Some(member.id));
        assert_eq!(holder(&[member, proven]), Some(proven.id));
        assert_eq!(holder(&[proven, vouched]), Some(vouched.id));
    }
}
