//! Sets of words that change what a name or a number means.

use std::ops::{BitOr, BitOrAssign};

use super::words::Word;

/// A set of words that change a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mods(u64);

impl Mods {
    pub fn has(self, word: Word) -> bool {
        self.0 & Self::of(word).0 != 0
    }

    pub fn has_any(self, words: &[Word]) -> bool {
        words.iter().any(|word| self.has(*word))
    }

    /// The set of one word. Nobody asks for the words behind the sixty-fourth, which act where they
    /// stand: in sets they are left out, since one machine word is twice as fast as two.
    pub fn of(word: Word) -> Self {
        Self(1_u64.checked_shl(word as u32).unwrap_or(0))
    }

    pub fn without(self, word: Word) -> Self {
        Self(self.0 & !Self::of(word).0)
    }

    pub fn without_any(self, words: &[Word]) -> Self {
        words.iter().fold(self, |mods, word| mods.without(*word))
    }

    /// Those of the words that are in the set.
    pub fn only(self, words: &[Word]) -> Self {
        Self(self.0 & words.iter().fold(0, |set, word| set | Self::of(*word).0))
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
