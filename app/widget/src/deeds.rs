//! What a shopper does: begin a chat, leave a message, say something, end it. Each does nothing when there is nothing to do,
//! and gives the words back when it was refused.

use leptos::{prelude::*, task::spawn_local};
use live::{Client, Failure};
use model::{
    availability::Availability,
    event::Audience,
    id::ClientId,
    panel::{Begin, EndChat, LeaveMessage, SessionRequest, StartChat},
    refusal::Refusal,
    text::Body,
};

use crate::{
    browser,
    form::Wrong,
    host,
    http::{Answer, Trouble, json, post},
    rating,
    state::State,
};

/// Start Chat.
pub(crate) fn start_chat(state: State) {
    match state.form.typed().chat() {
        Err(wrong) => mark_wrong(state, wrong),
        Ok((name, email)) => begin(
            state,
            &Begin::Chat(StartChat {
                cid: start_id(state),
                name,
                email,
                identity: identity(state),
                origin: state.whence(),
            }),
            |state, answer| begun(state, answer, false),
        ),
    }
}

/// Send message.
pub(crate) fn leave_message(state: State) {
    let asked = state.fixed().store.offline_fields;
    match state.form.typed().message(asked) {
        Err(wrong) => mark_wrong(state, wrong),
        Ok(message) => begin(
            state,
            &Begin::Message(LeaveMessage {
                cid: start_id(state),
                first_name: message.first_name,
                last_name: message.last_name,
                email: message.email,
                phone: message.phone,
                message: message.body,
                identity: identity(state),
                origin: state.whence(),
            }),
            |state, answer| begun(state, answer, true),
        ),
    }
}

/// The same id until the server has answered: a start that was sent twice begins one conversation.
fn start_id(state: State) -> ClientId {
    let known = state.chat.read_untracked().cid;
    let id = known.unwrap_or_else(Client::new_cid);
    state.chat.write().cid = Some(id);
    id
}

fn identity(state: State) -> Option<String> {
    state.chat.read_untracked().identity.clone()
}

fn mark_wrong(state: State, wrong: Wrong) {
    let mut chat = state.chat.write();
    chat.trouble = None;
    chat.wrong = wrong;
}

/// What goes on with an answer. A plain function, so that all requests are one kind of task.
type Then = fn(State, Result<Answer, Trouble>);

fn ask(state: State, what: &'static str, json: String, then: Then) {
    spawn_local(async move { then(state, post(state, what, json).await) });
}

fn begin(state: State, begin: &Begin, then: Then) {
    if state.busy.get_untracked() {
        return;
    }
    state.busy.set(true);
    mark_wrong(state, Vec::new());
    ask(state, "start", json(begin), then);
}

fn begun(state: State, answer: Result<Answer, Trouble>, message_left: bool) {
    let answer = answer.and_then(|a| a.conversation.zip(a.pass).ok_or(Trouble::Unavailable));
    state.busy.set(false);
    if !matches!(answer, Err(Trouble::Unavailable)) {
        state.chat.write().cid = None;
    }
    match answer {
        Ok((conversation, pass)) => {
            if message_left {
                state.form.message.set(String::new());
                state.chat.write().message_left = true;
            }
            state.keep(pass);
            state.adopt(&conversation);
            state.connect();
            request_animation_frame(browser::focus_first);
        }
        Err(trouble) => refused(state, trouble),
    }
}

/// Nobody is there any more: the form for a message takes over, with what was typed in it.
fn refused(state: State, trouble: Trouble) {
    match trouble {
        Trouble::Refused(why @ (Refusal::StoreFull | Refusal::StoreAway)) => {
            state.form.turn_into_offline_form();
            let mut chat = state.chat.write();
            chat.trouble = Some(trouble);
            chat.availability = if why == Refusal::StoreFull {
                Availability::Full
            } else {
                Availability::Away
            };
        }
        Trouble::Refused(why) if why.field().is_some() => {
            state.chat.write().wrong = why.field().map(|field| (field, why)).into_iter().collect();
        }
        Trouble::Refused(Refusal::BadIdentity) => {
            // It lives five minutes; a panel can be open for longer. The next try has a new one.
            host::ask_identity();
            let mut chat = state.chat.write();
            chat.identity = None;
            chat.trouble = Some(trouble);
        }
        _ => state.chat.write().trouble = Some(trouble),
    }
}

