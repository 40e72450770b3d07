//! How long things are kept, and what that would delete before anything is deleted.

use leptos::{prelude::*, task::spawn_local};
use model::{privacy::Overdue, refusal::Refusal, settings::Retention};
use ui::{Act, Button, Erase, Erased, Look, Reading, Slot, changed};

use super::Settings;
use crate::{
    api::{ApiError, privacy as door},
    desk::{
        frame::{self, fact},
        list::Phase,
        state::DeskState,
    },
};

/// What can be chosen: months, half years, years; 0 is for ever.
const CHOICES: [u32; 7] = [30, 90, 180, 365, 730, 1_825, 0];

/// What happened last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Counted(Overdue),
    Saved,
    /// Not saved: somebody else saved meanwhile.
    Changed,
}

/// The id and the label of a choice, what is chosen, and how it is chosen.
type Kept = (&'static str, &'static str, u32, fn(&mut Retention, u32));

/// The card.
pub(super) fn card(desk: DeskState, settings: Settings) -> Erased {
    let keep = settings
        .page
        .with_untracked(|page| page.as_ref().map(|page| (page.retention, page.rev)))
        .unwrap_or_default();
    // What is chosen, and the revision that it was read at.
    let draft = Slot::new(keep);
    let keep = keep.0;
    let said = Slot::new(Said::Nothing);
    let busy = RwSignal::new(false);
    let count = Act::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = door::count_overdue(draft.get_untracked().0).await;
            busy.try_set(false);
            match answer {
                Ok(overdue) => said.set(Said::Counted(overdue)),
                Err(error) => desk.refused(&error),
            }
        });
    });
    let save = Act::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let (keep, rev) = draft.get_untracked();
            let answer = door::save_retention(keep, rev).await;
            busy.try_set(false);
            match answer {
                // The page's own copy stays as it was: what is chosen here is what was saved.
                Ok(_) => {
                    draft.update(|(_, rev)| *rev += 1);
                    said.set(Said::Saved);
                }
                Err(ApiError::Refused(Refusal::ChangedMeanwhile)) => said.set(Said::Changed),
                Err(error) => desk.refused(&error),
            }
        });
    });
    let kinds: [Kept; 4] = [
        ("keep-chats", "desk.privacy.chats", keep.chats_days, |keep, days| {
            keep.chats_days = days;
        }),
        ("keep-messages", "desk.privacy.messages", keep.messages_days, |keep, days| {
            keep.messages_days = days;
        }),
        (
            "keep-connections",
            "desk.privacy.connections",
            keep.connections_days,
            |keep, days| {
                keep.connections_days = days;
            },
        ),
        ("keep-mails", "desk.privacy.mails", keep.mails_days, |keep, days| {
            keep.mails_days = days;
        }),
    ];
    let fields = kinds
        .into_iter()
        .map(|(id, key, days, set)| {
            let chosen = Act::new(move |days| {
                draft.update(|(keep, _)| set(keep, days));
                said.set(Said::Nothing);
            });
            choice(desk, id, key, days, chosen)
        })
        .collect_view();
    let outcome = Reading::new(move || outcome(desk, settings, said.get()));
    let content = view! {
        <div class="privacy__kinds">{fields}</div>
        <div role="status">{outcome}</div>
        <div class="cluster">
            <Button look=Look::Quiet busy=busy on_press=count>
                {desk.t("desk.privacy.count")}
            </Button>
            <Button busy=busy on_press=save>
                {desk.t("desk.privacy.save")}
            </Button>
        </div>
    };
    let text = Some(desk.t("desk.privacy.retention_explained"));
    frame::card("retention", desk.t("desk.privacy.retention"), text, content.erase())
}

fn choice(desk: DeskState, id: &'static str, key: &str, days: u32, chosen: Act<u32>) -> Erased {
    let mut choices = CHOICES.to_vec();
    if !choices.contains(&days) {
        choices.insert(0, days);
    }
    let options = choices
        .into_iter()
        .map(|choice| {
            let label = match choice {
                0 => desk.t("desk.privacy.for_ever"),
                days => desk.words().count("desk.privacy.days", u64::from(days)),
            };
            view! {
                <option value=choice.to_string() selected={choice == days}>
                    {label}
                </option>
            }
            .erase()
        })
        .collect_view();
    let change = changed(move |event| {
        if let Ok(days) = event_target_value(&event).parse() {
            chosen.run(days);
        }
    });
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {desk.t(key)}
            </label>
            <select class="input" id=id on:change=change>
                {options}
            </select>
        </div>
    }
    .erase()
}

fn outcome(desk: DeskState, settings: Settings, said: Said) -> Erased {
    match said {
        Said::Nothing => ().erase(),
        Said::Changed => {
            let load = Act::new(move |()| {
                settings.phase.set(Phase::Loading);
                settings.load();
            });
            frame::changed_meanwhile(desk, load)
        }
        Said::Saved => view! { <p class="notice" data-tone="good">{desk.t("desk.privacy.saved")}</p> }.erase(),
        Said::Counted(overdue) => {
            let facts = [
                ("desk.privacy.chats", overdue.chats),
                ("desk.privacy.messages", overdue.messages),
                ("desk.privacy.connections", overdue.connections),
                ("desk.privacy.mails", overdue.mails),
            ]
            .map(|(key, n)| fact(desk.t(key), n.to_string().erase()));
            view! {
                <div class="stack">
                    <p class="small">{desk.t("desk.privacy.counted")}</p>
                    <dl class="facts">{facts.into_iter().collect_view()}</dl>
                </div>
            }
            .erase()
        }
    }
}
