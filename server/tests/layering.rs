//! The house's floor plan, as a test: which crate may know which.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Our crates, and the ones of ours that each may name.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("live", &["model"]),
    ("ui", &["model"]),
    ("widget", &["live", "model", "ui"]),
    ("app", &["catalogue", "live", "model", "service", "ui"]),
    ("frontend", &["app", "ui", "model"]),
    ("frontend-widget", &["widget", "ui", "model"]),
    ("wasm-streams", &[]),
    ("catalogue", &["model"]),
    ("relay", &["model"]),
    ("storage", &["model"]),
    ("mail", &["model"]),
    ("service", &["catalogue", "mail", "model", "storage"]),
    ("demo", &["model", "service", "storage"]),
    (
        "server",
        &[
            "app",
            "catalogue",
            "demo",
            "live",
            "mail",
            "model",
            "relay",
            "service",
            "storage",
            "ui",
            "widget",
        ],
    ),
    ("testkit", &["model", "server", "service", "storage"]),
    ("xtask", &[]),
    ("bench", &["model", "service", "storage"]),
];

/// Crates of others, and the only ones of ours that may name them (in the product; tests and the benchmark have their own).
const ONLY: &[(&str, &[&str])] = &[
    ("sqlx", &["storage", "bench"]),
    ("argon2", &["service"]),
    ("lettre", &["mail"]),
    ("async-nats", &["server"]),
    ("axum", &["app", "demo", "server", "bench"]),
    ("rust-i18n", &["catalogue"]),
];

#[test]
fn every_crate_knows_only_what_it_may() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo knows the workspace");
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    let plan: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    assert_eq!(ours, plan.keys().copied().collect(), "the plan names every crate");
    for package in &metadata.packages {
        let normal = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
        for dependency in normal {
            let name = dependency.name.as_str();
            if ours.contains(name) {
                assert!(plan[package.name.as_str()].contains(&name), "{} must not know {name}", package.name);
            }
            if let Some((_, allowed)) = ONLY.iter().find(|(n, _)| *n == name) {
                assert!(allowed.contains(&package.name.as_str()), "{} must not name {name}", package.name);
            }
        }
    }
}

/// `model` is what both sides share: it does nothing, so it needs nothing.
#[test]
fn the_vocabulary_needs_only_serde_and_uuid() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo knows the workspace");
    let model = metadata
        .packages
        .iter()
        .find(|p| p.name.as_str() == "model")
        .expect("there is a vocabulary");
    let needs: Vec<&str> = model
        .dependencies
        .iter()
        .filter(|d| d.kind == DependencyKind::Normal)
        .map(|d| d.name.as_str())
        .collect();
    assert_eq!(needs, ["serde", "uuid"]);
}
