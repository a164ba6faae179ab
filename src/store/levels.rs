//! Figures that are the totals of plans below: read off those plans' own rows, whenever they are asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::backend::on_tx;
use super::rows::{FigureRow, indicator, unit};
use super::{StoreError, Work};
use crate::conversation::journal::orders;
use crate::conversation::levels::{Currents, Firsts, Rolled, completed, roll_up};
use crate::conversation::{Book, Current, InForce, Needs, Origin, Snapshot, Topic, UserId};
use crate::plan::{Counts, Flagged, IndicatorId, Period, Plan, UnitId};

type Cell = (UnitId, IndicatorId);

impl Work {
    /// Puts the figures of units that plans below stand for into a snapshot, if it is about any of them.
    pub(super) async fn levels(
        &mut self,
        plan: &Plan,
        needs: &Needs,
        (whole, units): (bool, &BTreeSet<UnitId>),
        snapshot: &mut Snapshot,
    ) -> Result<(), StoreError> {
        if !plan.levels().iter().any(|level| whole || units.contains(&level.unit)) {
            return Ok(());
        }
        snapshot.rolled = self.rolled(plan, needs.as_of).await?;
        let rolled = snapshot.rolled.iter().map(|(cell, one)| (*cell, one.current()));
        snapshot.figures.extend(rolled);
        if let Some(period) = needs.sent_for {
            snapshot.completed = self.completed(plan, period).await?;
        }
        Ok(())
    }

    /// The figures of the units that plans below stand for; as they are known now of a period, if one
    /// is given. Those of plans further below are in them.
    pub(super) async fn rolled(
        &mut self,
        plan: &Plan,
        as_of: Option<Period>,
    ) -> Result<BTreeMap<Cell, Rolled>, StoreError> {
        let mut below = Vec::new();
        for level in plan.levels() {
            below.push(Box::pin(self.counted(&level.plan, as_of)).await?);
        }
        Ok(roll_up(plan, &below))
    }

    /// What is in force in a plan, rolled-up figures among it; and what of it counts, where that is not
    /// the same.
    async fn counted(
        &mut self,
        plan: &Plan,
        as_of: Option<Period>,
    ) -> Result<(Currents, Option<Currents>), StoreError> {
        let mut figures = match as_of {
            Some(period) => self.figures_of(plan, period).await?,
            None => self.reported_figures(plan).await?,
        };
        let mut counted = self.counting(plan, as_of, &figures).await?;
        let rolled = self.rolled(plan, as_of).await?;
        for (cell, one) in &rolled {
            figures.insert(*cell, one.current());
            if let Some(counted) = &mut counted {
                Currents::insert(counted, *cell, one.current());
            }
        }
        Ok((figures, counted))
    }

    /// What of a plan's figures counts by its rules, where that is not what is in force: what was
    /// reviewed, without what was flagged.
    async fn counting(
        &mut self,
        plan: &Plan,
        as_of: Option<Period>,
        figures: &Currents,
    ) -> Result<Option<Currents>, StoreError> {
        let reviewed = plan.review.counts == Counts::Reviewed;
        let flagged = plan.review.flagged != Flagged::Shown && !plan.review.flags.is_empty();
        if !reviewed && !flagged {
            return Ok(None);
        }
        let mut book = Book::default();
        let mut counted = figures.clone();
        if reviewed {
            let until = as_of.map_or_else(|| "9999".to_owned(), |period| period.to_string());
            self.reviewed(plan, (false, &BTreeSet::new()), Some(until), &mut book).await?;
            let current = |in_force: InForce| Current {
                in_force: Some(in_force),
                latest: in_force.revision,
                by: UserId(0),
                origin: Origin::Total,
                value: in_force.total,
            };
            let accepted = std::mem::take(&mut book.accepted).into_iter();
            counted = accepted.map(|(cell, figure)| (cell, current(figure))).collect();
        }
        book.flags = self.flags(plan, None, as_of).await?;
        for (cell, current) in &mut counted {
            if let Some(figure) = &mut current.in_force {
                figure.total = book.counts_of(plan, *cell, figure.total);
            }
        }
        Ok(Some(counted))
    }

