//! The rules of the shop, on real parts: one binary for all integration tests.

mod alexa;
mod cli;
mod coffee_bar;
mod conversations;
mod crash;
mod dialogflow;
mod dialogue;
mod endpoint;
mod hearing;
mod http;
mod imports;
mod interop;
mod killed;
#[cfg(feature = "device")]
mod listen;
mod many_skills;
mod models_download;
mod models_hear;
mod models_store;
mod models_train;
mod openai;
mod orders;
mod recognition;
mod recordings;
mod replies;
mod skill;
mod skill_check;
mod skill_new;
mod speaking;
mod support;
mod understanding;
mod understanding_products;
mod understanding_public;
mod upkeep;
mod wav;
mod wyoming;
