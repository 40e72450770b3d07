//! The isolation matrix: sixteen persons, five objects, every route, server function and socket command, and one typed table of what each of
//! them answers (`expected.rs`), derived from the policy it was registered with. A third store is suspended: it has people and things of its
//! own, which are there for nobody but the marketplace's team.
//!
//! What is denied is tried with every method, and changes nothing. What is allowed is tried where trying changes nothing (`GET`), and
//! otherwise once, by whom it is for: what it then does is shown by the tests of its subject.

mod cast;
mod expected;
mod heard;
mod outside;
#[path = "../support/mod.rs"]
mod support;
mod world;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::Duration,
};

use reqwest::Method;
use server::policy::{Policy, Route, SERVER_FUNCTIONS, policy_of_frame};
use service::clock::new_id;
use support::{
    Thing,
    frames::{frames, says},
    functions::arguments,
    samples::sample,
};
use testkit::{Browser, Socket};
use tokio::time::Instant;

use self::{
    cast::{Desk, Object, Person, Secret},
    expected::{Door, Expected},
    heard::{Heard, about, hear, inject},
    world::Matrix,
};

/// The world holds no letter: whoever may read one finds none.
const EMPTY: &str = "/desk/pages/arrived/{id}";

/// Tried last where they are allowed: afterwards others have less to ask about.
const AT_LAST: [&str; 10] = [
    "/fn/block_in_conversation",
    "/fn/end_conversation",
    "/desk/pages/privacy/erase",
    "/fn/delete_history",
    "/fn/leave_duty",
    "/account/{store}/leave",
    "/team/people/role",
    "/team/people/remove",
    "/team/stores/{store}/suspend",
    "/team/stores/{store}/leave",
];

/// Whether an answer depends on a thing. Not so: pages whose content is asked for by their program, the form that asks why somebody wants to
/// read along (it is the same whatever is asked about), and letters ([`EMPTY`]).
fn is_about(route: &Route, request: &reqwest::Request, thing: &Thing) -> bool {
    let always_the_same = ["/desk/{*page}", "/team/oversight/{conversation}", EMPTY];
    let same = route.method == Method::GET && always_the_same.contains(&route.path);
    !same && about(request, thing)
}

/// Everything that a browser says and hears at one door.
struct Tried<'a> {
    matrix: &'a Matrix,
    deviations: Vec<String>,
    count: usize,
}

impl<'a> Tried<'a> {
    fn at(matrix: &'a Matrix) -> Self {
        Self {
            matrix,
            deviations: Vec::new(),
            count: 0,
        }
    }

    fn deviates(&mut self, what: String) {
        self.deviations.push(what);
    }

    /// Whether an answer is what was expected, beside what is said of something that never was, at the same store.
    fn compare(&mut self, what: &str, expected: Expected, heard: &Heard, nothing: &Heard) {
        self.count += 1;
        let same = heard == nothing;
        let right = match expected {
            Expected::Opens => heard.is_open() && !same,
            Expected::Anybody => heard.status < 500,
            Expected::Nothing => same,
            Expected::SignIn => same && heard.asks_to_sign_in(),
            Expected::NotAllowed => heard.status == 403,
        };
        if !right {
            self.deviates(format!("{what}: expected {expected:?}, heard {heard}, of nothing {nothing}"));
        }
    }

    fn keeps_secrets(&mut self, what: &str, person: Person, heard: &Heard) {
        for secret in Secret::closed_to(person) {
            if heard.holds(&secret) {
                self.deviates(format!("{what}: tells \"{secret}\""));
            }
        }
    }

    /// What changed since, but for what a reader leaves behind.
    async fn unchanged_since(&mut self, what: &str, before: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
        let after = self.matrix.kept().await;
        let tables = after.iter().filter(|(table, rows)| before.get(*table) != Some(rows));
        let changed: Vec<&String> = tables.map(|(table, _)| table).collect();
        if !changed.is_empty() {
            self.deviates(format!("{what}: a denial changed {changed:?}"));
        }
        after
    }

