//! "Where is my order?" as plain forms: in the panel's frame and as a page of its own. Every answer is rendered at once and kept by
//! nobody; neither facts nor codes ever stand in an address.

use app::site::{OrderFacts, WherePage, WhereShown, WhereTrouble, where_order};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use model::{id::ClientId, language::Language, refusal::Refusal, text::Body};
use serde::Deserialize;
use service::{
    Fault,
    clock::new_id,
    hours,
    order_status::{self, Answer, Fact, Opened, Writing},
    stores,
};
use storage::StoreRow;

use crate::{
    http::{
        answer::{Failed, status},
        language,
        layer::security_headers::PagePolicy,
        page::{Document, nonce},
        panel_form::Fields,
        sent_form, site,
        store_style::store_style,
    },
    state::AppState,
};

/// What the address may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
    lang: Option<String>,
}

/// In the shop's frame.
pub async fn widget(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    show(&state, true, &slug, asked, &headers).await
}

/// On its own.
pub async fn page(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    show(&state, false, &slug, asked, &headers).await
}

async fn show(state: &AppState, embedded: bool, slug: &str, asked: Asked, headers: &HeaderMap) -> Result<Response, Failed> {
    let store = match stores::by_slug(&state.services, slug).await {
        Ok(store) => store,
        Err(Fault::Refused(Refusal::NotFound)) => return Ok(site::not_found(state, headers)),
        Err(fault) => return Err(fault.into()),
    };
    let language = language::choose(asked.lang.as_deref(), headers, store.default_language);
    let place = Place { store, language, embedded };
    let question = WhereShown::Ask {
        number: String::new(),
        fact: String::new(),
        trouble: None,
    };
    Ok(place.render(state, StatusCode::OK, question).await?)
}

/// Where the page stands.
struct Place {
    store: StoreRow,
    language: Language,
    embedded: bool,
}

impl Place {
    async fn render(&self, state: &AppState, status: StatusCode, shown: WhereShown) -> Result<Response, Fault> {
        let mut policy = PagePolicy::page(nonce());
        if self.embedded {
            let origins = stores::origins(&state.services, self.store.id).await?;
            policy = policy.framed_by(origins.into_iter().map(|origin| origin.as_str().to_owned()));
        }
        let words = catalogue::site(self.language);
        let title = format!("{} · {}", words.get("site.where.title"), self.store.name);
        let document = Document {
            language: self.language,
            title: &title,
            css: &state.assets.widget().css,
            style: &store_style(&self.store.settings),
            program: None,
            policy,
        };
        let page = WherePage {
            words,
            slug: self.store.slug.as_str().to_owned(),
            store: self.store.name.to_string(),
            embedded: self.embedded,
            shown,
        };
        let mut response = document.around(move || where_order(page));
        *response.status_mut() = status;
        Ok(response)
    }

    fn order(&self, opened: Opened, cid: ClientId, message: &str, refusal: Option<Refusal>) -> WhereShown {
        let row = &opened.view.row;
        let facts = OrderFacts {
            state: order_status::state_key(row.state),
            placed: hours::on_the_wall(&self.store.settings, row.placed_at),
            view: opened.view,
        };
        WhereShown::Order {
            facts: Box::new(facts),
            ticket: opened.ticket,
            cid: cid.to_string(),
            message: message.to_owned(),
            refusal,
        }
    }
}

/// A form of the page.
pub async fn answer(State(state): State<AppState>, Path(slug): Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Failed> {
    let store = stores::by_slug(&state.services, &slug).await?;
    let fields = Fields::read(&body);
    let place = Place {
        language: fields.language(&headers, store.default_language),
        embedded: fields.raw("back") == "widget",
        store,
    };
    let done = match fields.raw("do") {
        "code" => code(&state, &place, &fields).await,
        "write" => write(&state, &place, &fields).await,
        "mail" => ask(&state, &place, &fields, Some(Fact::Mailbox)).await,
        _ => ask(&state, &place, &fields, Fact::read(fields.raw("fact"))).await,
    };
    let (code, shown) = match done {
        Ok(shown) => (StatusCode::OK, shown),
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            (status(refusal), question(&fields, WhereTrouble::Refused(refusal)))
        }
    };
    let code = match &shown {
        // The same for a number that exists and for one that does not.
        WhereShown::Ask { trouble: Some(_), .. } | WhereShown::Code { wrong: true, .. } | WhereShown::Order { refusal: Some(_), .. }
            if code == StatusCode::OK =>
        {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        _ => code,
    };
    Ok(place.render(&state, code, shown).await?)
}

fn question(fields: &Fields, trouble: WhereTrouble) -> WhereShown {
    WhereShown::Ask {
        number: fields.raw("number").to_owned(),
        fact: fields.raw("fact").to_owned(),
        trouble: Some(trouble),
    }
}

async fn ask(state: &AppState, place: &Place, fields: &Fields, fact: Option<Fact>) -> Result<WhereShown, Fault> {
    let Some(fact) = fact else {
        return Ok(question(fields, WhereTrouble::NoFact));
    };
    let number = fields.raw("number");
    Ok(
        match order_status::ask(&state.services, &place.store, number, fact, place.language).await? {
            Answer::Order(opened) => place.order(*opened, new_id(), "", None),
            Answer::Code(ticket) => WhereShown::Code {
                number: number.to_owned(),
                ticket,
                wrong: false,
            },
            Answer::Wrong => question(fields, WhereTrouble::Wrong),
        },
    )
}

async fn code(state: &AppState, place: &Place, fields: &Fields) -> Result<WhereShown, Fault> {
    let (number, ticket) = (fields.raw("number"), fields.raw("ticket"));
    let opened = order_status::type_code(&state.services, &place.store, number, ticket, fields.raw("code")).await?;
    Ok(match opened {
        Some(opened) => place.order(opened, new_id(), "", None),
        None => WhereShown::Code {
            number: number.to_owned(),
            ticket: ticket.to_owned(),
            wrong: true,
        },
    })
}

async fn write(state: &AppState, place: &Place, fields: &Fields) -> Result<WhereShown, Fault> {
    let (number, ticket, cid) = (fields.raw("number"), fields.raw("ticket"), fields.cid());
    let written = match Body::parse(fields.raw("message")) {
        Ok(body) => {
            let writing = Writing {
                number: number.to_owned(),
                ticket: ticket.to_owned(),
                cid,
                body,
                language: place.language,
            };
            order_status::write(&state.services, &place.store, writing).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let fault = match written {
        Ok(written) => {
            let thread = written.door.map(|door| format!("/m/{}", door.reveal()));
            return Ok(WhereShown::Written {
                number: written.number,
                thread,
            });
        }
        Err(fault) => fault,
    };
    let Some(refusal) = fault.refusal() else { return Err(fault) };
    let again = order_status::again(&state.services, &place.store, number, ticket).await?;
    Ok(match again {
        Some(opened) => {
            let (cid, message) = sent_form::again(refusal, cid.to_string(), fields.raw("message").to_owned());
            place.order(opened, cid.parse().unwrap_or_else(|_| new_id()), &message, Some(refusal))
        }
        None => question(fields, WhereTrouble::Expired),
    })
}
