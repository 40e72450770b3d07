//! Settings, Mail: where letters go, what became of each, in the mail server's own words; and where there is no mail server, the
//! letters themselves.

use leptos::{prelude::*, task::spawn_local};
use model::{
    id::MailId,
    post::{KeptLetter, PostCursor, PostKind, PostRow, PostState, PostView},
};
use ui::{Act, Button, Dialog, Empty, Erase, Erased, Icon, Look, Reading, Slot, Time, each, effect, icon, known};

use super::{
    frame::{self, card, fact, loaded},
    list::Phase,
    state::DeskState,
};
use crate::api::{ApiError, post as door};

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Post {
    view: Slot<Option<PostView>>,
    phase: Slot<Phase>,
    busy: RwSignal<bool>,
    tested: RwSignal<bool>,
    /// The letter that is read.
    letter: Slot<Option<KeptLetter>>,
    reading: RwSignal<bool>,
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let post = Post {
        view: Slot::new(None),
        phase: Slot::new(Phase::Loading),
        busy: RwSignal::new(false),
        tested: RwSignal::new(false),
        letter: Slot::new(None),
        reading: RwSignal::new(false),
    };
    effect(move || post.load());
    let cards = move || view! { <div class="stack">{way(desk, post)} {letters(desk, post)}</div> }.erase();
    view! {
        {frame::head(desk, "desk.mail", "desk.mail_explained")}
        {loaded(desk, post.phase, move || post.load(), cards)}
        {reader(desk, post)}
    }
    .erase()
}

/// The letter that is read, over the page.
fn reader(desk: DeskState, post: Post) -> Erased {
    let letter = Reading::new(move || post.letter.get().map(|letter| kept(desk, letter)));
    let close = Act::new(move |()| post.reading.set(false));
    view! {
        <Dialog id="letter" title=desk.t("desk.mail_letter") open=post.reading>
            {letter}
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=close>
                    {desk.t("desk.close")}
                </Button>
            </div>
        </Dialog>
    }
    .erase()
}

impl Post {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_post(None).await {
                Ok(view) => {
                    self.view.set(Some(view));
                    self.phase.set(Phase::Ready);
                }
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    /// Runs a door that answers the page as it stands afterwards.
    fn run(self, desk: DeskState, door: impl Future<Output = Result<PostView, ApiError>> + 'static, test: bool) {
        self.busy.set(true);
        self.tested.set(false);
        spawn_local(async move {
            let answer = door.await;
            self.busy.try_set(false);
            match answer {
                Ok(view) => {
                    self.view.set(Some(view));
                    self.tested.try_set(test);
                }
                Err(error) => desk.refused(&error),
            }
        });
    }

    /// The further page, below what is shown.
    fn more(self, desk: DeskState) {
        let last = self.view.with_untracked(|view| {
            let row = view.as_ref()?.rows.last()?;
            Some(PostCursor { at: row.at, id: row.id })
        });
        if last.is_none() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = door::fetch_post(last).await;
            self.busy.try_set(false);
            match answer {
                Ok(page) => {
                    self.view.update(|view| {
                        if let Some(view) = view {
                            view.rows.extend(page.rows);
                            view.more = page.more;
                        }
                    });
                }
                Err(error) => desk.refused(&error),
            }
        });
    }

    fn read(self, desk: DeskState, mail: MailId) {
        spawn_local(async move {
            match door::read_letter(mail).await {
                Ok(letter) => {
                    self.letter.set(Some(letter));
                    self.reading.try_set(true);
                }
                Err(error) => desk.refused(&error),
            }
        });
    }
}

