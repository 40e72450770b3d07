//! The link with a browser around it: its clock, its socket, its timer, and the events that say that the network or the reader is
//! back. It decides nothing; that is the link's.
//!
//! Everything runs on one thread. What the link wants is done in its order, and never while the link is borrowed: a program may
//! call back from `on_news`.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    pin::Pin,
    rc::{Rc, Weak},
};

use model::{
    desk::WindowKind,
    event::{Audience, Mark},
    id::{AccountId, ClientId, ConversationId, Epoch, Seq},
    party::Side,
    text::Body,
    time::Timestamp,
    wire::{ClientFrame, SUBPROTOCOL},
};
use uuid::{Builder, Uuid};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{CloseEvent, EventTarget, MessageEvent, VisibilityState, WebSocket, Window};

use crate::{
    device::Device,
    http::{self, Http},
    link::Link,
    traffic::{Attempt, Door, Failure, Input, News, Output},
};

/// What a browser says when a socket could not be opened at all.
const ABNORMAL: u16 = 1006;
/// The longest wait that `setTimeout` keeps.
const TIMER_MS_MAX: i64 = 2_147_483_647;

type Ear = Closure<dyn FnMut(JsValue)>;

/// A link with a browser around it. Clones are handles to the same link; the last one takes it along.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    me: Weak<Inner>,
    window: Window,
    link: RefCell<Link>,
    device: Device,
    http: Http,
    on_news: Box<dyn Fn(News)>,
    /// What is to be done, and whether somebody up the stack is doing it already.
    queue: RefCell<VecDeque<Output>>,
    busy: Cell<bool>,
    socket: RefCell<Option<WebSocket>>,
    attempt: Cell<Attempt>,
    timer: Cell<Option<i32>>,
    /// Wall clock and monotonic clock at the start: a wall clock that is set must not end or prolong any wait.
    clock: (f64, f64),
    ears: Ears,
}

/// What the browser calls. They are made once and live as long as the client.
struct Ears {
    opened: Ear,
    message: Ear,
    closed: Ear,
    tick: Ear,
    wake: Ear,
    away: Ear,
}

impl Client {
    /// Connects, and tells what happens. Nothing is told before this has returned. `None` where there is no window.
    pub fn start(door: Door, token: Option<String>, on_news: impl Fn(News) + 'static) -> Option<Self> {
        let window = web_sys::window()?;
        let (side, kind, owner) = match &door {
            Door::Panel { store } => (Side::Shopper, WindowKind::default(), Some(["panel/", store.as_str(), "/"].concat())),
            Door::Desk { window } => (Side::Desk, *window, None),
        };
        let seed = (js_sys::Math::random() * 9e15) as u64;
        let clock = (js_sys::Date::now(), window.performance().map_or(0.0, |p| p.now()));
        let inner = Rc::new_cyclic(|me| Inner {
            me: me.clone(),
            link: RefCell::new(Link::new(side, kind, seed)),
            device: Device::new(owner),
            http: Http::new(&door, token),
            on_news: Box::new(on_news),
            queue: RefCell::default(),
            busy: Cell::new(false),
            socket: RefCell::new(None),
            attempt: Cell::default(),
            timer: Cell::new(None),
            clock,
            ears: Ears::new(me),
            window,
        });
        inner.listen(true);
        inner.later(|inner| async move {
            inner.feed(Input::Begin);
            inner.restore().await;
        });
        Some(Self(inner))
    }

    /// A new id for one thing that is wanted: a UUIDv7, so that ids sort as they were made.
    pub fn new_cid() -> ClientId {
        thread_local! {
            static LAST: Cell<u64> = const { Cell::new(0) };
        }
        // Two in one millisecond still sort as they were made.
        let at = (js_sys::Date::now() as u64).max(LAST.get() + 1);
        LAST.set(at);
        let [_, _, _, _, _, _, random @ ..] = Uuid::new_v4().into_bytes();
        ClientId(Builder::from_unix_timestamp_millis(at, &random).into_uuid())
    }

    /// The session's token, where the cookie is blocked. In memory only.
    pub fn set_token(&self, token: Option<String>) {
        self.0.http.set_token(token);
        self.0.feed(Input::Credentials);
    }

    /// Whose unsent messages the device keeps and gives back. The panel's are its store's from the start; the desk's are kept in
    /// memory only until this is called, because one person's words must not be sent in another's name.
    pub fn keep_for(&self, owner: AccountId) {
        self.0.device.belongs_to(["desk/", owner.to_string().as_str(), "/"].concat());
        self.0.later(|inner| async move { inner.restore().await });
    }

