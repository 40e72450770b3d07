//! From a text to a [`Value`], in one pass. Nothing here depends on what is wanted, so that a program holds it once.

use super::value::{Map, Value};

/// How deep brackets may stand in each other: more than any of our own texts, and far less than a stack holds.
const DEPTH_MAX: usize = 64;

/// The one value of a text.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut parser = Parser::new(text);
    let value = parser.value(DEPTH_MAX)?;
    parser.peek().is_none().then_some(value)
}

/// A text, and how far it is read.
struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that means something. It is not taken yet.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.byte()
    }

    /// The next byte that means something must be this one.
    fn take(&mut self, wanted: u8) -> Option<()> {
        self.peek();
        self.exactly(wanted)
    }

    /// The next byte must be this one.
    fn exactly(&mut self, wanted: u8) -> Option<()> {
        (self.byte()? == wanted).then(|| self.at += 1)
    }

    /// Whatever comes next, with at most so many brackets in each other.
    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.peek()? {
            b'"' => self.string().map(Value::Text),
            b'[' => self.list(depth.checked_sub(1)?).map(Value::List),
            b'{' => self.map(depth.checked_sub(1)?).map(Value::Map),
            _ => self.word(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Value>> {
        let mut list = Vec::new();
        self.take(b'[')?;
        while self.goes_on(b']', list.is_empty())? {
            list.push(self.value(depth)?);
        }
        self.take(b']')?;
        Some(list)
    }

    fn map(&mut self, depth: usize) -> Option<Map> {
        let mut map = Map::new();
        self.take(b'{')?;
        while self.goes_on(b'}', map.is_empty())? {
            let key = self.string()?;
            self.take(b':')?;
            map.push((key, self.value(depth)?));
        }
        self.take(b'}')?;
        Some(map)
    }

    /// Whether a list goes on; its comma is taken, its end is not.
    fn goes_on(&mut self, end: u8, is_first: bool) -> Option<bool> {
        if self.peek()? == end {
            return Some(false);
        }
        if !is_first {
            self.take(b',')?;
        }
        Some(true)
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.byte().is_some_and(|b| b >= b' ' && b != b'"' && b != b'\\') {
                self.at += 1;
            }
            out.push_str(self.text.get(start..self.at)?);
            let end = self.byte()?;
            self.at += 1;
            match end {
                b'"' => return Some(out),
                b'\\' => out.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let sign = self.byte()?;
        self.at += 1;
        match sign {
            b'"' | b'\\' | b'/' => Some(char::from(sign)),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'u' => self.code(),
            _ => None,
        }
    }

    fn code(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        // Two of them make one character beyond the first plane.
        self.exactly(b'\\')?;
        self.exactly(b'u')?;
        let low = self.hex()?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low)
    }

    fn hex(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.byte()?).to_digit(16)?;
            self.at += 1;
            code = code * 16 + digit;
        }
        Some(code)
    }

    /// `null`, `true`, `false`, or a number.
    fn word(&mut self) -> Option<Value> {
        self.peek();
        let start = self.at;
        while self.byte().is_some_and(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) {
            self.at += 1;
        }
        match self.text.get(start..self.at)? {
            "null" => Some(Value::Null),
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            word => number(word.as_bytes()),
        }
    }
}

/// Whole numbers are read, others only recognised.
fn number(word: &[u8]) -> Option<Value> {
    let (is_negative, digits) = match word {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if !digits.first()?.is_ascii_digit() {
        return None;
    }
    // Counted downwards: there is one more number below zero than above.
    let mut whole = Some(0);
    for sign in digits {
        whole = match sign {
            b'0'..=b'9' => whole.and_then(|so_far| followed_by(so_far, sign - b'0')),
            b'.' | b'e' | b'E' | b'+' | b'-' => None,
            _ => return None,
        };
    }
    if !is_negative {
        whole = whole.and_then(i64::checked_neg);
    }
    Some(whole.map_or(Value::Number, Value::Int))
}

/// One digit more behind a number that is not above zero, if there is such a number.
fn followed_by(so_far: i64, digit: u8) -> Option<i64> {
    if so_far < i64::MIN / 10 {
        return None;
    }
    (so_far * 10).checked_sub(i64::from(digit))
}