    /// Whether whom it is for gets in. What was typed may be refused, and what the thing does not allow now; who they are is not.
    async fn is_open_to_its_own(&mut self, route: &Route) {
        let Some(person) = rightful(route.policy, route.path) else {
            return;
        };
        let heard = ask(self.matrix.browser(person), route, self.matrix.thing(Object::Own)).await;
        self.count += 1;
        let served = ["/team", "/desk/pages", "/account"]
            .iter()
            .any(|pages| route.path.starts_with(pages));
        // Whoever leaves the member centre stands before its door.
        let left = route.path == "/account/{store}/leave";
        if heard.asks_to_sign_in() != left || (served && heard.status == 403) || heard.status >= 500 {
            self.deviates(format!("{} {} as {person:?}: heard {heard}", route.method, route.path));
        }
        self.keeps_secrets(route.path, person, &heard);
    }

    fn finish(mut self, at_least: usize) {
        // Whatever was tried: no log line says what somebody said.
        self.deviations.extend(outside::logged());
        let shown: Vec<&str> = self.deviations.iter().take(60).map(String::as_str).collect();
        assert!(
            self.deviations.is_empty(),
            "{} deviations:\n{}",
            self.deviations.len(),
            shown.join("\n")
        );
        println!("{} tries, 0 deviations", self.count);
        assert!(self.count >= at_least, "only {} tries", self.count);
    }
}

/// Signing out is about nobody's things but one's own session: it would only end the walk of this person.
fn routes(matrix: &Matrix) -> impl Iterator<Item = &Route> {
    matrix.server.routes.iter().filter(|route| route.path != "/sign-out")
}

async fn ask(browser: &Browser, route: &Route, thing: &Thing) -> Heard {
    let (client, request) = sample(browser, &route.method, route.path, thing).build_split();
    hear(&client, request.expect("a request"), thing).await
}

fn door(route: &Route, browser: &Browser, thing: &Thing) -> Door<'static> {
    let request = sample(browser, &route.method, route.path, thing).build().expect("a request");
    Door {
        policy: route.policy,
        path: route.path,
        changes: route.method != Method::GET,
        about: is_about(route, &request, thing),
    }
}

#[tokio::test]
async fn hb_1_hb_2_hb_10_hb_17_what_is_denied_is_as_if_it_never_was_and_changes_nothing() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    let mut kept = matrix.kept().await;
    for route in routes(&matrix) {
        for person in Person::everybody() {
            let browser = matrix.browser(person);
            let mut nothing: BTreeMap<Desk, Heard> = BTreeMap::new();
            for object in Object::ALL {
                let thing = matrix.thing(object);
                let expected = door(route, browser, thing).answers(person, object);
                if !expected.is_denial() {
                    continue;
                }
                if let Entry::Vacant(unheard) = nothing.entry(object.at()) {
                    unheard.insert(ask(browser, route, &matrix.nothing_at(object.at())).await);
                }
                let what = format!("{} {} as {person:?} about {object:?}", route.method, route.path);
                let heard = ask(browser, route, thing).await;
                tried.compare(&what, expected, &heard, &nothing[&object.at()]);
                tried.keeps_secrets(&what, person, &heard);
            }
        }
        kept = tried.unchanged_since(&format!("{} {}", route.method, route.path), kept).await;
    }
    tried.finish(4_000);
}

#[tokio::test]
async fn hb_6_what_is_theirs_opens_and_tells_of_nobody_elses() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    for route in routes(&matrix).filter(|route| route.method == Method::GET) {
        for person in Person::everybody() {
            let browser = matrix.browser(person);
            for object in Object::ALL {
                let thing = matrix.thing(object);
                let door = door(route, browser, thing);
                let expected = door.answers(person, object);
                if expected.is_denial() {
                    continue;
                }
                let what = format!("GET {} as {person:?} about {object:?}", route.path);
                let heard = ask(browser, route, thing).await;
                if door.about && expected == Expected::Opens {
                    let nothing = ask(browser, route, &matrix.nothing_at(object.at())).await;
                    tried.compare(&what, expected, &heard, &nothing);
                } else {
                    tried.count += 1;
                    let open = expected == Expected::Opens && route.path != EMPTY;
                    let too_much = if open { 400 } else { 500 };
                    if heard.status >= too_much {
                        tried.deviates(format!("{what}: heard {heard}"));
                    }
                }
                tried.keeps_secrets(&what, person, &heard);
            }
        }
    }
    tried.finish(500);
}

