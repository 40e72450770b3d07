//! Inviting somebody: by mail, and with the link shown once for those whose mail is slow. Below it, whose answer is still awaited.

use leptos::{prelude::*, task::spawn_local};
use model::{refusal::Field as Which, staff::Invitation, text::EmailAddress};
use ui::{Act, Button, Dialog, Erase, Erased, Field, Icon, Look, Reading, Time, each, icon, known, submitted};

use super::{
    super::frame::{card, copyable},
    Page,
};
use crate::api::{ApiError, staff as door};

/// What the dialog holds.
#[derive(Clone, Copy)]
struct Asking {
    open: RwSignal<bool>,
    email: RwSignal<String>,
    wrong: RwSignal<Option<String>>,
    /// The link of the last invitation, this once.
    link: RwSignal<Option<String>>,
}

/// The button, the dialog, and the invitations that are out.
pub(super) fn invitations(page: Page) -> Erased {
    let desk = page.desk;
    let asking = Asking {
        open: RwSignal::new(false),
        email: RwSignal::new(String::new()),
        wrong: RwSignal::new(None),
        link: RwSignal::new(None),
    };
    let press = Act::new(move |()| {
        asking.link.set(None);
        asking.wrong.set(None);
        asking.open.set(true);
    });
    let out = known(move || page.staff.with(|staff| staff.invitations.clone()));
    let none = Reading::flag(move || out.with(Vec::is_empty));
    let key = |invitation: &Invitation| invitation.id.to_string();
    let content = view! {
        <ul class="sites" role="list" aria-labelledby="invitations" hidden=none>
            {each(move || out.get(), key, move |invitation| row(page, invitation))}
        </ul>
        <div class="cluster">
            <Button on_press=press>{desk.t("desk.staff_page.invite")}</Button>
        </div>
    };
    let text = Some(desk.t("desk.staff_page.invitations_explained"));
    view! {
        {card("invitations", desk.t("desk.staff_page.invitations"), text, content.erase())}
        {dialog(page, asking)}
    }
    .erase()
}

fn row(page: Page, invitation: Invitation) -> Erased {
    let desk = page.desk;
    let id = invitation.id;
    let label = desk
        .words()
        .with("desk.staff_page.withdraw", &[("email", invitation.email.as_str())]);
    let withdraw = Act::new(move |()| page.change(door::withdraw_invitation(id)));
    view! {
        <li class="sites__row">
            <span class="staff__invited">
                <span class="truncate">{invitation.email.to_string()}</span>
                <span class="staff__facts">
                    {desk.t("desk.staff_page.until")} " " <Time at=invitation.expires_at words=desk.words() />
                </span>
            </span>
            <Button look=Look::Icon label=label busy=page.busy on_press=withdraw>
                <Icon glyph=icon::x />
            </Button>
        </li>
    }
    .erase()
}

fn dialog(page: Page, asking: Asking) -> Erased {
    let desk = page.desk;
    let content = Reading::new(move || match asking.link.get() {
        Some(link) => done(page, asking, link),
        None => form(page, asking),
    });
    view! {
        <Dialog id="invite" title=desk.t("desk.staff_page.invite_somebody") open=asking.open>
            {content}
        </Dialog>
    }
    .erase()
}

fn form(page: Page, asking: Asking) -> Erased {
    let desk = page.desk;
    let cancel = Act::new(move |()| asking.open.set(false));
    view! {
        <form class="stack" novalidate=true on:submit=submitted(move || send(page, asking))>
            <Field
                id="invited"
                label=desk.t("field.email")
                name="email"
                kind="email"
                required=true
                text=asking.email
                hint=desk.t("desk.staff_page.invite_hint")
                error=asking.wrong
            />
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=cancel>
                    {desk.t("desk.cancel")}
                </Button>
                <Button submit=true busy=page.busy>
                    {desk.t("desk.staff_page.send_invitation")}
                </Button>
            </div>
        </form>
    }
    .erase()
}

/// What is no address is said at once; who is here already, the server knows.
fn send(page: Page, asking: Asking) {
    let (desk, typed) = (page.desk, asking.email.get_untracked());
    if let Err(refusal) = EmailAddress::parse(&typed) {
        asking.wrong.set(Some(desk.words().refusal(refusal)));
        return;
    }
    if page.busy.get_untracked() {
        return;
    }
    page.busy.set(true);
    asking.wrong.set(None);
    spawn_local(async move {
        let answer = door::invite_staff(typed).await;
        page.busy.try_set(false);
        match answer {
            Ok(invited) => {
                page.show(invited.staff);
                asking.email.try_set(String::new());
                asking.link.try_set(Some(invited.link));
            }
            Err(ApiError::Refused(refusal)) if refusal.field() == Some(Which::Email) => {
                asking.wrong.try_set(Some(desk.words().refusal(refusal)));
            }
            Err(error) => desk.refused(&error),
        }
    });
}

fn done(page: Page, asking: Asking, link: String) -> Erased {
    let desk = page.desk;
    let close = Act::new(move |()| asking.open.set(false));
    view! {
        <p class="dialog__text" role="status">
            {desk.t("desk.staff_page.invited")}
        </p>
        {copyable(desk, Reading::new(move || link.clone()))}
        <div class="dialog__actions">
            <Button on_press=close>{desk.t("desk.close")}</Button>
        </div>
    }
    .erase()
}