/// How letters leave, who they are from, and where the store's own go.
fn way(desk: DeskState, post: Post) -> Erased {
    let test = Act::new(move |()| post.run(desk, door::send_test_mail(), true));
    let facts = Reading::new(move || {
        post.view.get().map(|view| {
            let way = match (view.server, view.folder) {
                (Some(server), _) => desk.words().with("desk.mail_by_server", &[("server", &server)]),
                (None, folder) => desk.words().with("desk.mail_by_folder", &[("folder", &folder.unwrap_or_default())]),
            };
            let to = if view.to.is_empty() {
                desk.t("desk.mail_to_nobody")
            } else {
                view.to.join(", ")
            };
            let facts = [("desk.mail_way", way), ("desk.mail_from", view.from), ("desk.mail_to", to)];
            list(desk, facts.into())
        })
    });
    let paused = Reading::new(move || {
        post.view.get().and_then(|view| view.paused).map(|why| {
            view! {
                <div class="notice" data-tone="warn" role="status">
                    <p>{desk.words().with("desk.mail_paused", &[("reply", &why)])}</p>
                </div>
            }
            .erase()
        })
    });
    let tested = Reading::new(move || {
        if post.tested.get() {
            desk.t("desk.mail_tested")
        } else {
            String::new()
        }
    });
    let content = view! {
        {paused}
        <dl class="facts">{facts}</dl>
        <div class="cluster">
            <Button look=Look::Quiet busy=post.busy on_press=test>
                <Icon glyph=icon::send />
                {desk.t("desk.mail_test")}
            </Button>
            <span class="small" role="status">
                {tested}
            </span>
        </div>
    };
    card("mail-way", desk.t("desk.mail_way_title"), None, content.erase())
}

fn list(desk: DeskState, facts: Vec<(&str, String)>) -> Erased {
    let facts = facts.into_iter().map(|(key, value)| fact(desk.t(key), value.erase()));
    facts.collect::<Vec<Erased>>().erase()
}

/// Something of what there is to see; reactive.
fn of_view<T: Default>(post: Post, look: fn(&PostView) -> T) -> T {
    post.view.with(|view| view.as_ref().map(look).unwrap_or_default())
}

