//! Settings, Mail: where letters go, what became of each, in the mail server's own words; and where there is no mail server, the
//! letters themselves. It shows how things stood when it was asked for; a link asks again.

use leptos::prelude::*;
use model::{
    post::{KeptLetter, PostKind, PostRow, PostState, PostView},
    words::Words,
};
use ui::{Button, Empty, Erase, Erased, Icon, Look, icon};

use super::{SettingsFrame, done, moment};

/// Where the page is.
pub const MAIL: &str = "/desk/pages/mail";

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct MailPage {
    /// The state of the post, and a page of letters.
    pub post: PostView,
    /// The address of the older ones.
    pub older: Option<String>,
    /// Whether a test mail was sent just now.
    pub tested: bool,
}

/// The page.
pub fn mail(frame: SettingsFrame<'_>, page: &MailPage) -> String {
    let words = frame.words;
    frame.alone("site.mail.title", "site.mail.explained", || {
        let readers = page.post.rows.iter().filter_map(|row| reader(words, row)).collect_view();
        view! {
            <div class="stack">
                {page.tested.then(|| done(words.get("site.mail.tested")))} {way(words, &page.post)} {letters(words, page)}
            </div>
            {readers}
        }
        .erase()
    })
}

/// How letters leave, who they are from, and where the store's own go.
fn way(words: &Words, post: &PostView) -> Erased {
    let paused = post.paused.as_deref().map(|why| {
        let said = words.with("site.mail.paused", &[("reply", why)]);
        view! {
            <div class="notice" data-tone="warn" role="status">
                <p>{said}</p>
            </div>
        }
        .erase()
    });
    let way = match (&post.server, &post.folder) {
        (Some(server), _) => words.with("site.mail.by_server", &[("server", server)]),
        (None, folder) => words.with("site.mail.by_folder", &[("folder", folder.as_deref().unwrap_or_default())]),
    };
    let to = if post.to.is_empty() {
        words.get("site.mail.to_nobody")
    } else {
        post.to.join(", ")
    };
    let facts = [("site.mail.way", way), ("site.mail.from", post.from.clone()), ("site.mail.to", to)];
    let test = words.get("site.mail.test");
    view! {
        <section class="card stack" aria-labelledby="mail-way">
            <h2 class="card__title" id="mail-way">
                {words.get("site.mail.way_title")}
            </h2>
            {paused}
            <dl class="facts">{list(words, facts.into())}</dl>
            <form class="cluster" method="post" action="/desk/pages/mail/test">
                <Button look=Look::Quiet submit=true>
                    <Icon glyph=icon::send />
                    {test}
                </Button>
            </form>
        </section>
    }
    .erase()
}

