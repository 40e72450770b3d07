//! How fast vendors answer, and who did what: two pages that are only read.

use std::collections::HashMap;

use app::site::{self, AuditLine, AuditPage, ReportLine, ReportsPage, TEAM_AUDIT, TEAM_REPORTS};
use axum::{
    extract::{Query, State},
    response::Response,
};
use http::StatusCode;
use model::time::Timestamp;
use service::marketplace::{
    audit::{self, AuditPlace},
    reports,
};

use super::{Administrator, Team, places, private};
use crate::{http::answer::Failed, state::AppState};

/// How fast vendors answer.
pub(super) async fn list(
    State(state): State<AppState>,
    team: Team,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let page = reports::list(&state.services, &team.member, places::after(&asked)).await?;
    let rows = page.rows.into_iter().map(|row| ReportLine {
        store: row.store.name.to_string(),
        answered: row.answered,
        median_ms: row.median_ms,
        ninetieth_ms: row.ninetieth_ms,
        unanswered: row.unanswered,
        longest_ms: row.longest_ms,
    });
    let shown = ReportsPage {
        rows: rows.collect(),
        next: places::next(TEAM_REPORTS, page.next),
    };
    Ok(private(StatusCode::OK, site::team_reports(team.frame(), &shown)))
}

/// Who did what.
pub(super) async fn audited(
    State(state): State<AppState>,
    Administrator(team): Administrator,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let before = asked.get("before").and_then(|text| cursor(text));
    let (rows, more) = audit::list(&state.services, &team.member, before).await?;
    let last = rows.last().filter(|_| more);
    let next = last.map(|last| format!("{TEAM_AUDIT}?before={}.{}", last.at.0, last.id));
    let rows = rows.into_iter().map(|row| AuditLine {
        at: row.at,
        who: row.account.map(|name| name.to_string()),
        store: row.store.map(|name| name.to_string()),
        action: row.action,
        reason: row.reason,
    });
    let shown = AuditPage {
        rows: rows.collect(),
        next,
    };
    Ok(private(StatusCode::OK, site::team_audit(team.frame(), &shown)))
}

fn cursor(text: &str) -> Option<AuditPlace> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}
