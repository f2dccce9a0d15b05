//! The rules of ordering.

mod after;
mod deciding;
mod history;
mod limits;
mod payment_faults;
mod placing;
mod store_faults;
