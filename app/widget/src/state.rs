//! Everything that changes in a panel, in one place that lives as long as the page, and how the news of the socket change it.
//!
//! What belongs together is one signal: each kind of signal brings its own copy of the reactive machinery into the program.

use std::sync::Arc;

use leptos::prelude::*;
use live::{Client, Door, News, Status};
use model::{
    availability::Availability,
    conversation::StageName,
    event::{Audience, Event, EventKind, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    limits::PAGE_CHARS_MAX,
    panel::{ConversationView, Frame, PanelStart, PanelStore, Pass, Whence},
    party::{Author, Side},
    text::{Name, Sku},
    timeline::Timeline,
    words::Words,
};

use crate::{
    form::{Form, Wrong},
    host,
    http::Trouble,
    scene::Scene,
};

/// What never changes in a panel.
pub(crate) struct Fixed {
    pub(crate) store: PanelStore,
    pub(crate) words: Words,
    pub(crate) frame: Frame,
    pub(crate) product: Option<Sku>,
    /// The sentence of a form that was sent without scripts and refused.
    pub(crate) refused: Option<String>,
    /// The id that a form sent without scripts carries, so that one sent twice counts once. The server's stays in the page; the
    /// program, which makes another here, does not use it.
    pub(crate) form_cid: String,
}

/// What the server and the shop's page say, except for the log itself.
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own; none rules another out")]
pub(crate) struct Chat {
    /// Whether somebody is there.
    pub(crate) availability: Availability,
    /// The conversation on screen.
    pub(crate) conversation: Option<ConversationId>,
    /// Which history the timeline belongs to.
    epoch: Option<Epoch>,
    /// Who answers, as far as the log says.
    pub(crate) operator: Option<String>,
    /// Whether somebody of the desk has this conversation before them.
    pub(crate) desk_here: bool,
    /// The sentence while somebody of the desk is typing.
    pub(crate) typing: Option<String>,
    /// How the connection stands.
    pub(crate) line: Line,
    /// A message was left: say thanks.
    pub(crate) message_left: bool,
    /// How the last request went wrong, unless a field says it.
    pub(crate) trouble: Option<Trouble>,
    /// What was refused in the fields of a form.
    pub(crate) wrong: Wrong,
    /// The shop vouches for the address: it is shown, not asked.
    pub(crate) email_known: bool,
    /// The server knows where a copy could go.
    pub(crate) has_email: bool,
    /// The id of the start that is being tried; the same until there is an answer.
    pub(crate) cid: Option<ClientId>,
    /// The shop's token for this shopper.
    pub(crate) identity: Option<String>,
    /// The shop's page.
    pub(crate) page: Option<String>,
    /// The page that led to it.
    pub(crate) referrer: Option<String>,
    /// For the header, where the cookie is blocked.
    token: Option<String>,
}

/// The panel's state: handles, small to copy into the many closures of a page. What is behind them lives as long as the page.
#[derive(Clone, Copy)]
pub(crate) struct State {
    fixed: StoredValue<Arc<Fixed>>,
    /// The socket.
    link: StoredValue<Option<Client>, LocalStorage>,
    pub(crate) chat: RwSignal<Chat>,
    /// What was said in the conversation on screen.
    pub(crate) timeline: RwSignal<Timeline>,
    /// What is typed in the forms.
    pub(crate) form: Form,
    /// The message that is being typed.
    pub(crate) draft: RwSignal<String>,
    /// The query of the page's address, once it is known.
    pub(crate) query: RwSignal<String>,
    /// What came of the last thing that was done, or what goes on; empty when there is nothing to say.
    pub(crate) said: RwSignal<String>,
    /// The question whether to end is on screen.
    pub(crate) ending: RwSignal<bool>,
    /// A request is on its way.
    pub(crate) busy: RwSignal<bool>,
    /// Whether the shop's page shows the panel.
    pub(crate) open: RwSignal<bool>,
}

/// How the connection stands, as far as a shopper cares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing to say.
    #[default]
    Fine,
    /// Not connected; it is tried again.
    Broken,
    /// The session ended.
    Ended,
}

