//! What is said one after the other in a sentence.

use super::Intent;

impl Intent {
    /// The meaning, and what was said after it in the same sentence.
    pub fn in_turn(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |intent| intent.slots.then.as_deref())
    }

    /// How many look-ups it takes, with what was said after it.
    pub fn look_ups(&self) -> usize {
        self.in_turn().map(|intent| intent.slots.look_ups()).sum()
    }

    /// The same with something that was said after it.
    pub fn and_then(mut self, next: Self) -> Self {
        self.append(next);
        self
    }

    /// Puts something behind all that was said.
    pub fn append(&mut self, next: Self) {
        let mut last = &mut self.slots.then;
        while let Some(then) = last {
            last = &mut then.slots.then;
        }
        *last = Some(Box::new(next));
    }
}
