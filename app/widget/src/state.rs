//! Everything that changes in a panel, in one place that lives as long as the page, and how the news of the socket change it.

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
    text::Sku,
    timeline::Timeline,
    words::Words,
};

use crate::{browser, form::Form, host, http::Trouble, scene::Scene};

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

/// The panel's state: one handle, small to copy into the many closures of a page. Everything behind it lives as long as the page.
#[derive(Clone, Copy)]
pub(crate) struct State(StoredValue<Fields>);

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// What stands behind [`State`]: handles too.
        #[derive(Clone, Copy)]
        struct Fields {
            $($(#[$doc])* $name: $type,)*
        }

        impl State {
            $($(#[$doc])* pub(crate) fn $name(self) -> $type {
                self.0.with_value(|fields| fields.$name)
            })*
        }
    };
}

fields! {
    /// What never changes.
    fixed: StoredValue<Fixed>,
    /// Whether somebody is there.
    availability: RwSignal<Availability>,
    /// The conversation on screen.
    conversation: RwSignal<Option<ConversationId>>,
    /// What was said in it.
    timeline: RwSignal<Timeline>,
    /// Who answers, as far as the log says.
    operator: RwSignal<Option<String>>,
    /// Whether somebody of the desk has this conversation before them.
    desk_here: RwSignal<bool>,
    /// The sentence while somebody of the desk is typing.
    typing: RwSignal<Option<String>>,
    /// How the connection stands.
    line: RwSignal<Line>,
    /// A message was left: say thanks.
    message_left: RwSignal<bool>,
    /// The question whether to end is on screen.
    ending: RwSignal<bool>,
    /// A request is on its way.
    busy: RwSignal<bool>,
    /// How the last request went wrong, unless a field says it.
    trouble: RwSignal<Option<Trouble>>,
    /// What is typed in the forms.
    form: Form,
    /// The message that is being typed.
    draft: RwSignal<String>,
    /// Whether the shop's page shows the panel.
    open: RwSignal<bool>,
    /// The query of the page's address, once it is known.
    query: RwSignal<String>,
    /// The shop's token for this shopper.
    identity: StoredValue<Option<String>>,
    /// The shop's page.
    page: StoredValue<Option<String>>,
    /// The id of the start that is being tried; the same until there is an answer.
    cid: StoredValue<Option<ClientId>>,
    /// For the header, where the cookie is blocked.
    session_token: StoredValue<Option<String>>,
    /// Which history the timeline belongs to.
    epoch: StoredValue<Option<Epoch>>,
    /// The socket.
    link: StoredValue<Option<Client>, LocalStorage>,
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
        let open = frame == Frame::Page;
        let state = Self(StoredValue::new(Fields {
            availability: RwSignal::new(availability),
            conversation: RwSignal::new(None),
            timeline: RwSignal::new(Timeline::new(Side::Shopper, Seq::ZERO, StageName::Queued)),
            operator: RwSignal::new(None),
            desk_here: RwSignal::new(false),
            typing: RwSignal::new(None),
            line: RwSignal::new(Line::Fine),
            message_left: RwSignal::new(message_left),
            ending: RwSignal::new(false),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            form,
            draft: RwSignal::new(draft),
            open: RwSignal::new(open),
            query: RwSignal::new(String::new()),
            identity: StoredValue::new(None),
            page: StoredValue::new(None),
            cid: StoredValue::new(None),
            session_token: StoredValue::new(None),
            epoch: StoredValue::new(None),
            link: StoredValue::new_local(None),
            fixed: StoredValue::new(Fixed {
                store,
                words,
                frame,
                product,
                refused: answer.and_then(|a| a.refused),
                form_cid: Client::new_cid().to_string(),
            }),
        }));
        if let Some(view) = conversation {
            state.adopt(&view);
        }
        state
    }

    pub(crate) fn words(self) -> Words {
        self.fixed().with_value(|f| f.words.clone())
    }

    /// `/w/{store}/{what}`.
    pub(crate) fn path(self, what: &str) -> String {
        self.fixed().with_value(|f| format!("/w/{}/{what}", f.store.slug))
    }

    pub(crate) fn embedded(self) -> bool {
        self.fixed().with_value(|f| f.frame != Frame::Page)
    }

    /// Where the shopper is.
    pub(crate) fn whence(self) -> Whence {
        let page = self.page().get_value().map(|p| p.chars().take(PAGE_CHARS_MAX).collect());
        Whence {
            product: self.fixed().with_value(|f| f.product.clone()),
            page,
        }
    }

    pub(crate) fn token(self) -> Option<String> {
        self.session_token().try_get_value().flatten()
    }

    pub(crate) fn client(self) -> Option<Client> {
        self.link().try_get_value().flatten()
    }

    /// The face to show.
    pub(crate) fn scene(self) -> Scene {
        Scene::of(
            self.message_left().get(),
            self.conversation().get().is_some(),
            self.availability().get(),
        )
    }

    /// The conversation's stage.
    pub(crate) fn stage(self) -> StageName {
        self.timeline().with(Timeline::stage)
    }

    /// Shows a conversation. One that is on screen already is left alone: it is followed, and knows more.
    pub(crate) fn adopt(self, view: &ConversationView) {
        if self.conversation().try_get_untracked().flatten() == Some(view.id) {
            return;
        }
        self.epoch().try_set_value(Some(view.epoch));
        self.timeline().try_set(view.timeline(Side::Shopper));
        self.operator().try_set(view.operator.as_ref().map(ToString::to_string));
        self.conversation().try_set(Some(view.id));
    }

    /// Keeps the way back in: the token in memory, the handle in the shop's page.
    pub(crate) fn keep(self, pass: Pass) {
        if let Some(client) = self.client() {
            client.set_token(Some(pass.token.clone()));
        }
        self.session_token().try_set_value(Some(pass.token));
        if pass.handle.is_some() {
            host::handle(pass.handle.as_deref());
        }
    }

    /// Follows the conversation from what is known of it.
    pub(crate) fn connect(self) {
        let Some(conv) = self.conversation().try_get_untracked().flatten() else {
            return;
        };
        if self.client().is_none() {
            let door = Door::Panel {
                store: self.fixed().with_value(|f| f.store.slug.clone()),
            };
            let client = Client::start(door, self.token(), move |news| self.hear(news));
            self.link().try_set_value(client);
        }
        if let Some(client) = self.client() {
            let head = self.timeline().try_with_untracked(Timeline::head);
            let known = self.epoch().try_get_value().flatten().zip(head);
            client.follow(conv, Audience::All, known);
        }
    }

    /// Puts the conversation away, to begin another one.
    pub(crate) fn put_away(self) {
        if let Some(conv) = self.conversation().try_get_untracked().flatten()
            && let Some(client) = self.client()
        {
            client.unfollow(conv, Audience::All);
        }
        self.typing().try_set(None);
        self.desk_here().try_set(false);
        self.message_left().try_set(false);
        self.conversation().try_set(None);
    }

    /// Somebody looks at the conversation: all of it is read. That it arrived is told by the link itself.
    pub(crate) fn mark_read(self) {
        let Some(conv) = self.conversation().get() else { return };
        let (head, mine) = self.timeline().with(|t| (t.head(), t.mine()));
        if head > mine.read
            && let Some(client) = self.client()
        {
            let mark = Mark { got: head, read: head };
            client.read(conv, mark);
            self.timeline().try_update(|t| t.mark(Side::Shopper, mark));
        }
    }

    /// Something came from the socket. News of a conversation that was put away are no news.
    fn hear(self, news: News) {
        let current = self.conversation().try_get_untracked().flatten();
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
            } if Some(conv) == current => {
                self.timeline().try_update(|t| t.reset(after));
            }
            News::Echo { conv, cid, body, at, .. } if Some(conv) == current => {
                self.timeline().try_update(|t| t.echo(Author::Shopper, cid, body, at));
            }
            News::Refused { conv, cid, why, .. } if Some(conv) == current => {
                self.timeline().try_update(|t| t.fail(cid, why));
            }
            News::Marks { conv, side, mark } if Some(conv) == current => {
                self.timeline().try_update(|t| t.mark(side, mark));
            }
            News::Typing { conv, on, name } if Some(conv) == current => {
                let name = name.map(|n| n.to_string());
                self.typing().try_set(on.then(|| self.is_typing(name)));
            }
            News::Presence {
                conv,
                side: Side::Desk,
                here,
            } if Some(conv) == current => {
                self.desk_here().try_set(here);
            }
            News::Gone { conv } if Some(conv) == current => {
                self.put_away();
                host::handle(None);
            }
            News::Status(status) => {
                self.line().try_set(match status {
                    Status::Connecting | Status::Online => Line::Fine,
                    Status::Offline => Line::Broken,
                    Status::SignedOut => Line::Ended,
                });
            }
            _ => {}
        }
    }

    fn follow(self, events: &[Event]) {
        self.timeline().try_update(|timeline| {
            for event in events {
                // The link hands them over in order and without gaps.
                timeline.apply(event);
            }
        });
        for event in events {
            if let Author::Operator { name, .. } = &event.author {
                self.typing().try_set(None);
                if event.kind == EventKind::Taken {
                    self.operator().try_set(Some(name.to_string()));
                }
            }
        }
    }

    fn is_typing(self, name: Option<String>) -> String {
        let name = name.or_else(|| self.operator().try_get_untracked().flatten());
        let words = self.words();
        name.map_or_else(
            || words.get("chat.typing.somebody"),
            |n| words.with("chat.typing.name", &[("name", &n)]),
        )
    }

    /// Where the draft of this store's panel is kept.
    pub(crate) fn draft_key(self) -> String {
        self.fixed().with_value(|f| format!("vitrine:draft:{}", f.store.slug))
    }

    /// Brings back what was being typed before a reload.
    pub(crate) fn restore_draft(self) {
        if self.draft().try_with_untracked(String::is_empty) == Some(true)
            && let Some(text) = browser::draft(&self.draft_key())
        {
            self.draft().try_set(text);
        }
    }
}
