//! What a browser calls itself, read for people: "Firefox 145" on "Linux". Nothing is decided by it; it may be a lie.

use model::desk::Connection;
use woothee::{
    parser::{Parser, WootheeResult},
    woothee::VALUE_UNKNOWN,
};

/// Characters shown of what could not be read.
const RAW_CHARS_MAX: usize = 80;

/// The connection's facts as they are shown: the browser's own words are read, and where they cannot be, their beginning is shown.
pub(crate) fn read(stored: Connection) -> Connection {
    let Some(agent) = stored.browser.as_deref().filter(|agent| !agent.is_empty()) else {
        return stored;
    };
    let parser = Parser::new();
    let told = parser.parse(agent);
    let browser = told
        .as_ref()
        .and_then(browser)
        .unwrap_or_else(|| agent.chars().take(RAW_CHARS_MAX).collect());
    let system = told.as_ref().and_then(system);
    Connection {
        browser: Some(browser),
        system,
        ..stored
    }
}

fn known(text: &str) -> Option<&str> {
    Some(text).filter(|t| !t.is_empty() && *t != VALUE_UNKNOWN)
}

/// What stands before the first dot: nobody needs the rest.
fn major(version: &str) -> Option<&str> {
    known(version).and_then(|v| v.split('.').next()).filter(|v| !v.is_empty())
}

fn browser(told: &WootheeResult<'_>) -> Option<String> {
    let name = known(told.name)?;
    Some(major(told.version).map_or_else(|| name.to_owned(), |version| format!("{name} {version}")))
}

fn system(told: &WootheeResult<'_>) -> Option<String> {
    Some(match known(told.os)? {
        // Browsers say no more than this of either, whichever it is.
        "Windows 10" => "Windows 10/11".to_owned(),
        "Mac OSX" => "macOS".to_owned(),
        windows if windows.starts_with("Windows") => windows.to_owned(),
        other => major(&told.os_version).map_or_else(|| other.to_owned(), |version| format!("{other} {version}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(agent: &str) -> (Option<String>, Option<String>) {
        let shown = read(Connection {
            browser: Some(agent.to_owned()),
            ..Connection::default()
        });
        (shown.browser, shown.system)
    }

    #[test]
    fn d_19_browser_and_system_are_told_in_words() {
        for (agent, browser, system) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome 142",
                "Windows 10/11",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox 145",
                "Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari 18",
                "iPhone 18",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                "Safari 18",
                "macOS",
            ),
        ] {
            assert_eq!(told(agent), (Some(browser.to_owned()), Some(system.to_owned())), "{agent}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_it_is_and_cut() {
        assert_eq!(told("my own browser"), (Some("my own browser".to_owned()), None));
        let (long, _) = told(&"ü".repeat(500));
        assert_eq!(long.map(|l| l.chars().count()), Some(RAW_CHARS_MAX));
        assert_eq!(read(Connection::default()), Connection::default());
    }
}
