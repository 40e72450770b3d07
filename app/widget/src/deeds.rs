//! What a shopper does: begin a chat, leave a message, say something, end it. Each does nothing when there is nothing to do,
//! and gives the words back when it was refused.

use leptos::{prelude::*, task::spawn_local};
use live::Client;
use model::{
    availability::Availability,
    event::Audience,
    id::ClientId,
    panel::{Begin, Begun, EndChat, LeaveMessage, SessionAnswer, SessionRequest, StartChat},
    refusal::Refusal,
    text::Body,
};

use crate::{
    browser,
    form::Wrong,
    host,
    http::{Trouble, post},
    state::State,
};

/// Start Chat.
pub(crate) fn start_chat(state: State) {
    match state.form().typed().chat() {
        Err(wrong) => refuse_fields(state, wrong),
        Ok((name, email)) => begin(
            state,
            Begin::Chat(StartChat {
                cid: start_id(state),
                name,
                email,
                identity: state.identity().get_value(),
                origin: state.whence(),
            }),
        ),
    }
}

/// Send message.
pub(crate) fn leave_message(state: State) {
    let asked = state.fixed().with_value(|f| f.store.offline_fields);
    match state.form().typed().message(&asked) {
        Err(wrong) => refuse_fields(state, wrong),
        Ok(message) => begin(
            state,
            Begin::Message(LeaveMessage {
                cid: start_id(state),
                first_name: message.first_name,
                last_name: message.last_name,
                email: message.email,
                phone: message.phone,
                message: message.body,
                identity: state.identity().get_value(),
                origin: state.whence(),
            }),
        ),
    }
}

/// The same id until the server has answered: a start that was sent twice begins one conversation.
fn start_id(state: State) -> ClientId {
    let id = state.cid().get_value().unwrap_or_else(Client::new_cid);
    state.cid().set_value(Some(id));
    id
}

fn refuse_fields(state: State, wrong: Wrong) {
    state.trouble().set(None);
    state.form().wrong.set(wrong);
}

fn begin(state: State, begin: Begin) {
    if state.busy().get_untracked() {
        return;
    }
    state.busy().set(true);
    state.trouble().set(None);
    state.form().wrong.set(Vec::new());
    spawn_local(async move {
        let message = matches!(begin, Begin::Message(_));
        let answer = post::<Begun>(state, "start", &begin).await;
        state.busy().try_set(false);
        if !matches!(answer, Err(Trouble::Unavailable)) {
            state.cid().try_set_value(None);
        }
        match answer {
            Ok(begun) => {
                if message {
                    state.form().message.try_set(String::new());
                    state.message_left().try_set(true);
                }
                state.keep(begun.pass);
                state.adopt(&begun.conversation);
                state.connect();
                if !message {
                    request_animation_frame(browser::focus_first);
                }
            }
            Err(trouble) => refused(state, trouble),
        }
    });
}

/// Nobody is there any more: the form for a message takes over, with what was typed in it.
fn refused(state: State, trouble: Trouble) {
    match trouble {
        Trouble::Refused(why @ (Refusal::StoreFull | Refusal::StoreAway)) => {
            state.form().turn_into_offline_form();
            state.trouble().try_set(Some(trouble));
            state.availability().try_set(if why == Refusal::StoreFull {
                Availability::Full
            } else {
                Availability::Away
            });
        }
        Trouble::Refused(why) if why.field().is_some() => {
            state
                .form()
                .wrong
                .try_set(why.field().map(|field| (field, why)).into_iter().collect());
        }
        Trouble::Refused(Refusal::BadIdentity) => {
            // It lives five minutes; a panel can be open for longer. The next try has a new one.
            state.identity().try_set_value(None);
            host::ask_identity();
            state.trouble().try_set(Some(trouble));
        }
        _ => {
            state.trouble().try_set(Some(trouble));
        }
    }
}

/// Asks who this is and what goes on, with what the shop's page handed over.
pub(crate) fn ask_session(state: State, request: SessionRequest) {
    spawn_local(async move {
        let handed_over = request.handle.is_some();
        match post::<SessionAnswer>(state, "session", &request).await {
            Ok(answer) => {
                if let Some(known) = &answer.known {
                    state.form().pre_fill(known);
                }
                state.availability().try_set(answer.availability);
                if let Some(pass) = answer.pass {
                    state.keep(pass);
                } else if handed_over {
                    // It was good once, and no longer.
                    host::handle(None);
                }
                if let Some(view) = &answer.conversation {
                    state.adopt(view);
                    state.restore_draft();
                    state.connect();
                }
            }
            Err(Trouble::Refused(Refusal::BadIdentity)) => {
                state.identity().try_set_value(None);
            }
            // Whatever it was, the panel works without: as a guest's.
            Err(_) => {}
        }
    });
}

/// Send.
pub(crate) fn say(state: State, body: Body) {
    let conversation = state.conversation().get_untracked();
    if let (Some(conv), Some(client)) = (conversation, state.client()) {
        client.post(conv, Audience::All, body);
    } else {
        // Not connected at all: the words go back where they came from.
        state.draft().set(String::from(body));
    }
}

/// Sends a refused message again.
pub(crate) fn retry(state: State, cid: ClientId) {
    state.timeline().update(|t| t.retry(cid));
    if let Some(client) = state.client() {
        client.retry(cid);
    }
}

/// Gives a refused message up.
pub(crate) fn discard(state: State, cid: ClientId) {
    state.timeline().update(|t| drop(t.withdraw(cid)));
    if let Some(client) = state.client() {
        client.discard(cid);
    }
}

/// The shopper types, or stopped.
pub(crate) fn typing(state: State, on: bool) {
    if let (Some(conv), Some(client)) = (state.conversation().get_untracked(), state.client()) {
        client.typing(conv, on);
    }
}

/// End Chat, after the question. That it ended comes back as an event.
pub(crate) fn end(state: State) {
    state.ending().set(false);
    let Some(conversation) = state.conversation().get_untracked() else {
        return;
    };
    state.trouble().set(None);
    spawn_local(async move {
        match post::<()>(state, "end", &EndChat { conversation }).await {
            Ok(()) | Err(Trouble::Refused(Refusal::Closed)) => {}
            Err(trouble) => {
                state.trouble().try_set(Some(trouble));
            }
        }
    });
}
