//! Values that change and are followed, and values that are worked out of others.
//!
//! Leptos' signals and memos do the same, but each type that is kept in one brings a copy of all their machinery into a program: two to
//! four kilobytes, for some seventy types in the back office. Here what tells of changes knows nothing of the value, and so exists once.
//! What they deliberately do not do: be read without an owner who is still there, be written in part, be compared as handles.

use std::{
    any::Any,
    marker::PhantomData,
    sync::{Arc, PoisonError, RwLock},
};

use leptos::prelude::*;

use crate::prop::Reading;

/// A value that changes, kept as long as somebody holds it.
pub struct ArcSlot<T> {
    value: Arc<RwLock<T>>,
    told: ArcTrigger,
}

impl<T> Clone for ArcSlot<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            told: self.told.clone(),
        }
    }
}

impl<T> ArcSlot<T> {
    /// With its first value.
    pub fn new(value: T) -> Self {
        Self {
            value: Arc::new(RwLock::new(value)),
            told: ArcTrigger::new(),
        }
    }

    /// Looks at it. A view or an effect that looks is asked again when it changes.
    pub fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        self.told.track();
        self.with_untracked(look)
    }

    /// Looks at it, and no more is wanted of it.
    pub fn with_untracked<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes it, and tells whoever follows.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let answer = change(&mut self.value.write().unwrap_or_else(PoisonError::into_inner));
        self.told.notify();
        answer
    }

    /// Puts another value in its place.
    pub fn set(&self, value: T) {
        self.update(|held| *held = value);
    }
}

impl<T: Clone> ArcSlot<T> {
    /// A copy of it, followed.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// A copy of it as it is now.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }
}

/// What is kept of a slot where handles are kept, whatever its value is.
#[derive(Clone)]
struct Kept {
    /// An `RwLock` of the value.
    value: Arc<dyn Any + Send + Sync>,
    told: ArcTrigger,
}

/// A value that changes. A handle that may be copied freely; the value goes with the view that made it.
pub struct Slot<T> {
    kept: StoredValue<Kept>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slot<T> {}

impl<T: Send + Sync + 'static> Slot<T> {
    /// With its first value.
    pub fn new(value: T) -> Self {
        Self {
            kept: StoredValue::new(Kept {
                value: Arc::new(RwLock::new(value)),
                told: ArcTrigger::new(),
            }),
            of: PhantomData,
        }
    }

    fn here(self) -> Option<ArcSlot<T>> {
        let Kept { value, told } = self.kept.try_get_value()?;
        let value = value.downcast().ok()?;
        Some(ArcSlot { value, told })
    }

    fn surely_here(self) -> ArcSlot<T> {
        self.here().expect("the view that made it is gone")
    }

    /// Looks at it. A view or an effect that looks is asked again when it changes.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.surely_here().with(look)
    }

    /// Looks at it, and no more is wanted of it.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.surely_here().with_untracked(look)
    }

    /// The same for those who come late: `None` when the view that made it is gone.
    pub fn try_with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        Some(self.here()?.with_untracked(look))
    }

    /// Whoever asks is asked again when it changes.
    pub fn track(self) {
        if let Some(slot) = self.here() {
            slot.told.track();
        }
    }

    /// Changes it, and tells whoever follows. Nothing happens when the view that made it is gone.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// The same with an answer; `None` when the view that made it is gone.
    pub fn try_update<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        Some(self.here()?.update(change))
    }

    /// Puts another value in its place; nothing happens when the view that made it is gone.
    pub fn set(self, value: T) {
        self.update(|held| *held = value);
    }
}

impl<T: Clone + Send + Sync + 'static> Slot<T> {
    /// A copy of it, followed.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of it as it is now.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// The same for those who come late: `None` when the view that made it is gone.
    pub fn try_get_untracked(self) -> Option<T> {
        self.try_with_untracked(T::clone)
    }
}