/// Asks who this is and what goes on, with what the shop's page handed over.
pub(crate) fn ask_session(state: State, request: &SessionRequest) {
    let then: Then = if request.handle.is_some() {
        |state, answer| {
            // It was good once, and no longer.
            if answer.as_ref().is_ok_and(|a| a.pass.is_none()) {
                host::handle(None);
            }
            session(state, answer);
        }
    } else {
        session
    };
    ask(state, "session", json(request), then);
}

fn session(state: State, answer: Result<Answer, Trouble>) {
    match answer {
        Ok(answer) => {
            if let Some(known) = &answer.known {
                state.form.pre_fill(known);
            }
            let mut chat = state.chat.write();
            chat.email_known |= answer.known.is_some_and(|known| known.email.is_some());
            chat.availability = answer.availability.unwrap_or(chat.availability);
            drop(chat);
            if let Some(pass) = answer.pass {
                state.keep(pass);
            }
            if let Some(view) = &answer.conversation {
                state.adopt(view);
                state.connect();
            }
        }
        Err(Trouble::Refused(Refusal::BadIdentity)) => state.chat.write().identity = None,
        // Whatever it was, the panel works without: as a guest's.
        Err(_) => {}
    }
}

/// Send.
pub(crate) fn say(state: State, body: Body) {
    if let (Some(conv), Some(client)) = (state.conversation(), state.client()) {
        client.post(conv, Audience::All, body);
    } else {
        // Not connected at all: the words go back where they came from.
        state.draft.set(String::from(body));
    }
}

/// Sends a refused message again.
pub(crate) fn retry(state: State, cid: ClientId) {
    state.timeline.update(|t| t.retry(cid));
    if let Some(client) = state.client() {
        client.retry(cid);
    }
}

/// Gives a refused message up.
pub(crate) fn discard(state: State, cid: ClientId) {
    state.timeline.update(|t| drop(t.withdraw(cid)));
    if let Some(client) = state.client() {
        client.discard(cid);
    }
}

/// A file was chosen: its form is sent. That it is there comes back as an event.
pub(crate) fn attach(state: State, form: &str) {
    submit(state, "files", form, |state, answer| {
        let words = state.words();
        state.said.set(match answer {
            Ok(_) => String::new(),
            Err(Failure::Refused(why)) => words.refusal(why),
            Err(Failure::Unavailable) => words.get("widget.unavailable"),
        });
    });
}

/// Submit, after the chat. That it was rated comes back as an event.
pub(crate) fn rate(state: State) {
    if state.busy.get_untracked() {
        return;
    }
    state.busy.set(true);
    mark_wrong(state, Vec::new());
    submit(state, "rating", rating::FORM, |state, answer| {
        state.busy.set(false);
        match answer {
            Ok(text) => {
                let said = model::json::from_str::<Answer>(&text).unwrap_or_default().said;
                state.said.set(said.unwrap_or_default());
                // The form goes, and its button with it.
                browser::focus_first();
            }
            Err(Failure::Refused(why)) => refused(state, Trouble::Refused(why)),
            Err(Failure::Unavailable) => state.chat.write().trouble = Some(Trouble::Unavailable),
        }
    });
}

/// Sends a form of the panel as it is filled in; without a connection there is no answer.
fn submit(state: State, what: &'static str, form: &str, then: fn(State, Result<String, Failure>)) {
    match state.client() {
        Some(client) => client.submit(what, form, move |answer| then(state, answer)),
        None => then(state, Err(Failure::Unavailable)),
    }
}

/// The shopper types, or stopped.
pub(crate) fn typing(state: State, on: bool) {
    if let (Some(conv), Some(client)) = (state.conversation(), state.client()) {
        client.typing(conv, on);
    }
}

/// Asks whether it should really end.
pub(crate) fn ask_to_end(state: State) {
    state.ending.set(true);
}

/// End Chat, after the question. That it ended comes back as an event.
pub(crate) fn end(state: State) {
    state.ending.set(false);
    let Some(conversation) = state.conversation() else { return };
    state.chat.write().trouble = None;
    ask(state, "end", json(&EndChat { conversation }), |state, answer| match answer {
        Ok(_) | Err(Trouble::Refused(Refusal::Closed)) => {}
        Err(trouble) => state.chat.write().trouble = Some(trouble),
    });
}
