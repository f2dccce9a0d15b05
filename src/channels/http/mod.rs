//! Turns over HTTP.
//!
//! | route | what it answers |
//! |---|---|
//! | `POST /v1/turns` | one turn, typed (JSON) or spoken (WAV, Opus, L16); the reply as JSON or as sound |
//! | `GET /v1/turns/{id}` | a recent reply again, as JSON |
//! | `/v1/skills/{skill}/turns`, `…/turns/{id}` | the same for one of several skills, by its identifier |
//! | `GET /v1/stream`, `/v1/skills/{skill}/stream` | a WebSocket: sound in while somebody speaks, the answer and its sound out |
//! | `POST /v1/audio/transcriptions`, `/v1/audio/speech`, `GET /v1/models` | hearing and speaking, as OpenAI's clients ask |
//! | `POST /v1/skills/{skill}/platforms/{platform}` | a platform's envelope with the utterance as sound, from a client of our own |
//! | `POST /alexa/{skill}` | a request of Alexa, proved by its signature |
//! | `POST /dialogflow/cx/{skill}`, `/dialogflow/es/{skill}`, `/actions/{skill}` | a request of Google, proved by a token or a secret |
//! | `/link/{skill}/authorize`, `…/token`, `…/revoke` | accounts elsewhere are linked to households (OAuth 2.0) |
//! | `GET /.well-known/oauth-authorization-server/link/{skill}` | the same, described for clients |
//! | `GET /healthz` | the process runs |
//! | `GET /readyz` | the store can be reached and the recogniser is loaded |
//! | `GET /metrics` | figures for Prometheus; no words in them |
//! | `GET /openapi.json` | this interface, described |
//!
//! Invariants: every body has a bound in bytes and in time; every answer that is not 2xx is JSON
//! with a code and a sentence, but for what is no HTTP, or a head that is too long, which end with a bare
//! 400 or 431 before a route is known, and for account linking, which has pages for browsers and the RFCs'
//! errors for clients; with a token configured, only `/healthz` and the platforms' routes are open; a skill's own token opens
//! that skill's turns and nothing else, not even the knowledge of which other skills there are.

mod alexa;
mod audio;
mod body;
mod dialogflow;
mod enveloped;
mod error;
mod guard;
mod link;
pub(in crate::channels) mod metrics;
mod openai;
mod openapi;
mod platforms;
mod probes;
mod repeats;
mod replies;
mod request;
mod serve;
mod skills;
mod sound;
mod stream;
mod turns;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use secrecy::SecretString;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::catch_panic::CatchPanicLayer;

use self::{body::Room, error::ApiError, repeats::Repeats, skills::Skills};
use super::{
    Engine,
    alexa::{AlexaSkill, Progress, Verifier},
    dialogflow::{Agent, Tokens},
    link::Linked,
};
use crate::{
    commerce::{HouseholdId, Linker, ShopId},
    speech::{SharedSynthesizer, pool::Pool},
};

pub use openapi::document;
pub use serve::serve;

/// How to serve; the app fills it from the settings.
#[derive(Debug, Clone)]
pub struct Options {
    /// The skills that are spoken to; never empty.
    pub skills: Vec<SkillOptions>,
    /// Proves requests of Alexa; without it no skill is reached from there.
    pub alexa: Option<Arc<Verifier>>,
    /// Tells Alexa's shoppers that a turn takes long; without it they hear nothing meanwhile.
    pub progress: Option<Arc<Progress>>,
    /// Proves tokens of Google; without it only secrets prove who asks.
    pub google: Option<Arc<Tokens>>,
    /// Links accounts to households; without it none are.
    pub linker: Option<Arc<Linker>>,
    /// BCP 47.
    pub locale: String,
    /// With a token, every route but `/healthz` wants it; it opens every skill.
    pub token: Option<SecretString>,
    /// Turns at work at the same time.
    pub max_in_flight: usize,
    /// For a recording, until its words are known; who would wait longer is told so at once.
    pub hearing: Duration,
    /// Open connections.
    pub max_connections: usize,
    /// For a request's head.
    pub header_timeout: Duration,
    /// For a request's body.
    pub body_timeout: Duration,
    /// For a request altogether.
    pub request_timeout: Duration,
    /// How long a stream may be open with nothing said on it.
    pub stream_idle: Duration,
    /// For turns in flight at a shutdown.
    pub drain: Duration,
}

