//! The ranking rules, on the real plan and on made-up ones.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::plan::{Cycle, IndicatorId, Plan, PlanFolder, Quantity, UnitId};

fn load([plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv]: [String; 5]) -> Plan {
    let folder = PlanFolder { plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv };
    folder.load().unwrap_or_else(|list| panic!("{list:#?}"))
}

fn real() -> Plan {
    load([
        include_str!("../../seeds/lanxi-2018-2020/plan.toml").into(),
        include_str!("../../seeds/lanxi-2018-2020/units.csv").into(),
        include_str!("../../seeds/lanxi-2018-2020/indicators.csv").into(),
        include_str!("../../seeds/lanxi-2018-2020/targets.csv").into(),
        include_str!("../../seeds/lanxi-2018-2020/holidays.csv").into(),
    ])
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn unit(plan: &Plan, name: &str) -> UnitId {
    plan.unit_named(name).unwrap()
}

fn indicator(plan: &Plan, name: &str) -> IndicatorId {
    plan.indicator_named(name).unwrap()
}

/// Figures of the real plan, `unit indicator value` a line.
fn figures(plan: &Plan, lines: &str) -> Figures {
    let mut figures = Figures::new(plan);
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split(' ').collect();
        let value = Quantity(cells[2].parse().unwrap());
        figures.set(unit(plan, cells[0]), indicator(plan, cells[1]), Some(value));
    }
    figures
}

/// A made-up plan in which unit `n` has reported `rows[n]`, and its ranks as `rank/group rank`.
fn ranks(targets: &[Vec<i64>], weights: &[u32], rows: &[Vec<Option<i64>>]) -> Vec<String> {
    let ranking = made_up(targets, weights, rows, "2021-02-19");
    let mut standings = ranking.standings;
    standings.sort_by_key(|standing| standing.unit);
    standings.iter().map(|s| format!("{}/{}", s.rank, s.group_rank)).collect()
}

fn made_up(targets: &[Vec<i64>], weights: &[u32], rows: &[Vec<Option<i64>>], at: &str) -> Ranking {
    let plan = load(synthetic::folder(targets, weights));
    let mut figures = Figures::new(&plan);
    for (n, row) in rows.iter().enumerate() {
        let unit = unit(&plan, &format!("u{n}"));
        for (id, value) in (0..).map(IndicatorId).zip(row) {
            figures.set(unit, id, value.map(Quantity));
        }
    }
    rank(&plan, &figures, day(at))
}

#[test]
fn pace_counts_the_first_day_and_the_day_itself() {
    let plan = real();
    let pace = |text: &str| pace(&plan, day(text));
    assert_eq!(pace("2018-01-01"), Ratio::of(1, 1096));
    assert_eq!(pace("2019-06-17"), Ratio::of(533, 1096));
    assert_eq!(pace("2020-12-31"), Ratio::ONE);
    assert_eq!(pace("2017-12-31"), Ratio::ZERO, "before the plan");
    assert_eq!(pace("2025-01-01"), Ratio::ONE, "after it");
}

#[test]
fn only_units_with_ranked_indicators_are_ranked() {
    let plan = real();
    let ranking = rank(&plan, &Figures::new(&plan), day("2019-06-17"));
    assert_eq!(ranking.standings.len(), 17, "no departments");
    assert!(
        ranking.standings.iter().all(|s| s.rank == 1 && s.group_rank == 1 && !s.missing.is_empty())
    );
    let order: Vec<UnitId> = ranking.standings.iter().map(|s| s.unit).collect();
    assert!(order.is_sorted(), "ties stand in the annex's order");
}

#[test]
fn a_reported_zero_is_not_a_missing_figure() {
    let plan = real();
    let figures = figures(&plan, "兰江 1 0\n兰江 2 57");
    let ranking = rank(&plan, &figures, day("2019-06-17"));
    let first = &ranking.standings[0];
    assert_eq!(plan.unit(first.unit).short, "兰江");
    assert_eq!(first.missing.len(), first.completion.len() - 2);
    assert_eq!(first.completion[0].figure, Some(Quantity(0)));
    assert_eq!(first.completion[0].ratio, Ratio::ZERO);
    assert_eq!(first.completion[2].figure, None);
    assert_eq!(first.completion[2].ratio, Ratio::ZERO, "missing counts as zero");
}