    /// Follows a log, from what is known of it on. Following it twice is following it once.
    pub fn follow(&self, conv: ConversationId, aud: Audience, known: Option<(Epoch, Seq)>) {
        self.0.feed(Input::Follow { conv, aud, known });
    }

    /// Follows it no longer.
    pub fn unfollow(&self, conv: ConversationId, aud: Audience) {
        self.0.feed(Input::Unfollow { conv, aud });
    }

    /// Says something. It is kept on the device before it is sent, shown by [`News::Echo`], and arrived when its event comes.
    pub fn post(&self, conv: ConversationId, aud: Audience, body: Body) -> ClientId {
        let cid = Self::new_cid();
        self.0.feed(Input::Post { conv, aud, cid, body });
        cid
    }

    /// Sends a refused message again.
    pub fn retry(&self, cid: ClientId) {
        self.0.feed(Input::Retry { cid });
    }

    /// Forgets a message that is not sent yet.
    pub fn discard(&self, cid: ClientId) {
        self.0.feed(Input::Discard { cid });
    }

    /// This person's side has come further. That something arrived is told by itself.
    pub fn read(&self, conv: ConversationId, mark: Mark) {
        self.0.feed(Input::Read { conv, mark });
    }

    /// This person is typing, or stopped. May be called at each key.
    pub fn typing(&self, conv: ConversationId, on: bool) {
        self.0.feed(Input::Typing { conv, on });
    }

    /// Sends a form of the page, as it is filled in at this moment, to one of the door's addresses; `then` is told the answer.
    pub fn submit(&self, what: &'static str, form: &str, then: impl FnOnce(Result<String, Failure>) + 'static) {
        let then: Box<dyn FnOnce(Result<String, Failure>)> = Box::new(then);
        match http::filled(&self.0.window, form, Self::new_cid()) {
            Some(data) => self.0.later(move |inner| async move { then(inner.http.submit(what, data).await) }),
            None => then(Err(Failure::Unavailable)),
        }
    }

    /// Closes the connection for good.
    pub fn stop(&self) {
        self.0.feed(Input::Stop);
    }
}

impl Inner {
    fn now(&self) -> Timestamp {
        let (wall, start) = self.clock;
        Timestamp(self.window.performance().map_or_else(js_sys::Date::now, |p| wall + p.now() - start) as i64)
    }

