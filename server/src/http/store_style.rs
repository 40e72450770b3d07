//! A store's own colours as the custom properties that the panel's styles are made of. Only colours that were parsed get here, so nothing
//! else can get into a style.

use std::fmt::Write as _;

use model::{configuration::PairName, settings::StoreSettings};

/// The rule for the panel's page; empty when the store chose nothing. What it did not choose stays as the design has it, in both themes.
pub fn store_style(settings: &StoreSettings) -> String {
    let chosen = PairName::ALL
        .into_iter()
        .map(|name| (name, settings.pair(name)))
        .filter(|(name, pair)| *pair != name.default_pair());
    let mut properties = String::new();
    for (name, pair) in chosen {
        let place = match name {
            PairName::Header => "header",
            PairName::Theirs => "theirs",
            PairName::Mine => "mine",
            PairName::OfflineHeader => "away",
        };
        // Writing to a string cannot fail.
        let _ = write!(
            properties,
            "--store-{place}-bg:{};--store-{place}-fg:{};",
            pair.background, pair.text
        );
    }
    if properties.is_empty() {
        properties
    } else {
        format!(":root{{{properties}}}")
    }
}

#[cfg(test)]
mod tests {
    use model::colour::{Colour, Pair};

    use super::*;

    #[test]
    fn p_18_p_27_only_what_a_store_chose_is_painted_over_the_design() {
        let mut settings = StoreSettings::default();
        assert_eq!(store_style(&settings), "");
        settings.online_colours.mine = Pair {
            background: Colour::rgb(0, 0x40, 0x80),
            text: Colour::rgb(0xff, 0xff, 0xff),
        };
        assert_eq!(store_style(&settings), ":root{--store-mine-bg:#004080;--store-mine-fg:#ffffff;}");
        settings.offline_header = settings.online_colours.mine;
        assert_eq!(
            store_style(&settings),
            ":root{--store-mine-bg:#004080;--store-mine-fg:#ffffff;--store-away-bg:#004080;--store-away-fg:#ffffff;}"
        );
    }
}
