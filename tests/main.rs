//! The rules of the shop, on real parts: one binary for all integration tests.

<<<<<<< HEAD
mod conversations;
mod dialogue;
=======
mod endpoint;
>>>>>>> 91008ea (Utterances begin and end; recognition hears only what is spoken)
mod http;
mod imports;
mod models_download;
mod models_store;
mod orders;
mod recognition;
mod replies;
mod skill;
mod support;
mod understanding;
mod wav;
