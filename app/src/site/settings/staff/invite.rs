//! Inviting somebody: by mail, and with the link shown once for those whose mail is slow; and whose answer is still awaited.

use leptos::prelude::*;
use model::{
    refusal::{Field as Which, Refusal},
    staff::Invitation,
    words::Words,
};
use ui::{Button, Erase, Erased, Field, Icon, Look, hidden_fields, icon};

use super::{
    super::{
        moment,
        parts::{cancel, card as framed, copyable},
    },
    StaffPage,
};
use crate::site::sign_in::{error_of, whole_form};

/// Where somebody is invited.
const INVITE: &str = "/desk/pages/staff/invite";

/// Whose answer is still awaited, and the button that invites somebody else.
pub(super) fn card(words: &Words, out: &[Invitation]) -> Erased {
    let list = (!out.is_empty()).then(|| {
        let rows = out.iter().map(|invitation| invited(words, invitation)).collect_view();
        view! {
            <ul class="sites" role="list" aria-labelledby="invitations">
                {rows}
            </ul>
        }
        .erase()
    });
    let content = view! {
        {list}
        <div class="cluster">
            <button class="button" type="button" id="invite-somebody" popovertarget="invite">
                {words.get("site.staff.invite")}
            </button>
        </div>
    };
    framed(
        "invitations",
        words.get("site.staff.invitations"),
        words.get("site.staff.invitations_explained"),
        content.erase(),
    )
}

fn invited(words: &Words, invitation: &Invitation) -> Erased {
    let label = words.with("site.staff.withdraw", &[("email", invitation.email.as_str())]);
    view! {
        <li class="sites__row">
            <span class="staff__invited">
                <span class="truncate">{invitation.email.to_string()}</span>
                <span class="staff__facts">{words.get("site.staff.until")} " " {moment(invitation.expires_at)}</span>
            </span>
            <form method="post" action="/desk/pages/staff/withdraw">
                {hidden_fields(vec![("invitation", invitation.id.to_string())])}
                <Button look=Look::Icon label=label submit=true>
                    <Icon glyph=icon::x />
                </Button>
            </form>
        </li>
    }
    .erase()
}

/// The form, over the page once its button was pressed.
pub(super) fn question(words: &Words) -> Erased {
    let close = cancel(words, "invite".to_owned());
    view! {
        <dialog class="dialog" id="invite" popover="auto" aria-labelledby="invite-title">
            <h2 class="dialog__title" id="invite-title">
                {words.get("site.staff.invite_somebody")}
            </h2>
            {form(words, "invited", String::new(), None, close)}
        </dialog>
    }
    .erase()
}

/// What became of the form: a dialog that is open when the page arrives, with the link or with what is wrong. The desk's program raises it
/// over the page; without one it stands at its head.
pub(super) fn answer(words: &Words, page: &StaffPage) -> Option<Erased> {
    let content = match (&page.link, page.answer) {
        (Some(link), _) => sent(words, link),
        (None, Some(refusal)) => {
            let close = view! {
                <button class="button button--quiet" type="submit" form="invite-close">
                    {words.get("site.your_site.cancel")}
                </button>
            };
            view! {
                <form method="dialog" id="invite-close"></form>
                {form(words, "invited-again", page.typed.clone(), Some(refusal), close.erase())}
            }
            .erase()
        }
        (None, None) => return None,
    };
    Some(
        view! {
            <dialog class="dialog" open=true aria-labelledby="invite-answer">
                <h2 class="dialog__title" id="invite-answer">
                    {words.get("site.staff.invite_somebody")}
                </h2>
                {content}
            </dialog>
        }
        .erase(),
    )
}

fn form(words: &Words, id: &'static str, typed: String, answer: Option<Refusal>, close: Erased) -> Erased {
    let send = words.get("site.staff.send_invitation");
    view! {
        <form class="stack" method="post" action=INVITE novalidate=true>
            {whole_form(words, answer, &[Which::Email])}
            <Field
                id=id
                label=words.get("field.email")
                name="email"
                kind="email"
                required=true
                text=RwSignal::new(typed)
                hint=words.get("site.staff.invite_hint")
                error=Signal::stored(error_of(words, answer, Which::Email))
            />
            <div class="dialog__actions">
                {close} <Button submit=true>{send}</Button>
            </div>
        </form>
    }
    .erase()
}

fn sent(words: &Words, link: &str) -> Erased {
    view! {
        <p class="dialog__text" role="status">
            {words.get("site.staff.invited")}
        </p>
        {copyable(words, link)}
        <form class="dialog__actions" method="dialog">
            <button class="button" type="submit">
                {words.get("site.staff.close")}
            </button>
        </form>
    }
    .erase()
}
