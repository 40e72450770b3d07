//! Lists that follow what they show: lines come, go and move, and those that stay are not drawn again.

use crate::{
    erased::{Erase, Erased},
    prop::Act,
    rows::{Key, Moment, rows},
};

/// A line for each of `items`, in their order. Items with the same key are the same line.
pub fn each<T: Send + 'static>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: fn(&T) -> String,
    draw: impl Fn(T) -> Erased + Send + Sync + 'static,
) -> Erased {
    let draw = Act::new(draw);
    rows(Box::new(move || moment(items(), key, draw.clone()))).erase()
}

fn moment<T: 'static>(items: Vec<T>, key: fn(&T) -> String, draw: Act<T, Erased>) -> Moment {
    let keys = items.iter().map(|item| Key::Text(key(item))).collect();
    let mut rest = items.into_iter().enumerate();
    Moment {
        keys,
        draw: Box::new(move |at| rest.find(|(n, _)| *n == at).map(|(_, item)| draw.run(item))),
    }
}
