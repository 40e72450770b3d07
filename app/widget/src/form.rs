//! What is typed in the panel's two forms, and how it becomes a request. Both forms share it, so nothing is typed twice when the
//! panel turns from one into the other.

use leptos::prelude::*;
use model::{
    panel::{FormAnswer, Known},
    refusal::{Field, Refusal},
    settings::{Asked, OfflineFields},
    text::{Body, EmailAddress, Name, Phone},
};

/// What is wrong, and where.
pub(crate) type Wrong = Vec<(Field, Refusal)>;

/// The fields as they are typed.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) name: RwSignal<String>,
    pub(crate) first_name: RwSignal<String>,
    pub(crate) last_name: RwSignal<String>,
    pub(crate) email: RwSignal<String>,
    pub(crate) phone: RwSignal<String>,
    pub(crate) message: RwSignal<String>,
    /// What is said with a rating.
    pub(crate) comment: RwSignal<String>,
}

impl Form {
    /// Empty, or with what had been typed in a form that was sent without scripts.
    pub(crate) fn new(answer: Option<&FormAnswer>) -> Self {
        let typed = |field: Field| {
            let found = answer.and_then(|a| a.typed.iter().find(|(key, _)| key == field.key()));
            RwSignal::new(found.map(|(_, text)| text.clone()).unwrap_or_default())
        };
        Self {
            name: typed(Field::Name),
            first_name: typed(Field::FirstName),
            last_name: typed(Field::LastName),
            email: typed(Field::Email),
            phone: typed(Field::Phone),
            message: typed(Field::Message),
            comment: typed(Field::Comment),
        }
    }

    /// The signal behind a field of the offline form.
    pub(crate) fn text(self, field: Field) -> RwSignal<String> {
        match field {
            Field::FirstName => self.first_name,
            Field::LastName => self.last_name,
            Field::Email => self.email,
            Field::Phone => self.phone,
            Field::Message => self.message,
            Field::Comment => self.comment,
            _ => self.name,
        }
    }

    /// Fills in whom the shop says this is, where nothing was typed yet (D-14).
    pub(crate) fn pre_fill(self, known: &Known) {
        if let Some(name) = &known.name {
            let (first, last) = halves(name.as_str());
            fill_empty(self.name, name.as_str());
            fill_empty(self.first_name, first);
            fill_empty(self.last_name, last);
        }
        if let Some(email) = &known.email {
            self.email.set(email.as_str().to_owned());
        }
    }

    /// Takes the name over into the offline form's two fields.
    pub(crate) fn turn_into_offline_form(self) {
        let name = self.name.get_untracked();
        let (first, last) = halves(name.trim());
        if self.first_name.with_untracked(String::is_empty) {
            fill_empty(self.first_name, first);
            fill_empty(self.last_name, last);
        }
    }

    /// All texts, as they are now.
    pub(crate) fn typed(self) -> Typed {
        Typed {
            name: self.name.get_untracked(),
            first_name: self.first_name.get_untracked(),
            last_name: self.last_name.get_untracked(),
            email: self.email.get_untracked(),
            phone: self.phone.get_untracked(),
            message: self.message.get_untracked(),
        }
    }
}

fn fill_empty(place: RwSignal<String>, text: &str) {
    if place.with_untracked(String::is_empty) {
        place.set(text.to_owned());
    }
}

/// "Jane van Doe" is "Jane" and "van Doe".
fn halves(name: &str) -> (&str, &str) {
    name.split_once(' ').map_or((name, ""), |(first, last)| (first, last.trim_start()))
}

/// Raw texts of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) message: String,
}

/// The offline form, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) first_name: Option<Name>,
    pub(crate) last_name: Option<Name>,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) phone: Option<Phone>,
    pub(crate) body: Body,
}

