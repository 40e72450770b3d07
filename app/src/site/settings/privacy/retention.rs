//! How long things are kept, and what that would delete before anything is deleted: what was not counted is counted first, and the answer
//! asks before it is saved.

use leptos::prelude::*;
use model::{privacy::Overdue, refusal::Refusal, settings::Retention, words::Words};
use ui::{Erase, Erased, hidden_fields};

use super::{
    super::parts::{card as framed, facts},
    PRIVACY, PrivacyForms, RetentionSaid,
};

/// What can be chosen: months, half years, years; 0 is for ever.
const CHOICES: [u32; 7] = [30, 90, 180, 365, 730, 1_825, 0];

/// Which choice was counted, as the form says it.
pub fn kept_code(keep: Retention) -> String {
    let Retention {
        chats_days,
        messages_days,
        connections_days,
        mails_days,
    } = keep;
    format!("{chats_days} {messages_days} {connections_days} {mails_days}")
}

/// The card.
pub(super) fn card(words: &Words, page: &PrivacyForms) -> Erased {
    let keep = page.keep;
    let kinds = [
        ("keep-chats", "chats", "site.privacy.chats", keep.chats_days),
        ("keep-messages", "messages", "site.privacy.messages", keep.messages_days),
        ("keep-connections", "connections", "site.privacy.connections", keep.connections_days),
        ("keep-mails", "mails", "site.privacy.mails", keep.mails_days),
    ];
    let choices = kinds.map(|(id, name, key, days)| choice(words, id, name, key, days));
    let mut said = vec![("rev", page.rev.to_string())];
    if let Some(RetentionSaid::Counted(_)) = page.said {
        said.push(("counted", kept_code(keep)));
    }
    let content = view! {
        <form class="stack" method="post" action=PRIVACY>
            {hidden_fields(said)} <div class="privacy__kinds">{choices.into_iter().collect_view()}</div>
            {page.said.map(|said| outcome(words, said))} <div class="cluster">
                <button class="button button--quiet" type="submit" name="deed" value="count">
                    {words.get("site.privacy.count")}
                </button>
                <button class="button" type="submit" name="deed" value="save">
                    {words.get("site.privacy.save")}
                </button>
            </div>
        </form>
    };
    framed(
        "retention",
        words.get("site.privacy.retention"),
        words.get("site.privacy.retention_explained"),
        content.erase(),
    )
}

fn choice(words: &Words, id: &'static str, name: &'static str, key: &str, days: u32) -> Erased {
    // What was set elsewhere is not lost by saving the page.
    let other = (!CHOICES.contains(&days)).then_some(days);
    let options = other
        .into_iter()
        .chain(CHOICES)
        .map(|choice| {
            let label = match choice {
                0 => words.get("site.privacy.for_ever"),
                days => words.count("site.privacy.days", u64::from(days)),
            };
            view! {
                <option value=choice.to_string() selected=choice == days>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {words.get(key)}
            </label>
            <select class="input" id=id name=name>
                {options}
            </select>
        </div>
    }
    .erase()
}

fn outcome(words: &Words, said: RetentionSaid) -> Erased {
    match said {
        RetentionSaid::Changed => {
            let load = words.get("site.privacy.load_again");
            view! {
                <div class="notice" data-tone="danger" role="alert">
                    <p>{words.refusal(Refusal::ChangedMeanwhile)}</p>
                    <a class="button button--quiet" href=PRIVACY>
                        {load}
                    </a>
                </div>
            }
            .erase()
        }
        RetentionSaid::Saved => view! {
            <p class="notice" data-tone="good" role="status">
                {words.get("site.privacy.saved")}
            </p>
        }
        .erase(),
        RetentionSaid::Counted(overdue) => counted(words, overdue),
    }
}

fn counted(words: &Words, overdue: Overdue) -> Erased {
    let counts = [
        ("site.privacy.chats", overdue.chats),
        ("site.privacy.messages", overdue.messages),
        ("site.privacy.connections", overdue.connections),
        ("site.privacy.mails", overdue.mails),
    ];
    let counts = counts.map(|(key, n)| (words.get(key), n.to_string().erase()));
    view! {
        <div class="stack" role="status">
            <p class="small">{words.get("site.privacy.counted")}</p>
            {facts(counts.into())}
            <p class="small">{words.get("site.privacy.sure")}</p>
        </div>
    }
    .erase()
}
