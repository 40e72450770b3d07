//! What the shop itself says, in four languages. What its vendors say stands in [`crate::data`].

use model::language::Language;

/// One phrase in the four languages.
#[derive(Clone, Copy)]
pub(super) struct Phrase([&'static str; 4]);

impl Phrase {
    /// In one of them.
    pub(super) fn get(self, language: Language) -> &'static str {
        match language {
            Language::En => self.0[0],
            Language::Nl => self.0[1],
            Language::Es => self.0[2],
            Language::Fr => self.0[3],
        }
    }
}

macro_rules! phrases {
    ($($name:ident = $en:literal, $nl:literal, $es:literal, $fr:literal;)*) => {
        $(pub(super) const $name: Phrase = Phrase([$en, $nl, $es, $fr]);)*

        /// All of them, for the test.
        #[cfg(test)]
        pub(super) const ALL: &[Phrase] = &[$($name),*];
    };
}

phrases! {
    SKIP = "Skip to the content", "Naar de inhoud", "Ir al contenido", "Aller au contenu";
    STORES = "Stores", "Winkels", "Tiendas", "Boutiques";
    LANGUAGE = "Language", "Taal", "Idioma", "Langue";
    SLOGAN = "Two makers, one table.", "Twee makers, één tafel.", "Dos artesanos, una mesa.", "Deux artisans, une table.";
    INTRO =
        "Mesa is a small market for people who like to know who made their plate, and who pressed their oil. Ask them: they are here.",
        "Mesa is een kleine markt voor wie graag weet wie zijn bord maakte en wie zijn olie perste. Vraag het ze: ze zijn er.",
        "Mesa es un mercado pequeño para quien quiere saber quién hizo su plato y quién molió su aceite. Pregúntales: están aquí.",
        "Mesa est un petit marché pour ceux qui aiment savoir qui a fait leur assiette et pressé leur huile. Demandez-leur : ils sont là.";
    VISIT = "Visit the store", "Naar de winkel", "Visitar la tienda", "Visiter la boutique";
    FROM_BOTH = "On the table now", "Nu op tafel", "Ahora en la mesa", "Sur la table en ce moment";
    PRODUCTS = "Everything we make", "Alles wat we maken", "Todo lo que hacemos", "Tout ce que nous faisons";
    ABOUT = "About the house", "Over het huis", "Sobre la casa", "À propos de la maison";
    BY = "by", "van", "de", "de";
    DETAILS = "Details", "Details", "Detalles", "Détails";
    ASK_TITLE = "A question about it?", "Een vraag hierover?", "¿Alguna pregunta?", "Une question ?";
    ASK_TEXT =
        "You talk with the people who made it, not with a machine.",
        "Je praat met de mensen die het maakten, niet met een machine.",
        "Hablas con quienes lo hicieron, no con una máquina.",
        "Vous parlez à celles et ceux qui l’ont fait, pas à une machine.";
    MORE = "More from this store", "Meer uit deze winkel", "Más de esta tienda", "Plus de cette boutique";
    SIGN_IN = "Sign in", "Inloggen", "Entrar", "Se connecter";
    SIGN_OUT = "Sign out", "Uitloggen", "Salir", "Se déconnecter";
    EMAIL = "Email", "E-mail", "Correo electrónico", "E-mail";
    PASSWORD = "Password", "Wachtwoord", "Contraseña", "Mot de passe";
    REFUSED =
        "That address and password do not belong together. Nothing was lost: try again.",
        "Dat adres en wachtwoord horen niet bij elkaar. Er is niets verloren: probeer het nog eens.",
        "Ese correo y esa contraseña no van juntos. No se ha perdido nada: prueba otra vez.",
        "Cette adresse et ce mot de passe ne vont pas ensemble. Rien n’est perdu : réessayez.";
    DEMO_PEOPLE = "People of the demo", "Mensen van de demo", "Personas de la demo", "Les personnes de la démo";
    DEMO_PASSWORD =
        "They all have the same password:", "Ze hebben allemaal hetzelfde wachtwoord:", "Todos tienen la misma contraseña:",
        "Elles ont toutes le même mot de passe :";
    WRITE_TO_SELLER = "Write to the seller", "Schrijf de verkoper", "Escribir al vendedor", "Écrire au vendeur";
    WAYS_TO_REACH =
        "Ways to reach us", "Zo bereik je ons", "Formas de contactar", "Comment nous joindre";
    MY_MESSAGES = "My messages", "Mijn berichten", "Mis mensajes", "Mes messages";
    CONTACT =
        "Contact customer service", "Contact met de klantenservice", "Contactar con atención al cliente", "Contacter le service client";
    YOUR_ORDERS = "Your orders", "Je bestellingen", "Tus pedidos", "Vos commandes";
    ORDER = "Order", "Bestelling", "Pedido", "Commande";
    PLACED = "Placed on", "Geplaatst op", "Hecho el", "Passée le";
    STATE = "Progress", "Voortgang", "Estado", "Avancement";
    RECEIVED = "Received", "Ontvangen", "Recibido", "Reçue";
    PACKED = "Packed", "Ingepakt", "Preparado", "Préparée";
    SHIPPED = "Shipped", "Verzonden", "Enviado", "Expédiée";
    DELIVERED = "Delivered", "Bezorgd", "Entregado", "Livrée";
    PRODUCT = "Product", "Product", "Producto", "Produit";
    QUANTITY = "Quantity", "Aantal", "Cantidad", "Quantité";
    PRICE = "Price", "Prijs", "Precio", "Prix";
    SUBTOTAL = "Subtotal", "Subtotaal", "Subtotal", "Sous-total";
    SHIPPING = "Postage", "Verzending", "Envío", "Port";
    TOTAL = "Total", "Totaal", "Total", "Total";
    TRACKING = "Parcel", "Pakket", "Paquete", "Colis";
    NO_PARCEL = "Not on its way yet", "Nog niet onderweg", "Aún no ha salido", "Pas encore en route";
    ASK_ORDER = "A question about this order?", "Een vraag over deze bestelling?", "¿Una pregunta sobre este pedido?", "Une question sur cette commande ?";
    NOT_FOUND = "There is nothing here", "Hier is niets", "Aquí no hay nada", "Il n’y a rien ici";
    NOT_FOUND_MORE =
        "Perhaps the address has a slip of the pen in it, or it belongs to somebody else.",
        "Misschien zit er een schrijffout in het adres, of is het van iemand anders.",
        "Quizá la dirección tenga una errata, o sea de otra persona.",
        "L’adresse contient peut-être une faute de frappe, ou elle est à quelqu’un d’autre.";
    GO_HOME = "Back to the market", "Terug naar de markt", "Volver al mercado", "Retour au marché";
    DEMO_NOTE =
        "Mesa is a demonstration: nothing here can be bought, and the conversations are real.",
        "Mesa is een demonstratie: er is hier niets te koop, en de gesprekken zijn echt.",
        "Mesa es una demostración: aquí no se vende nada, y las conversaciones son de verdad.",
        "Mesa est une démonstration : rien n’est à vendre, et les conversations sont vraies.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_unsaid() {
        for phrase in ALL {
            assert!(Language::ALL.into_iter().all(|l| !phrase.get(l).trim().is_empty()));
        }
    }
}
