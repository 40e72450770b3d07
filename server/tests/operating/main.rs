//! What whoever runs an installation relies on: that a backup is one, that what was erased does not come back with it, that the data of
//! earlier versions is taken over, and that those who watch see numbers and never people.

mod backup;
mod erased;
mod install;
mod upgrade;
mod watch;
