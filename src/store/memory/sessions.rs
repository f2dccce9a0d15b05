//! Conversations, in memory.

use async_trait::async_trait;
use jiff::Timestamp;

use super::MemoryStore;
use crate::commerce::{
    HouseholdId, SessionId, ShopId,
    ports::{SavedSession, SessionSaved, SessionStore, StoreError, within_bounds},
};

#[async_trait]
impl SessionStore for MemoryStore {
    async fn load(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<Option<SavedSession>, StoreError> {
        let place = (shop.clone(), household.clone(), session.clone());
        Ok(self.read(|state| state.sessions.get(&place).map(|(saved, _)| saved.clone())))
    }

    async fn save(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        payload: &str,
        expected: u64,
        now: Timestamp,
    ) -> Result<SessionSaved, StoreError> {
        within_bounds(payload)?;
        let place = (shop.clone(), household.clone(), session.clone());
        self.write(|state| {
            if state.sessions.get(&place).map_or(0, |(saved, _)| saved.version) != expected {
                return Ok(SessionSaved::Conflict);
            }
            let saved = SavedSession { payload: payload.to_owned(), version: expected + 1 };
            state.sessions.insert(place, (saved, now));
            Ok(SessionSaved::Saved(expected + 1))
        })
    }

    async fn forget(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<bool, StoreError> {
        let place = (shop.clone(), household.clone(), session.clone());
        self.write(|state| Ok(state.sessions.remove(&place).is_some()))
    }

    async fn crowd(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        most: usize,
    ) -> Result<Vec<SessionId>, StoreError> {
        Ok(self.read(|state| {
            let own = state.sessions.iter().filter(|((s, h, _), _)| s == shop && h == household);
            let mut all: Vec<_> = own.map(|((_, _, session), (_, at))| (*at, session.clone())).collect();
            if all.len() <= most {
                return Vec::new();
            }
            all.sort_by_key(|(at, _)| *at);
            all.into_iter().map(|(_, session)| session).collect()
        }))
    }

    async fn forget_at(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        version: u64,
    ) -> Result<bool, StoreError> {
        let place = (shop.clone(), household.clone(), session.clone());
        self.write(|state| {
            let same = state.sessions.get(&place).is_some_and(|(saved, _)| saved.version == version);
            Ok(same && state.sessions.remove(&place).is_some())
        })
    }

    async fn forget_idle(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state| {
            let there = state.sessions.len();
            state.sessions.retain(|_, (_, at)| *at >= before);
            Ok((there - state.sessions.len()) as u64)
        })
    }
}
