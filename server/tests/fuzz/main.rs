//! Fuzz targets for everything that strangers send: each takes the files of its folder in `corpus/` as they are, then changed at random. No
//! target may panic, break, or take long; some know more about what may come out.
//!
//! The seed is always the same, so a run can be repeated; a failure prints its input, which then goes into the corpus. `VITRINE_FUZZ_RUNS`
//! says how many changed inputs each cheap target gets (else 2,000, and 300 in a debug build); dear ones get a part of that.

mod mutate;
mod pure;
mod stored;

use std::{path::Path, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use tokio::time::Instant;

/// What one input may take, on a machine that does other things meanwhile.
const LONG: Duration = Duration::from_secs(10);

/// A target, and what it is given.
struct Fuzz {
    target: &'static str,
    corpus: Vec<(String, Vec<u8>)>,
    runs: u64,
}

/// An input that is being tried: printed when the trial fails.
struct Trial<'a> {
    what: String,
    input: &'a [u8],
    since: Instant,
}

impl Fuzz {
    /// With the files of its folder; `part` of the usual runs.
    fn of(target: &'static str, part: u64) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
        let fuzz = Self {
            target,
            corpus: Vec::new(),
            runs: runs() / part,
        };
        fuzz.with(&folder)
    }

    /// And those of another folder.
    fn with(mut self, folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
        // In one order on every machine: the seed means the same inputs.
        files.sort();
        for file in files {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            self.corpus.push((name, std::fs::read(&file).expect("is read")));
        }
        self
    }

    /// And one that only this run knows.
    fn and(mut self, name: &str, input: &str) -> Self {
        self.corpus.push((name.to_owned(), input.as_bytes().to_vec()));
        self
    }

    /// Every input: the corpus, and then what becomes of it.
    fn inputs(&self) -> impl Iterator<Item = (String, Vec<u8>)> + '_ {
        assert!(!self.corpus.is_empty(), "{} has no corpus", self.target);
        let mut dice = SmallRng::seed_from_u64(20_261_122);
        let as_they_are = self
            .corpus
            .iter()
            .map(|(name, input)| (format!("{}/{name}", self.target), input.clone()));
        let changed = (0..self.runs).map(move |run| {
            let (name, seed) = &self.corpus[dice.random_range(0..self.corpus.len())];
            let (_, other) = &self.corpus[dice.random_range(0..self.corpus.len())];
            let input = mutate::mutated(&mut dice, seed, other);
            (format!("{}/{name}, run {run}", self.target), input)
        });
        as_they_are.chain(changed)
    }
}

impl<'a> Trial<'a> {
    fn new(what: String, input: &'a [u8]) -> Self {
        Self {
            what,
            input,
            since: Instant::now(),
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: \"{}\"", self.what, self.input.escape_ascii());
            return;
        }
        let took = self.since.elapsed();
        assert!(took < LONG, "{} took {took:?}", self.what);
    }
}

fn runs() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "whoever starts the tests says how long they may take")]
    let said = std::env::var("VITRINE_FUZZ_RUNS").ok();
    let usual = if cfg!(debug_assertions) { 300 } else { 2_000 };
    said.map_or(usual, |said| said.parse().expect("VITRINE_FUZZ_RUNS is a number"))
}
