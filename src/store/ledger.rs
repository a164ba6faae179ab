//! What was submitted for the figures of reports that a batch touches.

use std::collections::HashMap;

use sqlx::{FromRow, QueryBuilder};

use super::backend::on_tx;
use super::load::padded;
use super::rows::{SubmissionRow, code, indicator, number, unit};
use super::{StoreError, Work};
use crate::conversation::{Book, Needs, Origin, Snapshot, Submission};
use crate::plan::{IndicatorId, Plan, UnitId};

type Figure = (UnitId, IndicatorId);

/// The most figures asked for in one statement: three parameters each.
const MOST_FIGURES: usize = 300;

impl Work {
    /// Loads each touched figure's submissions from the first that matters on: the first of the
    /// touched reports, or the first that any later one stands in the place of; and what has additions in
    /// its latest period from that period's first on.
    pub(super) async fn history(
        &mut self,
        plan: &Plan,
        needs: &Needs,
        snapshot: &mut Snapshot,
    ) -> Result<(), StoreError> {
        let mut wanted: HashMap<Figure, u32> = HashMap::new();
        // What may be sent back is looked through from its beginning on.
        wanted.extend(named(plan, needs, &snapshot.book).into_iter().map(|figure| (figure, 1)));
        if needs.reporting.any {
            for (figure, first) in self.added(plan, snapshot).await? {
                wanted.entry(figure).or_insert(first);
            }
        }
        for row in snapshot.reports.values().flatten().flat_map(|one| &one.submissions) {
            earlier(&mut wanted, row);
        }
        while !wanted.is_empty() {
            let mut rows: HashMap<Figure, Vec<Submission>> = HashMap::new();
            let list: Vec<(Figure, u32)> = wanted.drain().collect();
            for some in list.chunks(MOST_FIGURES) {
                for row in self.submissions_from(plan, some).await? {
                    rows.entry((row.unit, row.indicator)).or_default().push(row);
                }
            }
            for (figure, rows) in rows {
                let first = rows.first().map_or(0, |row| row.revision);
                let older = rows.iter().map(|row| row.place).min().filter(|place| *place < first);
                wanted.extend(older.map(|place| (figure, place)));
                snapshot.history.insert(figure, rows);
            }
        }
        Ok(())
    }

    /// Where the latest period of figures begins that may have additions in it.
    async fn added(
        &mut self,
        plan: &Plan,
        snapshot: &Snapshot,
    ) -> Result<Vec<(Figure, u32)>, StoreError> {
        #[derive(FromRow)]
        struct Row {
            unit: String,
            indicator: String,
            first: i64,
        }
        // A total that came last, and stands last, makes all before it count for nothing.
        let figures = snapshot.figures.iter().filter_map(|(figure, current)| {
            let now = current.in_force?;
            let total = current.origin == Origin::Total && now.revision == current.latest;
            (!total).then_some((*figure, now.period))
        });
        let mut found = Vec::new();
        for some in figures.collect::<Vec<_>>().chunks(MOST_FIGURES) {
            let rows: Vec<Row> = on_tx!(&mut self.tx, db => {
                let mut query = QueryBuilder::new("with wanted (unit, indicator, period) as (");
                query.push_values(padded(some.iter()), |mut b, ((unit, indicator), period)| {
                    for value in [code(plan, *unit), number(plan, *indicator), period.to_string()] {
                        b.push("cast(").push_bind_unseparated(value).push_unseparated(" as text)");
                    }
                });
                query.push(
                    ") select submission.unit, submission.indicator, \
                     min(submission.revision) as first from wanted join submission \
                     on submission.unit = wanted.unit and submission.indicator = wanted.indicator \
                     and submission.period = wanted.period where submission.plan = ",
                );
                query.push_bind(plan.id.clone());
                query.push(" group by submission.unit, submission.indicator");
                query.build_query_as().fetch_all(db).await?
            });
            let figure = |row: &Row| {
                let figure = (unit(plan, &row.unit)?, indicator(plan, &row.indicator)?);
                Some((figure, u32::try_from(row.first).ok()?))
            };
            found.extend(rows.iter().filter_map(figure));
        }
        Ok(found)
    }

    async fn submissions_from(
        &mut self,
        plan: &Plan,
        figures: &[(Figure, u32)],
    ) -> Result<Vec<Submission>, StoreError> {
        let rows: Vec<SubmissionRow> = on_tx!(&mut self.tx, db => {
            let mut query = QueryBuilder::new(
                "with wanted (unit, indicator, first) as (",
            );
            query.push_values(figures, |mut b, ((unit, indicator), first)| {
                b.push("cast(").push_bind_unseparated(code(plan, *unit)).push_unseparated(" as text)")
                    .push("cast(").push_bind_unseparated(number(plan, *indicator)).push_unseparated(" as text)")
                    .push("cast(").push_bind_unseparated(i64::from(*first)).push_unseparated(" as bigint)");
            });
            query.push(
                ") select submission.* from wanted join submission on submission.unit = wanted.unit \
                 and submission.indicator = wanted.indicator \
                 and submission.revision >= wanted.first where submission.plan = ",
            );
            query.push_bind(plan.id.clone());
            query.push(" order by submission.unit, submission.indicator, submission.revision");
            query.build_query_as().fetch_all(db).await?
        });
        Ok(rows.into_iter().filter_map(|row| row.value(plan)).collect())
    }
}

/// Notes that a figure is wanted from a submission's place on.
fn earlier(wanted: &mut HashMap<Figure, u32>, row: &Submission) {
    let first = wanted.entry((row.unit, row.indicator)).or_insert(u32::MAX);
    *first = (*first).min(row.place).min(row.revision);
}

/// Figures that somebody names to judge them, or to see what has become of them.
pub(super) fn named(plan: &Plan, needs: &Needs, book: &Book) -> Vec<Figure> {
    let words = needs.review.figures.iter().filter_map(|(unit, indicator)| {
        let (unit, id) = (plan.unit_named(unit)?, plan.indicator_named(indicator)?);
        Some((plan.holder(unit, id), id))
    });
    words.chain(book.asks.values().map(|ask| ask.cell)).collect()
}
