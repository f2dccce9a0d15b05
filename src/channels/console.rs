//! A typed conversation: a line in, an answer out.
