//! The site's own pages: rendered here, read by any browser, and sent back as plain forms. They run no program and decide nothing;
//! each is a function from what is known to a whole HTML document.

mod copy;
mod home;
mod invite;
mod not_found;
mod setup;
mod shell;
mod sign_in;

pub use copy::{CopyPage, copy};
pub use home::home;
pub use invite::{InviteForm, invite};
pub use not_found::{not_found, refused, unavailable};
pub use setup::{SetupForm, setup};
pub use sign_in::sign_in;
