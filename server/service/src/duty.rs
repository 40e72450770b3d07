//! On duty and off: by the switch, by windows that are open, and by leases that heal what a crash left.
//!
//! Only windows of the kind that went on duty count for it (delivery 2.8). A goodbye has a short grace (it may be a reload), a lost
//! connection a longer one (it may be a tunnel). A store may also let a duty stand until its person switches it off (P-47): then it stands
//! by itself once the windows are gone, in the database, over restarts.

use std::collections::HashMap;

use model::{
    conversation::Stage,
    desk::{Recap, WindowKind},
    event::EventKind,
    id::{AccountId, ConversationId, StoreId},
    limits::{AWAY_GRACE_MS, LEASE_MS, LEASE_RENEW_MS, LOST_GRACE_MS, SILENT_START_MS, STANDING_MS},
    party::Author,
    refusal::Refusal,
    settings::PresenceRule,
    time::Timestamp,
};
use storage::{Conversation, ConversationScope, Installation, Lease, StorageError, StoreScope, Tx};

use crate::{
    Actor, Fault, Services,
    accounts::still,
    conversation::{file_away, step_by_itself},
    desk, disputes, missed,
    services::lock,
    turns::{self, Job},
};

/// The desk's windows that are connected to this process, and who is on duty through them.
#[derive(Debug)]
pub struct Windows {
    started: Timestamp,
    open: HashMap<(AccountId, StoreId, WindowKind), Open>,
    duties: HashMap<AccountId, Duty>,
    /// When it was last looked for duties of other servers that windows here could hold.
    looked: Timestamp,
}

#[derive(Debug, Default)]
struct Open {
    count: u32,
    /// When the last one has gone for good, once there is none.
    gone_at: Option<Timestamp>,
}

#[derive(Debug)]
struct Duty {
    store: StoreId,
    window: WindowKind,
    renewed: Timestamp,
}

/// What the clock makes due.
#[derive(Debug, Default, PartialEq, Eq)]
struct Due {
    renew: Vec<AccountId>,
    leave: Vec<(AccountId, StoreId)>,
}

impl Windows {
    pub(crate) fn new(started: Timestamp) -> Self {
        Self {
            started,
            open: HashMap::new(),
            duties: HashMap::new(),
            looked: started,
        }
    }

    /// Windows that are open here and hold no duty, once per renewal: the duty may be another server's, whose windows can go before these.
    fn unheld(&mut self, now: Timestamp) -> Vec<(AccountId, StoreId, WindowKind)> {
        if now.since_ms(self.looked) < LEASE_RENEW_MS {
            return Vec::new();
        }
        self.looked = now;
        self.open
            .iter()
            .filter(|((account, ..), open)| open.count > 0 && !self.duties.contains_key(account))
            .map(|(window, _)| *window)
            .collect()
    }

    fn opened(&mut self, account: AccountId, store: StoreId, kind: WindowKind) {
        let open = self.open.entry((account, store, kind)).or_default();
        open.count += 1;
        open.gone_at = None;
    }

    fn closed(&mut self, account: AccountId, store: StoreId, kind: WindowKind, goodbye: bool, now: Timestamp) {
        let Some(open) = self.open.get_mut(&(account, store, kind)) else {
            return;
        };
        open.count = open.count.saturating_sub(1);
        if open.count == 0 {
            open.gone_at = Some(now.plus_ms(if goodbye { AWAY_GRACE_MS } else { LOST_GRACE_MS }));
        }
    }

    fn due(&mut self, now: Timestamp) -> Due {
        let mut due = Due::default();
        for (account, duty) in &mut self.duties {
            // Whoever went on duty without any window (their socket is still on its way) has the longer grace.
            let windows = self.open.get(&(*account, duty.store, duty.window));
            let gone = match windows {
                Some(open) => open.gone_at.is_some_and(|at| at <= now),
                None => now.since_ms(duty.renewed) > LOST_GRACE_MS,
            };
            if gone {
                due.leave.push((*account, duty.store));
            } else if windows.is_some() && now.since_ms(duty.renewed) >= LEASE_RENEW_MS {
                duty.renewed = now;
                due.renew.push(*account);
            }
        }
        for (account, _) in &due.leave {
            self.duties.remove(account);
        }
        self.open.retain(|_, open| open.gone_at.is_none_or(|at| at > now));
        due
    }

