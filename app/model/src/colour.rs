//! Colours a store chooses, and whether text can be read on them (WCAG 2.2, 1.4.3). Only `#rrggbb` exists, so nothing else can reach a style.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    json::{Read, Value},
    refusal::{Field, Refusal},
};

/// The least contrast of text of ordinary size, times ten.
pub const CONTRAST_MIN_TENTHS: u32 = 45;

/// A colour, as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

impl Colour {
    /// From its red, green and blue.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`, and nothing else.
    pub fn parse(raw: &str) -> Result<Self, Refusal> {
        let digits = raw
            .strip_prefix('#')
            .filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))
            .ok_or(Refusal::Invalid(Field::Colour))?;
        let mut parts = [0_u8; 3];
        for (part, pair) in parts.iter_mut().zip([0..2, 2..4, 4..6]) {
            *part = u8::from_str_radix(&digits[pair], 16).map_err(|_| Refusal::Invalid(Field::Colour))?;
        }
        Ok(Self(parts))
    }

    /// How bright it is to the eye, from 0 to 1 (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// So many 255ths of the way to another colour.
    fn towards(self, other: Self, steps: u8) -> Self {
        let mut parts = self.0;
        for (part, end) in parts.iter_mut().zip(other.0) {
            let (from, to, steps) = (i32::from(*part), i32::from(end), i32::from(steps));
            // Between two bytes there are only bytes.
            *part = u8::try_from(from + (to - from) * steps / 255).unwrap_or(end);
        }
        Self(parts)
    }

    /// How far apart two colours are, squared: only to compare.
    fn distance(self, other: Self) -> u32 {
        self.0.iter().zip(other.0).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl TryFrom<String> for Colour {
    type Error = Refusal;
    fn try_from(raw: String) -> Result<Self, Refusal> {
        Self::parse(&raw)
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl Read for Colour {
    fn read(value: Value) -> Option<Self> {
        Self::parse(&value.into_text()?).ok()
    }
}

/// A background and the text on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Behind.
    pub background: Colour,
    /// On it.
    pub text: Colour,
}

crate::read_struct! {
    Pair { background, text }
}

impl Pair {
    /// The header while somebody is there, until a store chooses: the vermilion of the design, on paper. 7.0 to 1.
    pub const HEADER: Self = Self::of([0xa0, 0x30, 0x16], [0xff, 0xfd, 0xfa]);
    /// The desk's messages, until a store chooses: ink on paper. 15.3 to 1.
    pub const THEIRS: Self = Self::of([0xff, 0xfd, 0xfa], [0x2e, 0x21, 0x1b]);
    /// The shopper's own messages, until a store chooses: ink on a pale vermilion. 10.8 to 1.
    pub const MINE: Self = Self::of([0xfc, 0xcd, 0xbd], [0x2e, 0x21, 0x1b]);
    /// The header while nobody is there, until a store chooses: paper on a quiet brown. 8.4 to 1.
    pub const OFFLINE_HEADER: Self = Self::of([0x57, 0x4a, 0x42], [0xff, 0xfd, 0xfa]);

    const fn of(background: [u8; 3], text: [u8; 3]) -> Self {
        Self {
            background: Colour(background),
            text: Colour(text),
        }
    }

    /// The contrast of the two, times ten and rounded down: from 10 (the same colour) to 210 (black on white).
    pub fn contrast_tenths(self) -> u32 {
        let (a, b) = (self.background.luminance(), self.text.luminance());
        ((a.max(b) + 0.05) / (a.min(b) + 0.05) * 10.0) as u32
    }

    /// Whether text of ordinary size can be read.
    pub fn is_readable(self) -> bool {
        self.contrast_tenths() >= CONTRAST_MIN_TENTHS
    }

    /// The same background with the nearest shade of the text that can be read on it: the text's own colour, made as much darker or
    /// lighter as it takes. There always is one, because on every colour black or white can be read.
    pub fn nearest_readable(self) -> Self {
        let shade = |end: Colour| {
            (0..=u8::MAX)
                .map(|steps| Self {
                    text: self.text.towards(end, steps),
                    ..self
                })
                .find(|pair| pair.is_readable())
        };
        [Colour([0; 3]), Colour([u8::MAX; 3])]
            .into_iter()
            .filter_map(shade)
            .min_by_key(|pair| pair.text.distance(self.text))
            .unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair(background: &str, text: &str) -> Pair {
        Pair {
            background: Colour::parse(background).expect("a colour"),
            text: Colour::parse(text).expect("a colour"),
        }
    }

    /// HC-7.
    #[test]
    fn only_six_digits_behind_a_hash_are_a_colour() {
        assert_eq!(Colour::parse("#A03016").map(|c| c.to_string()), Ok("#a03016".to_owned()));
        for bad in [
            "",
            "#",
            "a03016",
            "#a0301",
            "#a030166",
            "#+f+f+f",
            "#ggg000",
            "red",
            "#é3016",
            "#a03016;}",
        ] {
            assert_eq!(Colour::parse(bad), Err(Refusal::Invalid(Field::Colour)), "{bad}");
        }
    }

    #[test]
    fn contrast_is_measured_as_the_guidelines_do() {
        assert_eq!(pair("#ffffff", "#000000").contrast_tenths(), 210);
        assert_eq!(pair("#123456", "#123456").contrast_tenths(), 10);
        // The best known grey on white: 4.54 to 1, and the next one 4.48.
        assert!(pair("#ffffff", "#767676").is_readable());
        assert!(!pair("#ffffff", "#777777").is_readable());
    }

    #[test]
    fn what_a_store_begins_with_can_be_read() {
        for pair in [Pair::HEADER, Pair::THEIRS, Pair::MINE, Pair::OFFLINE_HEADER] {
            assert!(pair.is_readable(), "{pair:?}");
            assert_eq!(pair.nearest_readable(), pair);
        }
    }

    #[test]
    fn the_nearest_shade_is_just_enough() {
        let offered = pair("#ffffff", "#999999").nearest_readable();
        assert_eq!(offered, pair("#ffffff", "#767676"));
        // Light text on a middle colour goes on to white, not back through everything to black.
        assert_eq!(pair("#007a7a", "#e0e0e0").nearest_readable().background, Colour::rgb(0, 0x7a, 0x7a));
        assert!(pair("#007a7a", "#e0e0e0").nearest_readable().text.luminance() > 0.7);
    }

    proptest! {
        #[test]
        fn there_is_always_a_shade_that_can_be_read(background: [u8; 3], text: [u8; 3]) {
            let pair = Pair { background: Colour(background), text: Colour(text) };
            let offered = pair.nearest_readable();
            prop_assert!(offered.is_readable());
            prop_assert_eq!(offered.background, pair.background);
            if pair.is_readable() {
                prop_assert_eq!(offered, pair);
            }
        }
    }
}