    /// What is in force in a plan of what was reported there.
    pub(super) async fn reported_figures(&mut self, plan: &Plan) -> Result<Currents, StoreError> {
        let rows: Vec<FigureRow> = on_tx!(&mut self.tx, db => {
            sqlx::query_as("select * from figure where plan = $1")
                .bind(plan.id.clone()).fetch_all(db).await?
        });
        Ok(rows.into_iter().filter_map(|row| row.value(plan)).collect())
    }

    /// When the plans below were complete in a period, by this plan's figures.
    pub(super) async fn completed(
        &mut self,
        plan: &Plan,
        period: Period,
    ) -> Result<Firsts, StoreError> {
        let periods = Box::pin(self.completed_in(plan, &period.to_string())).await?;
        Ok(periods.into_iter().map(|((cell, _), at)| (cell, at)).collect())
    }

    /// The same for all periods that are written like this.
    async fn completed_in(
        &mut self,
        plan: &Plan,
        like: &str,
    ) -> Result<HashMap<(Cell, Period), DateTime<Utc>>, StoreError> {
        let mut below: Vec<HashMap<Period, Firsts>> = Vec::new();
        for level in plan.levels() {
            let mut firsts = self.firsts(&level.plan, like).await?;
            let further = Box::pin(self.completed_in(&level.plan, like)).await?;
            for ((cell, period), at) in further {
                firsts.entry(period).or_default().insert(cell, at);
            }
            below.push(firsts);
        }
        let periods: BTreeSet<Period> = below.iter().flat_map(HashMap::keys).copied().collect();
        let mut all = HashMap::new();
        for period in periods {
            let of =
                |firsts: &HashMap<Period, Firsts>| firsts.get(&period).cloned().unwrap_or_default();
            let of_period: Vec<Firsts> = below.iter().map(of).collect();
            let done = completed(plan, &of_period).into_iter();
            all.extend(done.map(|(cell, at)| ((cell, period), at)));
        }
        Ok(all)
    }

    /// When each unit of a plan first reported each figure, by period.
    async fn firsts(
        &mut self,
        plan: &Plan,
        like: &str,
    ) -> Result<HashMap<Period, Firsts>, StoreError> {
        let sql = "select unit, indicator, period, at from submission \
                   where plan = $1 and period like $2 and origin <> 'withdrawal'";
        let rows: Vec<(String, String, String, DateTime<Utc>)> = on_tx!(&mut self.tx, db => {
            sqlx::query_as(sql).bind(plan.id.clone()).bind(like.to_owned()).fetch_all(db).await?
        });
        let mut firsts: HashMap<Period, Firsts> = HashMap::new();
        for (of, no, period, at) in rows {
            if let (Some(unit), Some(id), Ok(period)) =
                (unit(plan, &of), indicator(plan, &no), period.parse())
            {
                let first = firsts.entry(period).or_default().entry((unit, id)).or_insert(at);
                *first = (*first).min(at);
            }
        }
        Ok(firsts)
    }

    /// For which periods of a year the plans below were complete, and whether in time for this plan.
    pub(super) async fn receipts_below(
        &mut self,
        plan: &Plan,
        year: i32,
    ) -> Result<HashMap<(UnitId, IndicatorId, Period), bool>, StoreError> {
        if plan.levels().is_empty() {
            return Ok(HashMap::new());
        }
        let journal = self.journal(plan, &BTreeSet::from([Topic::Calendar])).await?;
        let ruled = plan.under(orders(plan, &journal));
        let completed = self.completed_in(plan, &format!("{year:04}-%")).await?;
        let receipt = |(((unit, id), period), at): ((Cell, Period), DateTime<Utc>)| {
            ((unit, id, period), at <= ruled.deadline_of(unit, period))
        };
        Ok(completed.into_iter().map(receipt).collect())
    }
}