impl State {
    /// From what the server put into the page.
    pub(crate) fn new(start: PanelStart) -> Self {
        let PanelStart {
            store,
            words,
            availability,
            conversation,
            frame,
            product,
            answer,
        } = start;
        let form = Form::new(answer.as_ref());
        let draft = if conversation.is_some() {
            form.message.get_untracked()
        } else {
            String::new()
        };
        let message_left = answer.as_ref().is_some_and(|a| a.message_left);
        let said = answer.as_ref().and_then(|a| a.said.clone()).unwrap_or_default();
        let open = !matches!(frame, Frame::Embedded { .. });
        let token = match &frame {
            Frame::Thread { token } => Some(token.clone()),
            Frame::Embedded { .. } | Frame::Page => None,
        };
        let state = Self {
            link: StoredValue::new_local(None),
            chat: RwSignal::new(Chat {
                availability,
                conversation: None,
                epoch: None,
                operator: None,
                desk_here: false,
                typing: None,
                line: Line::Fine,
                message_left,
                trouble: None,
                wrong: Vec::new(),
                email_known: false,
                has_email: false,
                cid: None,
                identity: None,
                page: None,
                referrer: None,
                token,
            }),
            timeline: RwSignal::new(Timeline::new(Side::Shopper, Seq::ZERO, StageName::Queued)),
            form,
            draft: RwSignal::new(draft),
            query: RwSignal::new(String::new()),
            said: RwSignal::new(said),
            ending: RwSignal::new(false),
            busy: RwSignal::new(false),
            open: RwSignal::new(open),
            fixed: StoredValue::new(Arc::new(Fixed {
                store,
                words,
                frame,
                product,
                refused: answer.and_then(|a| a.refused),
                form_cid: Client::new_cid().to_string(),
            })),
        };
        if let Some(view) = conversation {
            state.adopt(&view);
        }
        state
    }

    pub(crate) fn fixed(self) -> Arc<Fixed> {
        self.fixed.get_value()
    }

    pub(crate) fn words(self) -> Words {
        self.fixed().words.clone()
    }

    /// `/w/{store}/{what}`.
    pub(crate) fn path(self, what: &str) -> String {
        ["/w/", self.fixed().store.slug.as_str(), "/", what].concat()
    }

    pub(crate) fn embedded(self) -> bool {
        matches!(self.fixed().frame, Frame::Embedded { .. })
    }

    /// Whether there is nothing here but one thread of the member centre.
    pub(crate) fn in_thread(self) -> bool {
        matches!(self.fixed().frame, Frame::Thread { .. })
    }

    /// Where the shopper is.
    pub(crate) fn whence(self) -> Whence {
        let page = self.chat.read_untracked().page.clone();
        Whence {
            product: self.fixed().product.clone(),
            page: page.map(|p| p.chars().take(PAGE_CHARS_MAX).collect()),
            // The server cuts it; browsers tell 4,096 characters at most.
            referrer: self.chat.read_untracked().referrer.clone(),
        }
    }

    pub(crate) fn token(self) -> Option<String> {
        self.chat.read_untracked().token.clone()
    }

    pub(crate) fn client(self) -> Option<Client> {
        self.link.get_value()
    }

    /// The conversation on screen now.
    pub(crate) fn conversation(self) -> Option<ConversationId> {
        self.chat.read_untracked().conversation
    }

    /// The face to show.
    pub(crate) fn scene(self) -> Scene {
        let chat = self.chat.read();
        Scene::of(
            chat.message_left,
            self.in_thread() || chat.conversation.is_some(),
            chat.availability,
        )
    }

    /// The conversation's stage.
    pub(crate) fn stage(self) -> StageName {
        self.timeline.with(Timeline::stage)
    }

    /// Shows a conversation. One that is on screen already is left alone: it is followed, and knows more.
    pub(crate) fn adopt(self, view: &ConversationView) {
        if self.conversation() == Some(view.id) {
            return;
        }
        self.timeline.set(view.timeline(Side::Shopper));
        let mut chat = self.chat.write();
        chat.epoch = Some(view.epoch);
        chat.has_email = view.has_email;
        chat.operator = view.operator.clone().map(String::from);
        chat.conversation = Some(view.id);
    }

    /// Messages that nobody has seen.
    pub(crate) fn waiting(self) -> usize {
        if self.chat.read().conversation.is_some() {
            self.timeline.with(Timeline::unread)
        } else {
            0
        }
    }

