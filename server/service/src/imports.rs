//! Customers and orders from a CSV file: all of it or nothing, with every line that stands in the way named. A check does the same and
//! undoes it. The same file twice gives the same result.

mod csv_file;

use model::refusal::{Field, Refusal};
use storage::{AuditRow, StorageError, ToldCustomer, ToldOrder, Tx};

use self::csv_file::Rows;
use crate::{
    Actor, Fault, Services,
    accounts::still,
    clock::new_id,
    orders::{tell_customer, tell_order},
    told::Why,
};

/// Lines of a file: what one transaction writes while others wait.
pub const IMPORT_LINES_MAX: usize = 20_000;
/// Bad lines that are named at once.
pub const BAD_LINES_MAX: usize = 50;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One customer a line.
    Customers,
    /// Orders, one line for each thing in them.
    Orders,
}

/// A line that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file; the first line is 1.
    pub line: u64,
    /// The column, if one is to blame.
    pub column: Option<String>,
    /// Why.
    pub why: Why,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It can be taken in: so many customers or orders. Nothing was written.
    Checked(u64),
    /// All of it was taken in: so many.
    Taken(u64),
    /// Nothing was, because of these lines; more than [`BAD_LINES_MAX`] are not told.
    Bad(Vec<BadLine>),
}

/// Takes a file in, or only checks it.
pub async fn import(services: &Services, actor: &Actor, holds: Holds, file: &[u8], only_check: bool) -> Result<Outcome, Fault> {
    actor.must_own()?;
    let records = match read(holds, file)? {
        Ok(records) => records,
        Err(bad) => return Ok(Outcome::Bad(bad)),
    };
    let (who, at) = (actor.clone(), services.clock().now());
    let written = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own().map_err(Fault::from)?;
                let n = write(tx, &who, &records, at).await?;
                if only_check {
                    return Err(Stop::Enough(n));
                }
                let row = AuditRow {
                    account: Some(who.account),
                    action: "import".to_owned(),
                    object: None,
                    reason: Some(n.to_string()),
                    at,
                };
                tx.audit(who.scope(), new_id(), &row).await?;
                Ok(n)
            })
        })
        .await;
    match written {
        Ok(n) => Ok(Outcome::Taken(n)),
        Err(Stop::Enough(n)) => Ok(Outcome::Checked(n)),
        Err(Stop::Bad(bad)) => Ok(Outcome::Bad(vec![bad])),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// Why a transaction is undone.
enum Stop {
    /// It was only a check.
    Enough(u64),
    /// A line, as it turned out, cannot be taken in.
    Bad(BadLine),
    /// Something else.
    Fault(Fault),
}

impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What a file says, each with the line that it begins at.
enum Records {
    Customers(Vec<(u64, ToldCustomer)>),
    Orders(Vec<(u64, ToldOrder)>),
}

/// The file as a whole is refused, or some of its lines are, or it is read.
fn read(holds: Holds, file: &[u8]) -> Result<Result<Records, Vec<BadLine>>, Refusal> {
    let text = std::str::from_utf8(file).map_err(|_| Refusal::Invalid(Field::File))?;
    // A mark that spreadsheets put in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Refusal::Missing(Field::File));
    }
    let rows = match Rows::read(text) {
        Ok(rows) => rows,
        Err(bad) => return Ok(Err(vec![bad])),
    };
    Ok(match holds {
        Holds::Customers => rows.customers().map(Records::Customers),
        Holds::Orders => rows.orders().map(Records::Orders),
    })
}

