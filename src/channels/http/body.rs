//! Reading what a request brings, within its bounds of size and time.
//!
//! Invariants:
//! - A body is read before its turn takes a seat: one that comes slowly holds its connection and nothing else.
//! - What has come of recordings that are still on their way has a bound for each skill, and one for the server. What
//!   was only announced takes no room.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use futures_util::StreamExt as _;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::{HttpState, error::ApiError, metrics, skills::Skill};

/// The largest JSON body, in bytes.
pub const MAX_JSON: usize = 16 * 1024;
/// The largest recording, in bytes.
pub const MAX_AUDIO: usize = 4 * 1024 * 1024;
/// The largest body that holds a recording, in bytes.
const MAX_BODY: usize = MAX_AUDIO + 256 * 1024;
/// As much of a recording needs no room, so that whoever only begins one takes none from others.
const FREE: usize = 64 * 1024;
/// What room is counted in, in bytes.
const UNIT: usize = 1024;

/// Room for recordings that are on their way.
#[derive(Debug, Clone)]
pub struct Room(Arc<Semaphore>);

impl Room {
    /// Room for the largest recording of each of so many turns.
    pub fn of_turns(turns: usize) -> Self {
        Self(Arc::new(Semaphore::new(turns.saturating_mul(MAX_BODY / UNIT).min(Semaphore::MAX_PERMITS))))
    }

    fn take(&self, units: u32) -> Result<OwnedSemaphorePermit, ApiError> {
        self.0.clone().try_acquire_many_owned(units).map_err(|_| {
            metrics::count_shed();
            ApiError::busy("too many recordings are on their way; ask again in a second")
        })
    }
}

/// A body without a recording, of at most `limit` bytes.
///
/// # Errors
/// 413 for a larger one, 408 for one that comes too slowly, 400 for one that breaks off.
pub async fn read_body(
    state: &HttpState,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, ApiError> {
    Reading::of(limit, Vec::new()).read(state, headers, body).await
}

/// A body with a recording in it, of at most `limit` bytes, for that skill if it is for one.
///
/// # Errors
/// As [`read_body`], and 503 when the others on their way leave no room for it.
pub async fn read_recording(
    state: &HttpState,
    skill: Option<&Skill>,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, ApiError> {
    let rooms = skill.map(|skill| skill.room.clone()).into_iter().chain([state.room.clone()]);
    Reading::of(limit, rooms.collect()).read(state, headers, body).await
}

/// A body as far as it has come.
struct Reading {
    bytes: Vec<u8>,
    limit: usize,
    rooms: Vec<Room>,
    held: Vec<OwnedSemaphorePermit>,
    units: usize,
}

impl Reading {
    fn of(limit: usize, rooms: Vec<Room>) -> Self {
        Self { bytes: Vec::new(), limit, rooms, held: Vec::new(), units: 0 }
    }

    async fn read(mut self, state: &HttpState, headers: &HeaderMap, body: Body) -> Result<Bytes, ApiError> {
        let announced =
            headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > self.limit as u64) {
            return Err(self.too_large());
        }
        let until = Instant::now() + state.options.body_timeout;
        let mut pieces = body.into_data_stream();
        loop {
            match timeout_at(until, pieces.next()).await {
                Err(_) => {
                    let limit = state.options.body_timeout.as_secs();
                    let message = format!("the body took longer than {limit} s");
                    return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "slow_body", message));
                }
                Ok(None) => return Ok(self.bytes.into()),
                Ok(Some(Ok(piece))) => self.push(&piece)?,
                Ok(Some(Err(_))) => return Err(ApiError::bad("bad_body", "the body broke off")),
            }
        }
    }

    fn push(&mut self, piece: &[u8]) -> Result<(), ApiError> {
        let length = self.bytes.len() + piece.len();
        if length > self.limit {
            return Err(self.too_large());
        }
        let units = length.saturating_sub(FREE).div_ceil(UNIT);
        let more = u32::try_from(units - self.units).unwrap_or(u32::MAX);
        if more > 0 {
            for room in &self.rooms {
                self.held.push(room.take(more)?);
            }
            self.units = units;
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    fn too_large(&self) -> ApiError {
        let message = format!("the body is larger than {} KiB", self.limit / 1024);
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_takes_room_as_it_comes_and_gives_it_back() {
        let (skill, server) = (Room::of_turns(1), Room::of_turns(2));
        let rooms = || vec![skill.clone(), server.clone()];
        let mut first = Reading::of(MAX_AUDIO, rooms());
        first.push(&[0; FREE]).unwrap();
        assert_eq!(skill.0.available_permits(), MAX_BODY / UNIT, "the beginning takes none");
        first.push(&vec![0; MAX_AUDIO - FREE]).unwrap();
        assert_eq!(first.push(&[0]).unwrap_err().code(), "too_large");
        let mut second = Reading::of(MAX_AUDIO, rooms());
        assert_eq!(second.push(&vec![0; MAX_AUDIO]).unwrap_err().code(), "busy");
        let mut other = Reading::of(MAX_AUDIO, vec![Room::of_turns(1), server.clone()]);
        other.push(&vec![0; MAX_AUDIO]).expect("another skill has its own room");
        drop((first, second, other));
        assert_eq!(server.0.available_permits(), 2 * MAX_BODY / UNIT);
    }

    #[test]
    fn the_largest_body_of_a_recording_fits_where_there_is_one_turn() {
        let mut form = Reading::of(MAX_BODY, vec![Room::of_turns(1)]);
        assert!(form.push(&vec![0; MAX_BODY]).is_ok());
        let mut pieces = Reading::of(MAX_BODY, vec![Room::of_turns(1)]);
        assert!((0..MAX_BODY / 7).all(|_| pieces.push(&[0; 7]).is_ok()), "in small pieces too");
    }
}
