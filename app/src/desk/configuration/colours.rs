//! A background and the text on it (P-18 to P-20, P-27), with their contrast, and the nearest shade that can be read.

use leptos::prelude::*;
use model::{
    colour::{Colour, Pair},
    configuration::PairName,
    language::Language,
};
use ui::{Act, Button, Erase, Erased, Look, Reading, changed, known, sentence};

use super::draft::{Draft, Spot};
use crate::desk::state::DeskState;

/// The colours of one place.
pub(super) fn pair(desk: DeskState, draft: Draft, name: PairName, id: &'static str, title: String) -> Erased {
    let words = desk.words();
    let chosen = known(move || draft.settings.with(|settings| settings.pair(name)));
    let choose = move |pair: Pair| draft.settings.update(|settings| settings.set_pair(name, pair));
    let offered = known(move || {
        let pair = chosen.get();
        (!pair.is_readable()).then(|| pair.nearest_readable())
    });
    let invalid = Reading::new(move || offered.get().map(|_| "true".to_owned()));
    let said_id = format!("{id}-contrast");
    let contrast = {
        let words = words.clone();
        Reading::new(move || words.with("desk.configuration.contrast", &[("n", &tenths(chosen.get(), words.language()))]))
    };
    let error = draft.error(&words, Spot::Colours(name));
    let offer = Reading::new(move || {
        offered.get().map(|pair| {
            let take = Act::new(move |()| choose(pair));
            let shade = pair.text.to_string();
            view! {
                <Button look=Look::Quiet on_press=take>
                    {swatch(shade.clone())}
                    {desk.t("desk.configuration.use_shade")}
                    <code>{shade}</code>
                </Button>
            }
            .erase()
        })
    });
    let background = Well {
        id: format!("{id}-background"),
        label: desk.t("desk.configuration.background"),
        colour: Reading::new(move || chosen.get().background),
        choose: Act::new(move |background| {
            choose(Pair {
                background,
                ..chosen.get_untracked()
            });
        }),
    };
    let text = Well {
        id: format!("{id}-text"),
        label: desk.t("desk.configuration.text_colour"),
        colour: Reading::new(move || chosen.get().text),
        choose: Act::new(move |text| {
            choose(Pair {
                text,
                ..chosen.get_untracked()
            });
        }),
    };
    view! {
        <fieldset class="colours">
            <legend class="field__label">{title}</legend>
            <div class="colours__wells">
                {well(background, invalid.clone(), said_id.clone())} {well(text, invalid, said_id.clone())}
            </div>
            <div class="colours__said" id=said_id aria-live="polite">
                <p class="field__hint">{contrast}</p>
                {sentence("field__error", None, None, error)}
            </div>
            {offer}
        </fieldset>
    }
    .erase()
}

/// One colour, and how another one is chosen.
struct Well {
    id: String,
    label: String,
    colour: Reading<Colour>,
    choose: Act<Colour>,
}

/// Its value is set as a property: the field shows what is chosen, also after a shade was taken.
fn well(well: Well, invalid: Reading<Option<String>>, described_by: String) -> Erased {
    let Well { id, label, colour, choose } = well;
    let code = Reading::new(move || colour.get().to_string());
    let typed = changed(move |event| {
        // A colour field knows no other values.
        if let Ok(colour) = Colour::parse(&event_target_value(&event)) {
            choose.run(colour);
        }
    });
    view! {
        <div class="colours__well">
            <input
                class="colours__input"
                type="color"
                id=id.clone()
                prop:value=code.clone()
                aria-invalid=invalid
                aria-describedby=described_by
                on:input=typed
            />
            <label for=id>{label}</label>
            <code class="colours__code">{code}</code>
        </div>
    }
    .erase()
}

/// A drawing, because a style attribute is not allowed on our pages.
fn swatch(colour: String) -> Erased {
    view! {
        <svg class="colours__swatch" viewBox="0 0 16 16" aria-hidden="true">
            <rect width="16" height="16" rx="4" fill=colour />
        </svg>
    }
    .erase()
}

/// A contrast as its reader's language writes numbers.
fn tenths(pair: Pair, language: Language) -> String {
    let tenths = pair.contrast_tenths();
    let point = if language == Language::En { '.' } else { ',' };
    format!("{}{point}{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contrast_is_written_as_the_language_writes_numbers() {
        let pair = Pair {
            background: Colour::rgb(0xff, 0xff, 0xff),
            text: Colour::rgb(0x77, 0x77, 0x77),
        };
        assert_eq!(tenths(pair, Language::En), "4.4");
        assert_eq!(tenths(pair, Language::Nl), "4,4");
    }
}
