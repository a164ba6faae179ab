//! Plans made up for tests and benches: as many units and indicators as wanted.
//!
//! Free of the project's types, so that a bench can include this file too.

use std::fmt::Write;

/// The texts of a plan folder in the order of `PlanFolder::FILES`, for `targets[unit][indicator]`.
///
/// Indicators are numbered from 1, unit `n` has the code `u<n>`, counted from 0, and units fall in
/// two groups by turns. A target of 0 leaves the cell empty. One department leads everything.
pub fn folder(targets: &[Vec<i64>], weights: &[u32]) -> [String; 5] {
    let mut toml = String::from(
        r#"id = "made-up"
name = "Made up"
name_en = "Made up"
short = "Made up"
document = "none"
county = "County"
whole = "All"
office = "Office"
leadership = "Group"
start = 2021-01-01
end = 2021-04-10
time_zone = "Asia/Shanghai"
reporting = { cycle = "weekly", deadline_day = "thu", deadline_time = "17:00", on_rest_day = "next" }
groups = [{ name = "A", kinds = ["a"] }, { name = "B", kinds = ["b"] }]
jobs = []
[ranking]
cap = "120%"
default_weight = 1
green = "100%"
yellow = "80%"
[checks]
fall = true
over_cap = true
jump_times = 3
jump_share = "10%"
jump_least = 3

[ranking.weights]
"#,
    );
    let mut units = String::from("code,name,short,kind,aliases\nlead,Lead,Ld,部门,\n");
    let mut head = String::from("target");
    for unit in 0..targets.len() {
        let kind = if unit % 2 == 0 { "a" } else { "b" };
        writeln!(units, "u{unit},Unit {unit},U{unit},{kind},").expect("a string takes all");
        write!(head, ",U{unit}").expect("a string takes all");
    }
    let mut indicators = String::from(
        "no,name,short,aliases,measure,target,carried,leads,ranked,expected,whole,min_share,source\n",
    );
    let mut table = head + ",remarks\n";
    for (at, weight) in weights.iter().enumerate() {
        let no = at + 1;
        let total: i64 = targets.iter().map(|row| row[at]).sum();
        writeln!(toml, "{no} = {weight}").expect("a string takes all");
        writeln!(indicators, "{no},Indicator {no},I{no},,家,{total},units,Lead,yes,yes,,,made up")
            .expect("a string takes all");
        write!(table, "{no}.").expect("a string takes all");
        for row in targets {
            let cell = if row[at] == 0 { String::new() } else { row[at].to_string() };
            write!(table, ",{cell}").expect("a string takes all");
        }
        table.push_str(",\n");
    }
    [toml, units, indicators, table, String::from("date,kind,name\n2021-01-01,off,元旦\n")]
}
