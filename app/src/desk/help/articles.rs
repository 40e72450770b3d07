//! The articles, and how they are found. Their words are in the catalogue; the words that people search by, in any of our languages, are
//! here, because everybody finds an article by the words of every language (D-32). Pure.

use model::words::Words;

/// A question, its answer, and what else one might call it.
pub(super) struct Article {
    /// As the server knows it.
    pub(super) name: &'static str,
    /// The key of the question.
    pub(super) question: &'static str,
    /// The key of the answer.
    pub(super) answer: &'static str,
    /// Found by these as well; without accents.
    found_by: &'static str,
}

macro_rules! articles {
    ($($name:literal, $question:literal, $answer:literal, $found_by:literal;)*) => {
        /// In the order in which they are shown.
        pub(super) const ALL: &[Article] = &[$(Article { name: $name, question: $question, answer: $answer, found_by: $found_by }),*];
    };
}

articles! {
    "go_online", "desk.faq.go_online.q", "desk.faq.go_online.a",
        "online start chat live charlar chatear chat en vivo conectarse chatten online gaan beginnen discuter clavarder en ligne commencer";
    "offline", "desk.faq.offline.q", "desk.faq.offline.a",
        "offline away disconnected form message desconectada desconectado mensaje formulario afwezig bericht formulier hors ligne absent message formulaire";
    "embed", "desk.faq.embed.q", "desk.faq.embed.a",
        "snippet install embed website button instalar codigo web boton installeren code website knop installer code site bouton";
    "colours", "desk.faq.colours.q", "desk.faq.colours.a",
        "colour color theme contrast look colores contraste aspecto kleur kleuren uiterlijk couleur couleurs apparence";
    "texts", "desk.faq.texts.q", "desk.faq.texts.a",
        "text welcome header language translate texto bienvenida idioma traducir tekst welkom taal vertalen texte bienvenue langue traduire";
    "capacity", "desk.faq.capacity.q", "desk.faq.capacity.a",
        "maximum simultaneous limit places busy maximo simultaneos limite plazas maximum gelijktijdig limiet plaatsen simultanes limite places";
    "hours", "desk.faq.hours.q", "desk.faq.hours.a",
        "opening hours holiday closed time zone horario festivo cerrado openingstijden feestdag gesloten horaires ferie ferme";
    "staff", "desk.faq.staff.q", "desk.faq.staff.a",
        "staff colleague invite permission team personal companero invitar permiso medewerker collega uitnodigen rechten equipe collegue inviter droits";
    "windows", "desk.faq.windows.q", "desk.faq.windows.a",
        "windows four several chats draft ventanas cuatro varias borrador vensters vier meerdere concept fenetres quatre plusieurs brouillon";
    "history", "desk.faq.history.q", "desk.faq.history.a",
        "history search delete export save historial buscar borrar exportar guardar geschiedenis zoeken verwijderen exporteren bewaren historique chercher supprimer exporter garder";
    "mail", "desk.faq.mail.q", "desk.faq.mail.a",
        "mail email smtp notification copy correo notificacion copia melding kopie courriel notification copie";
    "privacy", "desk.faq.privacy.q", "desk.faq.privacy.a",
        "privacy gdpr erase delete personal data block privacidad rgpd borrar datos bloquear avg wissen gegevens blokkeren confidentialite rgpd effacer donnees bloquer";
    "channels", "desk.faq.channels.q", "desk.faq.channels.a",
        "channel thread ticket canal hilo kanaal fil";
    "careful", "desk.faq.careful.q", "desk.faq.careful.a",
        "password card contrasena tarjeta wachtwoord kaart mot de passe carte";
}

/// Lower case, without accents: as people type when they search.
fn folded(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| match c {
            'á' | 'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

impl Article {
    /// Whether every word that is searched for begins a word of the article, or of what it is found by.
    pub(super) fn matches(&self, words: &Words, searched: &str) -> bool {
        let text = folded(&[&words.get(self.question), " ", &words.get(self.answer), " ", self.found_by].concat());
        let known: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        folded(searched)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .all(|word| known.iter().any(|known| known.starts_with(word)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{help::ARTICLES, language::Language};

    use super::*;

    #[test]
    fn the_server_knows_the_same_articles() {
        let names: Vec<&str> = ALL.iter().map(|article| article.name).collect();
        assert_eq!(names, ARTICLES);
    }

    #[test]
    fn d_32_an_article_is_found_by_the_words_of_other_languages() {
        let words = Words::new(Language::En, BTreeMap::new());
        let found = |searched: &str| {
            let found = ALL.iter().filter(|article| article.matches(&words, searched));
            found.map(|article| article.name).collect::<Vec<_>>()
        };
        assert_eq!(found("charlar"), ["go_online"]);
        assert_eq!(found("chatten"), ["go_online"]);
        assert_eq!(found("chat en vivo"), ["go_online"]);
        assert_eq!(found("Desconectado"), ["offline"]);
        assert_eq!(found("desconectada"), ["offline"]);
        assert_eq!(found("équipe"), ["staff"]);
        assert_eq!(found("ticket"), ["channels"], "A-28");
        assert_eq!(found("mot de passe"), ["careful"], "A-25");
        assert_eq!(found("xylophone"), [""; 0]);
        assert_eq!(found("  ").len(), ALL.len(), "nothing searched for is everything found");
    }
}
