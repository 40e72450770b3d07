//! What people say: a few words all the time, most words hardly ever, and now and then one that nobody else ever says.

use rand::{Rng, rngs::SmallRng};

/// The words that are said most, the most frequent first.
const FREQUENT: &str = "the a is it and to you i for my order have of in can that do this be with not on we your when will are thank please \
    parcel was delivery hello which what send me there but colour size if from has return blue one would they received payment arrive price \
    how today yes no teapot vase plate cup address number email tomorrow week shipping broken another exchange refund invoice gift card \
    possible stock available days morning afternoon evening glaze handle lid set pieces white green black small large medium packed \
    carefully post office tracking code still waiting sorry help great perfect lovely question about discount sale account password";
/// Words altogether.
const WORDS: usize = 5_000;
/// Of which others are made.
const SYLLABLES: &str = "ba be bi bo bu da de di do du fa fe fi fo ga ge gi go ha he hi ho ka ke ki ko la le li lo lu ma me mi mo mu na ne ni \
    no nu pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi wo za ze zi zo";

/// All words, and how much more often the first ones are said than the last ones.
pub(crate) struct Vocabulary {
    words: Vec<String>,
    /// The weights up to and with each word.
    sums: Vec<f64>,
}

impl Vocabulary {
    pub(crate) fn new() -> Self {
        let syllables: Vec<&str> = SYLLABLES.split_whitespace().collect();
        let n = syllables.len();
        let made = (0..WORDS).map(|at| [syllables[at % n], syllables[at / n % n], syllables[(at * 7 + at / n) % n]].concat());
        let words: Vec<String> = FREQUENT.split_whitespace().map(str::to_owned).chain(made).take(WORDS).collect();
        let mut sum = 0.0;
        let sums = (0..words.len())
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 2.7);
                sum
            })
            .collect();
        Self { words, sums }
    }

    /// A word, the frequent ones more often.
    pub(crate) fn any(&self, rng: &mut SmallRng) -> &str {
        let total = self.sums.last().copied().unwrap_or_default();
        let at = rng.random::<f64>() * total;
        let rank = self.sums.partition_point(|sum| *sum < at);
        self.words.get(rank).map_or("so", String::as_str)
    }

    /// One of the words of these ranks, each as often.
    pub(crate) fn of_ranks(&self, from: usize, to: usize, rng: &mut SmallRng) -> &str {
        self.words.get(rng.random_range(from..to)).map_or("so", String::as_str)
    }

    /// What somebody says.
    pub(crate) fn sentence(&self, rng: &mut SmallRng) -> String {
        let mut said = String::with_capacity(80);
        for _ in 0..rng.random_range(4..=14) {
            if !said.is_empty() {
                said.push(' ');
            }
            said.push_str(self.any(rng));
        }
        said
    }
}
