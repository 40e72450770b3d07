//! Ready-made answers of the demo's stores, in every language: something to find behind the slash on the first day.

use model::{canned::Shortcut, id::StoreId, language::Language, text::Body, time::Timestamp};
use service::clock::new_id;
use storage::{CannedContent, StorageError, StoreScope, Tx};

/// The shortcut, and what it says in the order of [`Language::ALL`].
const ANSWERS: [(&str, [&str; 4]); 3] = [
    (
        "hello",
        [
            "Hello {{customer}}! {{operator}} of {{store}} here. How can I help?",
            "Hallo {{customer}}! Je spreekt met {{operator}} van {{store}}. Waarmee kan ik helpen?",
            "¡Hola {{customer}}! Soy {{operator}}, de {{store}}. ¿En qué te puedo ayudar?",
            "Bonjour {{customer}} ! {{operator}}, de {{store}}. Comment puis-je vous aider ?",
        ],
    ),
    (
        "delivery",
        [
            "We send parcels on working days. What you order before three in the afternoon leaves the same day.",
            "We versturen pakketten op werkdagen. Wat je voor drie uur ’s middags bestelt, gaat dezelfde dag weg.",
            "Enviamos paquetes los días laborables. Lo que pides antes de las tres de la tarde sale el mismo día.",
            "Nous expédions les jours ouvrés. Ce que vous commandez avant quinze heures part le jour même.",
        ],
    ),
    (
        "thanks",
        [
            "Thank you, {{customer}}, and enjoy the {{product}}!",
            "Dank je wel, {{customer}}, en veel plezier met de {{product}}!",
            "¡Gracias, {{customer}}, y que disfrutes de {{product}}!",
            "Merci {{customer}}, et profitez bien de {{product}} !",
        ],
    ),
];

/// Writes them for a store.
pub(crate) async fn put(tx: &mut Tx, store: StoreId, now: Timestamp) -> Result<(), StorageError> {
    for (shortcut, said) in ANSWERS {
        let texts = Language::ALL
            .into_iter()
            .zip(said)
            .filter_map(|(language, text)| Some((language, Body::parse(text).ok()?)))
            .collect();
        if let Ok(shortcut) = Shortcut::parse(shortcut) {
            tx.insert_canned_reply(StoreScope(store), new_id(), None, &CannedContent { shortcut, texts }, now)
                .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_them_can_be_read() {
        for (shortcut, said) in ANSWERS {
            assert!(Shortcut::parse(shortcut).is_ok(), "{shortcut}");
            assert!(said.iter().all(|text| Body::parse(text).is_ok()), "{shortcut}");
        }
    }
}