/// How to serve one skill.
#[derive(Debug, Clone)]
pub struct SkillOptions {
    /// Its shop.
    pub shop: ShopId,
    /// Who speaks when a request does not say.
    pub household: HouseholdId,
    /// A token that opens this skill alone; with one, its routes want it or the server's.
    pub token: Option<SecretString>,
    /// Its turns at work at the same time, within those of the server.
    pub max_in_flight: Option<usize>,
    /// How it is reached from Alexa, if it is.
    pub alexa: Option<AlexaSkill>,
    /// How it is reached from Dialogflow, CX or ES, if it is.
    pub dialogflow: Option<Agent>,
    /// How it is reached from Actions Builder, if it is.
    pub actions: Option<Agent>,
    /// How accounts are linked to its households, if they are.
    pub linking: Option<Linked>,
}

/// What every request shares.
pub struct HttpState {
    options: Options,
    engine: Arc<dyn Engine>,
    /// Filled once the model is loaded; until then recordings are answered 503.
    recognizer: Arc<OnceLock<Arc<Pool>>>,
    synthesizer: SharedSynthesizer,
    repeats: Arc<Repeats>,
    skills: Skills,
    turns: Arc<Semaphore>,
    /// For recordings that are on their way.
    room: Room,
    /// Turns at work. They go on when their caller hangs up, and a shutdown waits for them.
    tasks: TaskTracker,
    /// Open streams; they do not count as connections any more.
    streams: Arc<Semaphore>,
    /// The server stops: what is idle ends at once.
    closing: CancellationToken,
}

impl HttpState {
    /// The parts that the app has chosen.
    pub fn new(
        options: Options,
        engine: Arc<dyn Engine>,
        recognizer: Arc<OnceLock<Arc<Pool>>>,
        synthesizer: SharedSynthesizer,
    ) -> Arc<Self> {
        metrics::install();
        Arc::new(Self {
            turns: Arc::new(Semaphore::new(options.max_in_flight)),
            room: Room::of_turns(options.max_in_flight),
            skills: Skills::new(&options.skills, options.max_in_flight, options.max_connections),
            streams: Arc::new(Semaphore::new(options.max_connections)),
            options,
            engine,
            recognizer,
            synthesizer,
            repeats: Arc::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
        })
    }
}

async fn wrong_method() -> ApiError {
    let message = "this address does not take that method; see /openapi.json";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}

fn not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", "there is no such address")
}

/// Routes of platforms and their customers, who prove their requests by other means than our token.
fn platforms(state: &Arc<HttpState>) -> Router<Arc<HttpState>> {
    Router::new()
        .route("/alexa/{skill}", post(alexa::take).fallback(wrong_method))
        .route("/dialogflow/cx/{skill}", post(dialogflow::cx).fallback(wrong_method))
        .route("/dialogflow/es/{skill}", post(dialogflow::es).fallback(wrong_method))
        .route("/actions/{skill}", post(dialogflow::actions).fallback(wrong_method))
        .route("/link/{skill}/authorize", get(link::show).post(link::decide).fallback(wrong_method))
        .route("/link/{skill}/token", post(link::exchange).fallback(wrong_method))
        .route("/link/{skill}/revoke", post(link::revoke).fallback(wrong_method))
        .route(
            "/.well-known/oauth-authorization-server/link/{skill}",
            get(link::metadata).fallback(wrong_method),
        )
        .layer(middleware::from_fn_with_state(state.clone(), guard::deadline))
}

/// All routes with their guards.
pub fn router(state: Arc<HttpState>) -> Router {
    Router::new()
        .route("/v1/turns", post(turns::take))
        .route("/v1/turns/{id}", get(turns::again))
        .route("/v1/skills/{skill}/turns", post(turns::take_of))
        .route("/v1/skills/{skill}/turns/{id}", get(turns::again_of))
        .route("/v1/skills/{skill}/platforms/{platform}", post(enveloped::take))
        .route("/v1/stream", get(stream::open))
        .route("/v1/skills/{skill}/stream", get(stream::open_of))
        .route("/v1/audio/transcriptions", post(openai::transcribe))
        .route("/v1/audio/speech", post(openai::speak))
        .route("/v1/models", get(openai::models))
        .route("/v1/models/{model}", get(openai::model))
        .route("/readyz", get(probes::ready))
        .route("/metrics", get(probes::metrics))
        .route("/openapi.json", get(openapi::serve))
        .fallback(|| async { not_found() })
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), guard::deadline))
        .layer(middleware::from_fn_with_state(state.clone(), guard::allowed))
        .merge(platforms(&state))
        .route("/healthz", get(probes::health))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(middleware::from_fn(openai::errors))
        .layer(middleware::from_fn(metrics::count_request))
        .with_state(state)
}
