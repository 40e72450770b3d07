//! What components are given besides plain values: something that changes, and something to do.
//!
//! A signal, a memo or a callback can be given wherever one of these is asked for. Behind them is a pointer, on purpose: each kind of
//! signal brings its own copy of the reactive machinery into a program, and each closure in a view another. Here there is one for each
//! type of value.

use std::sync::{Arc, Mutex};

use leptos::{prelude::*, tachys::reactive_graph::ReactiveFunction};

/// Something that changes. As a child of an element, or as its attribute, it is followed.
pub struct Reading<T>(Arc<dyn Fn() -> T + Send + Sync>);

impl<T: 'static> Reading<T> {
    /// Whatever `read` sees.
    pub fn new(read: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// As it is now. A view or an effect that asks is asked for again when it changes.
    pub fn get(&self) -> T {
        (self.0)()
    }

    /// As it is now, and no more is wanted of it.
    pub fn get_untracked(&self) -> T {
        untrack(|| self.get())
    }
}

impl Reading<Option<String>> {
    /// An attribute without a value: there while `is` says so.
    pub fn flag(is: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self::new(move || is().then(String::new))
    }

    /// An attribute that spells out `true` or `false`.
    pub fn spelled(is: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self::new(move || Some(String::from(if is() { "true" } else { "false" })))
    }
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default + 'static> Default for Reading<T> {
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T: 'static> ReactiveFunction for Reading<T> {
    type Output = T;

    fn invoke(&mut self) -> T {
        self.get()
    }

    fn into_shared(self) -> Arc<Mutex<dyn FnMut() -> T + Send>> {
        Arc::new(Mutex::new(move || self.get()))
    }
}

macro_rules! readings {
    ($($source:ident)*) => {$(
        impl<T: Clone + Send + Sync + 'static> From<$source<T>> for Reading<T> {
            fn from(source: $source<T>) -> Self {
                Self::new(move || source.get())
            }
        }
    )*};
}

readings! { Signal RwSignal Memo }

/// Something to do, with what it is told.
pub struct Act<In, Out = ()>(Arc<dyn Fn(In) -> Out + Send + Sync>);

impl<In: 'static, Out: 'static> Act<In, Out> {
    /// Does `act`.
    pub fn new(act: impl Fn(In) -> Out + Send + Sync + 'static) -> Self {
        Self(Arc::new(act))
    }

    /// Does it.
    pub fn run(&self, told: In) -> Out {
        (self.0)(told)
    }
}

impl<In, Out> Clone for Act<In, Out> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<In: 'static, Out: Default + 'static> From<Callback<In, Out>> for Act<In, Out> {
    /// A callback goes with the page that made it; what is asked of it later, by a timer say, is not done.
    fn from(callback: Callback<In, Out>) -> Self {
        Self::new(move |told| callback.try_run(told).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_has_no_value() {
        assert_eq!(Reading::flag(|| true).get(), Some(String::new()));
        assert_eq!(Reading::flag(|| false).get(), None);
        assert_eq!(Reading::spelled(|| false).get().as_deref(), Some("false"));
    }

    #[test]
    fn what_a_page_left_behind_is_not_done() {
        let owner = Owner::new();
        owner.set();
        let act = Act::from(Callback::new(|n: u32| n + 1));
        assert_eq!(act.run(1), 2);
        owner.cleanup();
        assert_eq!(act.run(1), 0);
    }
}
