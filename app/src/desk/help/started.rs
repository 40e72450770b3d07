//! Getting started: a checklist that knows by itself what is done, and the way to what is not.

use leptos::prelude::*;
use model::{
    help::{HelpPage, Step, StepState},
    party::Role,
};
use ui::{Erase, Erased, Glyph, Icon, icon};

use crate::desk::{frame::card, paths, state::DeskState};

/// The checklist.
pub(super) fn steps(desk: DeskState, page: &HelpPage) -> Erased {
    let done = page.steps.iter().filter(|step| step.done).count().to_string();
    let all = page.steps.len().to_string();
    let progress = desk.words().with("desk.help.progress", &[("done", &done), ("all", &all)]);
    let owner = desk.store().role == Role::Owner;
    let rows = page.steps.iter().map(|step| row(desk, *step, owner)).collect_view();
    view! {
        <p class="help__progress">{progress}</p>
        <ol class="steps" role="list" aria-label=desk.t("desk.help.started")>
            {rows}
        </ol>
    }
    .erase()
}

fn row(desk: DeskState, StepState { step, done }: StepState, owner: bool) -> Erased {
    let (title, text) = words(step);
    // Settings are the owner's; a link that leads to a refusal helps nobody.
    let way = way(step).filter(|_| owner).map(|path| {
        let label = format!("{}: {}", desk.t("desk.help.go"), desk.t(title));
        view! {
            <a class="button button--quiet button--small" href=path aria-label=label>
                {desk.t("desk.help.go")}
            </a>
        }
        .erase()
    });
    let state = desk.t(if done { "desk.help.done" } else { "desk.help.to_do" });
    let sign: Glyph = if done { icon::check } else { icon::minus };
    view! {
        <li class="steps__step" data-done=done.then_some("")>
            <span class="steps__sign">
                <Icon glyph=sign />
            </span>
            <div class="steps__text">
                <h2 class="steps__title">{desk.t(title)}</h2>
                <p class="muted small">{desk.t(text)}</p>
            </div>
            <span class="steps__state small">{state}</span>
            {way}
        </li>
    }
    .erase()
}

fn words(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::SiteListed => ("desk.help.site_listed", "desk.help.site_listed_text"),
        Step::SnippetSeen => ("desk.help.snippet_seen", "desk.help.snippet_seen_text"),
        Step::ConfigurationSaved => ("desk.help.configuration_saved", "desk.help.configuration_saved_text"),
        Step::MailTested => ("desk.help.mail_tested", "desk.help.mail_tested_text"),
        Step::StaffInvited => ("desk.help.staff_invited", "desk.help.staff_invited_text"),
        Step::FirstChat => ("desk.help.first_chat", "desk.help.first_chat_text"),
    }
}

/// Where the step is done; the first chat comes by itself.
fn way(step: Step) -> Option<&'static str> {
    match step {
        Step::SiteListed | Step::SnippetSeen => Some(paths::YOUR_SITE),
        Step::ConfigurationSaved => Some(paths::CONFIGURATION),
        Step::MailTested => Some(paths::MAIL),
        Step::StaffInvited => Some(paths::STAFF),
        Step::FirstChat => None,
    }
}

/// The documentation for users (P-67). It comes from this server, so it is that of this version.
pub(super) fn documentation(desk: DeskState) -> Erased {
    let links = view! {
        <ul class="help__links" role="list">
            <li>
                <a href="/docs/guide" target="_blank" rel="external">
                    {desk.t("desk.help.guide")}
                </a>
            </li>
            <li>
                <a href="/docs/embedding" target="_blank" rel="external">
                    {desk.t("desk.help.embedding")}
                </a>
            </li>
        </ul>
    };
    card("documentation", desk.t("desk.help.documentation"), None, links.erase())
}
