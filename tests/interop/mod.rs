//! Programs that others wrote, as clients and servers of ours. Each has a folder here with its pinned
//! packages; with `CI` set they are installed into target/interop, else a test that lacks them says so.

mod dialogflow;
mod python;
mod wyoming;
