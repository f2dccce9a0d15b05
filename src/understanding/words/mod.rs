//! Words into types: numbers, quantities, money, dates, digits.
//!
//! Every reader takes the tokens and a position and gives the value with the number of tokens
//! that it used, or `None`. Nothing here knows a product or a sentence.

mod bounds;
mod dates;
mod digits;
mod measures;
mod money;
mod numbers;
mod quantities;
mod tokens;

pub use bounds::{Bound, Of, bound, bound_words, either};
pub use dates::period;
pub use digits::digits;
pub use measures::{Measure, is_measure, measure, measures};
pub use money::{money, price};
pub use numbers::{MAX_CARDINAL, ONES, cardinal, ordinal, small_number_words};
pub use quantities::{Counted, counted, is_pack_word, singular_unit, units};
pub use tokens::{MAX_BYTES, MAX_TOKENS, Token, contracted, tokenise};
