//! Sessions also end by themselves, and then nobody's act says so: the sockets that were opened with them are looked at from time to time.
//!
//! What somebody did (signed out, switched somebody off) is not waited for here: those sockets are closed by the commit that did it.

use std::collections::HashMap;

use model::{id::StoreId, party::Principal};
use relay::ConnectionId;
use service::accounts;

use super::Live;

/// The sockets of each session, and the store that they were opened for.
type Sockets = HashMap<Vec<u8>, Vec<(ConnectionId, StoreId)>>;

impl Live {
    /// Closes the sockets of the desk whose sessions are over, or work for another store now. An open socket is no use of a session, so
    /// twelve hours without any are twelve hours (hardening A9). Called every ten seconds.
    pub async fn look_at_sessions(&self) {
        for (session, sockets) in self.desks() {
            let now = match accounts::store_of(&self.services, session).await {
                Ok(now) => now,
                Err(fault) => {
                    // Every verb asks again whether it may be done; a moment without a database must not sign everybody out.
                    tracing::warn!(error = %fault, "Sessions were not looked at");
                    return;
                }
            };
            for (id, store) in sockets {
                if now != Some(store) {
                    let woken = self.hub().revoke_one(id);
                    self.wake(&woken);
                }
            }
        }
    }

    fn desks(&self) -> Sockets {
        let mut desks = Sockets::new();
        for (id, socket) in self.sockets().iter() {
            if let Some(admitted) = &socket.admitted
                && matches!(admitted.badge.principal, Principal::Account(_))
            {
                desks.entry(admitted.session.clone()).or_default().push((*id, admitted.store));
            }
        }
        desks
    }
}
