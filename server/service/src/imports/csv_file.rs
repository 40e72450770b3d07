//! The lines of a file, and what they say. Columns are found by their names; those that nobody knows are left aside.

use std::collections::{HashMap, HashSet};

use storage::{ToldCustomer, ToldOrder};

use super::{BAD_LINES_MAX, BadLine, IMPORT_LINES_MAX};
use crate::{
    currency,
    told::{CustomerInput, LineInput, OrderInput, TrackingInput, Why},
};

/// What every order's first line says.
const OF_ORDERS: [&str; 5] = ["number", "state", "currency", "total", "placed_at"];
/// What a line says of one thing in it.
const OF_LINES: [&str; 4] = ["sku", "product", "quantity", "price"];
/// What its further lines may say again, but not otherwise.
const AGAIN: [&str; 11] = [
    "state",
    "currency",
    "total",
    "placed_at",
    "customer",
    "email",
    "postcode",
    "ship_to",
    "carrier",
    "tracking_number",
    "tracking_url",
];

/// A file's lines.
pub(super) struct Rows {
    columns: HashMap<String, usize>,
    width: usize,
    lines: Vec<Row>,
}

struct Row {
    line: u64,
    cells: csv::StringRecord,
}

impl Rows {
    /// Reads them, without asking what they mean.
    pub(super) fn read(text: &str) -> Result<Self, BadLine> {
        let first = text.lines().next().unwrap_or_default();
        let delimiter = if first.contains(';') && !first.contains(',') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let unreadable = |line: u64| BadLine {
            line,
            column: None,
            why: Why::Columns,
        };
        let head = reader.headers().map_err(|_| unreadable(1))?;
        let width = head.len();
        let columns = head.iter().enumerate().map(|(n, name)| (name.to_ascii_lowercase(), n)).collect();
        let mut rows = Vec::new();
        for cells in reader.into_records() {
            let cells = cells.map_err(|error| unreadable(error.position().map_or(1, csv::Position::line)))?;
            let line = cells.position().map_or(1, csv::Position::line);
            if rows.len() >= IMPORT_LINES_MAX {
                return Err(BadLine {
                    line,
                    column: None,
                    why: Why::ManyLines,
                });
            }
            rows.push(Row { line, cells });
        }
        Ok(Self {
            columns,
            width,
            lines: rows,
        })
    }