    /// Somebody's lease could not be renewed: it is due again in the next second.
    fn renew_again(&mut self, account: AccountId, now: Timestamp) {
        if let Some(duty) = self.duties.get_mut(&account) {
            duty.renewed = now.plus_ms(-LEASE_RENEW_MS);
        }
    }
}

/// Goes on duty in a kind of window.
pub async fn go_on(services: &Services, actor: &Actor, window: WindowKind) -> Result<Recap, Fault> {
    // One is on duty at one store at a time: a duty at another of theirs ends first.
    let (who, now, node) = (actor.clone(), services.clock().now(), services.node());
    let (scope, account) = (actor.scope(), actor.account);
    let elsewhere = services
        .storage()
        .read(|s| Box::pin(async move { s.duties_elsewhere(scope, account, now).await }))
        .await?;
    for store in elsewhere {
        end_duty(services, account, store).await?;
    }
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_places(scope).await?;
                let who = still(tx, &who).await?;
                if !who.live_chat {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                let since = tx.lease(who.scope(), who.account, now).await?.map_or(now, |l| l.since);
                Ok(tx
                    .put_lease(who.scope(), who.account, node, Lease { window, since }, now.plus_ms(LEASE_MS))
                    .await?)
            })
        })
        .await?;
    lock(services.windows()).duties.insert(
        actor.account,
        Duty {
            store: actor.store,
            window,
            renewed: now,
        },
    );
    desk::recap(services, actor).await
}

/// Goes off duty. The last one to leave takes the lights with them: what was live goes on as messages.
pub async fn leave(services: &Services, actor: &Actor) -> Result<Recap, Fault> {
    lock(services.windows()).duties.remove(&actor.account);
    end_duty(services, actor.account, actor.store).await?;
    desk::recap(services, actor).await
}

/// Somebody turned to another of their stores: a duty at this one ends.
pub(crate) async fn depart(services: &Services, from: &Actor) -> Result<(), Fault> {
    let (scope, account, now) = (from.scope(), from.account, services.clock().now());
    let here = services
        .storage()
        .read(|s| Box::pin(async move { s.lease(scope, account, now).await }))
        .await?;
    if here.is_none() {
        return Ok(());
    }
    lock(services.windows()).duties.remove(&account);
    end_duty(services, account, from.store).await
}

/// A window of the desk has connected. A duty that a restart interrupted goes on.
pub async fn window_opened(services: &Services, actor: &Actor, kind: WindowKind) -> Result<(), Fault> {
    let now = services.clock().now();
    {
        let mut windows = lock(services.windows());
        windows.opened(actor.account, actor.store, kind);
        if windows.duties.contains_key(&actor.account) {
            return Ok(());
        }
    }
    adopt(services, actor.account, actor.store, kind, now).await
}

/// A window here holds a duty that a restart interrupted, or that another server holds, too.
async fn adopt(services: &Services, account: AccountId, store: StoreId, kind: WindowKind, now: Timestamp) -> Result<(), Fault> {
    let (scope, node) = (StoreScope(store), services.node());
    // A small row, like the one that renews it: after a start on a full disk people are still on duty.
    let adopted = services
        .storage()
        .write_in_need(move |tx| {
            Box::pin(async move {
                tx.lock_places(scope).await?;
                // One that ran out while we were down is still there until the first sweep.
                let lease = tx.lease(scope, account, Timestamp(0)).await?;
                let Some(lease) = lease.filter(|l| l.window == kind) else {
                    return Ok::<_, StorageError>(false);
                };
                tx.delete_standing_lease(Installation, account, far(now)).await?;
                tx.put_lease(scope, account, node, lease, now.plus_ms(LEASE_MS)).await?;
                Ok(true)
            })
        })
        .await?;
    if adopted {
        lock(services.windows()).duties.insert(
            account,
            Duty {
                store,
                window: kind,
                renewed: now,
            },
        );
    }
    Ok(())
}

