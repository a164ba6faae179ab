//! How long a nation's ranking takes: 38,000 townships with 18 indicators each.
//!
//! Prints one line of JSON: the best and the median of 15 runs, in milliseconds.
//! `cargo bench --bench ranking`

#[path = "../src/progress/synthetic.rs"]
mod synthetic;

use std::hint::black_box;
use std::time::Instant;

use liaison_bot::plan::{IndicatorId, PlanFolder, Quantity, UnitId};
use liaison_bot::progress::{Figures, rank};

const UNITS: u32 = 38_000;
const INDICATORS: u16 = 18;
const RUNS: usize = 15;

fn main() {
    // Odd numbers of all sizes, so that no quotient is a round one.
    let target = |unit: u32, at: u16| i64::from((unit * 7 + u32::from(at) * 131) % 1999 * 2 + 3);
    let targets: Vec<Vec<i64>> =
        (0..UNITS).map(|unit| (0..INDICATORS).map(|at| target(unit, at)).collect()).collect();
    let [plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv] =
        synthetic::folder(&targets, &[1; INDICATORS as usize]);
    let folder = PlanFolder { plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv };
    let plan = folder.load().expect("the made-up plan is sound");
    let mut figures = Figures::new(&plan);
    for unit in 0..UNITS {
        for at in 0..INDICATORS {
            let share = i64::from((unit * 31 + u32::from(at) * 17) % 130);
            let figure = Quantity(target(unit, at) * share / 100);
            let held = UnitId(unit + 1); // the department that leads stands first
            figures.set(held, IndicatorId(at), (share > 3).then_some(figure));
        }
    }
    let day = plan.start + chrono::Days::new(49);
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            black_box(rank(&plan, black_box(&figures), day));
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{{\"bench\":\"ranking\",\"units\":{UNITS},\"indicators\":{INDICATORS},\
         \"best_ms\":{:.1},\"median_ms\":{:.1}}}",
        times[0],
        times[RUNS / 2]
    );
}
