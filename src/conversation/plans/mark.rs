//! The plan's name over what goes to people of several plans: which of them speaks, they must see.

use std::collections::HashSet;

use super::name;
use super::route::ABOUT_PLANS;
use crate::conversation::{Effects, Outgoing, UserId, What};
use crate::plan::Plan;
use crate::texts::{self, Language, contexts::PlanMark};

/// The most characters of a message, and of the words under a picture (Bot API, `sendMessage`,
/// `sendPhoto`); the mark is left out where there is no room for it.
const MESSAGE: usize = 4096;
const CAPTION: usize = 1024;

/// Puts the plan's name over the messages to these people.
pub fn mark<S: std::hash::BuildHasher>(
    plan: &Plan,
    effects: &mut Effects,
    shared: &HashSet<UserId, S>,
) {
    if shared.is_empty() {
        return;
    }
    let mark = texts::render(Language::default(), &PlanMark { plan: name(&plan.titles) });
    // Whoever is asked which plan is meant is asked by none of them.
    let speaks = |row: &&mut Outgoing| !row.key.starts_with(ABOUT_PLANS);
    let theirs = |row: &&mut Outgoing| shared.contains(&UserId(row.chat.0));
    for row in effects.outbox.iter_mut().filter(theirs).filter(speaks) {
        let (html, most) = match &mut row.what {
            What::Send { html, .. } | What::Edit { html, .. } | What::EditSent { html, .. } => {
                (html, MESSAGE)
            }
            What::Photo { html, .. } | What::Document { html, .. } => (html, CAPTION),
            What::Answer { .. } | What::Menu { .. } => continue,
        };
        let whole = if html.is_empty() { mark.clone() } else { format!("{mark}\n{html}") };
        if texts::length(&whole) <= most {
            *html = whole;
        }
    }
}