/// Windows here stand beside duties that were begun at other servers: those go on with these when the others go.
async fn adopt_from_others(services: &Services, now: Timestamp) -> Result<(), Fault> {
    if !services.storage().is_shared() {
        return Ok(());
    }
    let unheld = lock(services.windows()).unheld(now);
    for (account, store, kind) in unheld {
        let held = services
            .storage()
            .read(|s| Box::pin(async move { s.lease(StoreScope(store), account, now).await }))
            .await?;
        if held.is_some_and(|lease| lease.window == kind) {
            adopt(services, account, store, kind, now).await?;
        }
    }
    Ok(())
}

/// A window of the desk has gone: with a goodbye, or just so.
pub fn window_closed(services: &Services, account: AccountId, store: StoreId, kind: WindowKind, goodbye: bool) {
    let now = services.clock().now();
    lock(services.windows()).closed(account, store, kind, goodbye, now);
}

/// What time brings; called every second. Leases are renewed, ended duties ended, places of silent chats given back.
pub async fn tick(services: &Services) -> Result<(), Fault> {
    let now = services.clock().now();
    let (due, started) = {
        let mut windows = lock(services.windows());
        (windows.due(now), windows.started)
    };
    let node = services.node();
    let mut trouble = None;
    for account in due.renew {
        let held: Result<bool, StorageError> = services
            .storage()
            .write_in_need(move |tx| Box::pin(async move { tx.renew_lease(Installation, account, node, now.plus_ms(LEASE_MS)).await }))
            .await;
        match held {
            Ok(true) => {}
            // Switched off at another server, or taken from us while we stood still.
            Ok(false) => forget(services, account),
            // The others' leases run out, too.
            Err(error) => {
                lock(services.windows()).renew_again(account, now);
                trouble = Some(error);
            }
        }
    }
    if let Some(error) = trouble {
        tracing::warn!(%error, "Leases are renewed in the next second");
    }
    for (account, store) in due.leave {
        end_without_windows(services, account, store).await?;
    }
    adopt_from_others(services, now).await?;
    // The rest is everybody's, and one server does it.
    if turns::take(services, Job::Time).await?.is_none() {
        return Ok(());
    }
    let (expired, unruly) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let expired = s.expired_leases(Installation, now).await?;
                Ok::<_, StorageError>((expired, s.unruly_leases(Installation, far(now)).await?))
            })
        })
        .await?;
    // After a start, windows have the time to come back before anybody's duty is taken from them.
    if now.since_ms(started) > LOST_GRACE_MS {
        for (account, store) in expired {
            end_without_windows(services, account, store).await?;
        }
    }
    // They stood by themselves, and the store wants a window for it now.
    for (account, store) in unruly {
        end_standing(services, account, store).await?;
    }
    missed::sweep(services, now).await?;
    release_silent(services, now).await?;
    disputes::tick(services, now).await
}

/// A lease that ends after this is that of a duty that stands by itself.
fn far(now: Timestamp) -> Timestamp {
    now.plus_ms(2 * LEASE_MS)
}

/// The windows are gone: the duty ends, unless the store lets it stand until its person switches it off, or windows at another server hold
/// it. One transaction, so that none of those can come in between.
async fn end_without_windows(services: &Services, account: AccountId, store: StoreId) -> Result<(), Fault> {
    let (scope, now, node) = (StoreScope(store), services.clock().now(), services.node());
    // In a file of our own, a lease of another server is that of the process before: nobody renews it.
    let shared = services.storage().is_shared();
    Ok(services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_places(scope).await?;
                let rule = tx.store(scope).await?.map(|store| store.settings.presence);
                // Somebody who switched it off meanwhile has no lease any more, and gets none.
                let lease = tx.lease(scope, account, Timestamp(0)).await?;
                if let (Some(PresenceRule::UntilSwitchedOff), Some(lease)) = (rule, lease) {
                    return tx.put_lease(scope, account, node, lease, now.plus_ms(STANDING_MS)).await;
                }
                tx.drop_lease(scope, account, node).await?;
                if shared && tx.lease(scope, account, now).await?.is_some() {
                    return Ok::<_, StorageError>(());
                }
                if lease.is_some() {
                    tx.delete_lease(scope, account).await?;
                    if tx.on_duty(scope, now).await? == 0 {
                        last_one_left(tx, scope, now).await?;
                    }
                }
                Ok(())
            })
        })
        .await?)
}

