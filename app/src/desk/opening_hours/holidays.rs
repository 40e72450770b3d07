//! The holidays among the opening hours: days on which the store is closed all day, once or every year.

use leptos::prelude::*;
use model::{hours::Day, limits::HOLIDAYS_MAX};
use ui::{Act, Button, Erase, Erased, Icon, Known, Look, Reading, changed, each, icon, known};

use super::Editor;

/// The list, and the form that adds a day.
pub(super) fn holidays(editor: Editor) -> Erased {
    let days = known(move || editor.read(|hours| hours.holidays.clone()));
    let none = known(move || days.with(Vec::is_empty));
    let said = Reading::new(move || {
        let none = none.get();
        none.then(|| view! { <p class="muted small">{editor.t("desk.hours.no_holidays")}</p> }.erase())
    });
    view! {
        <div class="stack" role="group" aria-labelledby="holidays">
            <h3 class="hours__name" id="holidays">
                {editor.t("desk.hours.holidays")}
            </h3>
            {said}
            <ul class="hours__holidays" role="list" aria-labelledby="holidays" hidden=Reading::flag(move || none.get())>
                {each(move || days.get(), |day| written(*day), move |day| row(editor, day))}
            </ul>
            {add(editor, days)}
        </div>
    }
    .erase()
}

fn row(editor: Editor, day: Day) -> Erased {
    let shown = written(day);
    let label = editor.with("desk.hours.remove_holiday", &shown);
    let remove = Act::new(move |()| editor.change(|hours| hours.holidays.retain(|other| *other != day)));
    let yearly = day
        .year
        .is_none()
        .then(|| view! { <span class="muted small">{editor.t("desk.hours.every_year")}</span> }.erase());
    view! {
        <li class="hours__holiday">
            <span>{shown}</span>
            {yearly}
            <Button look=Look::Icon label=label on_press=remove>
                <Icon glyph=icon::x />
            </Button>
        </li>
    }
    .erase()
}

fn add(editor: Editor, days: Known<Vec<Day>>) -> Erased {
    let typed = RwSignal::new(String::new());
    let yearly = RwSignal::new(false);
    let take = Act::new(move |()| {
        let Some(day) = typed.with_untracked(|typed| read(typed, yearly.get_untracked())) else {
            return;
        };
        editor.change(|hours| {
            if !hours.holidays.contains(&day) {
                hours.holidays.push(day);
                hours.holidays.sort_unstable();
            }
        });
        typed.set(String::new());
    });
    let form = move || {
        let take = take.clone();
        view! {
            <div class="hours__add">
                <div class="field">
                    <label class="field__label" for="holiday">
                        {editor.t("desk.hours.holiday")}
                    </label>
                    <input
                        class="input"
                        id="holiday"
                        type="date"
                        prop:value=Reading::from(typed)
                        on:change=changed(move |event| typed.set(event_target_value(&event)))
                    />
                </div>
                <label class="hours__yearly">
                    <input
                        type="checkbox"
                        prop:checked=Reading::from(yearly)
                        on:change=changed(move |event| yearly.set(event_target_checked(&event)))
                    />
                    {editor.t("desk.hours.every_year")}
                </label>
                <Button look=Look::Quiet on_press=take>
                    {editor.t("desk.hours.add_holiday")}
                </Button>
            </div>
        }
        .erase()
    };
    let room = known(move || days.with(|days| days.len() < HOLIDAYS_MAX));
    Reading::new(move || room.get().then(&form)).erase()
}

/// `2026-12-25` as a browser writes it, whichever way it shows it.
fn read(typed: &str, yearly: bool) -> Option<Day> {
    let mut parts = typed.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let year: i16 = year.parse().ok()?;
    let day = Day {
        year: (!yearly).then_some(year),
        month: month.parse().ok()?,
        day: day.parse().ok()?,
    };
    day.exists().then_some(day)
}

/// Without a word of any language: `2026-12-25`, or `12-25` for every year.
fn written(day: Day) -> String {
    let two = |n: u8| if n < 10 { format!("0{n}") } else { n.to_string() };
    let rest = format!("{}-{}", two(day.month), two(day.day));
    match day.year {
        Some(year) => format!("{year}-{rest}"),
        None => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_written() {
        let once = read("2026-12-25", false).expect("a day");
        assert_eq!(written(once), "2026-12-25");
        let yearly = read("2026-01-01", true).expect("a day");
        assert_eq!((yearly.year, written(yearly).as_str()), (None, "01-01"));
        for bad in ["", "2026-02-30", "2026-13-01", "tomorrow", "2026-12"] {
            assert_eq!(read(bad, false), None, "{bad}");
        }
    }
}