    /// One customer a line, each once.
    pub(super) fn customers(&self) -> Result<Vec<(u64, ToldCustomer)>, Vec<BadLine>> {
        self.needs(&["external_id"])?;
        let (mut found, mut bad, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for row in &self.lines {
            let Some(id) = self.whole(row, "external_id", &mut bad) else {
                continue;
            };
            let input = CustomerInput {
                name: self.optional(row, "name"),
                email: self.optional(row, "email"),
                email_verified: matches!(self.cell(row, "email_verified"), "1" | "true" | "yes"),
                phone: self.optional(row, "phone"),
                language: self.optional(row, "language"),
            };
            match input.read(id) {
                Ok(told) if seen.insert(id) => found.push((row.line, told)),
                Ok(_) => note(&mut bad, row.line, Some("external_id"), Why::Twice),
                Err(wrong) => note(&mut bad, row.line, Some(&wrong.field), wrong.why),
            }
        }
        if bad.is_empty() { Ok(found) } else { Err(bad) }
    }

    /// Orders; the lines with one number are one order, wherever they stand.
    pub(super) fn orders(&self) -> Result<Vec<(u64, ToldOrder)>, Vec<BadLine>> {
        self.needs(&OF_ORDERS)?;
        let (mut found, mut bad) = (Vec::new(), Vec::new());
        let (mut groups, mut group_of): (Vec<Vec<&Row>>, HashMap<&str, usize>) = (Vec::new(), HashMap::new());
        for row in &self.lines {
            let Some(number) = self.whole(row, "number", &mut bad) else {
                continue;
            };
            let group = *group_of.entry(number).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(row);
        }
        for rows in &groups {
            let Some(first) = rows.first() else { continue };
            if let Some(told) = self.order(first, rows, &mut bad) {
                found.push((first.line, told));
            }
        }
        if bad.is_empty() { Ok(found) } else { Err(bad) }
    }

    /// An order of its lines; `None`: what stands in the way is noted.
    fn order(&self, first: &Row, rows: &[&Row], bad: &mut Vec<BadLine>) -> Option<ToldOrder> {
        let before = bad.len();
        for row in rows.iter().copied().skip(1) {
            let differs = |column: &&str| {
                let again = self.cell(row, column);
                !again.is_empty() && again != self.cell(first, column)
            };
            if let Some(column) = AGAIN.into_iter().find(differs) {
                note(bad, row.line, Some(column), Why::Differs);
            }
        }
        let currency = self.cell(first, "currency");
        let Some(digits) = currency::digits(currency) else {
            let why = if currency.is_empty() { Why::Missing } else { Why::Currency };
            note(bad, first.line, Some("currency"), why);
            return None;
        };
        let total_minor = self.amount(first, "total", digits, bad);
        // What the file tells of what is in it, and at which lines.
        let (mut lines, mut places) = (Vec::new(), Vec::new());
        for row in rows.iter().copied() {
            if OF_LINES.iter().all(|column| self.cell(row, column).is_empty()) {
                continue;
            }
            let quantity = self.cell(row, "quantity").parse::<i64>();
            if quantity.is_err() {
                note(bad, row.line, Some("quantity"), Why::Amount);
            }
            lines.push(LineInput {
                sku: self.cell(row, "sku").to_owned(),
                name: self.cell(row, "product").to_owned(),
                quantity: quantity.unwrap_or_default(),
                price_minor: self.amount(row, "price", digits, bad),
            });
            places.push(row.line);
        }
        if bad.len() > before {
            return None;
        }
        let input = OrderInput {
            state: self.cell(first, "state").to_owned(),
            currency: currency.to_owned(),
            total_minor,
            placed_at: self.cell(first, "placed_at").to_owned(),
            lines,
            customer: self.optional(first, "customer"),
            email: self.optional(first, "email"),
            postcode: self.optional(first, "postcode"),
            ship_to: self.optional(first, "ship_to"),
            tracking: self.optional(first, "tracking_number").map(|number| TrackingInput {
                number,
                carrier: self.optional(first, "carrier"),
                url: self.optional(first, "tracking_url"),
            }),
        };
        match input.read(self.cell(first, "number")) {
            Ok(told) => Some(told),
            Err(wrong) => {
                let (line, column) = place(&wrong.field, first.line, &places);
                note(bad, line, column, wrong.why);
                None
            }
        }
    }

    /// An amount in the smallest unit; one that cannot be read is noted.
    fn amount(&self, row: &Row, column: &str, digits: u32, bad: &mut Vec<BadLine>) -> i64 {
        let minor = currency::minor(self.cell(row, column), digits);
        if minor.is_none() {
            note(bad, row.line, Some(column), Why::Amount);
        }
        minor.unwrap_or_default()
    }

    /// Whether the file has what it needs.
    fn needs(&self, columns: &[&str]) -> Result<(), Vec<BadLine>> {
        let mut bad = Vec::new();
        for column in columns.iter().copied().filter(|column| !self.columns.contains_key(*column)) {
            note(&mut bad, 1, Some(column), Why::UnknownColumn);
        }
        if bad.is_empty() { Ok(()) } else { Err(bad) }
    }

    /// What a row is known by, if it is as wide as the first line.
    fn whole<'a>(&self, row: &'a Row, column: &str, bad: &mut Vec<BadLine>) -> Option<&'a str> {
        if row.cells.len() != self.width {
            note(bad, row.line, None, Why::Columns);
            return None;
        }
        let id = self.cell(row, column);
        if id.is_empty() {
            note(bad, row.line, Some(column), Why::Missing);
            return None;
        }
        Some(id)
    }

    fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.columns.get(column).and_then(|n| row.cells.get(*n)).unwrap_or_default()
    }

    fn optional(&self, row: &Row, column: &str) -> Option<String> {
        let cell = self.cell(row, column);
        (!cell.is_empty()).then(|| cell.to_owned())
    }
}

fn note(bad: &mut Vec<BadLine>, line: u64, column: Option<&str>, why: Why) {
    // One more than is shown, so that it is known that there are more.
    if bad.len() <= BAD_LINES_MAX {
        bad.push(BadLine {
            line,
            column: column.map(str::to_owned),
            why,
        });
    }
}

/// Where in the file a field stands that was refused as the API names it: its line, and its column.
fn place<'a>(field: &'a str, first: u64, places: &[u64]) -> (u64, Option<&'a str>) {
    let of_line = field.strip_prefix("lines[").and_then(|rest| rest.split_once("]."));
    let Some((n, part)) = of_line else {
        let column = match field {
            "lines" => return (first, None),
            "total_minor" => "total",
            "tracking.number" => "tracking_number",
            "tracking.carrier" => "carrier",
            "tracking.url" => "tracking_url",
            other => other,
        };
        return (first, Some(column));
    };
    let line = n.parse::<usize>().ok().and_then(|n| places.get(n)).copied().unwrap_or(first);
    let column = match part {
        "name" => "product",
        "price_minor" => "price",
        other => other,
    };
    (line, Some(column))
}