fn list(words: &Words, facts: Vec<(&str, String)>) -> Erased {
    let facts = facts.into_iter().map(|(key, value)| {
        view! {
            <div class="facts__row">
                <dt>{words.get(key)}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    facts.collect_view().erase()
}

fn letters(words: &Words, page: &MailPage) -> Erased {
    let PostView { waiting, sent, failed, .. } = page.post;
    let (waiting, sent, failed) = (waiting.to_string(), sent.to_string(), failed.to_string());
    let counts = words.with("site.mail.counts", &[("waiting", &waiting), ("sent", &sent), ("failed", &failed)]);
    let shown = if page.post.rows.is_empty() {
        view! { <Empty glyph=icon::inbox title=words.get("site.mail.none") text=words.get("site.mail.none_explained") /> }.erase()
    } else {
        table(words, &page.post.rows)
    };
    let older = page.older.clone().map(|older| {
        view! {
            <p>
                <a href=older>{words.get("site.mail.older")}</a>
            </p>
        }
        .erase()
    });
    view! {
        <section class="stack" aria-labelledby="mail-letters">
            <h2 class="card__title" id="mail-letters">
                {words.get("site.mail.letters")}
            </h2>
            <div class="cluster">
                <p role="status">{counts}</p>
                <a class="button button--quiet" href=MAIL>
                    <Icon glyph=icon::refresh />
                    {words.get("site.mail.refresh")}
                </a>
            </div>
            {shown}
            {older}
        </section>
    }
    .erase()
}

fn table(words: &Words, rows: &[PostRow]) -> Erased {
    let lines = rows.iter().map(|row| line(words, row)).collect_view();
    view! {
        <div class="table__scroll">
            <table class="table mail" aria-label=words.get("site.mail.letters")>
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.mail.what")}</th>
                        <th scope="col">{words.get("site.mail.to_whom")}</th>
                        <th scope="col">{words.get("site.mail.date")}</th>
                        <th scope="col">{words.get("site.mail.state")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.get("site.mail.actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn line(words: &Words, row: &PostRow) -> Erased {
    let reply = row.reply.clone().map(|reply| {
        let said = our_own(&reply).map_or(reply, |key| words.get(key));
        view! { <span class="mail__reply">{said}</span> }.erase()
    });
    let next = (row.state == PostState::Waiting && row.attempts > 0)
        .then(|| view! { <span class="muted small">{words.get("site.mail.next")} " " {moment(row.due)}</span> }.erase());
    let (code, state) = state(row.state);
    view! {
        <tr>
            <th scope="row">{words.get(kind(row.kind))}</th>
            <td>{row.to.clone().unwrap_or_default()}</td>
            <td>{moment(row.at)}</td>
            <td>
                <span class="mail__state" data-state=code>
                    {words.get(state)}
                </span>
                {reply}
                {next}
            </td>
            <td>{deed(words, row)}</td>
        </tr>
    }
    .erase()
}

/// What can be done with a letter: tried again, or read.
fn deed(words: &Words, row: &PostRow) -> Option<Erased> {
    if row.state == PostState::Failed {
        let retry = words.get("site.mail.retry");
        return Some(
            view! {
                <form method="post" action="/desk/pages/mail/retry">
                    <input type="hidden" name="id" value=row.id.to_string() />
                    <Button look=Look::Quiet submit=true>
                        {retry}
                    </Button>
                </form>
            }
            .erase(),
        );
    }
    row.kept.as_ref()?;
    Some(
        view! {
            <button class="button button--quiet" type="button" popovertarget=reader_id(row)>
                {words.get("site.mail.read")}
            </button>
        }
        .erase(),
    )
}

fn reader_id(row: &PostRow) -> String {
    format!("letter-{}", row.id)
}

/// A letter of the mail folder: over the page once its button was pressed. Browsers open and close it by themselves.
fn reader(words: &Words, row: &PostRow) -> Option<Erased> {
    let KeptLetter {
        from,
        reply_to,
        to,
        subject,
        text,
    } = row.kept.clone()?;
    let id = reader_id(row);
    let title = format!("{id}-title");
    let mut facts = vec![("site.mail.subject", subject), ("site.mail.from", from)];
    facts.extend(reply_to.map(|to| ("site.mail.reply_to", to)));
    facts.push(("site.mail.to_whom", to));
    let dialog = view! {
        <dialog class="dialog" id=id.clone() popover="auto" aria-labelledby=title.clone()>
            <h2 class="dialog__title" id=title.clone()>
                {words.get("site.mail.letter")}
            </h2>
            <dl class="facts">{list(words, facts)}</dl>
            <pre class="mail__text" tabindex="0" aria-label=words.get("site.mail.text")>
                {text}
            </pre>
            <div class="dialog__actions">
                <button class="button button--quiet" type="button" popovertarget=id.clone() popovertargetaction="hide">
                    {words.get("site.mail.close")}
                </button>
            </div>
        </dialog>
    };
    Some(dialog.erase())
}

/// Reasons of our own, which have a sentence; a mail server's are shown as they are.
fn our_own(reply: &str) -> Option<&'static str> {
    Some(match reply {
        "vitrine:gone" => "site.mail.gone",
        "vitrine:no_recipient" => "site.mail.no_recipient",
        "vitrine:suppressed" => "site.mail.suppressed",
        "vitrine:too_many" => "site.mail.too_many",
        "vitrine:unreadable" | "vitrine:unsendable" => "site.mail.unsendable",
        _ => return None,
    })
}

fn kind(kind: PostKind) -> &'static str {
    match kind {
        PostKind::OfflineMessage => "site.mail.kind_offline",
        PostKind::MissedChat => "site.mail.kind_missed",
        PostKind::OfflineDigest => "site.mail.kind_digest",
        PostKind::Transcript => "site.mail.kind_copy",
        PostKind::ConfirmCopy => "site.mail.kind_question",
        PostKind::Invite => "site.mail.kind_invite",
        PostKind::TestMail => "site.mail.kind_test",
        PostKind::Answer => "site.mail.kind_answer",
        PostKind::SignIn => "site.mail.kind_sign_in",
        PostKind::OrderCode => "site.mail.kind_order_code",
        PostKind::ProveSender => "site.mail.kind_sender",
        PostKind::CaseNews => "site.mail.kind_news",
    }
}

/// What the styles call a state, and the key of its name.
fn state(state: PostState) -> (&'static str, &'static str) {
    match state {
        PostState::Waiting => ("waiting", "site.mail.waiting"),
        PostState::Sent => ("sent", "site.mail.sent"),
        PostState::Failed => ("failed", "site.mail.failed"),
        PostState::Gathered => ("gathered", "site.mail.gathered"),
        PostState::Read => ("read", "site.mail.seen"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language, time::Timestamp};

    use super::*;

    fn row(state: PostState) -> PostRow {
        PostRow {
            id: "0197aaaa-0000-7000-8000-000000000001".parse().expect("an id"),
            kind: PostKind::Invite,
            to: Some("<b>@x".to_owned()),
            state,
            attempts: 2,
            at: Timestamp(0),
            due: Timestamp(60_000),
            reply: Some("permanent error (550): <b>no</b>".to_owned()),
            kept: None,
        }
    }

    fn shown(rows: Vec<PostRow>) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: true,
        };
        let page = MailPage {
            post: PostView {
                rows,
                ..PostView::default()
            },
            ..MailPage::default()
        };
        mail(frame, &page)
    }

    #[test]
    fn a_mail_servers_words_are_shown_as_they_are_and_never_markup() {
        assert_eq!(our_own("permanent error (550): 5.1.1 no such user"), None);
        assert_eq!(our_own("vitrine:gone"), Some("site.mail.gone"));
        let html = shown(vec![row(PostState::Failed)]);
        assert!(!html.contains("<b>") && html.contains("permanent error (550)"), "{html}");
        assert!(html.contains("/desk/pages/mail/retry") && !html.contains("popover"), "{html}");
    }

    #[test]
    fn a_letter_of_the_folder_is_read_from_its_line() {
        let letter = KeptLetter {
            from: "Tea <chat@tea.example>".to_owned(),
            reply_to: None,
            to: "anna@tea.example".to_owned(),
            subject: "A message".to_owned(),
            text: "Hello <i>you</i>".to_owned(),
        };
        let sent = PostRow {
            kept: Some(letter),
            ..row(PostState::Sent)
        };
        let html = shown(vec![sent, row(PostState::Waiting)]);
        let id = "letter-0197aaaa-0000-7000-8000-000000000001\"";
        assert_eq!(
            html.matches(&format!("popovertarget=\"{id}")).count(),
            2,
            "to open and to close: {html}"
        );
        assert_eq!(html.matches(&format!(" id=\"{id}")).count(), 1, "{html}");
        assert!(!html.contains("<i>") && html.contains("Hello"), "{html}");
        assert!(!html.contains("/desk/pages/mail/retry"), "{html}");
    }
}
