//! The editor of the opening hours, for the configuration: hours of each weekday, holidays, and the zone they are meant in. It changes the
//! draft and saves nothing; an order that makes no sense is said beside its day, and refused when it is saved.

mod holidays;

use leptos::prelude::*;
use model::{
    hours::{DAY_MINUTES, OpeningHours, Span, clock, day_fits, minute_of},
    limits::SPANS_MAX,
    settings::StoreSettings,
    words::Words,
};
use ui::{Act, Button, Erase, Erased, Icon, Look, Reading, Slot, Switch, changed, icon, known};

/// What a store begins with: most of our stores keep this time.
const FIRST_ZONE: &str = "Europe/Amsterdam";

/// Offered while typing; any other zone of the world can be typed as well.
const ZONES: [&str; 36] = [
    "Africa/Casablanca",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Chicago",
    "America/Curacao",
    "America/Lima",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Montreal",
    "America/New_York",
    "America/Paramaribo",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Atlantic/Canary",
    "Australia/Sydney",
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Brussels",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Luxembourg",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Rome",
    "Europe/Warsaw",
    "Europe/Zurich",
    "UTC",
];

const DAYS: [&str; 7] = [
    "desk.hours.monday",
    "desk.hours.tuesday",
    "desk.hours.wednesday",
    "desk.hours.thursday",
    "desk.hours.friday",
    "desk.hours.saturday",
    "desk.hours.sunday",
];

/// The draft and its words, for all parts of the editor. The words are kept where closures can copy them from.
#[derive(Clone, Copy)]
struct Editor {
    draft: Slot<StoreSettings>,
    words: Slot<Words>,
}

impl Editor {
    fn t(self, key: &str) -> String {
        self.words.with_untracked(|words| words.get(key))
    }

    fn with(self, key: &str, day: &str) -> String {
        self.words.with_untracked(|words| words.with(key, &[("day", day)]))
    }

    /// Something of the hours; reactive.
    fn read<T: Default>(self, look: impl FnOnce(&OpeningHours) -> T) -> T {
        self.draft.with(|draft| draft.hours.as_ref().map(look).unwrap_or_default())
    }

    fn change(self, change: impl FnOnce(&mut OpeningHours)) {
        self.draft.update(|draft| {
            if let Some(hours) = &mut draft.hours {
                change(hours);
            }
        });
    }
}

/// The editor.
pub(crate) fn editor(draft: Slot<StoreSettings>, words: Words) -> Erased {
    let editor = Editor {
        draft,
        words: Slot::new(words),
    };
    let on = known(move || draft.with(|draft| draft.hours.is_some()));
    // Switched off and on again in one sitting, nothing that was typed is lost.
    let before = Slot::new(None::<OpeningHours>);
    let change = Act::new(move |on: bool| {
        draft.update(|draft| {
            if on {
                let known = before.get_untracked();
                draft.hours = Some(known.unwrap_or_else(|| OpeningHours::office(FIRST_ZONE)));
            } else {
                before.set(draft.hours.take());
            }
        });
    });
    let content = Reading::new(move || {
        on.get()
            .then(|| view! { {zone(editor)} {week(editor)} {holidays::holidays(editor)} }.erase())
    });
    view! {
        <div class="hours stack">
            <Switch label=editor.t("desk.hours.only") on=on on_change=change />
            <p class="muted small measure">{editor.t("desk.hours.explained")}</p>
            {content}
        </div>
    }
    .erase()
}

fn zone(editor: Editor) -> Erased {
    let typed = changed(move |event| {
        let typed = event_target_value(&event);
        editor.change(|hours| typed.trim().clone_into(&mut hours.zone));
    });
    let offered = ZONES
        .into_iter()
        .map(|zone| view! { <option value=zone></option> }.erase())
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for="zone">
                {editor.t("desk.hours.zone")}
            </label>
            <input
                class="input"
                id="zone"
                type="text"
                list="zones"
                autocomplete="off"
                spellcheck="false"
                aria-describedby="zone-hint"
                prop:value=Reading::new(move || editor.read(|hours| hours.zone.clone()))
                on:change=typed
            />
            <datalist id="zones">{offered}</datalist>
            <p class="field__hint" id="zone-hint">
                {editor.t("desk.hours.zone_hint")}
            </p>
        </div>
    }
    .erase()
}

fn week(editor: Editor) -> Erased {
    let days = (0..DAYS.len()).map(|weekday| day(editor, weekday)).collect_view();
    view! {
        <div class="hours__week" role="group" aria-label=editor.t("desk.hours.week")>
            {days}
        </div>
    }
    .erase()
}

