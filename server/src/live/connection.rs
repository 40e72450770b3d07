//! One socket: the machine of `relay` decides, this does it. One loop, and what has to be looked up runs beside it.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{
    FutureExt as _, SinkExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{FuturesUnordered, SplitSink},
};
use model::{
    desk::WindowKind,
    event::{Audience, Event},
    id::{AccountId, ClientId, ConversationId, Seq, StoreId},
    limits::FLUSH_MS,
    panel::Posted,
    party::Principal,
    refusal::Refusal,
    wire::{ServerFrame, close},
};
use relay::{Answer, Ask, Badge, Connection, ConnectionId, Guest, Input, Output, Standing};
use service::{
    Fault, Party, accounts, conversation, duty,
    files::key::Keys,
    tickets::{self, Admitted},
};
use tokio::time::{sleep, timeout};

use crate::{
    live::{Live, bus::word::Word},
    state::AppState,
};

/// After the drain notice, sockets come back spread over this many milliseconds for each socket there is …
const SPREAD_MS_PER_SOCKET: u64 = 2;
/// … but at least and at most so long.
const SPREAD_MS: (u64, u64) = (2_000, 20_000);

/// What was looked up.
enum Done {
    Redeemed(Result<(Guest, Box<Party>, WindowKind, Option<Keys>), u16>),
    Authorised {
        ask: Ask,
        conv: ConversationId,
        aud: Audience,
        answer: Answer<Standing>,
    },
    Pulled {
        ask: Ask,
        answer: Answer<Vec<Arc<Event>>>,
    },
    Posted {
        cid: ClientId,
        answer: Result<Posted, Refusal>,
    },
    Nothing,
}

/// A socket from its opening to its end.
pub async fn run(state: AppState, socket: WebSocket) {
    let live = state.live.clone();
    let (id, bell) = live.open();
    let (sink, mut stream) = socket.split();
    // Everything here is a wait: whoever sets the system's clock closes no socket and silences no heartbeat.
    let now = || live.services().clock().steady();
    let mut machine = Connection::new(now(), live.limits());
    let mut desk = Driver {
        id,
        live: live.clone(),
        sink,
        work: FuturesUnordered::new(),
        party: None,
        keys: None,
        window: None,
        goodbye: false,
    };
    let draining = state.lifecycle.draining().clone();
    let mut told_to_drain = false;
    while !machine.is_closed() {
        let wait = machine.deadline().map_or(Duration::from_mins(1), |at| {
            Duration::from_millis(u64::try_from(at.since_ms(now())).unwrap_or_default())
        });
        let outputs = tokio::select! {
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => machine.step(now(), Input::Text(&text)),
                Some(Ok(Message::Binary(_))) => machine.step(now(), Input::Binary),
                // The library answers pings by itself.
                Some(Ok(Message::Pong(_) | Message::Ping(_))) => machine.step(now(), Input::Pong),
                Some(Err(error)) => {
                    // A message beyond the maximum ends here; so does a cable.
                    if is_too_long(&error) {
                        desk.close(close::TOO_BIG).await;
                    }
                    break;
                }
                Some(Ok(Message::Close(_))) | None => break,
            },
            () = bell.notified() => {
                let notices = live.hub().take(id);
                machine.step(now(), Input::Woken(notices))
            }
            Some(done) = desk.work.next(), if !desk.work.is_empty() => desk.finished(&mut machine, done),
            () = sleep(wait) => machine.step(now(), Input::Tick),
            () = draining.cancelled(), if !told_to_drain => {
                told_to_drain = true;
                machine.step(now(), Input::Drain { after_ms: spread(live.sockets_open()) })
            }
        };
        if !desk.perform(outputs).await {
            break;
        }
    }
    live.close(id);
    if let Some((account, store, window)) = desk.window {
        duty::window_closed(live.services(), account, store, window, desk.goodbye);
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.to_string().contains("too long") {
            return true;
        }
        source = inner.source();
    }
    false
}

/// When this socket is to come back: not all in the same moment.
fn spread(sockets: usize) -> u32 {
    let most = (sockets as u64 * SPREAD_MS_PER_SOCKET).clamp(SPREAD_MS.0, SPREAD_MS.1);
    let mut bytes = [0_u8; 4];
    // Without randomness they come at once, which is worse, and not wrong.
    let _ = getrandom::fill(&mut bytes);
    u32::try_from(u64::from(u32::from_le_bytes(bytes)) % most).unwrap_or_default()
}

struct Driver {
    id: ConnectionId,
    live: Arc<Live>,
    sink: SplitSink<WebSocket, Message>,
    work: FuturesUnordered<BoxFuture<'static, Done>>,
    party: Option<Party>,
    /// For a visitor whose browser keeps our cookie from us: pictures and links would not be recognised.
    keys: Option<Keys>,
    window: Option<(AccountId, StoreId, WindowKind)>,
    goodbye: bool,
}

