//! Review (审核): lead departments look at what came for their indicators, accept it or send it back.
//!
//! A judgement is a row that is never changed; it carries the number of the figure's last submission,
//! so it holds for what was seen. What is sent back is taken back like any other report, so what is in
//! force still follows from the submissions alone: the last accepted figure, or what was there before
//! the period. What is reviewed, open or sent back is read off the rows.
//!
//! - [`book`]: judgements, and what follows from them
//! - [`suspect`]: which figures look wrong, and why
//! - [`sheet`]: what a reviewer is shown
//! - [`judge`]: accepting and sending back
//! - `desk`: `/review`, its buttons, and the reason as the reviewer's next text
//! - `again`: a unit's answer to what was sent back

pub(super) mod again;
pub mod book;
pub(super) mod desk;
pub(super) mod judge;
pub mod sheet;
pub mod suspect;

pub use book::{Book, Review, ReviewAsk, Verdict};
