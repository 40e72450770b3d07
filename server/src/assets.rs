//! The files that browsers fetch: inside the executable in a release build, on disk while somebody works on them.
//!
//! It hands out what `cargo xtask` finished: hashed names that never change, each with a brotli sibling. It builds and compresses nothing.

mod answer;
mod manifest;
mod source;

use std::{
    path::{Component, Path},
    sync::{Arc, Once},
};

use app::desk::ScriptTag;
use axum::{
    Json,
    body::Body,
    extract::Path as PathOf,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::refusal::Refusal;

pub use self::manifest::Files;
use self::{
    answer::{answer, content_type},
    manifest::Manifest,
};
use crate::{
    config::WatchConfig,
    policy::{Policy, Registry, Route},
};

/// A name with a hash in it never means anything else.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Shops' pages ask for the loader on every view; a new one reaches them within minutes, and nobody waits for it.
const LOADER: &str = "public, max-age=300, stale-while-revalidate=86400";
/// What has no hash in its name and changes rarely.
const AN_HOUR: &str = "public, max-age=3600";

/// Where the desk's page finds its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskFiles {
    /// The address of its style sheet; the site's pages use it too.
    pub css: String,
    /// Its program.
    pub script: ScriptTag,
}

/// The files that browsers fetch.
#[derive(Debug)]
pub struct Assets {
    /// Release builds know their names from the start.
    built_in: Option<Manifest>,
    watch: Option<WatchConfig>,
    said: Once,
}

/// A release build that was made without the browser programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingPrograms;

impl Assets {
    /// Looks at what there is. Only a release build insists.
    pub fn load(watch: Option<WatchConfig>) -> Result<Self, MissingPrograms> {
        let built_in = if cfg!(debug_assertions) {
            None
        } else {
            Some(manifest_now().ok_or(MissingPrograms)?)
        };
        if built_in.as_ref().is_some_and(|manifest| !manifest.is_complete()) {
            return Err(MissingPrograms);
        }
        Ok(Self {
            built_in,
            watch,
            said: Once::new(),
        })
    }

    /// The addresses of the panel's files.
    pub fn widget(&self) -> Files {
        self.manifest()
            .widget
            .map_or_else(|| self.missing("widget"), |files| files.addresses())
    }

    /// The addresses of the desk's files.
    pub fn desk(&self) -> DeskFiles {
        if let Some(watch) = &self.watch {
            let name = &watch.output;
            let script = ScriptTag::Watch {
                js: format!("/pkg/{name}.js"),
                wasm: format!("/pkg/{name}.wasm"),
            };
            return DeskFiles {
                css: format!("/pkg/{name}.css"),
                script,
            };
        }
        let files = self.manifest().desk.map_or_else(|| self.missing("desk"), |files| files.addresses());
        DeskFiles {
            css: files.css,
            script: ScriptTag::Hashed { src: files.js },
        }
    }

    /// A file of a program, by its hashed name. Only what the manifest names, because only that may be kept for ever.
    fn hashed(&self, name: &str, request: &HeaderMap) -> Response {
        if !self.manifest().names(name) {
            return not_found();
        }
        match source::built(name) {
            Some(file) => answer(request, name, file, source::built(&format!("{name}.br")), FOREVER),
            None => not_found(),
        }
    }

    /// A file of `cargo leptos watch`, as it is now.
    async fn watched(&self, path: &str) -> Response {
        let Some(watch) = self.watch.as_ref().filter(|_| is_plain(path)) else {
            return not_found();
        };
        match tokio::fs::read(watch.folder.join(path)).await {
            Ok(content) => ([(header::CONTENT_TYPE, content_type(path))], Body::from(content)).into_response(),
            Err(_) => not_found(),
        }
    }

    fn manifest(&self) -> Manifest {
        self.built_in.clone().or_else(manifest_now).unwrap_or_default()
    }

    /// Addresses that answer 404: the page is there, plain and without its program, and the log says what to do about it.
    fn missing(&self, program: &str) -> Files {
        self.said.call_once(|| {
            tracing::warn!(
                "The {program} was not built, so its pages have no scripts: run `cargo xtask widget`, or `cargo xtask build` for all"
            );
        });
        Files::missing(program)
    }
}