/// Whom a door that changes something is for.
fn rightful(policy: Policy, path: &str) -> Option<Person> {
    match policy {
        Policy::OwnConversation | Policy::Participant => Some(Person::VisitorSelf),
        Policy::Member if path.contains("{store}") => Some(Person::MemberSelf),
        Policy::Operator(_) | Policy::ServerFunction => Some(Person::Owner),
        Policy::Team(_) => Some(Person::Administrator),
        _ => None,
    }
}

#[tokio::test]
async fn what_changes_something_is_open_to_those_it_is_for() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    let thing = matrix.thing(Object::Own);
    let routes = routes(&matrix).filter(|route| route.method != Method::GET);
    let (last, mut first): (Vec<&Route>, Vec<&Route>) = routes.partition(|route| AT_LAST.contains(&route.path));
    // A dispute is taken before anything is done in it.
    first.sort_by_key(|route| !route.path.ends_with("/take"));
    for route in first {
        tried.is_open_to_its_own(route).await;
    }
    let mut functions: Vec<&str> = SERVER_FUNCTIONS.iter().map(|(path, _)| *path).collect();
    functions.sort_by_key(|path| AT_LAST.contains(path));
    for path in functions {
        let request = matrix
            .browser(Person::Owner)
            .request(Method::POST, path)
            .json(&arguments(path, thing));
        let (client, request) = request.build_split();
        let heard = hear(&client, request.expect("a request"), thing).await;
        tried.count += 1;
        let found = !matches!(path, "/fn/open_conversation" | "/fn/order" | "/fn/customer_card") || heard.is_open();
        if heard.status == 401 || heard.status >= 500 || !found {
            tried.deviates(format!("{path} as the owner: heard {heard}"));
        }
        tried.keeps_secrets(path, Person::Owner, &heard);
    }
    for route in last {
        tried.is_open_to_its_own(route).await;
    }
    tried.deviations.extend(outside::mixed_up(&matrix).await);
    tried.finish(60);
}

#[tokio::test]
async fn hb_2_no_server_function_answers_about_what_is_not_theirs() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    let mut kept = matrix.kept().await;
    for (path, policy) in SERVER_FUNCTIONS {
        for person in Person::everybody() {
            let browser = matrix.browser(person);
            for object in Object::ALL {
                let (thing, never) = (matrix.thing(object), matrix.nothing_at(object.at()));
                let build = |thing: &Thing| browser.request(Method::POST, path).json(&arguments(path, thing)).build_split();
                let (client, request) = build(thing);
                let request = request.expect("a request");
                let door = Door {
                    policy: *policy,
                    path,
                    changes: true,
                    about: about(&request, thing),
                };
                let expected = door.answers(person, object);
                if !expected.is_denial() {
                    continue;
                }
                let what = format!("{path} as {person:?} about {object:?}");
                let heard = hear(&client, request, thing).await;
                let nothing = hear(&client, build(&never).1.expect("a request"), &never).await;
                tried.compare(&what, expected, &heard, &nothing);
                tried.keeps_secrets(&what, person, &heard);
            }
        }
        kept = tried.unchanged_since(path, kept).await;
    }
    tried.finish(2_000);
}

/// Somebody's socket, if they get a ticket.
async fn socket(matrix: &Matrix, person: Person) -> Option<Socket> {
    let path = match (person.at_desk(), person.visits()) {
        (Some(_), _) => "/desk/ticket".to_owned(),
        (None, Some(desk)) => format!("/w/{}/ticket", world::slug(desk)),
        (None, None) => return None,
    };
    let ticket = matrix.browser(person).ticket(&path).await.expect("a ticket");
    Some(Socket::hello(&matrix.server.base, &ticket).await)
}

