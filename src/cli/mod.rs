//! The command line: one file a command.
//!
//! - [`check_plan`]: reads a plan folder and says what is in it, or what is wrong with it
//! - [`rank`]: ranks the units by a file of figures

pub mod check_plan;
pub mod rank;