/// Somebody may chat live no longer: off duty, and their chats wait for a colleague, or go on as messages when there is none (D-i1).
pub(crate) async fn dismiss(tx: &mut Tx, scope: StoreScope, account: AccountId, now: Timestamp) -> Result<(), StorageError> {
    tx.lock_places(scope).await?;
    let was_on = tx.delete_lease(scope, account).await?;
    let somebody = tx.on_duty(scope, now).await? > 0;
    if was_on && !somebody {
        return last_one_left(tx, scope, now).await;
    }
    for conversation in places(tx, scope).await? {
        if conversation.stage.operator() != Some(account) {
            continue;
        }
        let stage = conversation.stage.clone();
        let (stage, kind) = if somebody {
            let waits = stage.requeue(now);
            let kind = EventKind::Reopened { stage: waits.name() };
            (waits, kind)
        } else {
            (stage.desk_left(now), EventKind::DeskLeft)
        };
        step_by_itself(tx, &conversation, &stage, kind, now).await?;
    }
    Ok(())
}

/// What [`dismiss`] did is known to this process, too: no window of theirs renews anything.
pub(crate) fn forget(services: &Services, account: AccountId) {
    lock(services.windows()).duties.remove(&account);
}

async fn end_duty(services: &Services, account: AccountId, store: StoreId) -> Result<(), Fault> {
    let now = services.clock().now();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let scope = StoreScope(store);
                // One after the other: of two who leave at once, each would see the other's lease, and nobody would be the last.
                tx.lock_places(scope).await?;
                if tx.delete_lease(scope, account).await? && tx.on_duty(scope, now).await? == 0 {
                    last_one_left(tx, scope, now).await?;
                }
                Ok::<_, Fault>(())
            })
        })
        .await
}

/// A duty may stand by itself no longer. A window that holds it, here or at another server, goes on holding it.
async fn end_standing(services: &Services, account: AccountId, store: StoreId) -> Result<(), Fault> {
    let (scope, now) = (StoreScope(store), services.clock().now());
    Ok(services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_places(scope).await?;
                if !tx.end_standing_lease(scope, account, far(now)).await? || tx.lease(scope, account, now).await?.is_some() {
                    return Ok::<_, StorageError>(());
                }
                tx.delete_lease(scope, account).await?;
                if tx.on_duty(scope, now).await? == 0 {
                    last_one_left(tx, scope, now).await?;
                }
                Ok(())
            })
        })
        .await?)
}

/// The chats that take a place, to change where they stand: held one by one in the order of their ids, and then looked at.
async fn places(tx: &mut Tx, scope: StoreScope) -> Result<Vec<Conversation>, StorageError> {
    let mut ids: Vec<ConversationId> = tx.in_a_place(scope).await?.into_iter().map(|one| one.id).collect();
    ids.sort_unstable();
    let mut held = Vec::with_capacity(ids.len());
    for id in ids {
        let found = tx.hold_conversation(ConversationScope::Desk(scope), id).await?;
        held.extend(found.filter(|one| one.stage.name().takes_a_place()));
    }
    Ok(held)
}

async fn last_one_left(tx: &mut Tx, scope: StoreScope, now: Timestamp) -> Result<(), StorageError> {
    for conversation in places(tx, scope).await? {
        let stage = conversation.stage.clone().desk_left(now);
        step_by_itself(tx, &conversation, &stage, EventKind::DeskLeft, now).await?;
    }
    tx.archive_finished(scope, now).await
}

