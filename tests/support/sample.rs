//! The shops that are in this repository.

use std::path::Path;

use sayso::skill::Skill;

/// A shop of this repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Household goods and groceries; a part of the program.
    Household,
    /// The coffee bar.
    CoffeeBar,
}

impl Sample {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Household, Self::CoffeeBar];

    /// Its skill.
    pub fn skill(self) -> Skill {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills/coffee-bar");
        match self {
            Self::Household => Skill::bundled().expect("the sample skill"),
            Self::CoffeeBar => Skill::load(&folder).expect("the coffee bar"),
        }
    }
}
