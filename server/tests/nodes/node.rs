//! One server of several, and what people do at it.

use std::{future::Future, time::Duration};

use model::{
    event::Audience,
    id::{ClientId, ConversationId, Seq},
    panel::{PostMessage, Posted},
    text::Body,
    wire::{ClientFrame, ServerFrame},
};
use reqwest::{Method, StatusCode};
use server::startup;
use storage::{ConversationScope, StoreScope};
use testkit::{Operator, SharedDatabase, Socket, TestServer, Visitor, World};
use tokio::runtime::{Builder, Runtime};

/// No NATS is there: a bus that is dead from the beginning.
pub(crate) const DEAD: &str = "nats://127.0.0.1:1";

/// A server with a runtime of its own.
pub(crate) struct Node {
    runtime: Option<Runtime>,
    /// It.
    pub(crate) server: TestServer,
}

impl Node {
    /// The first one of a database: it makes the world. `nats` is where the bus is, if it is not PostgreSQL.
    pub(crate) async fn first(database: &SharedDatabase, nats: Option<&str>) -> Self {
        Self::start(database, nats, None).await
    }

    /// One more.
    pub(crate) async fn beside(&self, database: &SharedDatabase, nats: Option<&str>) -> Self {
        Self::start(database, nats, Some(self.server.world.clone())).await
    }

    async fn start(database: &SharedDatabase, nats: Option<&str>, world: Option<World>) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let (database, nats) = (database.clone(), nats.map(str::to_owned));
        let started = runtime.spawn(async move {
            let mut set = vec![("VITRINE_DATABASE_URL", database.url())];
            set.extend(nats.as_deref().map(|nats| ("VITRINE_NATS_URL", nats)));
            let opened = database.open().await;
            let server = match world {
                Some(world) => Box::pin(TestServer::start_beside(opened, world, &set)).await,
                None => Box::pin(TestServer::start_set(opened, service::Clock::system(), &set)).await,
            };
            server.join_others();
            tokio::spawn(startup::keep_time(server.state.clone()));
            server
        });
        let server = started.await.expect("starts");
        Self {
            runtime: Some(runtime),
            server,
        }
    }

    /// Dies, and everything in it, without a word to anybody.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Ends politely, and is gone then.
    pub(crate) async fn stop(mut self) {
        self.server.drain();
        let services = self.server.state.services.clone();
        // Sockets are told when to come back, and closed.
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Some(runtime) = &self.runtime {
            let _ = runtime.spawn(async move { service::turns::give_back(&services).await }).await;
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// What it says of itself to whoever sends people to it.
    pub(crate) async fn is_ready(&self) -> bool {
        let asked = self.server.nobody().request(Method::GET, "/readyz").send().await;
        asked.is_ok_and(|answer| answer.status() == StatusCode::OK)
    }

    /// The store's operator, signed in and on duty here, with a socket; their password was typed here.
    pub(crate) async fn desk(&self) -> (Operator, Socket) {
        let operator = self.server.sign_in(&self.server.world.alpha.operator.0).await;
        let mut socket = operator.socket().await;
        operator.go_online().await;
        // What rings next is somebody else's doing.
        socket.until(|frame| matches!(frame, ServerFrame::Inbox { .. }).then_some(())).await;
        (operator, socket)
    }

    /// Somebody who has begun a chat here.
    pub(crate) async fn chat(&self) -> (Visitor, ConversationId) {
        let visitor = self.server.visitor(&self.server.world.alpha);
        let begun = visitor.start("Jane").await.expect("somebody is there");
        (visitor, begun.conversation.id)
    }

    /// The log of everyone, as this server reads it: numbers, and the client ids of what was said.
    pub(crate) async fn log(&self, id: ConversationId) -> Vec<(i64, Option<ClientId>)> {
        let store = StoreScope(self.server.world.alpha.id);
        let storage = self.server.state.services.storage();
        let conversation = storage
            .read(|s| Box::pin(async move { s.conversation(ConversationScope::Desk(store), id).await }))
            .await
            .expect("reads")
            .expect("is there");
        let mut log = Vec::new();
        while log.len() < usize::try_from(conversation.head_all.0).expect("is no less than nothing") {
            let after = Seq(log.last().map_or(0, |(seq, _)| *seq));
            let events = storage
                .read(|s| Box::pin(async move { s.events_after(store, id, Audience::All, after, 100).await }))
                .await
                .expect("reads");
            assert!(!events.is_empty(), "the log ends before its head");
            log.extend(events.into_iter().map(|event| (event.seq.0, event.cid)));
        }
        log
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Not by waiting for it: a test's own runtime must not be blocked.
            runtime.shutdown_background();
        }
    }
}

/// Follows a log; what it began with has been read.
pub(crate) async fn follow(socket: &mut Socket, conv: ConversationId) -> Seq {
    socket
        .send(&ClientFrame::Sub {
            conv,
            aud: Audience::All,
            epoch: None,
            after_seq: None,
        })
        .await;
    socket
        .until(|frame| match frame {
            ServerFrame::Sync { conv: of, head, .. } if *of == conv => Some(*head),
            _ => None,
        })
        .await
}

/// The next event of a log.
pub(crate) async fn next_event(socket: &mut Socket, conv: ConversationId) -> (Seq, Option<ClientId>) {
    socket
        .until(|frame| match frame {
            ServerFrame::Ev { conv: of, event, .. } if *of == conv => Some((event.seq, event.cid)),
            _ => None,
        })
        .await
}

/// Says something over HTTP; `None` if that did not work, whatever the reason: it may have been stored all the same.
pub(crate) async fn try_post(visitor: &Visitor, conversation: ConversationId, cid: ClientId, text: &str) -> Option<Posted> {
    let message = PostMessage {
        conversation,
        cid,
        body: Body::parse(text).expect("fine"),
    };
    let request = visitor.request(Method::POST, &visitor.path("messages")).json(&message);
    let answer = request.timeout(Duration::from_secs(5)).send().await.ok()?;
    if answer.status().is_success() {
        answer.json().await.ok()
    } else {
        None
    }
}

/// Looks every tenth of a second whether something is so, for so many seconds at most.
pub(crate) async fn within<F>(seconds: u64, what: &str, mut look: impl FnMut() -> F)
where
    F: Future<Output = bool>,
{
    for _ in 0..seconds * 10 {
        if look().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not within {seconds} s: {what}");
}