impl Driver {
    /// Does what the machine decided, in order; `false` when the socket is over.
    async fn perform(&mut self, outputs: Vec<Output>) -> bool {
        for output in outputs {
            let go_on = match output {
                Output::Send(mut frame) => {
                    self.give_keys(&mut frame);
                    match serde_json::to_string(&frame) {
                        Ok(text) => self.write(Message::text(text)).await,
                        Err(_) => true,
                    }
                }
                Output::Ping => self.write(Message::Ping(Vec::new().into())).await,
                Output::Close(code) => {
                    self.close(code).await;
                    false
                }
                other => {
                    self.begin(other);
                    true
                }
            };
            if !go_on {
                return false;
            }
        }
        true
    }

    /// The events of a log are everybody's; the addresses of files in them are this reader's own.
    fn give_keys(&self, frame: &mut ServerFrame) {
        let Some(keys) = &self.keys else { return };
        let now = self.live.services().clock().now();
        match frame {
            ServerFrame::Sync { events, .. } => events.iter_mut().for_each(|event| keys.give(event, now)),
            ServerFrame::Ev { event, .. } => keys.give(event, now),
            _ => {}
        }
    }

    /// What has to be looked up begins; what is only told is told.
    fn begin(&mut self, output: Output) {
        let live = self.live.clone();
        let id = self.id;
        if let Output::Redeem { ticket, window } = output {
            self.work.push(redeem(live, id, ticket, window).boxed());
            return;
        }
        let Some(party) = self.party.clone() else { return };
        match output {
            Output::Authorise { ask, conv, aud } => self.work.push(authorise(live, id, party, ask, conv, aud).boxed()),
            Output::Pull {
                ask,
                conv,
                aud,
                after,
                limit,
                ring,
            } => {
                let known = if ring { live.hub().after(conv, aud, after, limit) } else { None };
                self.work.push(match known {
                    Some(events) => std::future::ready(Done::Pulled {
                        ask,
                        answer: Answer::Granted(events),
                    })
                    .boxed(),
                    None => pull(live, id, party, ask, (conv, aud), after, limit).boxed(),
                });
            }
            Output::Post { conv, aud, cid, body } => self.work.push(
                async move {
                    let answer = conversation::post(live.services(), &party, conv, aud, cid, body).await;
                    Done::Posted {
                        cid,
                        answer: answer.map_err(|fault| refusal_of(&fault)),
                    }
                }
                .boxed(),
            ),
            Output::Mark { conv, mark } => self.work.push(
                async move {
                    // Lost with the connection or a busy database: the next one says more anyway.
                    let _ = conversation::mark(live.services(), &party, conv, mark).await;
                    Done::Nothing
                }
                .boxed(),
            ),
            Output::Typing { .. } if live.is_blind() => {}
            Output::Typing { conv, on } => {
                let name = if let Party::Desk(actor) = &party {
                    Some(actor.shown_name().clone())
                } else {
                    None
                };
                let woken = live.hub().typing(id, conv, on, name.clone());
                live.wake(&woken);
                let side = party.side();
                live.say(Word::Typing { conv, side, on, name });
            }
            Output::Unsubscribe { conv, aud } => {
                let now = live.services().clock().steady();
                live.hub().unsubscribe(id, conv, aud, now);
            }
            Output::Away => {
                self.goodbye = true;
                live.hub().away(id);
            }
            Output::Alarm(alarm) => tracing::error!(?alarm, "A log was about to be told with a gap; it is read again"),
            Output::Send(_) | Output::Ping | Output::Close(_) | Output::Redeem { .. } => {}
        }
    }

    /// What was looked up goes into the machine.
    fn finished(&mut self, machine: &mut Connection, done: Done) -> Vec<Output> {
        let now = self.live.services().clock().steady();
        match done {
            Done::Redeemed(Ok((guest, party, window, keys))) => {
                if let Party::Desk(actor) = &*party {
                    self.window = Some((actor.account, actor.store, window));
                }
                self.party = Some(*party);
                self.keys = keys;
                machine.step(now, Input::Redeemed(Ok(guest)))
            }
            Done::Redeemed(Err(code)) => machine.step(now, Input::Redeemed(Err(code))),
            Done::Authorised { ask, conv, aud, answer } => machine.step(now, Input::Authorised { ask, conv, aud, answer }),
            Done::Pulled { ask, answer } => machine.step(now, Input::Pulled { ask, answer }),
            Done::Posted { cid, answer } => machine.step(now, Input::Posted { cid, answer }),
            Done::Nothing => Vec::new(),
        }
    }

    async fn write(&mut self, message: Message) -> bool {
        if let Ok(sent) = timeout(Duration::from_millis(FLUSH_MS.unsigned_abs()), self.sink.send(message)).await {
            return sent.is_ok();
        }
        self.close(close::SLOW).await;
        false
    }

    async fn close(&mut self, code: u16) {
        let frame = Message::Close(Some(CloseFrame { code, reason: "".into() }));
        // Whoever does not take even this is cut off.
        let _ = timeout(Duration::from_secs(1), self.sink.send(frame)).await;
    }
}

fn refusal_of(fault: &Fault) -> Refusal {
    fault.refusal().unwrap_or_else(|| {
        tracing::error!(error = %fault, "A message was not stored");
        Refusal::Busy
    })
}