/// Chats that were begun and never spoken in give their place back; a word reopens them.
async fn release_silent(services: &Services, now: Timestamp) -> Result<(), Fault> {
    let before = now.plus_ms(-SILENT_START_MS);
    let silent = services
        .storage()
        .read(|s| Box::pin(async move { s.silent_starts(Installation, before).await }))
        .await?;
    for conversation in silent {
        services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    let scope = ConversationScope::Desk(conversation.desk());
                    let again = tx.hold_conversation(scope, conversation.id).await?;
                    let Some(now_it_is) = again.filter(|c| c.first_message_at.is_none() && c.stage.name().takes_a_place()) else {
                        return Ok::<_, StorageError>(());
                    };
                    let stage = Stage::Closed {
                        at: now,
                        by: Author::System,
                    };
                    step_by_itself(tx, &now_it_is, &stage, EventKind::Closed, now).await?;
                    file_away(tx, now_it_is.desk(), now_it_is.id, now).await
                })
            })
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const STORE: StoreId = StoreId(Uuid::nil());

    fn windows() -> (Windows, AccountId) {
        let account = AccountId(Uuid::nil());
        let mut windows = Windows::new(Timestamp(0));
        let duty = Duty {
            store: STORE,
            window: WindowKind::Recap,
            renewed: Timestamp(0),
        };
        windows.duties.insert(account, duty);
        (windows, account)
    }

    #[test]
    fn a_reload_is_not_a_goodbye() {
        let (mut windows, account) = windows();
        windows.opened(account, STORE, WindowKind::Recap);
        windows.closed(account, STORE, WindowKind::Recap, true, Timestamp(1_000));
        assert_eq!(windows.due(Timestamp(5_900)), Due::default());
        windows.opened(account, STORE, WindowKind::Recap);
        assert_eq!(windows.due(Timestamp(10_000)), Due::default());
    }

    #[test]
    fn closing_the_last_window_ends_duty_after_its_grace() {
        let (mut windows, account) = windows();
        windows.opened(account, STORE, WindowKind::Recap);
        windows.opened(account, STORE, WindowKind::Recap);
        windows.closed(account, STORE, WindowKind::Recap, true, Timestamp(0));
        assert!(windows.due(Timestamp(10_000)).leave.is_empty(), "another window is open");
        windows.closed(account, STORE, WindowKind::Recap, true, Timestamp(10_000));
        assert_eq!(windows.due(Timestamp(15_000)).leave, [(account, STORE)]);
    }

    #[test]
    fn a_tunnel_is_longer_than_a_goodbye() {
        let (mut windows, account) = windows();
        windows.opened(account, STORE, WindowKind::Recap);
        windows.closed(account, STORE, WindowKind::Recap, false, Timestamp(0));
        assert!(windows.due(Timestamp(14_000)).leave.is_empty());
        assert_eq!(windows.due(Timestamp(20_000)).leave.len(), 1);
    }

    #[test]
    fn windows_of_another_kind_do_not_count() {
        let (mut windows, account) = windows();
        windows.opened(account, STORE, WindowKind::Recap);
        windows.opened(account, STORE, WindowKind::Console);
        windows.closed(account, STORE, WindowKind::Recap, true, Timestamp(0));
        assert_eq!(windows.due(Timestamp(6_000)).leave.len(), 1);
    }

    #[test]
    fn windows_of_another_store_do_not_count() {
        let (mut windows, account) = windows();
        windows.opened(account, STORE, WindowKind::Recap);
        windows.opened(account, StoreId(Uuid::max()), WindowKind::Recap);
        windows.closed(account, STORE, WindowKind::Recap, true, Timestamp(0));
        assert_eq!(windows.due(Timestamp(6_000)).leave.len(), 1);
    }

    #[test]
    fn windows_beside_another_servers_duty_are_looked_at_once_per_renewal() {
        let (mut windows, account) = windows();
        let other = AccountId(Uuid::max());
        windows.opened(account, STORE, WindowKind::Recap);
        windows.opened(other, STORE, WindowKind::Console);
        assert!(windows.unheld(Timestamp(14_999)).is_empty());
        assert_eq!(windows.unheld(Timestamp(15_000)), [(other, STORE, WindowKind::Console)]);
        assert!(windows.unheld(Timestamp(16_000)).is_empty());
        windows.closed(other, STORE, WindowKind::Console, true, Timestamp(16_000));
        assert!(windows.unheld(Timestamp(40_000)).is_empty());
    }

    #[test]
    fn leases_are_renewed_in_time() {
        let (mut windows, account) = windows();
        windows.opened(account, STORE, WindowKind::Recap);
        assert!(windows.due(Timestamp(14_999)).renew.is_empty());
        assert_eq!(windows.due(Timestamp(15_000)).renew, [account]);
        assert!(windows.due(Timestamp(16_000)).renew.is_empty());
        windows.renew_again(account, Timestamp(16_000));
        assert_eq!(windows.due(Timestamp(17_000)).renew, [account], "that did not work");
        assert!(windows.due(Timestamp(18_000)).renew.is_empty());
    }
}
