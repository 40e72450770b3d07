//! HJ-6, HK-4: those who watch a server see numbers and events, and never a person: not in the log, whatever happens, and not among the
//! numbers, which the public listener does not show.

use std::net::{SocketAddr, TcpListener};

use model::id::ConversationId;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{
    config::{Config, Given},
    operate::doctor::{self, Finding, Level},
};
use service::{Clock, clock::new_id};
use testkit::{Browser, Operator, PASSWORD, Visitor, World};

use super::install::{Install, Running};

/// Words that stand nowhere but in what people wrote.
const CANARIES: [&str; 9] = [
    "zandloperkruid",
    "Canarina",
    "jane@customer.example",
    "owner@alpha.example",
    "nobody.canary@customer.example",
    "not-the-pass-canary",
    "file-canary",
    "canary-token",
    PASSWORD,
];

async fn furnished() -> Install {
    let install = Install::of_file();
    let services = install.open().await;
    World::make(&services).await;
    Install::close(services).await;
    install
}

fn free_address() -> SocketAddr {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address")
}

/// What people do, the wrong things too.
async fn live(base: &str) -> ConversationId {
    let nobody = Browser::new(base);
    for (email, password) in [
        ("owner@alpha.example", "not-the-pass-canary"),
        ("nobody.canary@customer.example", "not-the-pass-canary"),
    ] {
        nobody.submit("/sign-in", &[("email", email), ("password", password)]).await;
    }
    for path in [
        "/m/canary-token",
        "/unsubscribe/canary-token",
        "/invite/canary-token",
        "/account?token=canary-token",
        "/files/canary-token?key=canary-token",
        "/desk/history?search=zandloperkruid",
        "/canary-token",
    ] {
        nobody.get(path).await;
    }
    let owner = Operator::sign_in(base, "owner@alpha.example", PASSWORD).await;
    owner.go_online().await;
    let _desk = owner.socket().await;
    let visitor = Visitor::new(base, "alpha");
    let begun = visitor.start("Canarina").await.expect("starts");
    let id = begun.conversation.id;
    let _panel = visitor.socket().await;
    visitor.post(id, new_id(), "zandloperkruid groeit hier").await.expect("posts");
    visitor
        .give(id, "file-canary.txt", b"zandloperkruid in a file")
        .await
        .expect("keeps the file");
    Visitor::new(base, "alpha")
        .leave("zandloperkruid by mail")
        .await
        .expect("is stored");
    // What cannot be read is not repeated either.
    nobody.post("/w/alpha/start", &json!({ "zandloperkruid": "canary-token" })).await;
    nobody.post("/fn/history", &json!({ "query": "zandloperkruid" })).await;
    owner
        .browser
        .submit("/desk/pages/privacy/person", &[("by", "email"), ("who", "jane@customer.example")])
        .await;
    id
}

fn has_no_canary(text: &str) {
    let lower = text.to_lowercase();
    for canary in CANARIES {
        for line in lower.lines() {
            assert!(!line.contains(&canary.to_lowercase()), "{canary} stands in:\n{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hj_6_he_21_the_log_is_json_and_names_nobody() {
    let install = furnished().await;
    let set = [
        (
            "VITRINE_LOG",
            "info,server=trace,service=trace,storage=trace,relay=trace,mail=trace,app=trace",
        ),
        ("VITRINE_LOG_FORMAT", "json"),
    ];
    let running = Running::start(&install.data, &set).await;
    live(&running.base).await;
    let log = running.stop().await;
    let mut lines = 0;
    for line in log.lines().filter(|line| !line.trim().is_empty()) {
        let read: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for field in ["timestamp", "level", "target"] {
            assert!(read[field].is_string(), "{field} of {line}");
        }
        lines += 1;
    }
    assert!(lines > 10, "something was logged: {log}");
    has_no_canary(&log);
}

/// Whether a line is one that Prometheus reads.
fn is_sample(line: &str) -> bool {
    let Some((name, value)) = line.rsplit_once(' ') else { return false };
    let (name, labels) = name.split_once('{').unwrap_or((name, "}"));
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && labels.ends_with('}')
        && value.parse::<f64>().is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hk_4_numbers_are_on_a_listener_of_their_own_and_name_nobody() {
    let install = furnished().await;
    let metrics = free_address().to_string();
    let running = Running::start(&install.data, &[("VITRINE_METRICS_LISTEN", metrics.as_str())]).await;
    live(&running.base).await;
    assert_eq!(Browser::new(&running.base).get("/metrics").await.status(), StatusCode::NOT_FOUND);
    let watcher = Browser::new(&format!("http://{metrics}"));
    for elsewhere in ["/", "/healthz", "/desk", "/metrics/more"] {
        assert_eq!(watcher.get(elsewhere).await.status(), StatusCode::NOT_FOUND, "{elsewhere}");
    }
    let answer = watcher.get("/metrics").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.expect("a page");
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        assert!(is_sample(line), "{line}");
    }
    let value = |sample: &str| -> f64 {
        let line = page.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{sample} is not in\n{page}"))
            .parse()
            .expect("a number")
    };
    assert!(value("vitrine_database_up") > 0.5);
    assert!(value("vitrine_on_duty") > 0.5, "the owner");
    assert!(value("vitrine_http_requests_total{status=\"2xx\"}") > 3.5);
    assert!(value("vitrine_http_requests_total{status=\"4xx\"}") > 1.5);
    assert!(value("vitrine_write_seconds_count") > 3.5);
    assert!(value("vitrine_write_seconds_sum") > 0.0);
    assert!(value("vitrine_disk_free_bytes") > 0.5);
    has_no_canary(&page);
    running.stop().await;
}

fn config(install: &Install, base: Option<&str>) -> Config {
    let given = Given {
        listen: base.map(|base| base.trim_start_matches("http://").parse().expect("an address")),
        data: Some(install.data.clone()),
    };
    Config::read(given, &|name| (name == "VITRINE_DISK_FLOOR").then(|| "0".to_owned())).expect("a configuration")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doctor_finds_nothing_wrong_with_a_server_that_runs_and_says_when_none_does() {
    let install = furnished().await;
    let running = Running::start(&install.data, &[]).await;
    let ours = config(&install, Some(&running.base));
    let mut findings: Vec<Finding> = Vec::new();
    let worst = doctor::run(&ours, &doctor::Wanted::default(), Clock::system().now(), |finding| {
        findings.push(finding.clone());
    })
    .await;
    assert_ne!(worst, Level::Wrong, "{findings:#?}");
    for what in [
        "data folder",
        "disk",
        "clock",
        "database",
        "server",
        "public URL",
        "mail",
        "mail in",
    ] {
        assert!(
            findings.iter().any(|finding| finding.what == what),
            "{what} is not among {findings:#?}"
        );
    }
    let server = findings.iter().find(|finding| finding.what == "server").expect("is asked");
    assert_eq!(server.level, Level::Fine);
    assert_eq!(doctor::quick(&ours).await.level, Level::Fine);
    running.stop().await;
    assert_eq!(doctor::quick(&ours).await.level, Level::Wrong);
}