async fn write(tx: &mut Tx, who: &Actor, records: &Records, at: model::time::Timestamp) -> Result<u64, Stop> {
    let mut n = 0;
    match records {
        Records::Customers(customers) => {
            for (_, told) in customers {
                tell_customer(tx, who.scope(), told, at).await?;
                n += 1;
            }
        }
        Records::Orders(orders) => {
            for (line, told) in orders {
                match tell_order(tx, who.scope(), told, at).await {
                    Ok(_) => n += 1,
                    // It says neither of whom it is nor is it known already.
                    Err(Fault::Refused(Refusal::Missing(_))) => {
                        return Err(Stop::Bad(BadLine {
                            line: *line,
                            column: Some("email".to_owned()),
                            why: Why::Missing,
                        }));
                    }
                    Err(fault) => return Err(fault.into()),
                }
            }
        }
    }
    Ok(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: &str = "number,state,currency,total,placed_at,customer,email,sku,product,quantity,price\n";

    fn bad(holds: Holds, text: &str) -> Vec<(u64, Option<String>, &'static str)> {
        match read(holds, text.as_bytes()) {
            Ok(Err(bad)) => bad.into_iter().map(|b| (b.line, b.column, b.why.code())).collect(),
            Ok(Ok(_)) => panic!("was read: {text}"),
            Err(refusal) => panic!("{refusal}"),
        }
    }

    fn orders(text: &str) -> Vec<(u64, ToldOrder)> {
        match read(Holds::Orders, text.as_bytes()) {
            Ok(Ok(Records::Orders(orders))) => orders,
            Ok(Err(bad)) => panic!("{bad:?}"),
            _ => panic!("refused"),
        }
    }

    #[test]
    fn lines_with_one_number_are_one_order() {
        let text = format!(
            "\u{feff}{ORDERS}2041,shipped,EUR,64.80,2026-07-01T10:00:00Z,C-1,,TEA,Teapot,1,49.90\n\
            2042,placed,JPY,1200,2026-07-02T10:00:00Z,,a@b.example,CUP,\"Cup, blue\",2,600\n\
            2041,,,,,,,CUP,Cup,2,7.45\n"
        );
        let read = orders(&text);
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].0, read[0].1.lines.len(), read[0].1.total.minor), (2, 2, 6_480));
        assert_eq!(read[1].1.lines[0].name, "Cup, blue");
        assert_eq!(read[1].1.lines[0].price.minor, 600);
        // The same with semicolons.
        let semicolons = "number;state;currency;total;placed_at\n1;placed;EUR;5.00;2026-07-01T10:00:00Z\n";
        assert_eq!(orders(semicolons).len(), 1);
    }

    #[test]
    fn every_bad_line_is_named_with_its_column_and_reason() {
        let column = |name: &str| Some(name.to_owned());
        let text = format!(
            "{ORDERS}1,shipped,BTC,1,2026-07-01T10:00:00Z,C-1,,,,,\n\
            2,shipped,EUR,1.234,2026-07-01T10:00:00Z,C-1,,,,,\n\
            3,lost,EUR,1.23,2026-07-01T10:00:00Z,C-1,,,,,\n\
            4,placed,EUR,1.23,tomorrow,C-1,,,,,\n\
            5,placed,EUR,1.23,2026-07-01T10:00:00Z,C-1,,TEA,Teapot,none,1.00\n\
            6,placed,EUR,1.23,2026-07-01T10:00:00Z,C-1,,TEA,,1,1.00\n\
            7,placed\n\
            8,placed,EUR,1.23,2026-07-01T10:00:00Z,C-1,,,,,\n\
            8,shipped,EUR,1.23,2026-07-01T10:00:00Z,C-1,,,,,\n\
            ,placed,EUR,1.23,2026-07-01T10:00:00Z,C-1,,,,,\n"
        );
        let mut found = bad(Holds::Orders, &text);
        found.sort();
        assert_eq!(
            found,
            [
                (2, column("currency"), "unknown_currency"),
                (3, column("total"), "invalid_amount"),
                (4, column("state"), "unknown_state"),
                (5, column("placed_at"), "invalid_date"),
                (6, column("quantity"), "invalid_amount"),
                (7, column("product"), "missing"),
                (8, None, "columns"),
                (10, column("state"), "differs"),
                (11, column("number"), "missing"),
            ]
        );
        assert_eq!(
            bad(
                Holds::Customers,
                "external_id,email\nC-1,a@b.example\nC-2,nobody\nC-1,c@d.example\n"
            ),
            [(3, column("email"), "invalid"), (4, column("external_id"), "twice")]
        );
        assert_eq!(
            bad(Holds::Customers, "name\nJane\n"),
            [(1, column("external_id"), "unknown_column")]
        );
    }

    #[test]
    fn a_file_that_is_none_is_refused_as_a_whole() {
        assert!(matches!(read(Holds::Orders, b"\xff\xfe\x00"), Err(Refusal::Invalid(Field::File))));
        assert!(matches!(read(Holds::Orders, b" \n"), Err(Refusal::Missing(Field::File))));
        let long = format!("external_id\n{}", "C\n".repeat(IMPORT_LINES_MAX + 1));
        assert_eq!(bad(Holds::Customers, &long)[0].2, "too_many_lines");
    }
}