fn day(editor: Editor, weekday: usize) -> Erased {
    let name = editor.t(DAYS[weekday]);
    let count = known(move || editor.read(|hours| hours.week[weekday].len()));
    let wrong = known(move || {
        !editor
            .draft
            .with(|d| d.hours.as_ref().is_none_or(|hours| day_fits(&hours.week[weekday])))
    });
    let add_label = editor.with("desk.hours.add", &name);
    let add = Act::new(move |()| {
        editor.change(|hours| {
            let next = after(&hours.week[weekday]);
            hours.week[weekday].push(next);
        });
    });
    let row_name = name.clone();
    let rows = Reading::new(move || {
        let rows = (0..count.get()).map(|nth| span(editor, weekday, nth, &row_name));
        rows.collect::<Vec<Erased>>().erase()
    });
    let closed = Reading::new(move || {
        let closed = count.get() == 0;
        closed.then(|| view! { <span class="muted">{editor.t("desk.hours.closed")}</span> }.erase())
    });
    let error = Reading::new(move || {
        let wrong = wrong.get();
        wrong.then(|| view! { <p class="field__error">{editor.t("desk.hours.wrong_day")}</p> }.erase())
    });
    let more = Reading::new(move || {
        let (label, add) = (add_label.clone(), add.clone());
        (count.get() < SPANS_MAX).then(|| {
            view! {
                <Button look=Look::Icon label=label on_press=add>
                    <span aria-hidden="true">"+"</span>
                </Button>
            }
            .erase()
        })
    });
    let label = name.clone();
    view! {
        <div class="hours__day" role="group" aria-label=label>
            <span class="hours__name">{name}</span>
            <div class="hours__spans">
                {rows} {closed} <div role="alert">{error}</div>
            </div>
            {more}
        </div>
    }
    .erase()
}

/// The next hours of a day: office hours first, then the rest of the day after a pause.
fn after(spans: &[Span]) -> Span {
    let from_minute = spans
        .last()
        .map_or(9 * 60, |last| last.until_minute.saturating_add(60).min(DAY_MINUTES - 60));
    Span {
        from_minute,
        until_minute: if spans.is_empty() {
            17 * 60
        } else {
            (from_minute + 180).min(DAY_MINUTES)
        },
    }
}

fn span(editor: Editor, weekday: usize, nth: usize, day: &str) -> Erased {
    let change = move |change: &dyn Fn(&mut Vec<Span>)| editor.change(|hours| change(&mut hours.week[weekday]));
    let time = move |label: &str, of: fn(&Span) -> u16, set: fn(&mut Span, u16)| {
        let read = move |hours: &OpeningHours| hours.week[weekday].get(nth).map(of).unwrap_or_default();
        let typed = changed(move |event| {
            if let Some(minute) = minute_of(&event_target_value(&event)) {
                change(&|spans| {
                    if let Some(span) = spans.get_mut(nth) {
                        set(span, minute);
                    }
                });
            }
        });
        view! {
            <input
                class="input"
                type="time"
                required=true
                aria-label=editor.with(label, day)
                prop:value=Reading::new(move || clock(editor.read(read)))
                on:change=typed
            />
        }
    };
    let remove = Act::new(move |()| {
        change(&|spans| {
            if nth < spans.len() {
                spans.remove(nth);
            }
        });
    });
    view! {
        <div class="hours__span">
            {time("desk.hours.opens", |span| span.from_minute, |span, minute| span.from_minute = minute)}
            <span aria-hidden="true">"–"</span>
            {time("desk.hours.closes", |span| span.until_minute, until)}
            <Button look=Look::Icon label=editor.with("desk.hours.remove", day) on_press=remove>
                <Icon glyph=icon::x />
            </Button>
        </div>
    }
    .erase()
}

/// Midnight, as an end, is the end of the day.
fn until(span: &mut Span, minute: u16) {
    span.until_minute = if minute == 0 { DAY_MINUTES } else { minute };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_are_added_fit_after_those_that_are_there() {
        let mut day = Vec::new();
        for _ in 0..3 {
            day.push(after(&day));
            assert!(day_fits(&day), "{day:?}");
        }
        assert_eq!((day[0].from_minute, day[0].until_minute), (540, 1_020));
    }

    #[test]
    fn midnight_ends_a_day() {
        let mut span = after(&[]);
        until(&mut span, 0);
        assert_eq!(span.until_minute, DAY_MINUTES);
    }
}
