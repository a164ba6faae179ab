//! Sets of words that change what a name or a number means.

use std::ops::{BitOr, BitOrAssign};

use super::words::Word;

/// A set of words that change a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mods(u128);

impl Mods {
    pub fn has(self, word: Word) -> bool {
        self.0 & Self::of(word).0 != 0
    }

    pub fn has_any(self, words: &[Word]) -> bool {
        words.iter().any(|word| self.has(*word))
    }

    pub fn of(word: Word) -> Self {
        Self(1 << word as u32)
    }

    pub fn without(self, word: Word) -> Self {
        Self(self.0 & !Self::of(word).0)
    }

    pub fn without_any(self, words: &[Word]) -> Self {
        words.iter().fold(self, |mods, word| mods.without(*word))
    }

    /// Those of the words that are in the set.
    pub fn only(self, words: &[Word]) -> Self {
        Self(self.0 & words.iter().fold(0u128, |set, word| set | Self::of(*word).0))
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Mods {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Mods {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