/// A value that is worked out of others: followers hear of it only when it came out otherwise. A handle that may be copied freely.
pub struct Known<T> {
    /// How often it came out otherwise; working it out is part of asking.
    times: Memo<u32>,
    /// An `RwLock` of the value, which is there once it was worked out.
    value: StoredValue<Arc<dyn Any + Send + Sync>>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Known<T> {}

/// What `read` sees, worked out again when something changed that it looked at.
pub fn known<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Known<T> {
    work_out(Box::new(read))
}

// Not in the function above: what stands there is made again for each closure, and what stands here for each type.
fn work_out<T: PartialEq + Send + Sync + 'static>(read: Box<dyn Fn() -> T + Send + Sync>) -> Known<T> {
    let value = Arc::new(RwLock::new(None::<T>));
    let held = Arc::clone(&value);
    let differs = move || {
        // Reading may look at this very value's neighbours; nothing is locked meanwhile.
        let now = Some(read());
        let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
        let differs = *held != now;
        if differs {
            *held = now;
        }
        differs
    };
    Known {
        times: counted(Box::new(differs)),
        value: StoredValue::new(value),
        of: PhantomData,
    }
}

fn counted(differs: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<u32> {
    Memo::new(move |times: Option<&u32>| {
        let times = times.copied().unwrap_or_default();
        if differs() { times.wrapping_add(1) } else { times }
    })
}

impl<T: Send + Sync + 'static> Known<T> {
    fn look<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        let value = self.value.try_get_value()?.downcast::<RwLock<Option<T>>>().ok()?;
        let value = value.read().unwrap_or_else(PoisonError::into_inner);
        value.as_ref().map(look)
    }

    /// Looks at it. A view or an effect that looks is asked again when it comes out otherwise.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.times.get();
        self.look(look).expect("asking works it out")
    }

    /// Looks at it as it is now, and no more is wanted of it.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.times.get_untracked();
        self.look(look).expect("asking works it out")
    }

    /// The same for those who come late: `None` when the view that made it is gone.
    pub fn try_with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.times.try_get_untracked()?;
        self.look(look)
    }

    /// Whoever asks is asked again when it comes out otherwise.
    pub fn track(self) {
        self.times.get();
    }
}

impl<T: Clone + Send + Sync + 'static> Known<T> {
    /// A copy of it, followed.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of it as it is now.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: Clone + Send + Sync + 'static> From<Slot<T>> for Reading<T> {
    fn from(source: Slot<T>) -> Self {
        Self::new(move || source.get())
    }
}

impl<T: Clone + Send + Sync + 'static> From<Known<T>> for Reading<T> {
    fn from(source: Known<T>) -> Self {
        Self::new(move || source.get())
    }
}

impl<T: Clone + Send + Sync + 'static> From<ArcSlot<T>> for Reading<T> {
    fn from(source: ArcSlot<T>) -> Self {
        Self::new(move || source.get())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn what_is_put_into_a_slot_is_found_in_it() {
        let owner = Owner::new();
        owner.set();
        let slot = Slot::new(vec![1]);
        slot.update(|held| held.push(2));
        assert_eq!(slot.get_untracked(), [1, 2]);
        slot.set(Vec::new());
        assert!(slot.with_untracked(Vec::is_empty));
    }

    #[test]
    fn a_slot_whose_view_is_gone_takes_nothing_and_says_so() {
        let owner = Owner::new();
        owner.set();
        let slot = Slot::new(1_u8);
        owner.cleanup();
        slot.set(2);
        assert_eq!(slot.try_get_untracked(), None);
    }

    #[test]
    fn what_is_worked_out_follows_and_is_worked_out_once() {
        let owner = Owner::new();
        owner.set();
        let (slot, asked) = (Slot::new(3_u32), Arc::new(AtomicU32::new(0)));
        let counter = Arc::clone(&asked);
        let odd = known(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            slot.get() % 2 == 1
        });
        assert!(odd.get_untracked());
        assert!(odd.get_untracked());
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        slot.set(4);
        assert!(!odd.get_untracked());
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn followers_hear_only_of_what_came_out_otherwise() {
        let owner = Owner::new();
        owner.set();
        let (slot, asked) = (Slot::new(3_u32), Arc::new(AtomicU32::new(0)));
        let odd = known(move || slot.get() % 2 == 1);
        let counter = Arc::clone(&asked);
        let said = known(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            if odd.get() { "odd" } else { "even" }
        });
        assert_eq!(said.get_untracked(), "odd");
        slot.set(5);
        assert_eq!(said.get_untracked(), "odd");
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        slot.set(6);
        assert_eq!(said.get_untracked(), "even");
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
