//! What Alexa asks in the bench: short conversations, of which one in twenty ends in an order. Five requests each
//! make that one confirmation in a hundred requests.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    amazon::{Amazon, URL, envelope, intent},
    load::Requests,
};

/// Requests of a conversation.
const LENGTH: usize = 5;
/// Of so many conversations one ends in an order.
const ORDERS: usize = 20;
/// A request is good for 150 s before and after its moment; so it is signed for a little later.
const AHEAD: SignedDuration = SignedDuration::from_secs(120);
/// Tokens that a real envelope has, for its length.
const TOKEN: usize = 900;

/// About `count` signed requests for each way, for so many connections. Each conversation stays on one connection, and
/// is held by one of the customers that these `tokens` are of.
pub fn signed(amazon: &Amazon, tokens: &[String], connections: usize, count: usize) -> Result<Requests> {
    let each = count.div_ceil(connections * LENGTH);
    let numbers: Vec<usize> = (0..connections).collect();
    let workers = std::thread::available_parallelism()?.get();
    let share = connections.div_ceil(workers);
    let lists = std::thread::scope(|scope| {
        let work = |part: &[usize]| -> Requests {
            part.iter().map(|&connection| list(amazon, tokens, connection, each)).collect()
        };
        let threads: Vec<_> = numbers.chunks(share).map(|part| scope.spawn(move || work(part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    Ok(lists)
}

/// The requests of one connection.
fn list(amazon: &Amazon, tokens: &[String], connection: usize, conversations: usize) -> Vec<Vec<u8>> {
    let mut requests = Vec::with_capacity(conversations * LENGTH);
    for number in 0..conversations {
        // Connections begin at different places, so that orders do not come in waves.
        let orders = (number + connection).is_multiple_of(ORDERS);
        let customer = &tokens[(connection * conversations + number) % tokens.len()];
        let session = format!("amzn1.echo-api.session.{}", uuid::Uuid::new_v4());
        for request in conversation(orders) {
            let mut envelope = envelope(request, Timestamp::now() + AHEAD);
            envelope["session"]["sessionId"] = session.as_str().into();
            envelope["context"]["System"]["user"]["accessToken"] = customer.as_str().into();
            envelope["context"]["System"]["apiAccessToken"] = "x".repeat(TOKEN).into();
            requests.push(post(amazon, envelope.to_string().as_bytes()));
        }
    }
    requests
}

fn conversation(orders: bool) -> [Value; LENGTH] {
    let answer = if orders { "AMAZON.YesIntent" } else { "AMAZON.NoIntent" };
    [
        json!({ "type": "LaunchRequest" }),
        intent("ReorderIntent", &[("item", "paper towels")]),
        intent(answer, &[]),
        intent("OrderStatusIntent", &[]),
        intent("AMAZON.StopIntent", &[]),
    ]
}

/// The whole request as it goes over the wire.
fn post(amazon: &Amazon, body: &[u8]) -> Vec<u8> {
    let (signature, length) = (amazon.sign(body), body.len());
    let mut request = format!(
        "POST /alexa/household HTTP/1.1\r\nHost: skills.example.com\r\nContent-Type: application/json; charset=utf-8\r\n\
         SignatureCertChainUrl: {URL}\r\nSignature-256: {signature}\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes();
    request.extend(body);
    request
}
