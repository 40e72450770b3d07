//! What a browser sees of it: numbers of cards, bank accounts and announced passwords, as they are written by people who hide nothing. It
//! is downloaded with every page, so it is short; whoever hides something from it meets [`find`](super::find) on the server.

use super::{card::luhn, iban::mod97};

/// Signs of the longest account.
const LONGEST: usize = 34;

/// Where a password stands in its announcement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Announced {
    Nothing,
    Word,
    Is,
}

/// Whether a text seems to hold something that is better not sent.
pub fn glance(text: &str) -> bool {
    // Letters and digits without what stands between them, and where each word of them begins.
    let (mut signs, mut starts) = (Vec::new(), Vec::new());
    let mut inside = false;
    let mut announced = Announced::Nothing;
    for byte in text.bytes().chain([b' ']) {
        if byte.is_ascii_alphanumeric() {
            if !inside {
                starts.push(signs.len());
            }
            inside = true;
            signs.push(byte.to_ascii_uppercase());
            continue;
        }
        if inside {
            inside = false;
            for start in starts.iter().rev() {
                let number = &signs[*start..];
                if number.len() > LONGEST {
                    break;
                }
                if is_card(number) || is_iban(number) {
                    return true;
                }
            }
            let word = starts.last().map_or(&[][..], |start| &signs[*start..]);
            announced = match (announced, word) {
                (Announced::Is, word) if word.iter().any(u8::is_ascii_digit) => return true,
                // The last one is what is left of it in front of its ñ; what is behind that follows as a word.
                (_, b"PASSWORD" | b"WACHTWOORD" | b"PASSE" | b"CONTRASE") | (Announced::Word, b"A") => Announced::Word,
                (Announced::Word, b"IS" | b"ES" | b"EST") => Announced::Is,
                _ => Announced::Nothing,
            };
        }
        if announced == Announced::Word && matches!(byte, b':' | b'=') {
            return true;
        }
    }
    false
}

fn is_card(number: &[u8]) -> bool {
    let begins = matches!(number, [b'2'..=b'6', ..]);
    begins && (14..=19).contains(&number.len()) && number.iter().all(u8::is_ascii_digit) && luhn(number)
}

fn is_iban(number: &[u8]) -> bool {
    let [a, b, c, d, rest @ ..] = number else { return false };
    let country = a.is_ascii_alphabetic() && b.is_ascii_alphabetic();
    let checked = c.is_ascii_digit() && d.is_ascii_digit();
    country && checked && rest.len() > 10 && mod97(rest.iter().chain([a, b, c, d]).copied()) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_i6_a_browser_sees_what_nobody_hides() {
        for text in [
            "Take it from 4111 1111 1111 1111, please",
            "4111-1111-1111-1111",
            "amex 378282246310005",
            "My account is NL91 ABNA 0417 1643 00.",
            "nl91abna0417164300",
            "password: blueparrot",
            "my password is Tulips4Ever!",
            "mon mot de passe : lavande",
            "mi contraseña es luna22",
        ] {
            assert!(glance(text), "{text}");
        }
    }

    #[test]
    fn a_browser_says_nothing_of_what_is_harmless() {
        for text in [
            "",
            "Order M-20418, placed on 2026-11-19",
            "The tiles are 13 x 13 cm, four for € 52.00",
            "My password is too short, it says",
            "is the password case sensitive?",
            "EAN 8712345678906",
            "order 4000 1234 0000 5672",
        ] {
            assert!(!glance(text), "{text}");
        }
    }
}
