//! The rules of ordering.

mod after;
mod deciding;
mod history;
mod limits;
mod options;
mod payment_faults;
mod payment_suite;
mod placing;
mod random_walk;
mod releases;
mod store_faults;
mod store_suite;
