//! Progress (进度): how far each unit and the county are, against what they promised and the time gone.
//!
//! In: a [`Plan`](crate::plan::Plan), the [`Figures`] accepted so far, a day. Out: completion (完成率),
//! pace (序时进度), lights (红黄绿灯), the ranking (排名), county totals (全市合计) and what is still
//! needed a week. Pure: no clock, no files, and no word of who is told or how.
//! `docs/ranking.md` states the rules for readers and works an example.
//!
//! - [`ratio`]: exact shares, so that equal scores tie and exactly on pace is on pace
//! - [`figures`]: the table unit × indicator that everything here is reckoned from
//! - [`time`]: pace, lights, what is needed a week
//! - [`ranking`]: standings in rank order
//! - [`totals`]: the county's row of the annex
//! - [`assessment`]: a year's points, each explained

pub mod assessment;
pub mod figures;
pub mod ranking;
pub mod ratio;
pub mod time;
pub mod totals;

#[cfg(test)]
mod synthetic;
#[cfg(test)]
mod tests;

pub use assessment::{Assessed, Assessment, Conduct, assess};
pub use figures::Figures;
pub use ranking::{Completion, Ranking, Standing, rank};
pub use ratio::{Ratio, completion};
pub use time::{Light, light, light_bounds, need, pace};
pub use totals::{CountyTotal, county_totals};
