//! Who may use what: one typed table of every route, server function and socket command.
//!
//! [`Registry`] is the only way to add a route, so a route without a row cannot exist; the rows of server functions are compared with what
//! is really served, and those of the socket's commands are an exhaustive match. The rows do not enforce anything: each verb asks `permit`
//! again. They say what must be true, and a test walks all of them as people who may not.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, on},
};
use http::Method;
use model::wire::ClientFrame;

use crate::http::layer::rate_limit::Budget;

/// Who may use something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Everybody, and it answers the same to everybody: pages to sign in on, assets, whether a store is online.
    Public,
    /// Everybody; who has a visitor's session with this store finds their own conversation in it, and nobody else's.
    Visitor,
    /// The visitor whose conversation it is, by cookie or by the token in memory.
    OwnConversation,
    /// A person at the desk of the store it belongs to.
    Operator(Need),
    /// Somebody of the marketplace's team.
    Team(TeamNeed),
    /// The visitor or member whose conversation it is, or a person at the desk of its store.
    Participant,
    /// A shopper in the member centre of a store, about what is theirs there and within the reach of how they came in.
    Member,
    /// Whoever opened this connection, about this connection.
    Connection,
    /// Whoever holds a ticket for the socket: good once, for thirty seconds.
    Ticket,
    /// Whoever holds the one-time link that a new installation prints; afterwards nobody.
    Setup,
    /// Whoever holds a link that was mailed to them: good for what it names, and until it was used.
    Link,
    /// A program with a key of the store, in the request's own header.
    ApiKey(ApiScope),
    /// Whoever signs what they send with the secret of the store.
    Signed,
    /// Each server function behind it has a row of its own in [`SERVER_FUNCTIONS`].
    ServerFunction,
}

/// What a key must allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiScope {
    /// Nothing more: every key may read.
    Read,
    /// To hand over customers and orders, and to answer as the store.
    Write,
}

/// What somebody of the marketplace's team must be besides that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TeamNeed {
    /// Nothing more.
    Member,
    /// Administers the marketplace.
    Administrator,
}

/// What a person at the desk must be besides signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Nothing more: active staff of the store.
    Staff,
    /// Allowed by the store to chat live (D-02).
    LiveChat,
    /// The store's owner.
    Owner,
}

impl Policy {
    /// Whether a cookie can be the proof of it: then another site must not be able to make a browser send it.
    pub const fn takes_cookie(self) -> bool {
        match self {
            Self::Visitor
            | Self::OwnConversation
            | Self::Operator(_)
            | Self::Team(_)
            | Self::Participant
            | Self::Member
            | Self::ServerFunction => true,
            Self::Public | Self::Connection | Self::Ticket | Self::Setup | Self::Link | Self::ApiKey(_) | Self::Signed => false,
        }
    }
}

/// A row: one method of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method. `GET` also answers `HEAD`.
    pub method: Method,
    /// The path, as the router writes it.
    pub path: &'static str,
    /// Who may use it.
    pub policy: Policy,
    /// What its requests are counted against.
    pub budget: Budget,
    /// Whether a cookie can be the proof.
    pub cookie: bool,
}

impl Route {
    /// A row with the general budget.
    pub fn new(method: Method, path: &'static str, policy: Policy) -> Self {
        Self {
            method,
            path,
            policy,
            budget: Budget::General,
            cookie: policy.takes_cookie(),
        }
    }

    /// Something to read.
    pub fn get(path: &'static str, policy: Policy) -> Self {
        Self::new(Method::GET, path, policy)
    }

    /// Something that changes something.
    pub fn post(path: &'static str, policy: Policy) -> Self {
        Self::new(Method::POST, path, policy)
    }

    /// Counted against another budget.
    pub fn within(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }
}

/// Collects the routes together with their rows.
#[derive(Debug)]
pub struct Registry<S = ()> {
    router: Router<S>,
    routes: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Default for Registry<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Registry<S> {
    /// Without any routes.
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            routes: Vec::new(),
        }
    }

    /// Adds a route within the general budget.
    pub fn route<H, T>(&mut self, method: Method, path: &'static str, policy: Policy, handler: H) -> &mut Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(Route::new(method, path, policy), handler)
    }

    /// Adds a route.
    pub fn add<H, T>(&mut self, route: Route, handler: H) -> &mut Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(route.method.clone()).expect("routes are written with the methods of HTTP");
        self.router = std::mem::take(&mut self.router).route(route.path, on(filter, handler));
        self.routes.push(route);
        self
    }

    /// The router, and the table of what it serves. What is not in the table does not exist: `nowhere` says so.
    pub fn finish<H, T>(self, nowhere: H) -> (Router<S>, Vec<Route>)
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let router = self.router.fallback(nowhere);
        (router, self.routes)
    }
}

