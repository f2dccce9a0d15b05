//! Nothing is kept: for tests and trials.
