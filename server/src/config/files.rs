//! Files that people give: where they are kept, how much of the disk stays free, and who looks through them. It only reads.

use std::path::{Path, PathBuf};

use service::files::{Scanner, Shelf};

use super::{ConfigError, LookUp};

/// The folder's name inside the data folder.
const FOLDER: &str = "files";
/// What stays free when nobody said: enough for many days of words.
const STAYS_FREE: u64 = 1 << 30;

/// Files that people give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesConfig {
    /// The folder.
    pub folder: PathBuf,
    /// Bytes of its disk that stay free.
    pub disk_floor: u64,
    /// The virus scanner.
    pub scanner: Option<Scanner>,
}

impl FilesConfig {
    /// Reads `VITRINE_DISK_FLOOR` and `VITRINE_CLAMD`.
    pub fn read(data: &Path, look_up: &LookUp) -> Result<Self, ConfigError> {
        let disk_floor = match look_up("VITRINE_DISK_FLOOR") {
            None => STAYS_FREE,
            Some(text) => bytes(&text).ok_or_else(|| {
                ConfigError::new(
                    "VITRINE_DISK_FLOOR",
                    "it must be a whole number of bytes, or of K, M, G or T, such as 500M; 0 takes files until the disk is full",
                )
            })?,
        };
        let scanner = look_up("VITRINE_CLAMD")
            .map(|address| Scanner::parse(&address).map_err(|why| ConfigError::new("VITRINE_CLAMD", why)))
            .transpose()?;
        Ok(Self {
            folder: data.join(FOLDER),
            disk_floor,
            scanner,
        })
    }

    /// The same, for the verbs.
    pub fn shelf(&self) -> Shelf {
        Shelf {
            folder: self.folder.clone(),
            stays_free: self.disk_floor,
            scanner: self.scanner.clone(),
        }
    }
}

/// A number of bytes, with a letter for how many at once.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, shift) = [('K', 10), ('M', 20), ('G', 30), ('T', 40)]
        .into_iter()
        .find_map(|(unit, shift)| Some((text.strip_suffix(|c: char| c.eq_ignore_ascii_case(&unit))?, shift)))
        .unwrap_or((text, 0));
    number.parse::<u64>().ok()?.checked_mul(1_u64 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> Result<FilesConfig, ConfigError> {
        FilesConfig::read(Path::new("/data"), &|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn hd_11_a_gigabyte_stays_free_unless_somebody_says_how_much() {
        let floor = |value| with("VITRINE_DISK_FLOOR", value).map(|config| config.disk_floor);
        let unset = FilesConfig::read(Path::new("/data"), &|_| None).expect("the defaults are fine");
        assert_eq!((unset.disk_floor, unset.scanner), (1_073_741_824, None));
        assert_eq!(unset.folder, Path::new("/data/files"));
        for (text, bytes) in [
            ("0", 0),
            ("1000", 1_000),
            (" 500M ", 524_288_000),
            ("2g", 2_147_483_648),
            ("1K", 1_024),
        ] {
            assert_eq!(floor(text), Ok(bytes), "{text}");
        }
        for bad in ["-1", "1.5G", "much", "G", "1 GB", "99999999999T"] {
            assert!(floor(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hd_13_a_virus_scanner_is_named_by_its_socket() {
        let named = with("VITRINE_CLAMD", "unix:/run/clamav/clamd.ctl").expect("fine");
        assert_eq!(named.shelf().scanner, Some(Scanner::Socket("/run/clamav/clamd.ctl".into())));
        let refused = with("VITRINE_CLAMD", "clamav").expect_err("not an address").to_string();
        assert!(refused.starts_with("VITRINE_CLAMD: it must be unix:"), "{refused}");
    }
}