/// The rows of the server functions.
pub const SERVER_FUNCTIONS: &[(&str, Policy)] = &[
    ("/fn/recap", Policy::Operator(Need::Staff)),
    ("/fn/inbox", Policy::Operator(Need::Staff)),
    ("/fn/go_on_duty", Policy::Operator(Need::LiveChat)),
    ("/fn/leave_duty", Policy::Operator(Need::Staff)),
    ("/fn/open_conversation", Policy::Operator(Need::Staff)),
    ("/fn/take_conversation", Policy::Operator(Need::LiveChat)),
    ("/fn/end_conversation", Policy::Operator(Need::Staff)),
    ("/fn/reopen_conversation", Policy::Operator(Need::LiveChat)),
    ("/fn/save_conversation", Policy::Operator(Need::Staff)),
    ("/fn/keep_window", Policy::Operator(Need::Staff)),
    ("/fn/order_choices", Policy::Operator(Need::Staff)),
    ("/fn/move_conversation", Policy::Operator(Need::Staff)),
    ("/fn/history", Policy::Operator(Need::Staff)),
    ("/fn/history_line", Policy::Operator(Need::Staff)),
    ("/fn/delete_history", Policy::Operator(Need::Staff)),
    ("/fn/configuration", Policy::Operator(Need::Owner)),
    ("/fn/save_configuration", Policy::Operator(Need::Owner)),
    ("/fn/set_language", Policy::Operator(Need::Staff)),
    ("/fn/set_theme", Policy::Operator(Need::Staff)),
    ("/fn/set_muted", Policy::Operator(Need::Staff)),
    ("/fn/colleagues", Policy::Operator(Need::Staff)),
    ("/fn/transfer_conversation", Policy::Operator(Need::Staff)),
    ("/fn/canned_replies", Policy::Operator(Need::Staff)),
    ("/fn/save_canned_reply", Policy::Operator(Need::Staff)),
    ("/fn/remove_canned_reply", Policy::Operator(Need::Staff)),
    ("/fn/help", Policy::Operator(Need::Staff)),
    ("/fn/vote_article", Policy::Operator(Need::Staff)),
    ("/fn/customer_card", Policy::Operator(Need::Staff)),
    ("/fn/change_customer_card", Policy::Operator(Need::Staff)),
    ("/fn/customers", Policy::Operator(Need::Staff)),
    ("/fn/order", Policy::Operator(Need::Staff)),
    ("/fn/blocked_in_conversation", Policy::Operator(Need::Staff)),
    ("/fn/block_in_conversation", Policy::Operator(Need::Staff)),
    ("/fn/set_legal_hold", Policy::Operator(Need::Owner)),
];

/// Where [`SERVER_FUNCTIONS`] and what is really served differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Served, and without a row.
    pub unlisted: Vec<String>,
    /// A row of something that is not served.
    pub unserved: Vec<String>,
}

/// Compares [`SERVER_FUNCTIONS`] with the server functions that this executable contains.
pub fn compare_server_functions() -> Difference {
    compare(server_fn::axum::server_fn_paths().map(|(path, _)| path), SERVER_FUNCTIONS)
}

fn compare<'a>(served: impl Iterator<Item = &'a str>, table: &[(&str, Policy)]) -> Difference {
    let served: Vec<&str> = served.collect();
    let unlisted = served.iter().filter(|path| !table.iter().any(|(row, _)| row == *path));
    let unserved = table.iter().map(|(row, _)| row).filter(|row| !served.contains(row));
    Difference {
        unlisted: unlisted.map(|path| (*path).to_owned()).collect(),
        unserved: unserved.map(|row| (*row).to_owned()).collect(),
    }
}

/// The row of a socket command.
pub const fn policy_of_frame(frame: &ClientFrame) -> Policy {
    match frame {
        ClientFrame::Hello { .. } => Policy::Ticket,
        ClientFrame::Send { .. } | ClientFrame::Read { .. } | ClientFrame::Typing { .. } | ClientFrame::Sub { .. } => Policy::Participant,
        // To follow something no longer, or to close the window, concerns nobody else.
        ClientFrame::Unsub { .. } | ClientFrame::Away => Policy::Connection,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{Request, StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_route_is_served_and_has_its_row() {
        let mut registry = Registry::<()>::new();
        registry
            .route(Method::GET, "/status/{store}", Policy::Public, || async { "online" })
            .add(Route::post("/sign-in", Policy::Public).within(Budget::SignIn), || async { "in" });
        let (router, routes) = registry.finish(|| async { StatusCode::NOT_FOUND });
        assert_eq!(routes.len(), 2);
        assert_eq!(
            (routes[1].path, routes[1].budget, routes[1].cookie),
            ("/sign-in", Budget::SignIn, false)
        );
        let ask = |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
            let router = router.clone();
            async move { router.oneshot(request).await.expect("never fails").status() }
        };
        assert_eq!(ask("GET", "/status/delft").await, StatusCode::OK);
        assert_eq!(ask("HEAD", "/status/delft").await, StatusCode::OK);
        assert_eq!(ask("POST", "/sign-in").await, StatusCode::OK);
        assert_eq!(ask("POST", "/status/delft").await, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(ask("GET", "/admin").await, StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_server_function_without_a_row_is_noticed_and_so_is_a_row_without_one() {
        let table = [
            ("/fn/recap", Policy::Operator(Need::Staff)),
            ("/fn/gone", Policy::Operator(Need::Staff)),
        ];
        let difference = compare(["/fn/recap", "/fn/new"].into_iter(), &table);
        assert_eq!(
            difference,
            Difference {
                unlisted: vec!["/fn/new".to_owned()],
                unserved: vec!["/fn/gone".to_owned()]
            }
        );
    }

    #[test]
    fn hg_12_every_server_function_has_its_row() {
        assert_eq!(compare_server_functions(), Difference::default());
    }

    #[test]
    fn no_server_function_is_for_everybody() {
        for (path, policy) in SERVER_FUNCTIONS {
            assert!(matches!(policy, Policy::Operator(_)), "{path}");
        }
    }

    #[test]
    fn what_touches_a_conversation_is_for_those_who_take_part() {
        let conv = "018f0000-0000-7000-8000-000000000001".parse().expect("an id");
        assert_eq!(policy_of_frame(&ClientFrame::Typing { conv, on: true }), Policy::Participant);
        assert_eq!(policy_of_frame(&ClientFrame::Away), Policy::Connection);
    }
}