    /// Tells the link, and does what it wants. When called from within, the caller's loop does it.
    fn feed(&self, input: Input) {
        let outputs = self.link.borrow_mut().step(self.now(), input);
        self.queue.borrow_mut().extend(outputs);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let output = self.queue.borrow_mut().pop_front();
            let Some(output) = output else { break };
            self.perform(output);
        }
        self.busy.set(false);
        self.arm();
    }

    fn perform(&self, output: Output) {
        match output {
            Output::News(news) => (self.on_news)(news),
            Output::Send(frame) => self.say(&frame),
            Output::Connect { attempt } => self.connect(attempt),
            Output::Close { .. } => self.hang_up(),
            other => self.later(|inner| inner.errand(other)),
        }
    }

    /// What takes time, and what the link is told of it. One task for all of it, because each further one is a machine of its own.
    async fn errand(self: Rc<Self>, output: Output) {
        if let Some(ask) = self.http.request(&output) {
            let answer = self.http.fetch(ask).await;
            if let Some(input) = http::input(output, answer) {
                self.feed(input);
            }
            return;
        }
        match output {
            Output::Keep(pending) => {
                self.device.keep(&pending).await;
                self.feed(Input::Kept { cid: pending.cid });
            }
            Output::Forget { cid } => self.device.forget(cid).await,
            // Done at once, or nothing that this side can do.
            _ => {}
        }
    }

    /// Does something that takes time, unless everybody is gone by then.
    fn later<F: Future<Output = ()> + 'static>(&self, act: impl FnOnce(Rc<Self>) -> F + 'static) {
        if let Some(inner) = self.me.upgrade() {
            let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(act(inner));
            spawn_local(task);
        }
    }

    async fn restore(&self) {
        let pending = self.device.restore().await;
        if !pending.is_empty() {
            self.feed(Input::Restored { pending });
        }
    }

    fn say(&self, frame: &ClientFrame) {
        if let (Some(socket), Ok(text)) = (&*self.socket.borrow(), serde_json::to_string(frame)) {
            // A socket that is closing says so by itself; what was not sent then is sent on the next one.
            drop(socket.send_with_str(&text));
        }
    }

    fn connect(&self, attempt: Attempt) {
        self.hang_up();
        self.attempt.set(attempt);
        let location = self.window.location();
        let secure = location.protocol().is_ok_and(|p| p == "https:");
        let host = location.host().unwrap_or_default();
        let url = [if secure { "wss://" } else { "ws://" }, host.as_str(), "/ws"].concat();
        match WebSocket::new_with_str(&url, SUBPROTOCOL) {
            Ok(socket) => {
                socket.set_onopen(Some(self.ears.opened.as_ref().unchecked_ref()));
                socket.set_onmessage(Some(self.ears.message.as_ref().unchecked_ref()));
                socket.set_onclose(Some(self.ears.closed.as_ref().unchecked_ref()));
                *self.socket.borrow_mut() = Some(socket);
            }
            Err(_) => self.feed(Input::Closed { attempt, code: ABNORMAL }),
        }
    }

    fn hang_up(&self) {
        let socket = self.socket.borrow_mut().take();
        if let Some(socket) = socket {
            socket.set_onopen(None);
            socket.set_onmessage(None);
            socket.set_onclose(None);
            drop(socket.close());
        }
    }

    fn opened(&self, _event: JsValue) {
        self.feed(Input::Opened {
            attempt: self.attempt.get(),
        });
    }

    fn message(&self, event: JsValue) {
        let text = event.unchecked_into::<MessageEvent>().data().as_string();
        // A frame that this version does not know is not for it.
        if let Some(frame) = text.and_then(|t| model::json::from_str(&t).ok()) {
            self.feed(Input::Frame {
                attempt: self.attempt.get(),
                frame,
            });
        }
    }

    fn closed(&self, event: JsValue) {
        let code = event.unchecked_into::<CloseEvent>().code();
        self.hang_up();
        self.feed(Input::Closed {
            attempt: self.attempt.get(),
            code,
        });
    }

    fn tick(&self, _event: JsValue) {
        self.timer.set(None);
        self.feed(Input::Tick);
    }

    fn wake(&self, _event: JsValue) {
        if self
            .window
            .document()
            .is_none_or(|d| d.visibility_state() != VisibilityState::Hidden)
        {
            self.feed(Input::Wake);
        }
    }

    fn away(&self, _event: JsValue) {
        self.feed(Input::Away);
    }

    /// Sets the one timer to the link's next deadline.
    fn arm(&self) {
        if let Some(timer) = self.timer.take() {
            self.window.clear_timeout_with_handle(timer);
        }
        let deadline = self.link.borrow().deadline();
        if let Some(due) = deadline {
            // Rounded up: a timer that fires a moment early would only be set again.
            let ms = (due.since_ms(self.now()) + 1).min(TIMER_MS_MAX) as i32;
            let tick = self.ears.tick.as_ref().unchecked_ref();
            self.timer
                .set(self.window.set_timeout_with_callback_and_timeout_and_arguments_0(tick, ms).ok());
        }
    }

    /// Begins or ends to listen for what the page lives through.
    fn listen(&self, on: bool) {
        let window: &EventTarget = &self.window;
        let document = self.window.document();
        let ears = [
            (Some(window), "online", &self.ears.wake),
            (Some(window), "pageshow", &self.ears.wake),
            (Some(window), "pagehide", &self.ears.away),
            (
                document.as_ref().map(AsRef::<EventTarget>::as_ref),
                "visibilitychange",
                &self.ears.wake,
            ),
        ];
        for (target, name, ear) in ears {
            let Some(target) = target else { continue };
            let ear = ear.as_ref().unchecked_ref();
            drop(if on {
                target.add_event_listener_with_callback(name, ear)
            } else {
                target.remove_event_listener_with_callback(name, ear)
            });
        }
    }
}

impl Drop for Inner {
    /// The browser must not call what is gone.
    fn drop(&mut self) {
        self.listen(false);
        self.hang_up();
        if let Some(timer) = self.timer.take() {
            self.window.clear_timeout_with_handle(timer);
        }
    }
}

impl Ears {
    fn new(inner: &Weak<Inner>) -> Self {
        Self {
            opened: ear(inner, Inner::opened),
            message: ear(inner, Inner::message),
            closed: ear(inner, Inner::closed),
            tick: ear(inner, Inner::tick),
            wake: ear(inner, Inner::wake),
            away: ear(inner, Inner::away),
        }
    }
}

fn ear(inner: &Weak<Inner>, act: fn(&Inner, JsValue)) -> Ear {
    let inner = inner.clone();
    Closure::new(move |event: JsValue| {
        if let Some(inner) = inner.upgrade() {
            act(&inner, event);
        }
    })
}