impl Typed {
    /// The form before a chat: a guest may leave both empty.
    pub(crate) fn chat(&self) -> Result<(Option<Name>, Option<EmailAddress>), Wrong> {
        let mut wrong = Vec::new();
        let name = read(&self.name, Asked::Optional, Field::Name, Name::parse, &mut wrong);
        let email = read(&self.email, Asked::Optional, Field::Email, EmailAddress::parse, &mut wrong);
        if wrong.is_empty() { Ok((name, email)) } else { Err(wrong) }
    }

    /// The form when nobody is there: what the store asks, and always the message.
    pub(crate) fn message(&self, asked: OfflineFields) -> Result<Message, Wrong> {
        let mut wrong = Vec::new();
        let first_name = read(&self.first_name, asked.first_name, Field::FirstName, Name::parse, &mut wrong);
        let last_name = read(&self.last_name, asked.last_name, Field::LastName, Name::parse, &mut wrong);
        let email = read(&self.email, asked.email, Field::Email, EmailAddress::parse, &mut wrong);
        let phone = read(&self.phone, asked.phone, Field::Phone, Phone::parse, &mut wrong);
        match read(&self.message, Asked::Required, Field::Message, Body::parse, &mut wrong) {
            Some(body) if wrong.is_empty() => Ok(Message {
                first_name,
                last_name,
                email,
                phone,
                body,
            }),
            _ => Err(wrong),
        }
    }
}

fn read<T>(raw: &str, asked: Asked, field: Field, parse: fn(&str) -> Result<T, Refusal>, wrong: &mut Wrong) -> Option<T> {
    if asked == Asked::No {
        return None;
    }
    match parse(raw) {
        Ok(value) => Some(value),
        Err(Refusal::Missing(_)) if asked == Asked::Optional => None,
        Err(why) => {
            wrong.push((field, about(why, field)));
            None
        }
    }
}

/// A name does not know which name it is; the form does.
fn about(why: Refusal, field: Field) -> Refusal {
    match why {
        Refusal::Missing(_) => Refusal::Missing(field),
        Refusal::Invalid(_) => Refusal::Invalid(field),
        Refusal::TooLong { max, .. } => Refusal::TooLong { field, max },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use model::limits::NAME_CHARS_MAX;

    use super::*;

    #[test]
    fn a_guest_may_stay_nameless_but_not_misspell_an_address() {
        assert_eq!(Typed::default().chat(), Ok((None, None)));
        let typed = Typed {
            email: "jane".into(),
            ..Typed::default()
        };
        assert_eq!(typed.chat(), Err(vec![(Field::Email, Refusal::Invalid(Field::Email))]));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let typed = Typed {
            last_name: "x".repeat(NAME_CHARS_MAX + 1),
            phone: "no".into(),
            ..Typed::default()
        };
        let wrong = typed.message(OfflineFields::default()).expect_err("almost everything");
        assert_eq!(
            wrong,
            [
                (Field::FirstName, Refusal::Missing(Field::FirstName)),
                (
                    Field::LastName,
                    Refusal::TooLong {
                        field: Field::LastName,
                        max: NAME_CHARS_MAX as u32
                    }
                ),
                (Field::Email, Refusal::Missing(Field::Email)),
                (Field::Message, Refusal::Missing(Field::Message)),
            ]
        );
    }

    #[test]
    fn what_is_not_asked_is_not_sent() {
        let asked = OfflineFields {
            first_name: Asked::No,
            last_name: Asked::No,
            email: Asked::No,
            phone: Asked::No,
        };
        let typed = Typed {
            email: "jane@shop.example".into(),
            message: "Hello".into(),
            ..Typed::default()
        };
        let message = typed.message(asked).expect("only the message");
        assert_eq!((message.email, message.first_name), (None, None));
    }

    #[test]
    fn a_name_has_two_halves() {
        assert_eq!(halves("Jane van Doe"), ("Jane", "van Doe"));
        assert_eq!(halves("Jane"), ("Jane", ""));
    }
}