#[tokio::test]
async fn hb_7_hb_14_every_socket_command_is_deaf_to_whoever_does_not_take_part() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    let kept = matrix.kept().await;
    for person in Person::everybody() {
        let Some(mut socket) = socket(&matrix, person).await else {
            continue;
        };
        let closed = Secret::closed_to(person);
        let closed: Vec<&str> = closed.iter().map(String::as_str).collect();
        for object in Object::ALL {
            let (id, never, cid) = (
                matrix.thing(object).conversation,
                matrix.thing(Object::Never).conversation,
                new_id(),
            );
            for (theirs, nothing) in frames(id, cid).into_iter().zip(frames(never, cid)) {
                let policy = policy_of_frame(&theirs);
                let door = Door {
                    policy,
                    path: "/ws",
                    changes: true,
                    about: true,
                };
                // The desk's own log is not there for the shopper, whose conversation it may be.
                let notes = format!("{theirs:?}").contains("Desk") && person.visits().is_some();
                let denied = policy == Policy::Participant && (notes || door.answers(person, object).is_denial());
                if !denied {
                    continue;
                }
                let what = format!("{theirs:?} as {person:?} about {object:?}");
                let (heard, of_nothing) = (
                    says(&mut socket, theirs, id, &closed).await,
                    says(&mut socket, nothing, never, &closed).await,
                );
                tried.count += 1;
                if heard != of_nothing {
                    tried.deviates(format!("{what}: {heard:?}, of nothing {of_nothing:?}"));
                }
            }
        }
    }
    tried.unchanged_since("the sockets", kept).await;
    tried.finish(100);
}

#[tokio::test]
async fn hb_2_a_suspended_store_is_as_if_it_never_was() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    let nowhere = Thing {
        store: "nowhere",
        ..matrix.thing(Object::Never).clone()
    };
    let of_stores = |route: &&Route| route.path.contains("{store}") && !route.path.starts_with("/team");
    for route in routes(&matrix).filter(of_stores) {
        for person in Person::everybody() {
            let browser = matrix.browser(person);
            let what = format!("{} {} as {person:?} at gamma", route.method, route.path);
            let heard = ask(browser, route, matrix.thing(Object::Suspended)).await;
            let nothing = ask(browser, route, &nowhere).await;
            tried.count += 1;
            if heard.status != nothing.status || heard.asks_to_sign_in() != nothing.asks_to_sign_in() {
                tried.deviates(format!("{what}: heard {heard}, of nothing {nothing}"));
            }
            tried.keeps_secrets(&what, person, &heard);
        }
    }
    tried.finish(500);
}

/// What is one store's, under the address of the other.
fn swapped(matrix: &Matrix, object: Object) -> Thing {
    let other = if object.at() == Desk::Alpha { Desk::Beta } else { Desk::Alpha };
    Thing {
        store: world::slug(other),
        ..matrix.thing(object).clone()
    }
}

#[tokio::test]
async fn hb_1_a_parent_that_is_not_its_own_is_no_way_in() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    let mut kept = matrix.kept().await;
    for route in routes(&matrix).filter(|route| route.path.contains("{store}")) {
        if matches!(route.policy, Policy::Public | Policy::Visitor | Policy::Signed) {
            continue;
        }
        for person in Person::everybody() {
            let browser = matrix.browser(person);
            for object in [Object::Own, Object::Neighbour, Object::OtherStore, Object::Suspended] {
                let thing = swapped(&matrix, object);
                if !door(route, browser, &thing).about {
                    continue;
                }
                let never = Thing {
                    store: thing.store,
                    ..matrix.thing(Object::Never).clone()
                };
                let what = format!("{} {} at {} as {person:?} about {object:?}", route.method, route.path, thing.store);
                let (heard, nothing) = (ask(browser, route, &thing).await, ask(browser, route, &never).await);
                tried.count += 1;
                if heard != nothing {
                    tried.deviates(format!("{what}: heard {heard}, of nothing {nothing}"));
                }
                tried.keeps_secrets(&what, person, &heard);
            }
        }
        kept = tried.unchanged_since(route.path, kept).await;
    }
    tried.finish(300);
}