fn answer_of<T>(result: Result<T, Fault>) -> Answer<T> {
    match result {
        Ok(value) => Answer::Granted(value),
        Err(Fault::Refused(_)) => Answer::Refused,
        Err(fault) => {
            tracing::warn!(error = %fault, "A log could not be read");
            Answer::Unavailable
        }
    }
}

async fn redeem(live: Arc<Live>, id: ConnectionId, ticket: String, window: WindowKind) -> Done {
    let admitted = match tickets::redeem(live.services(), &ticket).await {
        Ok(Some(admitted)) => admitted,
        Ok(None) => return Done::Redeemed(Err(close::NO_TICKET)),
        Err(fault) => {
            tracing::warn!(error = %fault, "A ticket could not be looked at");
            return Done::Redeemed(Err(close::NO_TICKET));
        }
    };
    if let Party::Desk(actor) = &admitted.party {
        // Whoever signed out meanwhile, or turned to another store, does not come in with a ticket of before.
        let store = accounts::store_of(live.services(), admitted.session.clone()).await;
        if !matches!(store, Ok(Some(store)) if store == actor.store) {
            return Done::Redeemed(Err(close::NO_TICKET));
        }
    }
    let epoch = live.services().storage().epoch();
    let principal = match &admitted.party {
        Party::Visitor(scope) => Principal::Visitor {
            store: scope.store,
            id: scope.visitor,
        },
        Party::Desk(actor) => Principal::Account(actor.account),
        Party::Mediator(mediator) => Principal::Account(mediator.team.account),
    };
    let keys = keys_of(&live, &admitted).await;
    let mut session = [0_u8; 8];
    session.iter_mut().zip(&admitted.session).for_each(|(to, from)| *to = *from);
    live.admitted(
        id,
        Badge {
            principal,
            session: u64::from_le_bytes(session),
        },
        admitted.session,
        admitted.party.store().0,
    );
    if let Party::Desk(actor) = &admitted.party {
        live.hub().watch(id, actor.store);
        if let Err(fault) = duty::window_opened(live.services(), actor, window).await {
            tracing::warn!(error = %fault, "A window was not counted");
        }
    }
    Done::Redeemed(Ok((Guest { principal, epoch }, Box::new(admitted.party), window, keys)))
}

/// What a visitor without a cookie needs to see files. Without keys the words still come.
async fn keys_of(live: &Live, admitted: &Admitted) -> Option<Keys> {
    let scope = match &admitted.party {
        Party::Visitor(scope) if !admitted.by_cookie => *scope,
        _ => return None,
    };
    match Keys::of(live.services(), scope).await {
        Ok(keys) => Some(keys),
        Err(fault) => {
            tracing::warn!(error = %fault, "A panel without a cookie does not see files");
            None
        }
    }
}

async fn authorise(live: Arc<Live>, id: ConnectionId, party: Party, ask: Ask, conv: ConversationId, aud: Audience) -> Done {
    let done = |answer| Done::Authorised { ask, conv, aud, answer };
    // First whether it may be followed at all, so that a stranger is never even counted as here.
    match answer_of(conversation::follow(live.services(), &party, conv, aud).await) {
        Answer::Granted(_) => {}
        Answer::Refused => return done(Answer::Refused),
        Answer::Unavailable => return done(Answer::Unavailable),
    }
    let (subscribed, woken) = live.hub().subscribe(id, conv, aud);
    live.wake(&woken);
    live.say_turns();
    if !subscribed {
        return done(Answer::Refused);
    }
    // Then how it stands: what is committed in between is in the head or in a notice.
    match answer_of(conversation::follow(live.services(), &party, conv, aud).await) {
        Answer::Granted(log) => {
            // Others here may not have heard how far it is, when it was another server's doing.
            let woken = live.hub().read_to(id, conv, aud, log.head);
            live.wake(&woken);
            let here = live.hub().is_here(conv, party.side().other());
            done(Answer::Granted(Standing {
                head: log.head,
                mine: log.mine,
                theirs: log.theirs,
                here,
            }))
        }
        answer => {
            let now = live.services().clock().steady();
            live.hub().unsubscribe(id, conv, aud, now);
            done(if matches!(answer, Answer::Refused) {
                Answer::Refused
            } else {
                Answer::Unavailable
            })
        }
    }
}

async fn pull(
    live: Arc<Live>,
    id: ConnectionId,
    party: Party,
    ask: Ask,
    (conv, aud): (ConversationId, Audience),
    after: Seq,
    limit: usize,
) -> Done {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = conversation::events_after(live.services(), &party, conv, aud, after, limit).await;
    if let Some(last) = read.as_ref().ok().and_then(|events| events.last()) {
        // Others here may not have heard how far it is, and the next look at the database finds nothing new.
        let woken = live.hub().read_to(id, conv, aud, last.seq);
        live.wake(&woken);
    }
    Done::Pulled {
        ask,
        answer: answer_of(read.map(|events| events.into_iter().map(Arc::new).collect())),
    }
}