#[test]
fn equal_scores_share_a_rank_in_all_and_in_the_group() {
    // u0, u2, u4 are one group; u1, u3 the other.
    let targets = vec![vec![10]; 5];
    let rows = [9, 7, 7, 7, 5].map(|value| vec![Some(value)]);
    assert_eq!(ranks(&targets, &[1], &rows), ["1/1", "2/1", "2/2", "2/1", "5/3"]);
}

#[test]
fn a_third_and_two_thirds_tie_with_two_halves() {
    let targets = [vec![3, 3], vec![2, 2]];
    let rows = [vec![Some(1), Some(2)], vec![Some(1), Some(1)]];
    assert_eq!(ranks(&targets, &[1, 1], &rows), ["1/1", "1/1"]);
}

#[test]
fn one_indicator_counts_no_more_than_the_cap() {
    let ranking = made_up(&[vec![10, 10]], &[1, 1], &[vec![Some(100), None]], "2021-02-19");
    let only = &ranking.standings[0];
    assert_eq!(only.score, Ratio::of(60, 100), "(1.2 + 0) ÷ 2");
    assert_eq!(only.mean, Ratio::of(5, 1), "uncapped");
    assert_eq!(only.light, Light::Green, "the light goes by the uncapped mean");
}

#[test]
fn weights_weigh() {
    let rows = [vec![Some(10), Some(0)], vec![Some(0), Some(10)]];
    let targets = [vec![10, 10], vec![10, 10]];
    assert_eq!(ranks(&targets, &[3, 1], &rows), ["1/1", "2/1"]);
    assert_eq!(ranks(&targets, &[1, 3], &rows), ["2/1", "1/1"]);
    assert_eq!(ranks(&targets, &[0, 0], &rows), ["1/1", "1/1"], "nothing counts: all are equal");
}

#[test]
fn exactly_on_a_bound_has_the_better_light() {
    // Day 30 of 100: pace is 3/10, four fifths of it 6/25.
    let light = |figure: i64| {
        let ranking = made_up(&[vec![3000]], &[1], &[vec![Some(figure)]], "2021-01-30");
        ranking.standings[0].light
    };
    assert_eq!(light(900), Light::Green);
    assert_eq!(light(899), Light::Yellow);
    assert_eq!(light(720), Light::Yellow);
    assert_eq!(light(719), Light::Red);
    assert_eq!(serde_json::to_string(&Light::Green).unwrap(), format!("{:?}", Light::Green.key()));
}

#[test]
fn sevenths_that_add_up_to_pace_are_on_pace() {
    // (2/7 + 3/7 + 11/14) ÷ 3 = 1/2, and no term of it is a decimal.
    let light = |at: &str| {
        let rows = [vec![Some(2), Some(3), Some(11)]];
        made_up(&[vec![7, 7, 14]], &[1, 1, 1], &rows, at).standings[0].light
    };
    assert_eq!(light("2021-02-19"), Light::Green, "day 50 of 100");
    assert_eq!(light("2021-02-20"), Light::Yellow, "day 51");
    let plan = real();
    for (passed, at) in (1..=1096).zip(plan.start.iter_days()) {
        assert_eq!(super::light(&plan, Ratio::of(passed, 1096), at), Light::Green, "{at}");
    }
}

#[test]
fn the_need_a_week_reaches_the_target_by_the_end() {
    let plan = real();
    let (lanjiang, small) = (unit(&plan, "兰江"), indicator(&plan, "1"));
    let a_week = |figure: Option<i64>, at: &str| {
        need(&plan, lanjiang, small, figure.map(Quantity), day(at), Cycle::Weekly).map(|q| q.0)
    };
    // 1647 promised, 563 days after 2019-06-17: (1647 − 800) × 7 ÷ 563 = 10.5….
    assert_eq!(a_week(Some(800), "2019-06-17"), Some(11));
    assert_eq!(a_week(None, "2019-06-17"), Some(21), "missing counts as zero");
    assert_eq!(a_week(Some(1647), "2019-06-17"), Some(0));
    assert_eq!(a_week(Some(9999), "2019-06-17"), Some(0));
    assert_eq!(a_week(Some(1600), "2020-12-28"), Some(47), "less than a week is left");
    assert_eq!(a_week(Some(1600), "2020-12-31"), Some(47), "the last day");
    assert_eq!(a_week(Some(1600), "2021-01-01"), None, "over");
    assert_eq!(
        need(&plan, lanjiang, small, Some(Quantity(800)), day("2019-06-17"), Cycle::Monthly),
        Some(Quantity(46)),
        "a month of 30 days"
    );
    assert_eq!(a_week(Some(0), "2017-06-01"), Some(11), "1647 × 7 ÷ 1096: from the first day on");
    let instruments = indicator(&plan, "8");
    assert_eq!(
        need(&plan, lanjiang, instruments, None, plan.start, Cycle::Weekly),
        None,
        "not its own"
    );
    let (tax, share) = (unit(&plan, "市税务局"), indicator(&plan, "18"));
    assert_eq!(need(&plan, tax, share, None, plan.start, Cycle::Weekly), None, "a rate");
}