/// Adds the routes of all files.
pub fn register<S: Clone + Send + Sync + 'static>(registry: &mut Registry<S>, assets: &Arc<Assets>) {
    let hashed = assets.clone();
    registry
        .add(
            Route::get("/assets/{name}", Policy::Public),
            move |PathOf(name): PathOf<String>, request: HeaderMap| async move { hashed.hashed(&name, &request) },
        )
        .add(Route::get("/embed.js", Policy::Public), |request: HeaderMap| async move {
            let mut response = public("embed.js", &request, LOADER);
            // Shops' pages are other origins, and some isolate themselves.
            response
                .headers_mut()
                .insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
            response
        })
        .add(Route::get("/robots.txt", Policy::Public), |request: HeaderMap| async move {
            public("robots.txt", &request, AN_HOUR)
        })
        // Browsers ask for it unasked, and look at the type, not at the ending.
        .add(Route::get("/favicon.ico", Policy::Public), |request: HeaderMap| async move {
            public("icons/vitrine.svg", &request, AN_HOUR)
        });
    if assets.watch.is_some() {
        let watched = assets.clone();
        registry.add(
            Route::get("/pkg/{*path}", Policy::Public),
            move |PathOf(path): PathOf<String>| async move { watched.watched(&path).await },
        );
    }
}

/// A file of `public/`, under its own name.
fn public(name: &str, request: &HeaderMap, keep: &'static str) -> Response {
    match Some(name).filter(|name| is_plain(name)).and_then(source::public) {
        Some((file, small)) => answer(request, name, file, small, keep),
        None => not_found(),
    }
}

/// Whether a name stays inside its folder, in every spelling.
fn is_plain(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

fn manifest_now() -> Option<Manifest> {
    Manifest::read(&source::built("manifest.json")?.data)
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(Refusal::NotFound)).into_response()
}

impl std::fmt::Display for MissingPrograms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this executable was built without its browser programs: build it with `cargo xtask build`")
    }
}

impl std::error::Error for MissingPrograms {}

#[cfg(test)]
mod tests {
    use axum::{Router, body::to_bytes};
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;

    fn assets() -> Assets {
        Assets::load(None).expect("there")
    }

    async fn body(response: Response) -> Vec<u8> {
        to_bytes(response.into_body(), 10_000_000).await.expect("a body").to_vec()
    }

    #[tokio::test]
    async fn the_loader_is_asked_for_again_cheaply() {
        let first = public("embed.js", &HeaderMap::new(), "public, max-age=300");
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(first.headers()[header::CACHE_CONTROL], "public, max-age=300");
        let tag = first.headers()[header::ETAG].clone();
        assert!(!body(first).await.is_empty());
        let again = public(
            "embed.js",
            &HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]),
            "public, max-age=300",
        );
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert!(body(again).await.is_empty());
    }

    #[test]
    fn nothing_beside_the_named_files_is_handed_out() {
        let request = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static("br"))]);
        for name in ["manifest.json", "embed.js", "../site/manifest.json", "../../Cargo.toml", "", "."] {
            assert_eq!(assets().hashed(name, &request).status(), StatusCode::NOT_FOUND, "{name}");
        }
        for name in ["../Cargo.toml", "icons/../../Cargo.toml", "/etc/passwd", "missing.js", ".."] {
            assert_eq!(public(name, &request, FOREVER).status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[tokio::test]
    async fn a_watch_serves_its_own_folder_and_nothing_around_it() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root.path().join("pkg")).expect("made");
        std::fs::write(root.path().join("pkg/desk.wasm"), b"\0asm").expect("written");
        std::fs::write(root.path().join("secret.txt"), b"no").expect("written");
        let watch = WatchConfig {
            folder: root.path().join("pkg"),
            output: "desk".to_owned(),
        };
        let assets = Assets::load(Some(watch)).expect("there");
        let files = assets.desk();
        assert_eq!(files.css, "/pkg/desk.css");
        assert_eq!(
            files.script,
            ScriptTag::Watch {
                js: "/pkg/desk.js".to_owned(),
                wasm: "/pkg/desk.wasm".to_owned()
            }
        );
        let found = assets.watched("desk.wasm").await;
        assert_eq!(found.headers()[header::CONTENT_TYPE], "application/wasm");
        assert_eq!(body(found).await, b"\0asm");
        for name in ["../secret.txt", "/etc/passwd", "desk.js"] {
            assert_eq!(assets.watched(name).await.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[tokio::test]
    async fn the_routes_answer_from_outside() {
        let mut registry = Registry::<()>::new();
        register(&mut registry, &Arc::new(assets()));
        let (router, _): (Router, _) = registry.finish(|| async { StatusCode::NOT_FOUND });
        let ask = |path: &'static str| {
            let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
            let router = router.clone();
            async move { router.oneshot(request).await.expect("never fails") }
        };
        let loader = ask("/embed.js").await;
        assert_eq!(loader.status(), StatusCode::OK);
        assert_eq!(loader.headers()["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(ask("/favicon.ico").await.headers()[header::CONTENT_TYPE], "image/svg+xml");
        for path in ["/assets/..%2F..%2FCargo.toml", "/assets/manifest.json", "/pkg/desk.js"] {
            assert_eq!(ask(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
