//! How many requests one client may send: budgets that fill up again, counted in memory.
//!
//! They keep the server upright and make guessing slow. What a person or a store may do within them is decided by the verbs.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use http::{Method, StatusCode, header};
use model::refusal::Refusal;

use crate::{
    extract::client_ip::{Client, ClientKey},
    policy::Route,
};

/// Clients that have been silent long enough are forgotten after this many requests.
const SWEEP_EVERY: usize = 8_192;

/// What a request is counted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Budget {
    /// Trying a password.
    SignIn,
    /// Beginning a chat, or leaving a message.
    Start,
    /// Sending a message.
    Messages,
    /// Giving a file.
    Files,
    /// Asking where an order is.
    Order,
    /// Asking whether a store is there: each page of a shop does.
    Status,
    /// Everything else.
    General,
}

impl Budget {
    const ALL: [Self; 7] = [
        Self::SignIn,
        Self::Start,
        Self::Messages,
        Self::Files,
        Self::Order,
        Self::Status,
        Self::General,
    ];

    /// How many at once, and how long until the next one is there. A client is a household or an office, not a person.
    const fn measure(self) -> (u32, Duration) {
        match self {
            // Ten tries for a forgotten password, then ten in a minute.
            Self::SignIn => (10, Duration::from_secs(6)),
            // Twenty colleagues who ask about the same thing, then six in a minute.
            Self::Start => (20, Duration::from_secs(10)),
            // The sockets' fallback: several people who type fast.
            Self::Messages => (60, Duration::from_millis(200)),
            // The pictures of a broken parcel, from every side, then one in three seconds.
            Self::Files => (20, Duration::from_secs(3)),
            // A number that was mistyped, several times, by everybody at home; then two in a minute.
            Self::Order => (10, Duration::from_secs(30)),
            // A page opened in many tabs, then ten in a second.
            Self::Status => (120, Duration::from_millis(100)),
            // A page, its assets and its lists, several times over; then fifty in a second.
            Self::General => (300, Duration::from_millis(20)),
        }
    }

    fn quota(self, factor: NonZeroU32) -> Quota {
        let (burst, refill) = self.measure();
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN).saturating_mul(factor);
        // Never nothing: a quota without a refill time has no meaning.
        let refill = (refill / factor.get()).max(Duration::from_nanos(1));
        Quota::with_period(refill).expect("a refill time above zero").allow_burst(burst)
    }
}

/// The budgets of all clients.
pub struct Budgets {
    limiters: [DefaultKeyedRateLimiter<ClientKey>; Budget::ALL.len()],
    clock: DefaultClock,
    classes: HashMap<&'static str, Vec<(Method, Budget)>>,
    counted: AtomicUsize,
}

impl Budgets {
    /// For these routes, multiplied by `VITRINE_RATE_FACTOR`.
    pub fn new(routes: &[Route], factor: NonZeroU32) -> Self {
        let mut classes: HashMap<_, Vec<_>> = HashMap::new();
        for route in routes.iter().filter(|route| route.budget != Budget::General) {
            classes.entry(route.path).or_default().push((route.method.clone(), route.budget));
        }
        Self {
            limiters: Budget::ALL.map(|budget| RateLimiter::dashmap(budget.quota(factor))),
            clock: DefaultClock::default(),
            classes,
            counted: AtomicUsize::new(0),
        }
    }

    /// Counts one, or says in how many seconds there will be room for it.
    pub fn spend(&self, budget: Budget, client: ClientKey) -> Result<(), Refusal> {
        let limiter = &self.limiters[budget as usize];
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiters.iter().for_each(RateLimiter::retain_recent);
        }
        limiter.check_key(&client).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(self.clock.now());
            let after_s = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            Refusal::TooFast { after_s }
        })
    }

    /// What a request is counted against.
    fn class(&self, method: &Method, path: Option<&str>) -> Budget {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let rows = path.and_then(|path| self.classes.get(path)).map_or(&[] as &[_], Vec::as_slice);
        rows.iter()
            .find(|(of, _)| of == method)
            .map_or(Budget::General, |(_, budget)| *budget)
    }
}

/// The layer.
pub async fn check(State(budgets): State<Arc<Budgets>>, client: Client, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let budget = budgets.class(request.method(), path);
    match budgets.spend(budget, client.key()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => too_many(refusal),
    }
}

fn too_many(refusal: Refusal) -> Response {
    let after_s = refusal.number().unwrap_or(1);
    tracing::debug!("Refused a request beyond the budget");
    (
        StatusCode::TOO_MANY_REQUESTS,
        [(header::RETRY_AFTER, after_s.to_string())],
        Json(refusal),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn key(address: &str) -> ClientKey {
        ClientKey::of(address.parse().expect("an address"))
    }

    fn spent(budgets: &Budgets, budget: Budget, client: &str) -> usize {
        (0..10_000).take_while(|_| budgets.spend(budget, key(client)).is_ok()).count()
    }

    #[test]
    fn a_budget_is_spent_by_one_client_for_itself_alone() {
        let budgets = Budgets::new(&[], NonZeroU32::MIN);
        assert_eq!(spent(&budgets, Budget::SignIn, "203.0.113.1"), 10);
        assert!(matches!(
            budgets.spend(Budget::SignIn, key("203.0.113.1")),
            Err(Refusal::TooFast { after_s: 1..=7 })
        ));
        assert_eq!(spent(&budgets, Budget::SignIn, "203.0.113.2"), 10);
        assert!(budgets.spend(Budget::General, key("203.0.113.1")).is_ok());
    }

    #[test]
    fn neighbours_in_one_64_share_it() {
        let budgets = Budgets::new(&[], NonZeroU32::MIN);
        assert_eq!(spent(&budgets, Budget::Start, "2001:db8::1"), 20);
        assert_eq!(spent(&budgets, Budget::Start, "2001:db8::2"), 0);
    }

    #[test]
    fn the_factor_multiplies_every_budget() {
        let ten = Budgets::new(&[], NonZeroU32::new(10).expect("not zero"));
        assert!(spent(&ten, Budget::SignIn, "203.0.113.1") >= 100);
        for budget in Budget::ALL {
            // The largest factor still makes a quota.
            let _ = budget.quota(NonZeroU32::MAX);
        }
    }

    #[test]
    fn a_route_is_counted_as_its_row_says() {
        let routes = [
            Route::post("/sign-in", Policy::Public).within(Budget::SignIn),
            Route::get("/status/{store}", Policy::Public).within(Budget::Status),
        ];
        let budgets = Budgets::new(&routes, NonZeroU32::MIN);
        assert_eq!(budgets.class(&Method::POST, Some("/sign-in")), Budget::SignIn);
        assert_eq!(budgets.class(&Method::GET, Some("/sign-in")), Budget::General);
        assert_eq!(budgets.class(&Method::HEAD, Some("/status/{store}")), Budget::Status);
        assert_eq!(budgets.class(&Method::GET, None), Budget::General);
    }

    #[test]
    fn each_budget_has_its_own_limiter() {
        for (place, budget) in Budget::ALL.into_iter().enumerate() {
            assert_eq!(budget as usize, place);
        }
    }
}