#[tokio::test]
async fn hb_4_naming_another_store_in_the_query_the_body_or_a_header_moves_nothing() {
    let matrix = Matrix::make().await;
    let mut tried = Tried::at(&matrix);
    let alpha = &matrix.server.world.alpha;
    let mut kept = matrix.kept().await;
    let strangers = [
        Person::VisitorOfBeta,
        Person::MemberOfBeta,
        Person::OperatorOfBeta,
        Person::OwnerOfBeta,
        Person::MemberOfGamma,
        Person::OwnerOfGamma,
        Person::Support,
    ];
    for route in routes(&matrix) {
        let mut reads = false;
        for person in strangers {
            let browser = matrix.browser(person);
            let thing = matrix.thing(Object::Own);
            let expected = door(route, browser, thing).answers(person, Object::Own);
            if route.method != Method::GET && !expected.is_denial() {
                continue;
            }
            reads |= !expected.is_denial();
            let (client, request) = sample(browser, &route.method, route.path, thing).build_split();
            let mut request = request.expect("a request");
            inject(&mut request, alpha);
            let heard = hear(&client, request, thing).await;
            let what = format!("{} {} as {person:?}, naming alpha", route.method, route.path);
            tried.count += 1;
            if heard.status >= 500 {
                tried.deviates(format!("{what}: heard {heard}"));
            }
            tried.keeps_secrets(&what, person, &heard);
        }
        // Whoever may read leaves a trace of it: that they looked, or how far they have read.
        kept = if reads {
            matrix.kept().await
        } else {
            tried.unchanged_since(&format!("{} {}", route.method, route.path), kept).await
        };
    }
    // The one door that another store is named at: only who works there comes in.
    let (id, own) = (alpha.id.to_string(), matrix.thing(Object::Own));
    for person in strangers {
        let form = [("store", id.clone()), ("conversation", own.conversation.to_string())];
        let request = matrix.browser(person).request(Method::POST, "/desk/switch").form(&form);
        let (client, request) = request.build_split();
        let heard = hear(&client, request.expect("a request"), own).await;
        tried.count += 1;
        if heard.is_open() {
            tried.deviates(format!("POST /desk/switch to alpha as {person:?}: heard {heard}"));
        }
    }
    tried.unchanged_since("POST /desk/switch", kept).await;
    tried.finish(300);
}

#[tokio::test]
async fn hb_1_what_is_foreign_takes_as_long_as_what_never_was() {
    const TRIES: usize = 50;
    const ROUNDS: usize = 3;
    /// Below that it is the machine that is measured.
    const NOISE: Duration = Duration::from_millis(2);
    let matrix = Matrix::make().await;
    let sampled = [
        (Person::OwnerOfBeta, "/desk/events"),
        (Person::VisitorOfBeta, "/w/{store}/events"),
        (Person::OwnerOfBeta, "/files/{id}"),
    ];
    for (person, path) in sampled {
        let route = routes(&matrix)
            .find(|route| route.path == path && route.method == Method::GET)
            .expect("is served");
        let (browser, theirs, never) = (matrix.browser(person), matrix.thing(Object::Own), matrix.thing(Object::Never));
        let mut apart = Vec::new();
        for _ in 0..ROUNDS {
            let (mut foreign, mut unknown) = (Vec::new(), Vec::new());
            for _ in 0..TRIES {
                foreign.push(took(browser, route, theirs).await);
                unknown.push(took(browser, route, never).await);
            }
            let (foreign, unknown) = (median(foreign), median(unknown));
            println!("{path}: {foreign:?} and {unknown:?}");
            apart.push((foreign > unknown, foreign.abs_diff(unknown) > NOISE.max(unknown / 5)));
        }
        // A machine that is busy with something else tells of neither; what can be told, can be told every time.
        let told = apart.iter().all(|(slower, told)| *told && *slower == apart[0].0);
        assert!(!told, "{path} tells by its time what is there");
    }
}

async fn took(browser: &Browser, route: &Route, thing: &Thing) -> Duration {
    let began = Instant::now();
    ask(browser, route, thing).await;
    began.elapsed()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}
