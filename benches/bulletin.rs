//! How long a bulletin takes: the heat map of 17 × 14 and of 200 × 14 as PNG, and the whole bulletin
//! (text, two pictures, workbook) of the county of the examples.
//!
//! Prints one line of JSON each: the best and the median of 9 runs, in milliseconds.
//! `cargo bench --bench bulletin`

#[path = "../src/progress/synthetic.rs"]
mod synthetic;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use liaison_bot::cli::bulletin::{Given, make};
use liaison_bot::cli::rank::read_figures;
use liaison_bot::picture::{Fonts, HeatMap};
use liaison_bot::plan::{IndicatorId, Period, Plan, PlanFolder, Quantity, UnitId};
use liaison_bot::progress::{Figures, rank};
use liaison_bot::texts::Language;

const INDICATORS: u16 = 14;
const RUNS: usize = 9;

fn main() {
    heat(17, 150);
    heat(200, 1000);
    whole(500);
}

fn heat(units: u32, bound: u32) {
    let (plan, figures) = made_up(units);
    let at = plan.start + chrono::Days::new(49);
    let ranking = rank(&plan, &figures, at);
    let missing = BTreeSet::new();
    let fonts = Fonts::shipped();
    let draw = || {
        let heat = HeatMap {
            plan: &plan,
            period: Period::containing(at, plan.reporting.cycle),
            edition: 0,
            ranking: &ranking,
            figures: &figures,
            previous: None,
            missing: &missing,
            made_up: true,
            language: Language::Chinese,
        };
        let picture = heat.draw().expect("the template is sound");
        picture.photo(&fonts).expect("the picture can be drawn")
    };
    report(&format!("heat {units}x{INDICATORS}"), bound, draw);
}

fn whole(bound: u32) {
    let read = |path: &str| std::fs::read_to_string(path).expect("run from the repository");
    let seeds = |name: &str| read(&format!("seeds/lanxi-2018-2020/{name}"));
    let folder = PlanFolder {
        plan_toml: seeds("plan.toml"),
        units_csv: seeds("units.csv"),
        indicators_csv: seeds("indicators.csv"),
        targets_csv: seeds("targets.csv"),
        holidays_csv: seeds("holidays.csv"),
    };
    let plan = Arc::new(folder.load().expect("the plan is sound"));
    let figures = |name: &str| {
        let text = read(&format!("docs/demo/{name}"));
        read_figures(&plan, &text).expect("the examples are sound")
    };
    let (figures, previous) = (figures("figures.csv"), figures("figures-before.csv"));
    let at = "2019-06-21".parse().expect("a day");
    let given =
        Given { plan: &plan, figures: &figures, previous: Some(&previous), at, made_up: true };
    let fonts = Fonts::shipped();
    report("bulletin", bound, || make(&given, &fonts).expect("the bulletin can be made"));
}

/// A county of so many units, with figures of all lights and some missing.
fn made_up(units: u32) -> (Plan, Figures) {
    let target = |unit: u32, at: u16| i64::from((unit * 7 + u32::from(at) * 131) % 1999 * 2 + 3);
    let targets: Vec<Vec<i64>> =
        (0..units).map(|unit| (0..INDICATORS).map(|at| target(unit, at)).collect()).collect();
    let [plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv] =
        synthetic::folder(&targets, &[1; INDICATORS as usize]);
    let folder = PlanFolder { plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv };
    let plan = folder.load().expect("the made-up plan is sound");
    let mut figures = Figures::new(&plan);
    for unit in 0..units {
        for at in 0..INDICATORS {
            let share = i64::from((unit * 31 + u32::from(at) * 17) % 90);
            let figure = Quantity(target(unit, at) * share / 100);
            let held = UnitId(unit + 1); // the department that leads stands first
            figures.set(held, IndicatorId(at), (share > 3).then_some(figure));
        }
    }
    (plan, figures)
}

fn report<T>(name: &str, bound: u32, work: impl Fn() -> T) {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            black_box(work());
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{{\"bench\":\"{name}\",\"best_ms\":{:.1},\"median_ms\":{:.1},\"bound_ms\":{bound}}}",
        times[0],
        times[RUNS / 2]
    );
}
