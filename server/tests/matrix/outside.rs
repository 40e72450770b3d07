//! What leaves the house besides answers: letters, and lines of the log. Neither tells one store of another, and the log says nothing that
//! anybody said.

use std::{
    io,
    path::Path,
    sync::{Mutex, OnceLock, PoisonError},
};

use mail::{Kept, Post};
use service::post_office;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    cast::{Desk, Object, Secret},
    world::Matrix,
};

/// Longer than any letter waits.
const DAY_MS: i64 = 86_400_000;
/// The first line, which shows that there is somebody who writes them down.
const FIRST: &str = "the matrix listens";
/// Everything that we ourselves say, down to what is only for looking for faults.
const FILTER: &str = "info,server=trace,service=trace,storage=trace,relay=trace,mail=trace";

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static LISTENING: OnceLock<()> = OnceLock::new();

/// Keeps what is logged, for all tests of this process together.
struct Lines;

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// From now on every line of the log is kept.
pub(crate) fn listen() {
    LISTENING.get_or_init(|| {
        let filter: Targets = FILTER.parse().expect("levels");
        let lines = tracing_subscriber::fmt::layer().with_writer(|| Lines);
        tracing_subscriber::registry().with(filter).with(lines).init();
        tracing::info!("{FIRST}");
    });
}

fn everything_said() -> impl Iterator<Item = (Object, String)> {
    Object::ALL
        .into_iter()
        .flat_map(|object| Secret::ALL.map(|secret| (object, secret.of(object))))
}

/// What the log tells of what was said: nothing.
pub(crate) fn logged() -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = String::from_utf8_lossy(&lines);
    assert!(lines.contains(FIRST), "nobody listened");
    everything_said()
        .filter(|(_, words)| lines.contains(words))
        .map(|(_, words)| format!("the log tells \"{words}\""))
        .collect()
}

/// Carries everything that is to be mailed, and says which letters tell somebody of a store that is not theirs.
pub(crate) async fn mixed_up(matrix: &Matrix) -> Vec<String> {
    let services = &matrix.server.state.services;
    services.clock().advance_ms(DAY_MS);
    while post_office::round(services).await.expect("a round") > 0 {}
    let folder = services.post().and_then(Post::kept).expect("there is a folder");
    let letters = kept(Path::new(&folder.shown()));
    let beta = letters.iter().any(|letter| letter.to.contains("@beta.example"));
    assert!(beta, "nothing was mailed of what was left at beta: {letters:?}");
    letters.iter().filter_map(is_mixed_up).collect()
}

fn is_mixed_up(letter: &Kept) -> Option<String> {
    let whole = [letter.subject.as_str(), &letter.text, &letter.from].join("\n");
    let told: Vec<Object> = everything_said()
        .filter(|(_, words)| whole.contains(words))
        .map(|(object, _)| object)
        .collect();
    let of_staff = [
        ("@alpha.example", Desk::Alpha),
        ("@beta.example", Desk::Beta),
        ("@gamma.example", Desk::Gamma),
    ];
    let desk = of_staff
        .into_iter()
        .find(|(domain, _)| letter.to.contains(domain))
        .map(|(_, desk)| desk);
    let right = match desk {
        Some(desk) => told.iter().all(|object| object.at() == desk),
        // A customer has one thing of their own.
        None => told.windows(2).all(|two| two[0] == two[1]),
    };
    (!right).then(|| format!("a letter to {} tells of {told:?}: {}", letter.to, letter.subject))
}

/// All letters of a folder.
fn kept(folder: &Path) -> Vec<Kept> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| serde_json::from_slice(&std::fs::read(path).expect("is read")).expect("is a letter"))
        .collect()
}
