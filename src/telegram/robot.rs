//! One row of the outbox that is for a group robot.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::send::{ASKED_TO_WAIT, Ended};
use crate::plan::Plan;
use crate::robots::{self, Robots};
use crate::store::{OutboxRow, Store};

/// Makes the call of a row, by a robot's means.
pub(super) async fn carry_out(
    robots: &Robots,
    (store, plan): (&Store, &Plan),
    row: &OutboxRow,
    now: DateTime<Utc>,
) -> Ended {
    let file = match row.what.file() {
        None => Vec::new(),
        Some(file) => match store.blob(plan, &file.hash).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ended::Never("the file is not there any more".to_owned(), false),
            Err(error) => return Ended::Later(Duration::ZERO, error.to_string()),
        },
    };
    match robots.send(row.chat, &row.what, &file, now).await {
        robots::Ended::Sent | robots::Ended::LeftOut => Ended::Sent(None),
        robots::Ended::Throttled(pause) => Ended::Later(pause, ASKED_TO_WAIT.to_owned()),
        robots::Ended::Later(why) => Ended::Later(Duration::ZERO, why),
        robots::Ended::Never(why) => Ended::Never(why, false),
    }
}
