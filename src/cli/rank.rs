//! `rank`: the ranking (排名) of a file of figures on a day, as a table or as JSON.
//!
//! The pure part: texts in, texts out. `docs/ranking.md` explains the rules and both formats.

mod read;
mod show;
#[cfg(test)]
mod tests;

pub use read::read_figures;
pub use show::{to_json, to_table};
