//! The lines of a conversation, wherever their owner keeps them.

use std::sync::Arc;

use leptos::prelude::*;
use model::{
    text::Body,
    timeline::{Content, Item, ItemKey, Sending, Timeline},
};

use crate::slot::Known;

/// Walks through the lines, in order. A signal of a whole [`Timeline`] can be given where this is asked for, and so can a list.
#[derive(Clone)]
pub struct Lines(Arc<Walk>);

type Walk = dyn Fn(&mut dyn FnMut(&Item)) + Send + Sync;

impl Lines {
    fn new(walk: impl Fn(&mut dyn FnMut(&Item)) + Send + Sync + 'static) -> Self {
        Self(Arc::new(walk))
    }

    /// Looks at each.
    pub(crate) fn each(&self, look: &mut dyn FnMut(&Item)) {
        (self.0)(look);
    }

    /// A copy of them.
    pub(crate) fn all(&self) -> Vec<Item> {
        let mut all = Vec::new();
        self.each(&mut |item| all.push(item.clone()));
        all
    }

    /// Where a message is on its way, and its words as they stand there. Nothing for other lines, and for those that are not here.
    pub(crate) fn message(&self, key: ItemKey) -> Option<(Sending, Body)> {
        let mut found = None;
        self.each(&mut |item| {
            if let Content::Message { state, body } = &item.content
                && item.key == key
            {
                found = Some((*state, body.clone()));
            }
        });
        found
    }
}

impl From<RwSignal<Timeline>> for Lines {
    fn from(timeline: RwSignal<Timeline>) -> Self {
        Self::new(move |look| timeline.with(|timeline| timeline.items().for_each(look)))
    }
}

impl From<Known<Vec<Item>>> for Lines {
    fn from(items: Known<Vec<Item>>) -> Self {
        Self::new(move |look| items.with(|items| items.iter().for_each(look)))
    }
}
