//! Several plans in one bot: each with its own accounts, groups, figures, jobs and log; an event is
//! decided in the plan it belongs to.
//!
//! In: what is known of people, chats and messages over all plans ([`Known`]). Out: which plan decides
//! ([`Routed`]), or the question which one is meant. Nothing of one plan is told to whom another knows.
//!
//! - [`known`]: where people, groups, invitations and messages belong
//! - [`route`]: which plan an event belongs to
//! - `choice`: the question which plan is meant, and `/plan`
//! - [`mod@mark`]: the plan's name over what goes to people of several plans

mod choice;
pub mod known;
pub mod mark;
pub mod route;

use std::sync::Arc;

pub use choice::{Chosen, Kept, KeptFile};
pub use known::{Known, Seeking};
pub use mark::mark;
pub use route::Routed;

use super::Desk;
use crate::plan::{Plan, Titles};

/// A plan's place among those of the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanNo(pub usize);

/// The desks of one bot: one a plan, at least one.
#[derive(Debug, Clone)]
pub struct Desks(Arc<[Arc<Desk>]>);

impl Desks {
    /// The desks of these plans. Where they are several, each knows that it is not alone.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn new(desks: Vec<Desk>) -> Self {
        assert!(!desks.is_empty(), "a bot has a plan");
        let several = desks.len() > 1;
        Self(desks.into_iter().map(|desk| Arc::new(Desk { several, ..desk })).collect())
    }

    /// The desk of the first plan: for what belongs to none.
    #[must_use]
    pub fn first(&self) -> &Arc<Desk> {
        &self.0[0]
    }

    /// All of them with their places.
    pub fn all(&self) -> impl Iterator<Item = (PlanNo, &Arc<Desk>)> {
        (0..).map(PlanNo).zip(self.0.iter())
    }

    /// The plans, in order.
    #[must_use]
    pub fn plans(&self) -> Vec<&Plan> {
        self.0.iter().map(|desk| &*desk.plan).collect()
    }

    /// Whether there is more than one plan.
    #[must_use]
    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// A plan's desk.
    ///
    /// # Panics
    /// If the place is another bot's.
    #[must_use]
    pub fn of(&self, no: PlanNo) -> &Arc<Desk> {
        &self.0[no.0]
    }

    /// The plan with an id.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Option<PlanNo> {
        self.all().find(|(_, desk)| desk.plan.id == id).map(|(no, _)| no)
    }
}

impl From<Desk> for Desks {
    fn from(desk: Desk) -> Self {
        Self::new(vec![desk])
    }
}

/// A plan's name among others: several counties may have plans of one name.
#[must_use]
pub fn name(titles: &Titles) -> String {
    if titles.short.contains(&titles.county) {
        return titles.short.clone();
    }
    format!("{}·{}", titles.county, titles.short)
}
