//! `/desk/pages/senders`: the doors of the page about letters to customers.

use std::collections::HashMap;

use app::site::{self, SENDERS, SenderProof, SendersForm, SendersPage};
use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use http::StatusCode;
use model::{
    refusal::{Field, Refusal},
    text::EmailAddress,
};
use serde::Deserialize;
use service::{
    Fault,
    senders::{self, Proof, Senders, SendersView},
};

use super::{Owner, done, private};
use crate::{
    http::answer::{self, Failed},
    state::AppState,
};

/// The page.
pub async fn page(State(state): State<AppState>, owner: Owner, Query(asked): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let mut page = shown(senders::read(&state.services, &owner.actor).await?);
    let word = asked.get("done").map(String::as_str);
    page.saved = word == Some("saved");
    page.code_sent = word == Some("code");
    Ok(private(StatusCode::OK, site::senders(owner.frame(), &page)))
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    shop_email: String,
    service_email: String,
    mail_after_s: String,
    help_url: String,
}

/// Keeps it, or shows the form again with what was typed.
pub async fn save(State(state): State<AppState>, owner: Owner, Form(typed): Form<Typed>) -> Result<Response, Failed> {
    let (shop, service) = (address(&typed.shop_email), address(&typed.service_email));
    let seconds = typed.mail_after_s.trim().parse::<u32>();
    let wrong = match (&shop, &service, &seconds) {
        (Ok(shop_email), Ok(service_email), Ok(mail_after_s)) => {
            let help_url = Some(typed.help_url.trim().to_owned()).filter(|url| !url.is_empty());
            let wanted = Senders {
                shop_email: shop_email.clone(),
                service_email: service_email.clone(),
                mail_after_s: *mail_after_s,
                help_url,
            };
            match senders::save(&state.services, &owner.actor, wanted).await {
                Ok(()) => return Ok(done(SENDERS, "saved")),
                Err(fault) => Some(refused(fault)?),
            }
        }
        (_, _, Err(_)) => Some(Refusal::Invalid(Field::Number)),
        _ => None,
    };
    let mut page = shown(senders::read(&state.services, &owner.actor).await?);
    page.typed = SendersForm {
        shop_email: typed.shop_email,
        service_email: typed.service_email,
        mail_after_s: seconds.unwrap_or(page.typed.mail_after_s),
        help_url: typed.help_url,
    };
    page.shop_wrong = shop.err();
    page.service_wrong = service.err();
    page.wrong = wrong;
    let refusal = page.wrong.or(page.shop_wrong).or(page.service_wrong);
    let status = refusal.map_or(StatusCode::UNPROCESSABLE_ENTITY, answer::status);
    Ok(private(status, site::senders(owner.frame(), &page)))
}

/// What the form of a code sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Code {
    code: String,
}

/// The code that was mailed.
pub async fn prove(State(state): State<AppState>, owner: Owner, Form(typed): Form<Code>) -> Result<Response, Failed> {
    let proved = senders::prove(&state.services, &owner.actor, &typed.code).await;
    after(&state, &owner, proved, "saved").await
}

/// Another code, please.
pub async fn new_code(State(state): State<AppState>, owner: Owner) -> Result<Response, Failed> {
    let sent = senders::send_code(&state.services, &owner.actor).await;
    after(&state, &owner, sent, "code").await
}

async fn after(state: &AppState, owner: &Owner, result: Result<(), Fault>, word: &str) -> Result<Response, Failed> {
    let Err(fault) = result else {
        return Ok(done(SENDERS, word));
    };
    let refusal = refused(fault)?;
    let mut page = shown(senders::read(&state.services, &owner.actor).await?);
    page.code_wrong = Some(refusal);
    Ok(private(answer::status(refusal), site::senders(owner.frame(), &page)))
}

/// What a person can act on; everything else is a failure of ours.
fn refused(fault: Fault) -> Result<Refusal, Failed> {
    fault.refusal().map_or_else(|| Err(fault.into()), Ok)
}

/// An address, or none.
fn address(typed: &str) -> Result<Option<EmailAddress>, Refusal> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    EmailAddress::parse(typed.trim()).map(Some)
}

fn shown(view: SendersView) -> SendersPage {
    let Senders {
        shop_email,
        service_email,
        mail_after_s,
        help_url,
    } = view.senders;
    let text = |address: Option<EmailAddress>| address.map(|address| address.to_string()).unwrap_or_default();
    let sender = text(shop_email);
    SendersPage {
        typed: SendersForm {
            shop_email: sender.clone(),
            service_email: text(service_email),
            mail_after_s,
            help_url: help_url.unwrap_or_default(),
        },
        sender,
        proof: match view.proof {
            Proof::None => SenderProof::None,
            Proof::Needed => SenderProof::Needed,
            Proof::Mailed => SenderProof::Mailed,
            Proof::Proven => SenderProof::Proven,
            Proof::AnswersOnly => SenderProof::AnswersOnly,
        },
        ours: view.ours.map(|ours| ours.to_string()),
        ..SendersPage::default()
    }
}
