//! The configuration as it is on the page: what was chosen, what was typed, and what is wrong with it. It saves nothing.

use leptos::prelude::*;
use model::{
    configuration::{Configuration, PairName, StoreTexts, TextName, check_places, check_web_address, given},
    language::Language,
    refusal::{Field, Refusal},
    settings::{OfflineMode, StoreSettings},
    text::{EmailAddress, Name},
    words::Words,
};
use ui::{Reading, Slot};

/// A place on the page that something can be wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    OperatorName,
    Places,
    Hours,
    Privacy,
    Notify,
    /// In the order of [`Language::ALL`].
    Text(usize, TextName),
    Colours(PairName),
}

/// The steps of the page, in order.
pub(super) const RETAILER: u32 = 0;
/// See [`RETAILER`].
pub(super) const ONLINE: u32 = 1;
/// See [`RETAILER`].
pub(super) const OFFLINE: u32 = 2;

impl Spot {
    /// The step it stands in.
    pub(super) fn step(self) -> u32 {
        match self {
            Self::OperatorName | Self::Places | Self::Hours | Self::Privacy => RETAILER,
            Self::Text(_, TextName::Header | TextName::Welcome) | Self::Colours(PairName::Header | PairName::Theirs | PairName::Mine) => {
                ONLINE
            }
            Self::Notify | Self::Text(..) | Self::Colours(PairName::OfflineHeader) => OFFLINE,
        }
    }

    /// Where a refusal of the server belongs.
    pub(super) fn of(field: Field) -> Option<Self> {
        match field {
            Field::Hours => Some(Self::Hours),
            Field::Url => Some(Self::Privacy),
            Field::Places => Some(Self::Places),
            Field::Email => Some(Self::Notify),
            _ => None,
        }
    }
}

/// What is wrong, and where.
pub(super) type Wrong = (Spot, Refusal);

/// The page's state: handles, made with the page and filled once the configuration has come.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// Everything that is chosen. What is typed stands beside it, because it can be wrong.
    pub(super) settings: Slot<StoreSettings>,
    pub(super) operator_name: RwSignal<String>,
    pub(super) places: RwSignal<String>,
    pub(super) notify: RwSignal<String>,
    texts: [[RwSignal<String>; 4]; 4],
    /// The number of the language that the texts and the preview are shown in.
    pub(super) language: RwSignal<u32>,
    /// Where missing texts come from.
    pub(super) default_language: Slot<Language>,
    saved: Slot<Option<Configuration>>,
    /// Whether Save was pressed: before that nobody is told what is wrong with half a word.
    pub(super) tried: RwSignal<bool>,
    /// What only the server could know.
    pub(super) refused: Slot<Option<Wrong>>,
}

