//! Views without their types: [`Erase::erase`] cuts a view off from what surrounds it, for the compiler and for the size of the programs.
//!
//! What is drawn is the same as with Leptos' own `AnyView`. That one brings along all that could ever be done with a view (waiting for it,
//! comparing it with another of its type, and on a server also all that only a browser does); it was a third of both programs. Ours can be
//! written, in the server, and drawn over the server's markup or anew, in a browser. Nothing here waits while it is being written.

use leptos::prelude::*;

/// Cuts a view off.
pub trait Erase: IntoView + 'static {
    /// See the module.
    fn erase(self) -> Erased;
}

#[cfg(target_arch = "wasm32")]
pub use self::browser::Erased;
#[cfg(not(target_arch = "wasm32"))]
pub use self::server::Erased;

#[cfg(not(target_arch = "wasm32"))]
mod server {
    use leptos::{
        prelude::*,
        tachys::{
            html::attribute::{Attribute, any_attribute::AnyAttribute},
            hydration::Cursor,
            view::{Position, PositionState},
        },
    };

    use super::Erase;

    /// Writes a view: into what, after what, and whether its texts are to be escaped.
    type Write = dyn FnOnce(&mut String, &mut Position, bool) + Send;

    /// A view whose type is forgotten.
    pub struct Erased(Box<Write>);

    impl<V: IntoView + 'static> Erase for V {
        fn erase(self) -> Erased {
            let view = self.into_view();
            Erased(Box::new(move |buf, position, escape| write(view, buf, position, escape)))
        }
    }

    fn write<V: RenderHtml>(view: V, buf: &mut String, position: &mut Position, escape: bool) {
        view.to_html_with_buf(buf, position, escape, false, Vec::new());
        // The browser looks for it where a view without nodes would be.
        if !V::EXISTS {
            buf.push_str("<!--<() />-->");
        }
    }

    /// A server has no page to draw into.
    impl Render for Erased {
        type State = <() as Render>::State;

        fn build(self) -> Self::State {
            Render::build(())
        }

        fn rebuild(self, state: &mut Self::State) {
            Render::rebuild((), state);
        }
    }

    impl AddAnyAttr for Erased {
        type Output<A: Attribute> = Self;

        /// Attributes from outside are lost, as they are in the browser.
        fn add_any_attr<A: Attribute>(self, _: A) -> Self
        where
            Self::Output<A>: RenderHtml,
        {
            self
        }
    }

    impl RenderHtml for Erased {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        fn to_html_with_buf(self, buf: &mut String, position: &mut Position, escape: bool, _: bool, _: Vec<AnyAttribute>) {
            (self.0)(buf, position, escape);
        }

        fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Self::State {
            Render::build(())
        }

        fn into_owned(self) -> Self {
            self
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use leptos::{
        prelude::*,
        tachys::{
            html::attribute::{Attribute, any_attribute::AnyAttribute},
            hydration::Cursor,
            renderer::{
                Rndr,
                types::{Element, Node, Placeholder},
            },
            view::{Mountable, Position, PositionState},
        },
    };

    use super::Erase;

    /// The server's markup, and how far it is read; `None`: there is none, the view is made anew.
    type Markup<'m> = Option<(&'m Cursor, &'m PositionState)>;

    /// A view whose type is forgotten.
    pub struct Erased(Box<dyn FnOnce(Markup<'_>) -> Drawn + Send>);

    impl<V: IntoView + 'static> Erase for V {
        fn erase(self) -> Erased {
            let view = self.into_view();
            Erased(Box::new(move |markup| draw(view, markup)))
        }
    }

    fn draw<V: RenderHtml>(view: V, markup: Markup<'_>) -> Drawn
    where
        V::State: 'static,
    {
        // The server marks where a view without nodes would be.
        let (state, gap): (Box<dyn Standing>, _) = match markup {
            Some((cursor, position)) => (
                Box::new(view.hydrate::<true>(cursor, position)),
                (!V::EXISTS).then(|| cursor.next_placeholder(position)),
            ),
            None => (Box::new(view.build()), (!V::EXISTS).then(Rndr::create_placeholder)),
        };
        Drawn { state, gap }
    }

    /// All that is ever asked of what stands in the page. Leptos could also ask for its elements, to give them attributes from outside; as
    /// those are lost here, no program has to carry the answer for each kind of view.
    trait Standing {
        fn leave(&mut self);
        fn stand(&mut self, parent: &Element, before: Option<&Node>);
        fn let_before(&self, child: &mut dyn Mountable) -> bool;
    }

    impl<M: Mountable> Standing for M {
        fn leave(&mut self) {
            self.unmount();
        }

        fn stand(&mut self, parent: &Element, before: Option<&Node>) {
            self.mount(parent, before);
        }

        fn let_before(&self, child: &mut dyn Mountable) -> bool {
            self.insert_before_this(child)
        }
    }

    /// What stands in the page.
    pub struct Drawn {
        state: Box<dyn Standing>,
        gap: Option<Placeholder>,
    }

    impl Mountable for Drawn {
        fn unmount(&mut self) {
            self.state.leave();
            if let Some(gap) = &mut self.gap {
                gap.unmount();
            }
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            self.state.stand(parent, marker);
            if let Some(gap) = &mut self.gap {
                gap.mount(parent, marker);
            }
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.state.let_before(child) || self.gap.as_ref().is_some_and(|gap| gap.insert_before_this(child))
        }

        /// See [`Standing`].
        fn elements(&self) -> Vec<Element> {
            Vec::new()
        }
    }

    impl Render for Erased {
        type State = Drawn;

        fn build(self) -> Drawn {
            (self.0)(None)
        }

        /// Nothing is known of what stood there: it goes, and the new one takes its place.
        fn rebuild(self, state: &mut Drawn) {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
        }
    }

    impl AddAnyAttr for Erased {
        type Output<A: Attribute> = Self;

        /// Attributes from outside are lost: whoever needs them sets them before erasing.
        fn add_any_attr<A: Attribute>(self, _: A) -> Self
        where
            Self::Output<A>: RenderHtml,
        {
            self
        }
    }

    impl RenderHtml for Erased {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        /// A browser writes no markup.
        fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Drawn {
            (self.0)(Some((cursor, position)))
        }

        fn into_owned(self) -> Self {
            self
        }
    }
}
