//! Sayso, a voice commerce assistant. Nothing is bought without the shopper's say-so.
//!
//! One turn walks through the rooms from top to bottom:
//!
//! | room | what happens there |
//! |---|---|
//! | [`channels`] | a wire format becomes a [`turn::Turn`]; a [`turn::Reply`] becomes bytes again |
//! | [`assistant`] | the one door of the engine: `turn(Turn) -> Reply` |
//! | [`understanding`] | text → [`understanding::Intent`] with typed slots; spoken names → products |
//! | [`dialogue`] | `step(state, intent, facts) -> Step`, pure |
//! | [`commerce`] | money, catalogue, orders as command → events; the ports of store and payment |
//! | [`reply`] | a typed prompt + the brand's words → [`turn::Speech`] |
//! | [`store`], [`payment`] | adapters behind commerce's ports; [`database`]: SQLite files, written in place |
//! | [`audio`], [`speech`] | sound in and out; Whisper, synthesizers, models |
//! | [`skill`] | a brand's folder: settings, sentences, replies, catalogue |
//! | [`cli`] | what can be typed; one file for each group of commands |
//! | [`shared`] | what is equal in many shops, once |
//! | [`config`], [`app`] | checked settings; the only place where adapters are chosen |
//!
//! Invariants:
//! - No channel decides anything about a purchase; no engine code writes to a wire.
//! - No floating-point number ever holds money.
//! - An order exists in the store before it is spoken of.
//! - Only the template `yes` confirms; no score, guess or timeout does.
//! - `tests/imports.rs` fails on an import between rooms that docs/architecture.md does not list.

pub mod assistant;
pub mod audio;
pub mod channels;
pub mod cli;
pub mod commerce;
pub mod config;
pub mod database;
pub mod dialogue;
pub mod payment;
pub mod reply;
pub mod shared;
pub mod skill;
pub mod speech;
pub mod store;
pub mod stripes;
pub mod turn;
pub mod understanding;

pub mod app;
