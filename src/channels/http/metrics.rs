//! Figures for Prometheus: counts and times by names that we chose, never a word that was said.

use std::{sync::OnceLock, time::Duration};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::{channels::json::wire_name, turn::Reply};

/// Upper bounds of the stage histograms, in seconds: from a lookup to the longest recognition.
const BUCKETS: &[f64] =
    &[0.000_1, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the recorder of this process; again is no fault.
pub fn install() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets(BUCKETS).expect("the list of buckets is not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; /metrics stays empty");
        }
        describe();
        handle
    });
}

fn describe() {
    describe_counter!("sayso_turns_total", "Turns by channel and intent");
    describe_counter!("sayso_decisions_total", "Decisions of the dialogue");
    describe_counter!("sayso_orders_total", "Orders placed");
    describe_counter!("sayso_faults_total", "Faults by the part that failed");
    describe_counter!("sayso_http_requests_total", "Requests by route and status");
    describe_counter!("sayso_platform_refused_total", "Requests of platforms that were not proved");
    describe_counter!("sayso_platform_repeats_total", "Requests of platforms that came again");
    describe_counter!(
        "sayso_alexa_progress_total",
        "Sentences for shoppers who wait, by what became of them"
    );
    describe_counter!("sayso_links_total", "Account linking by what happened");
    describe_counter!("sayso_http_shed_total", "Turns refused because too many were at work");
    describe_counter!("sayso_wyoming_events_total", "Events of Wyoming clients by their type");
    describe_counter!("sayso_wyoming_refused_total", "Errors that Wyoming clients were told, by the reason");
    describe_gauge!("sayso_hearings_at_work", "Utterances that are being computed");
    describe_gauge!("sayso_hearings_waiting", "Utterances that wait for a recogniser");
    describe_counter!("sayso_hearings_total", "Utterances heard, refused as too many, or too late");
    describe_histogram!("sayso_stage_seconds", Unit::Seconds, "Time of each stage of a turn");
}

/// The text for Prometheus.
pub fn render() -> String {
    let Some(handle) = HANDLE.get() else { return String::new() };
    // Samples are folded into buckets here, so an unscraped process is the only one to keep them;
    // `serve` folds them regularly too.
    handle.run_upkeep();
    handle.render()
}

/// Counts one reply.
pub fn count_reply(channel: &'static str, reply: &Reply) {
    let intent = wire_name(&reply.intent.name);
    counter!("sayso_turns_total", "channel" => channel, "intent" => intent).increment(1);
    counter!("sayso_decisions_total", "decision" => reply.decision).increment(1);
    if reply.decision == "placed" {
        counter!("sayso_orders_total").increment(1);
    }
    for (stage, time) in &reply.stages {
        record_stage(stage, *time);
    }
}

/// What a stage took.
pub fn record_stage(stage: &'static str, time: Duration) {
    histogram!("sayso_stage_seconds", "stage" => stage).record(time.as_secs_f64());
}

/// Counts a fault of `part`: `recognizer`, `synthesizer`, `turn`.
pub fn count_fault(part: &'static str) {
    counter!("sayso_faults_total", "part" => part).increment(1);
}

/// Counts a turn that was refused because too many were at work.
pub fn count_shed() {
    counter!("sayso_http_shed_total").increment(1);
}

/// Counts a request of a platform that was refused, by the reason that its sender is not told.
pub fn count_refused(platform: &'static str, reason: &'static str) {
    counter!("sayso_platform_refused_total", "platform" => platform, "reason" => reason).increment(1);
}

/// Counts a request of a platform that came again and got the answer of the first.
pub fn count_repeat(platform: &'static str) {
    counter!("sayso_platform_repeats_total", "platform" => platform).increment(1);
}

/// Counts a sentence for a shopper of Alexa who waits: `sent` or `failed`.
pub fn count_progress(outcome: &'static str) {
    counter!("sayso_alexa_progress_total", "outcome" => outcome).increment(1);
}

/// Counts something that happened in account linking: `granted`, `linked`, `refreshed`, `revoked`, `reused`,
/// `wrong_code`, `invalid_grant`.
pub fn count_link(event: &'static str) {
    counter!("sayso_links_total", "event" => event).increment(1);
}

/// Counts every request by its route as we wrote it (not as the caller did) and its status.
pub async fn count_request(request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map_or("other".to_owned(), |p| p.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    counter!("sayso_http_requests_total", "route" => route, "status" => status).increment(1);
    response
}
