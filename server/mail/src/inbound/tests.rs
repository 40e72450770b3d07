//! The letters in `fixtures`, each in the shape that a mail program, a list or a machine produces (its head says which), and letters that
//! nobody means well.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn letter(head: &str, body: &str) -> Arrived {
    read(
        format!("From: jane@customer.example\r\n{head}\r\n\r\n{body}").as_bytes(),
        Some("jane@customer.example"),
        None,
    )
}

#[test]
fn s_i5_letters_of_every_shape_are_read() {
    let table = std::fs::read_to_string(folder().join("TABLE.tsv")).expect("the table");
    let mut seen = 0;
    for row in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [name, _, path, vouched, verdict, files, words] = columns[..] else {
            panic!("{row}")
        };
        let raw = std::fs::read(folder().join(name)).expect(name);
        let arrived = read(&raw, Some(path), Some("mx.vitrine.example"));
        let nature = match verdict {
            "ignored:automatic" => Nature::Automatic,
            "ignored:list" => Nature::List,
            "ignored:no_return" => Nature::NoReturn,
            "ignored:ours" => Nature::Ours,
            "bounce" => arrived.nature.clone(),
            _ => Nature::Written,
        };
        assert_eq!(arrived.nature, nature, "{name}");
        assert_eq!(matches!(arrived.nature, Nature::Bounce(_)), verdict == "bounce", "{name}");
        assert_eq!(arrived.vouched, vouched == "y", "{name}");
        assert_eq!(arrived.words, words.replace("\\n", "\n"), "{name}");
        assert_eq!(arrived.files.len().to_string(), files, "{name}: {:?}", arrived.files);
        assert_eq!(arrived.from.is_none(), verdict == "quarantined:no_sender", "{name}");
        assert!(Heads::read(&raw).first("x-imitates").is_some(), "{name} says what it imitates");
        seen += 1;
    }
    assert!(seen >= 60, "{seen}");
    let there = std::fs::read_dir(folder()).expect("a folder").count();
    assert_eq!(there, seen + 1, "every letter is in the table");
}

#[test]
fn he_6_a_report_says_whether_a_letter_will_ever_arrive() {
    let of = |name: &str| {
        let entries = std::fs::read_dir(folder()).expect("a folder");
        let path = entries
            .map(|e| e.expect("an entry").path())
            .find(|p| p.to_string_lossy().ends_with(name));
        read(&std::fs::read(path.expect(name)).expect(name), Some(""), None).nature
    };
    let failed = Bounced {
        for_good: true,
        status: "5.1.1".to_owned(),
        reason: "smtp; 550 5.1.1 no such user".to_owned(),
    };
    assert_eq!(of("-dsn.eml"), Nature::Bounce(Some(failed)));
    assert!(matches!(
        of("-dsn-delayed.eml"),
        Nature::Bounce(Some(Bounced { for_good: false, .. }))
    ));
    assert_eq!(of("-exim-bounce.eml"), Nature::Bounce(None));
}

#[test]
fn he_17_the_same_letter_has_the_same_fingerprint_whichever_way_it_came() {
    let raw = "Message-ID: <1@x>\r\nFrom: a@b.example\r\n\r\nHello\r\n.\r\n";
    let again = format!("Received: from elsewhere\n{}", raw.replace("\r\n", "\n"));
    let fingerprint = |raw: &str| read(raw.as_bytes(), None, None).fingerprint;
    assert_eq!(fingerprint(raw), fingerprint(&again));
    assert_ne!(fingerprint(raw), fingerprint(&raw.replace("Hello", "Hullo")));
    assert_ne!(fingerprint(raw), fingerprint(&raw.replace("1@x", "2@x")));
}

#[test]
fn he_18_letters_that_nobody_means_well_are_bounded() {
    let deep = (0..20_000).fold(String::new(), |text, n| {
        text + &format!("--b{n}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", n + 1)
    });
    let deep = letter("Content-Type: multipart/mixed; boundary=b0", &deep);
    assert!(deep.files.is_empty(), "{:?}", deep.files);
    let part = "--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n";
    let many = letter("Content-Type: multipart/mixed; boundary=b", &part.repeat(10_000));
    assert_eq!((many.files.len(), many.left_out.len()), (ENCLOSED_MAX, 20));
    let charset = letter("Content-Type: text/plain; charset=x-nonsense", "caf\u{e9}");
    assert!(charset.words.starts_with("caf"), "{}", charset.words);
    let subject = letter("Subject: =?utf-8?q?a=0D=0ABcc:_b@c.example?=", "x");
    assert!(!subject.subject.contains(['\r', '\n']), "{}", subject.subject);
    let pages = "<\"".repeat(200_000) + &"gmail_quote ".repeat(20_000);
    let _ = letter("Content-Type: text/html", &pages);
    let _ = letter("Content-Type: text/plain", &">\na\n".repeat(50_000));
}

#[test]
fn what_breaks_off_is_read_as_it_was_encoded_and_a_file_stays_a_file() {
    let broken = |part: &str| letter("Content-Type: multipart/mixed; boundary=b", &format!("--b\r\n{part}"));
    let quoted =
        broken("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9, please.\r\n");
    assert_eq!((quoted.words.as_str(), quoted.files.len()), ("Café, please.", 0));
    let base64 = broken("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nWWVzLg==\r\n");
    assert_eq!((base64.words.as_str(), base64.files.len()), ("Yes.", 0));
    let file = broken("Content-Type: text/plain; name=sizes.txt\r\nContent-Disposition: attachment\r\n\r\nS M L\r\n");
    assert_eq!((file.words.as_str(), file.files.len()), ("", 1));
}

proptest! {
    #[test]
    fn any_bytes_are_read(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&raw, None, Some("mx.vitrine.example"));
    }

    #[test]
    fn any_letter_is_read(head in "(?s)(From: |Content-Type: |multipart/report; |boundary=a|\r\n|\n| |Authentication-Results: |a|\"|<|>|;){0,40}", body in "(?s).{0,200}") {
        let _ = read(format!("{head}\r\n\r\n{body}").as_bytes(), Some(""), Some("a"));
    }
}
