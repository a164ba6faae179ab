fn main() {
    let read = |f: &str| {
        std::fs::read_to_string(format!("/work/wt-reader/seeds/lanxi-2018-2020/{f}")).unwrap()
    };
    let plan = liaison_bot::plan::PlanFolder {
        plan_toml: read("plan.toml"),
        units_csv: read("units.csv"),
        indicators_csv: read("indicators.csv"),
        targets_csv: read("targets.csv"),
        holidays_csv: read("holidays.csv"),
    }
    .load()
    .unwrap();
    liaison_bot::cli::parse::parse_lines(
        &plan,
        std::io::stdin().lock(),
        std::io::stdout(),
        std::io::stderr(),
    )
    .unwrap();
}