impl Draft {
    pub(super) fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            settings: Slot::new(StoreSettings::default()),
            operator_name: text(),
            places: text(),
            notify: text(),
            texts: Language::ALL.map(|_| TextName::ALL.map(|_| text())),
            language: RwSignal::new(0),
            default_language: Slot::new(Language::default()),
            saved: Slot::new(None),
            tried: RwSignal::new(false),
            refused: Slot::new(None),
        }
    }

    /// Shows a configuration as it came.
    pub(super) fn fill(self, configuration: &Configuration) {
        let settings = &configuration.settings;
        let name = settings.operator_name.as_ref().map_or("", Name::as_str);
        self.operator_name.try_set(name.to_owned());
        self.places.try_set(settings.places.to_string());
        let notify = settings.notify.as_ref().map_or("", EmailAddress::as_str);
        self.notify.try_set(notify.to_owned());
        for (places, texts) in self.texts.iter().zip(&configuration.texts) {
            for (place, name) in places.iter().zip(TextName::ALL) {
                place.try_set(texts.get(name).unwrap_or_default().to_owned());
            }
        }
        let first = Language::ALL.iter().position(|l| *l == configuration.default_language);
        self.language.try_set(first.unwrap_or_default() as u32);
        self.default_language.set(configuration.default_language);
        self.settings.set(settings.clone());
        self.keep(configuration.clone());
    }

    /// From now on this is what is saved; what is being typed stays as it is.
    pub(super) fn keep(self, configuration: Configuration) {
        self.saved.set(Some(configuration));
        self.tried.try_set(false);
        self.refused.set(None);
    }

    /// The signal behind one of the texts.
    pub(super) fn text(self, language: usize, name: TextName) -> RwSignal<String> {
        let of_language = self.texts[language];
        match name {
            TextName::Header => of_language[0],
            TextName::Welcome => of_language[1],
            TextName::OfflineHeader => of_language[2],
            TextName::OfflineWelcome => of_language[3],
        }
    }

    /// All of it as it could be saved, and what was typed that could not. Reactive.
    pub(super) fn read(self) -> (Configuration, Vec<Wrong>) {
        let mut wrong = Vec::new();
        let mut settings = self.settings.get();
        match given(Name::parse(&self.operator_name.get())) {
            Ok(name) => settings.operator_name = name,
            Err(why) => wrong.push((Spot::OperatorName, why)),
        }
        match self.places.get().trim().parse::<u32>() {
            Ok(places) if check_places(places).is_ok() => settings.places = places,
            _ => wrong.push((Spot::Places, Refusal::Invalid(Field::Places))),
        }
        match given(EmailAddress::parse(&self.notify.get())) {
            Ok(address) => settings.notify = address,
            Err(why) => wrong.push((Spot::Notify, why)),
        }
        let mut texts = [(); 4].map(|()| StoreTexts::default());
        for (language, texts) in texts.iter_mut().enumerate() {
            for name in TextName::ALL {
                if let Err(why) = texts.set(name, &self.text(language, name).get()) {
                    wrong.push((Spot::Text(language, name), why));
                }
            }
        }
        let configuration = Configuration {
            settings,
            texts,
            default_language: self.default_language.get(),
            rev: self.saved.with(|saved| saved.as_ref().map_or(0, |saved| saved.rev)),
        };
        (configuration, wrong)
    }

    /// Everything that would be refused. Reactive.
    pub(super) fn problems(self) -> Vec<Wrong> {
        let (configuration, mut wrong) = self.read();
        let settings = &configuration.settings;
        for name in PairName::ALL {
            if !settings.pair(name).is_readable() {
                wrong.push((Spot::Colours(name), Refusal::Invalid(Field::Colour)));
            }
        }
        if let Some(Err(why)) = settings.hours.as_ref().map(model::hours::OpeningHours::check) {
            wrong.push((Spot::Hours, why));
        }
        if let Some(Err(why)) = settings.privacy_url.as_deref().map(check_web_address) {
            wrong.push((Spot::Privacy, why));
        }
        wrong
    }

    /// Whether leaving would lose something. Reactive.
    pub(super) fn is_unsaved(self) -> bool {
        let (configuration, wrong) = self.read();
        self.saved
            .with(|saved| saved.as_ref().is_some_and(|saved| !wrong.is_empty() || *saved != configuration))
    }

    /// Whether shoppers find anything while nobody is there (P-11). Reactive.
    pub(super) fn has_offline_mode(self) -> bool {
        self.settings.with(|settings| settings.offline != OfflineMode::Hidden)
    }

    /// What is wrong with a place, once somebody pressed Save. Colours are said at once: they are not half a word.
    pub(super) fn error(self, words: &Words, spot: Spot) -> Reading<Option<String>> {
        let words = words.clone();
        Reading::new(move || {
            let refused = self.refused.get().filter(|(at, _)| *at == spot);
            let at_once = matches!(spot, Spot::Colours(_));
            let wrong = if at_once || self.tried.get() {
                self.problems().into_iter().find(|(at, _)| *at == spot)
            } else {
                None
            };
            wrong.or(refused).map(|(_, why)| words.refusal(why))
        })
    }
}