    /// Keeps the way back in: the token in memory, the handle in the shop's page.
    pub(crate) fn keep(self, pass: Pass) {
        if let Some(client) = self.client() {
            client.set_token(Some(pass.token.clone()));
        }
        if pass.handle.is_some() {
            host::handle(pass.handle.as_deref());
        }
        self.chat.write().token = Some(pass.token);
    }

    /// Follows the conversation from what is known of it.
    pub(crate) fn connect(self) {
        let Some(conv) = self.conversation() else { return };
        if self.client().is_none() {
            let door = Door::Panel {
                store: self.fixed().store.slug.clone(),
            };
            let client = Client::start(door, self.token(), move |news| self.hear(news));
            self.link.set_value(client);
        }
        if let Some(client) = self.client() {
            let epoch = self.chat.read_untracked().epoch;
            let head = self.timeline.with_untracked(Timeline::head);
            client.follow(conv, Audience::All, epoch.map(|epoch| (epoch, head)));
        }
    }

    /// Puts the conversation away, to begin another one.
    pub(crate) fn put_away(self) {
        if let Some(conv) = self.conversation()
            && let Some(client) = self.client()
        {
            client.unfollow(conv, Audience::All);
        }
        self.said.set(String::new());
        let mut chat = self.chat.write();
        chat.typing = None;
        chat.desk_here = false;
        chat.message_left = false;
        chat.conversation = None;
    }

    /// Somebody looks at the conversation: all of it is read. That it arrived is told by the link itself.
    pub(crate) fn mark_read(self) {
        let Some(conv) = self.chat.read().conversation else { return };
        let (head, mine) = self.timeline.with(|t| (t.head(), t.mine()));
        if head > mine.read
            && let Some(client) = self.client()
        {
            let mark = Mark { got: head, read: head };
            client.read(conv, mark);
            self.timeline.update(|t| t.mark(Side::Shopper, mark));
        }
    }

    /// Something came from the socket. News of a conversation that was put away are no news.
    fn hear(self, news: News) {
        let current = self.conversation();
        match news {
            News::Events {
                conv,
                aud: Audience::All,
                events,
            } if Some(conv) == current => self.follow(&events),
            News::Reset {
                conv,
                aud: Audience::All,
                after,
            } if Some(conv) == current => self.timeline.update(|t| t.reset(after)),
            News::Echo { conv, cid, body, at, .. } if Some(conv) == current => {
                self.timeline.update(|t| t.echo(Author::Shopper, cid, body, at));
            }
            News::Refused { conv, cid, why, .. } if Some(conv) == current => self.timeline.update(|t| t.fail(cid, why)),
            News::Marks { conv, side, mark } if Some(conv) == current => self.timeline.update(|t| t.mark(side, mark)),
            News::Typing { conv, on, name } if Some(conv) == current => {
                let sentence = on.then(|| self.is_typing(name));
                self.chat.write().typing = sentence;
            }
            News::Presence {
                conv,
                side: Side::Desk,
                here,
            } if Some(conv) == current => self.chat.write().desk_here = here,
            News::Gone { conv } if Some(conv) == current => {
                self.put_away();
                host::handle(None);
            }
            News::Status(status) => {
                self.chat.write().line = match status {
                    Status::Connecting | Status::Online => Line::Fine,
                    Status::Offline => Line::Broken,
                    Status::SignedOut => Line::Ended,
                };
            }
            _ => {}
        }
    }

    fn follow(self, events: &[Event]) {
        self.timeline.update(|timeline| {
            for event in events {
                // The link hands them over in order and without gaps.
                timeline.apply(event);
            }
        });
        for event in events {
            if let Author::Operator { name, .. } = &event.author {
                let mut chat = self.chat.write();
                chat.typing = None;
                match &event.kind {
                    EventKind::Taken => chat.operator = Some(String::from(name.clone())),
                    EventKind::Transferred { to } => chat.operator = Some(String::from(to.name.clone())),
                    _ => {}
                }
            }
        }
    }

    fn is_typing(self, name: Option<Name>) -> String {
        let words = self.words();
        match name.map(String::from).or_else(|| self.chat.read_untracked().operator.clone()) {
            Some(name) => words.with("chat.typing.name", &[("name", &name)]),
            None => words.get("chat.typing.somebody"),
        }
    }
}
