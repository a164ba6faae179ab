//! `/healthz` and `/metrics`, on an address that `serve --watch` names.
//!
//! `/healthz` answers 200 while updates come in, the database answers and messages go out, else 503,
//! with each part by name. `/metrics` is for Prometheus. Both show counts and no content.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::conversation::Needs;
use crate::plan::Plan;
use crate::store::inspect::Backlog;
use crate::store::{Store, StoreError};
use crate::watch::{Page, Watch};

/// How long the database may take to answer.
const DATABASE_WITHIN: Duration = Duration::from_secs(3);

/// For how long a count of missing reports serves.
const COUNTED_FOR: Duration = Duration::from_secs(30);

/// What is watched.
#[derive(Debug, Clone)]
pub struct Watched {
    /// What the parts tell.
    pub watch: Arc<Watch>,
    /// The database.
    pub store: Store,
    /// The plans, for what is missing.
    pub plans: Vec<Arc<Plan>>,
    /// The time.
    pub clock: Clock,
    missing: Arc<Mutex<Option<Counted>>>,
}

/// When it was counted, and what is missing of each plan.
type Counted = (Instant, Vec<Missing>);

/// What is missing for the current period.
#[derive(Debug, Clone, Copy, Default)]
struct Missing {
    reports: usize,
    units: usize,
}

impl Watched {
    /// Watches these.
    #[must_use]
    pub fn new(watch: Arc<Watch>, store: Store, plans: Vec<Arc<Plan>>, clock: Clock) -> Self {
        Self { watch, store, plans, clock, missing: Arc::default() }
    }

    /// Begins to answer on an address; gives the one it is (port 0: any free one).
    ///
    /// # Errors
    /// If the address cannot be had.
    pub async fn listen(self, address: SocketAddr) -> anyhow::Result<SocketAddr> {
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("监测地址 {address} 用不了，请用 --watch 换一个 / cannot listen on {address}; choose another with --watch")
        })?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/healthz", get(healthz))
            .route("/metrics", get(metrics))
            .with_state(self);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "nobody can watch any more");
            }
        });
        tracing::info!(%address, "watching: /healthz and /metrics");
        Ok(address)
    }

    async fn backlog(&self) -> Option<Backlog> {
        let all = async {
            let mut all = Backlog::default();
            for plan in &self.plans {
                let one = self.store.backlog(plan).await?;
                all.waiting += one.waiting;
                all.dead += one.dead;
                all.since = [all.since, one.since].into_iter().flatten().min();
            }
            Ok::<_, StoreError>(all)
        };
        match tokio::time::timeout(DATABASE_WITHIN, all).await {
            Ok(Ok(backlog)) => Some(backlog),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the outbox cannot be looked at");
                None
            }
            Err(_) => None,
        }
    }

    /// Which parts work, in the order they are shown.
    fn parts(&self, backlog: Option<Backlog>) -> [(&'static str, bool); 3] {
        let health = self.watch.health(Instant::now());
        [("intake", health.intake), ("database", backlog.is_some()), ("delivery", health.delivery)]
    }

    /// What is missing of each plan.
    async fn missing(&self) -> Option<Vec<Missing>> {
        let kept = self.missing.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, missing)) = kept.filter(|(at, _)| at.elapsed() < COUNTED_FOR) {
            return Some(missing);
        }
        let all = async {
            let mut all = Vec::new();
            for plan in &self.plans {
                all.push(self.count_missing(plan).await?);
            }
            Ok::<_, StoreError>(all)
        };
        let missing = tokio::time::timeout(DATABASE_WITHIN, all).await.ok()?.ok()?;
        let kept = Some((Instant::now(), missing.clone()));
        *self.missing.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Some(missing)
    }

    async fn count_missing(&self, plan: &Plan) -> Result<Missing, StoreError> {
        let Some(period) = plan.period_at(self.clock.now()) else { return Ok(Missing::default()) };
        let mut work = self.store.begin().await?;
        let snapshot = work.snapshot(plan, &Needs::for_job(period)).await?;
        drop(work);
        let by_unit = plan.units().map(|(unit, _)| snapshot.missing(plan, unit, period).len());
        let by_unit: Vec<usize> = by_unit.filter(|missing| *missing > 0).collect();
        Ok(Missing { reports: by_unit.iter().sum(), units: by_unit.len() })
    }

    /// Everything there is to see, as Prometheus reads it.
    pub async fn metrics(&self) -> String {
        let backlog = self.backlog().await;
        let mut page = Page::default();
        for (part, works) in self.parts(backlog) {
            page.value("liaison_ready", &[("part", part)], u8::from(works));
        }
        self.watch.write(&mut page);
        if let Some(backlog) = backlog {
            page.value("liaison_outbox_waiting", &[], backlog.waiting);
            let age = backlog.since.map_or(0, |since| (self.clock.now() - since).num_seconds());
            page.value("liaison_outbox_oldest_seconds", &[], age.max(0));
        }
        if let Some(missing) = self.missing().await {
            for (plan, missing) in self.plans.iter().zip(&missing) {
                page.value("liaison_missing_reports", &[("plan", &plan.id)], missing.reports);
            }
            for (plan, missing) in self.plans.iter().zip(&missing) {
                page.value("liaison_missing_units", &[("plan", &plan.id)], missing.units);
            }
        }
        page.value("liaison_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        page.text()
    }
}

async fn healthz(State(watched): State<Watched>) -> impl IntoResponse {
    let parts = watched.parts(watched.backlog().await);
    let ready = parts.iter().all(|(_, works)| *works);
    let mut body = serde_json::json!({ "ready": ready });
    for (part, works) in parts {
        body[part] = works.into();
    }
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(body))
}

async fn metrics(State(watched): State<Watched>) -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], watched.metrics().await)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::watch::FAMILIES;

    /// The families that a text names, whatever part of a histogram it asks for.
    fn named(text: &str) -> BTreeSet<&str> {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = text.split(|c| !word(c)).filter(|word| word.starts_with("liaison_"));
        let base = |name| {
            ["_bucket", "_sum", "_count"].iter().find_map(|end| str::strip_suffix(name, end))
        };
        words.map(|name| base(name).unwrap_or(name)).collect()
    }

    #[test]
    fn dashboard_and_alerts_ask_for_what_is_there() {
        let dashboard = include_str!("../../deploy/grafana-dashboard.json");
        let alerts = include_str!("../../deploy/prometheus-alerts.yaml");
        let known: BTreeSet<&str> = FAMILIES.iter().map(|(name, ..)| *name).collect();
        let shown = named(dashboard);
        for name in shown.union(&named(alerts)) {
            assert!(known.contains(name), "{name} is asked for and not there");
        }
        let unseen: Vec<_> = known.difference(&shown).collect();
        assert!(unseen.is_empty(), "on no panel of the dashboard: {unseen:?}");
        assert!(named(alerts).len() > 4, "the alerts were found");
        let json: serde_json::Value = serde_json::from_str(dashboard).unwrap();
        assert!(json["panels"].as_array().unwrap().len() > 5);
    }
}