fn letters(desk: DeskState, post: Post) -> Erased {
    let some = known(move || of_view(post, |view| !view.rows.is_empty()));
    let more = known(move || of_view(post, |view| view.more));
    let counts = Reading::new(move || {
        let Some(view) = post.view.get() else { return String::new() };
        let values = [
            ("waiting", view.waiting.to_string()),
            ("sent", view.sent.to_string()),
            ("failed", view.failed.to_string()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.words().with("desk.mail_counts", &values)
    });
    let again = Act::new(move |()| post.run(desk, door::fetch_post(None), false));
    let shown = Reading::new(move || {
        if some.get() {
            table(desk, post)
        } else {
            view! { <Empty glyph=icon::inbox title=desk.t("desk.mail_none") text=desk.t("desk.mail_none_explained") /> }.erase()
        }
    });
    let further = Reading::new(move || {
        more.get().then(|| {
            let further = Act::new(move |()| post.more(desk));
            view! {
                <p>
                    <Button look=Look::Quiet busy=post.busy on_press=further>
                        {desk.t("desk.more")}
                    </Button>
                </p>
            }
            .erase()
        })
    });
    view! {
        <section class="stack" aria-labelledby="mail-letters">
            <h2 class="card__title" id="mail-letters">
                {desk.t("desk.mail_letters")}
            </h2>
            <div class="cluster">
                <p role="status">{counts}</p>
                <Button look=Look::Quiet busy=post.busy on_press=again>
                    <Icon glyph=icon::refresh />
                    {desk.t("desk.mail_refresh")}
                </Button>
            </div>
            {shown}
            {further}
        </section>
    }
    .erase()
}

fn table(desk: DeskState, post: Post) -> Erased {
    let rows = known(move || of_view(post, |view| view.rows.clone()));
    let in_folder = known(move || of_view(post, |view| view.folder.is_some()));
    view! {
        <div class="table__scroll">
            <table class="table mail" aria-label=desk.t("desk.mail_letters")>
                <thead>
                    <tr>
                        <th scope="col">{desk.t("desk.mail_what")}</th>
                        <th scope="col">{desk.t("desk.mail_to_whom")}</th>
                        <th scope="col">{desk.t("desk.date")}</th>
                        <th scope="col">{desk.t("desk.mail_state")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{desk.t("desk.actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{each(move || rows.get(), key, move |row| line(desk, post, row, in_folder.get_untracked()))}</tbody>
            </table>
        </div>
    }
    .erase()
}

/// A row that changed is another one: the key holds all that can.
fn key(row: &PostRow) -> String {
    format!("{} {} {} {}", row.id, code(row.state), row.attempts, row.due.0)
}

fn line(desk: DeskState, post: Post, row: PostRow, in_folder: bool) -> Erased {
    let id = row.id;
    let reply = row.reply.clone().map(|reply| {
        let said = our_own(&reply).map_or(reply, |key| desk.t(key));
        view! { <span class="mail__reply">{said}</span> }.erase()
    });
    let next = (row.state == PostState::Waiting && row.attempts > 0).then(|| {
        view! {
            <span class="muted small">
                {desk.t("desk.mail_next")} " " <Time at=row.due words=desk.words() />
            </span>
        }
        .erase()
    });
    let deed = match row.state {
        PostState::Failed => Some(("desk.mail_retry", Act::new(move |()| post.run(desk, door::retry_mail(id), false)))),
        PostState::Sent if in_folder => Some(("desk.mail_read", Act::new(move |()| post.read(desk, id)))),
        _ => None,
    };
    let button = deed.map(|(name, press)| {
        view! {
            <Button look=Look::Quiet busy=post.busy on_press=press>
                {desk.t(name)}
            </Button>
        }
        .erase()
    });
    view! {
        <tr>
            <th scope="row">{desk.t(kind(row.kind))}</th>
            <td>{row.to.unwrap_or_default()}</td>
            <td>
                <Time at=row.at words=desk.words() />
            </td>
            <td>
                <span class="mail__state" data-state=code(row.state)>
                    {desk.t(state(row.state))}
                </span>
                {reply}
                {next}
            </td>
            <td>{button}</td>
        </tr>
    }
    .erase()
}

fn kept(desk: DeskState, letter: KeptLetter) -> Erased {
    let mut facts = vec![("desk.mail_subject", letter.subject), ("desk.mail_from", letter.from)];
    facts.extend(letter.reply_to.map(|to| ("desk.mail_reply_to", to)));
    facts.push(("desk.mail_to_whom", letter.to));
    view! {
        <dl class="facts">{list(desk, facts)}</dl>
        <pre class="mail__text" tabindex="0" aria-label=desk.t("desk.mail_text")>
            {letter.text}
        </pre>
    }
    .erase()
}

/// Reasons of our own, which have a sentence; a mail server's are shown as they are.
fn our_own(reply: &str) -> Option<&'static str> {
    Some(match reply {
        "vitrine:gone" => "desk.mail_gone",
        "vitrine:no_recipient" => "desk.mail_no_recipient",
        "vitrine:suppressed" => "desk.mail_suppressed",
        "vitrine:unreadable" | "vitrine:unsendable" => "desk.mail_unsendable",
        _ => return None,
    })
}

fn kind(kind: PostKind) -> &'static str {
    match kind {
        PostKind::OfflineMessage => "desk.mail_kind_offline",
        PostKind::MissedChat => "desk.mail_kind_missed",
        PostKind::OfflineDigest => "desk.mail_kind_digest",
        PostKind::Transcript => "desk.mail_kind_copy",
        PostKind::ConfirmCopy => "desk.mail_kind_question",
        PostKind::Invite => "desk.mail_kind_invite",
        PostKind::TestMail => "desk.mail_kind_test",
    }
}

fn state(state: PostState) -> &'static str {
    match state {
        PostState::Waiting => "desk.mail_waiting",
        PostState::Sent => "desk.mail_sent",
        PostState::Failed => "desk.mail_failed",
        PostState::Gathered => "desk.mail_gathered",
    }
}

fn code(state: PostState) -> &'static str {
    match state {
        PostState::Waiting => "waiting",
        PostState::Sent => "sent",
        PostState::Failed => "failed",
        PostState::Gathered => "gathered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_servers_words_are_shown_as_they_are() {
        assert_eq!(our_own("permanent error (550): 5.1.1 no such user"), None);
        assert_eq!(our_own("vitrine:gone"), Some("desk.mail_gone"));
    }
}
