//! Settings, Configuration: what a store says and how it looks. Read whole, saved whole, and drawn for the preview without being saved.

use model::{
    availability::Availability,
    configuration::{Configuration, PreviewFace, PreviewRequest, StoreTexts, TextName},
    conversation::{Kind, StageName},
    event::{Event, EventKind, Mark},
    id::Seq,
    language::Language,
    panel::{ConversationView, Frame, PanelStart},
    party::Author,
    refusal::Refusal,
    text::{Body, Name},
    words::Words,
};
use storage::{AuditRow, StoreRow, Tx};

use crate::{
    Actor, Fault, Services,
    accounts::still,
    clock::new_id,
    hours, safety,
    stores::{note, panel_store_of},
};

/// What the page shows.
pub async fn read(services: &Services, actor: &Actor) -> Result<Configuration, Fault> {
    actor.must_own()?;
    let (store, texts) = row(services, actor).await?;
    Ok(configuration_of(store, &texts))
}

fn configuration_of(store: StoreRow, texts: &[TextRow]) -> Configuration {
    Configuration {
        settings: store.settings,
        texts: by_language(texts),
        default_language: store.default_language,
        rev: store.settings_rev,
    }
}

/// Saves all of it, or nothing: not over what somebody else saved after this was read. The default language is the store's, not the
/// page's: it is not changed here.
pub async fn save(services: &Services, actor: &Actor, configuration: Configuration) -> Result<Configuration, Fault> {
    actor.must_own()?;
    configuration.settings.check()?;
    if let Some(hours) = &configuration.settings.hours {
        hours::check(hours)?;
    }
    let (who, at, public_url) = (actor.clone(), services.clock().now(), services.public_url().to_owned());
    let (store, texts) = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let mut configuration = configuration;
                if let Some(name) = &mut configuration.settings.operator_name {
                    *name = Name::parse(&safety::quietly(tx, who.scope(), &public_url, name.as_str()).await?)?;
                }
                if !tx.save_settings(who.scope(), &configuration.settings, configuration.rev).await? {
                    return Err(Fault::Refused(Refusal::ChangedMeanwhile));
                }
                for (language, texts) in Language::ALL.into_iter().zip(&configuration.texts) {
                    set_texts(tx, &who, language, texts, &public_url).await?;
                }
                let row = AuditRow {
                    account: Some(who.account),
                    action: "configuration.save".to_owned(),
                    object: None,
                    reason: None,
                    at,
                };
                tx.audit(who.scope(), new_id(), &row).await?;
                // As it is with this, whatever somebody saves a moment later.
                let store = tx.store(who.scope()).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                Ok::<_, Fault>((store, tx.texts(who.scope()).await?))
            })
        })
        .await?;
    Ok(configuration_of(store, &texts))
}

async fn set_texts(tx: &mut Tx, who: &Actor, language: Language, texts: &StoreTexts, public_url: &str) -> Result<(), Fault> {
    for name in TextName::ALL {
        match texts.get(name) {
            Some(text) => {
                // A page cannot be asked twice: what must not be read by others is not kept.
                let text = safety::quietly(tx, who.scope(), public_url, text).await?;
                tx.set_text(who.scope(), language, name.code(), &text).await?;
            }
            None => tx.delete_text(who.scope(), language, name.code()).await?,
        }
    }
    Ok(())
}

/// What the preview's example conversation says, in the language of the preview.
#[derive(Clone, Debug)]
pub struct Example {
    /// The customer's question.
    pub question: String,
    /// The operator's answer.
    pub answer: String,
}

/// What the panel would begin with if this were saved, and the settings it is painted with. Nothing is written, and nothing that is wrong
/// with it is refused: the preview is there to show it.
pub async fn preview(
    services: &Services,
    actor: &Actor,
    request: PreviewRequest,
    words: Words,
    example: Example,
) -> Result<(StoreRow, PanelStart), Fault> {
    actor.must_own()?;
    let (mut store, _) = row(services, actor).await?;
    let PreviewRequest {
        configuration,
        face,
        language,
    } = request;
    store.settings = configuration.settings;
    let conversation = match face {
        PreviewFace::Online => Some(example_conversation(services, actor, &store, example)?),
        PreviewFace::Offline => None,
    };
    let availability = match face {
        PreviewFace::Online => Availability::Online,
        PreviewFace::Offline => Availability::Away,
    };
    let mut shown = panel_store_of(&store, &rows(&configuration.texts), language);
    shown.note = note(services, &store, availability, language);
    let start = PanelStart {
        store: shown,
        words,
        availability,
        conversation,
        frame: Frame::Embedded { origins: Vec::new() },
        product: None,
        answer: None,
    };
    Ok((store, start))
}

/// A question and its answer, as if they had just been written. They are in no log.
fn example_conversation(services: &Services, actor: &Actor, store: &StoreRow, example: Example) -> Result<ConversationView, Fault> {
    let at = services.clock().now();
    let operator = store.settings.operator_name.clone().unwrap_or_else(|| actor.name.clone());
    let event = |seq: i64, author: Author, text: &str| {
        Ok::<_, Refusal>(Event {
            seq: Seq(seq),
            at,
            author,
            cid: None,
            kind: EventKind::Posted { body: Body::parse(text)? },
            via: None,
        })
    };
    let answer = Author::Operator {
        id: actor.account,
        name: operator.clone(),
    };
    let head = Seq(2);
    let all = Mark { got: head, read: head };
    Ok(ConversationView {
        id: new_id(),
        kind: Kind::Live,
        stage: StageName::Live,
        operator: Some(operator),
        epoch: services.storage().epoch(),
        events: vec![event(1, Author::Shopper, &example.question)?, event(2, answer, &example.answer)?],
        head,
        mine: all,
        theirs: all,
        has_email: true,
    })
}

/// A store's own texts as they stand in the database: language, name, text.
type TextRow = (Language, String, String);

async fn row(services: &Services, actor: &Actor) -> Result<(StoreRow, Vec<TextRow>), Fault> {
    let scope = actor.scope();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let store = s.store(scope).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                Ok((store, s.texts(scope).await?))
            })
        })
        .await
}

fn by_language(rows: &[TextRow]) -> [StoreTexts; 4] {
    Language::ALL.map(|language| {
        let mut texts = StoreTexts::default();
        for name in TextName::ALL {
            let row = rows.iter().find(|(l, n, _)| *l == language && n == name.code());
            // What an older version took for a text and this one does not is as good as missing: the default language says it.
            let _ = texts.set(name, row.map_or("", |(.., text)| text.as_str()));
        }
        texts
    })
}

fn rows(texts: &[StoreTexts; 4]) -> Vec<TextRow> {
    let all = Language::ALL.into_iter().zip(texts);
    all.flat_map(|(language, texts)| {
        TextName::ALL
            .into_iter()
            .filter_map(move |name| texts.get(name).map(|text| (language, name.code().to_owned(), text.to_owned())))
    })
    .collect()
}