#[test]
fn county_totals_are_the_annex_for_the_whole_county() {
    let plan = real();
    let figures = figures(
        &plan,
        "兰江 1 500\n云山 1 0\n兰江 3 100\n云山 3 60\n兰江 3.1 90\n云山 3.1 46\n\
         市科技局 8 550\n市税务局 18 9850\n人行兰溪市支行 16 1800000000",
    );
    let totals = county_totals(&plan, &figures);
    let rows: Vec<String> = totals
        .iter()
        .map(|total| {
            let indicator = plan.indicator(total.indicator);
            let show = |ratio: Option<Ratio>| ratio.map_or("/".into(), Ratio::percent);
            format!(
                "{} {} {}/{} {} {}",
                indicator.no,
                total.figure.map_or("未报".into(), |figure| indicator.measure.show(figure)),
                total.reported,
                total.carriers,
                show(total.completion),
                show(total.share),
            )
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    1 500家 2/17 8.9% /
    2 未报 0/17 / /
    3 160户 2/17 40.0% /
    3.1 136户 2/17 / 85.0%
    4 未报 0/17 / /
    5 未报 0/17 / /
    6 未报 0/17 / /
    7 未报 0/17 / /
    8 550台次 1/1 50.0% /
    9 未报 0/1 / /
    10 未报 0/1 / /
    11 未报 0/17 / /
    11.1 未报 0/2 / /
    12 未报 0/17 / /
    13 未报 0/17 / /
    14 未报 0/17 / /
    15 未报 0/1 / /
    15.1 未报 0/1 / /
    16 18亿元 1/1 50.0% /
    17 未报 0/1 / /
    18 98.5% 1/1 98.5% /
    ");
}

/// A divisor of this is a target, so that scores are whole numbers of its parts, and often equal.
const WHOLE: i64 = 2520;

fn divisor() -> impl Strategy<Value = i64> {
    proptest::sample::select((1..=WHOLE).filter(|n| WHOLE % n == 0).collect::<Vec<i64>>())
}

/// Targets, weights and reported figures of a made-up county.
type County = (Vec<Vec<i64>>, Vec<u32>, Vec<Vec<Option<i64>>>);

fn county() -> impl Strategy<Value = County> {
    (2..12_usize, 1..6_usize).prop_flat_map(|(units, indicators)| {
        let row = |cell: BoxedStrategy<Option<i64>>| proptest::collection::vec(cell, indicators);
        (
            proptest::collection::vec(proptest::collection::vec(divisor(), indicators), units),
            proptest::collection::vec(1..4_u32, indicators),
            proptest::collection::vec(row(proptest::option::of(0..30_i64).boxed()), units),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Held against whole-number arithmetic over a common denominator.
    #[test]
    fn ranks_are_those_of_exact_arithmetic((targets, weights, rows) in county()) {
        // Parts of WHOLE × 5 (the cap is 6/5), times the sum of weights.
        let score = |unit: usize| -> i64 {
            let terms = targets[unit].iter().zip(&rows[unit]).zip(&weights);
            terms
                .map(|((target, figure), weight)| {
                    let share = figure.unwrap_or(0) * (WHOLE / target) * 5;
                    share.min(WHOLE * 6) * i64::from(*weight)
                })
                .sum()
        };
        let scores: Vec<i64> = (0..targets.len()).map(score).collect();
        let place = |unit: usize, step: usize| {
            let rivals = (unit % step..targets.len()).step_by(step);
            1 + rivals.filter(|rival| scores[*rival] > scores[unit]).count()
        };
        let expected: Vec<String> =
            (0..targets.len()).map(|unit| format!("{}/{}", place(unit, 1), place(unit, 2))).collect();
        prop_assert_eq!(ranks(&targets, &weights, &rows), expected);
    }

    #[test]
    fn a_higher_figure_never_lowers_a_unit((targets, weights, rows) in county(), more in 1..50_i64) {
        let before = made_up(&targets, &weights, &rows, "2021-02-19");
        let mut raised = rows;
        raised[0][0] = Some(raised[0][0].unwrap_or(0) + more);
        let after = made_up(&targets, &weights, &raised, "2021-02-19");
        let place = |ranking: &Ranking| {
            let first = ranking.standings.iter().min_by_key(|s| s.unit).unwrap();
            (first.rank, first.group_rank, first.light)
        };
        prop_assert!(place(&after) <= place(&before));
    }
}

/// The real plan with other words in `[ranking]`.
fn with_rules(from: &str, to: &str) -> Plan {
    let plan_toml = include_str!("../../seeds/lanxi-2018-2020/plan.toml");
    assert!(plan_toml.contains(from));
    load([
        plan_toml.replace(from, to),
        include_str!("../../seeds/lanxi-2018-2020/units.csv").into(),
        include_str!("../../seeds/lanxi-2018-2020/indicators.csv").into(),
        include_str!("../../seeds/lanxi-2018-2020/targets.csv").into(),
        include_str!("../../seeds/lanxi-2018-2020/holidays.csv").into(),
    ])
}

#[test]
fn a_part_short_of_its_share_counts_as_the_rule_says() {
    // 云山 promised 75; of 60, four fifths are 48, and 36 bear out 36 ÷ 0.8 ÷ 75 = 0.6.
    let lines = "云山 3 60\n云山 3.1 36";
    let told = |plan: &Plan, lines: &str| {
        let ranking = rank(plan, &figures(plan, lines), day("2019-06-17"));
        let first = &ranking.standings[0];
        let cell = first.completion.iter().find(|cell| cell.indicator == indicator(plan, "3"));
        let cell = cell.unwrap();
        (cell.ratio.decimal(4), cell.counts.decimal(4), cell.short, first.score.decimal(4))
    };
    let (note, reduce) = (real(), with_rules("short_share = \"note\"", "short_share = \"reduce\""));
    let row = |a: &str, b: &str, short, score: &str| (a.into(), b.into(), short, score.into());
    assert_eq!(told(&note, lines), row("0.8000", "0.8000", false, "0.0727"));
    assert_eq!(told(&reduce, lines), row("0.8000", "0.6000", true, "0.0545"));
    assert_eq!(told(&reduce, "云山 3 60\n云山 3.1 48"), row("0.8000", "0.8000", false, "0.0727"));
    assert_eq!(
        told(&reduce, "云山 3 60"),
        row("0.8000", "0.8000", false, "0.0727"),
        "not reported"
    );
}

#[test]
fn an_excluded_indicator_is_no_part_of_the_score() {
    let excluded =
        "[[ranking.excluded]]\nunit = \"云山街道\"\nindicator = \"14\"\nreason = \"无用地\"\n\n";
    let plan = with_rules("[ranking.weights]", &format!("{excluded}[ranking.weights]"));
    let yunshan = unit(&plan, "云山");
    assert_eq!(plan.ranked(yunshan).len(), real().ranked(yunshan).len() - 1);
    let ranking = rank(&plan, &figures(&plan, "云山 6 3"), day("2019-06-17"));
    assert_eq!(ranking.standings[0].score.decimal(4), "0.1000", "one of ten");
    assert!(
        plan.expected(yunshan).contains(&indicator(&plan, "14")),
        "it is reported all the same"
    );
}

#[test]
fn what_was_written_as_a_decimal_reads_back() {
    for ratio in [Ratio::ZERO, Ratio::ONE, Ratio::of(5, 12), Ratio::ZERO - Ratio::of(1, 3)] {
        assert_eq!(Ratio::parse(&ratio.decimal(12)), Some(ratio));
    }
    assert_eq!(Ratio::parse("-0.5"), Some(Ratio::ZERO - Ratio::of(1, 2)));
    assert_eq!(Ratio::parse("1.2000"), Some(Ratio::of(6, 5)));
    for wrong in ["", "x", "1.x", "1.0000000000000", "--1"] {
        assert_eq!(Ratio::parse(wrong), None, "{wrong}");
    }
    assert_eq!(Ratio::of(4, 5).part(1, 11).fine_points(), "7.27");
    assert_eq!(Ratio::ONE.part(1, 0), Ratio::ZERO);
}
