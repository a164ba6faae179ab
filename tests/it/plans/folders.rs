//! Plan folders with others below them: what does not fit together is named.

use std::path::Path;
use std::process::Command;

/// A copy of the example in which one file has something else.
fn changed(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/example-city"));
    let folder = tempfile::tempdir().unwrap();
    for plan in ["city", "jiajiang", "yishan"] {
        std::fs::create_dir(folder.path().join(plan)).unwrap();
        for file in std::fs::read_dir(root.join(plan)).unwrap() {
            let file = file.unwrap();
            let copy = folder.path().join(plan).join(file.file_name());
            std::fs::copy(file.path(), copy).unwrap();
        }
    }
    let file = folder.path().join(file);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(file, text.replacen(from, to, 1)).unwrap();
    folder
}

/// What `check-plan` says of the city, and whether it is content.
fn checked(folder: &tempfile::TempDir) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_liaison-bot"))
        .arg("check-plan")
        .arg(folder.path().join("city"))
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_tree_of_plans_is_checked() {
    let (fits, told) = checked(&changed("city/units.csv", "甲江县政府", "甲江县政府办"));
    assert!(fits, "{told}");
    insta::assert_snapshot!(told.lines().filter(|line| line.contains("下级")).collect::<Vec<_>>().join("\n"), @"
    下级汇总：甲江县 ← 甲江县小微企业成长计划（虚构示例）（example-jiajiang），指标1=1、2=2、3=3 / rolled up from Jiajiang county growth plan (made up): 1=1、2=2、3=3
    下级汇总：乙山县 ← 乙山县小微企业成长计划（虚构示例）（example-yishan），指标1=2、2=1、3=3 / rolled up from Yishan county growth plan (made up): 1=2、2=1、3=3
    ");
    let above = "[[levels]]\nunit = \"甲东镇\"\nplan = \"../city\"\nindicators = { 1 = \"1\" }\n\n[[groups]]";
    let wrong = [
        changed("city/plan.toml", "{ 1 = \"1\", 2", "{ 1 = \"9\", 2"),
        changed("city/plan.toml", "{ 1 = \"1\", 2", "{ 7 = \"1\", 2"),
        changed("city/plan.toml", "{ 1 = \"1\", 2", "{ 1 = \"3\", 2"),
        changed("city/plan.toml", "plan = \"../yishan\"", "plan = \"../jiajiang\""),
        changed("city/plan.toml", "plan = \"../yishan\"", "plan = \"../nowhere\""),
        changed("city/plan.toml", "unit = \"乙山县\"", "unit = \"丙县\""),
        changed("city/plan.toml", "unit = \"乙山县\"", "unit = \"市经信局\""),
        changed("jiajiang/plan.toml", "[[groups]]", above),
        changed("jiajiang/plan.toml", "deadline_day = \"wed\"", "deadline_day = \"soon\""),
        changed("jiajiang/plan.toml", "id = \"example-jiajiang\"", "id = \"example-city\""),
    ];
    let told: Vec<String> = wrong
        .iter()
        .map(|folder| {
            let (fits, told) = checked(folder);
            assert!(!fits, "{told}");
            told.trim_end().replace(&folder.path().display().to_string(), "…")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    plan.toml:138: 甲江县的指标1对应下级计划“example-jiajiang”的指标9，而它没有这个编号 / indicator 1 of 甲江县 is 9 in example-jiajiang, which has no such number
    plan.toml:138: levels：本计划没有指标“7” / levels: this plan has no indicator "7"
    plan.toml:138: 指标1以“家”计，下级计划“example-jiajiang”的指标3以“个”计，不能汇总 / indicator 1 is counted in 家, 3 of example-jiajiang in 个
    plan.toml:138: 计划“example-jiajiang”已由另一个单位汇总，不能重复计数 / the plan example-jiajiang already stands for another unit
    plan.toml:143: 下级计划“../nowhere”有1处问题，请先用 check-plan 检查：没有计划文件夹“…/city/../nowhere”，请用 --plan 指明 / the plan ../nowhere has 1 problems; see check-plan: there is no plan folder …/city/../nowhere; name it with --plan
    plan.toml:143: levels：“丙县”不在 units.csv 中 / levels: "丙县" is no unit
    plan.toml:143: 市经信局不承担指标1，不能汇总 / 市经信局 does not carry indicator 1, so that nothing can be rolled up
    plan.toml:143: 市经信局不承担指标2，不能汇总 / 市经信局 does not carry indicator 2, so that nothing can be rolled up
    plan.toml:143: 市经信局不承担指标3，不能汇总 / 市经信局 does not carry indicator 3, so that nothing can be rolled up
    plan.toml:138: 下级计划“../jiajiang”有1处问题，请先用 check-plan 检查：下级计划“../city”又以上级为下级，上下级不能循环 / the plan ../jiajiang has 1 problems; see check-plan: the plan ../city comes again below itself
    plan.toml:138: 下级计划“../jiajiang”有1处问题，请先用 check-plan 检查：deadline_day：按周为 "mon"…"sun"，按月为 1…28 / the plan ../jiajiang has 1 problems; see check-plan: deadline_day String("soon") does not fit the cycle
    plan.toml:138: 下级计划“example-city”又以本计划“example-city”为下级（或 id 相同），上下级不能循环 / the plan example-city has this plan example-city below itself, or the same id
    "#);
}

/// Several folders where a command is about one.
#[test]
fn a_command_about_one_plan_is_told_which() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/example-city/");
    let of = |name: &str| format!("{root}{name}");
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_liaison-bot")).args(arguments).output();
        let output = output.unwrap();
        let told =
            String::from_utf8(output.stderr).unwrap() + &String::from_utf8_lossy(&output.stdout);
        (output.status.success(), told)
    };
    let (city, county) = (of("city"), of("jiajiang"));
    let both = format!("{city},{county}");
    let (fits, told) = run(&["--plan", &both, "export", "--database", "sqlite:none.db"]);
    assert!(!fits && told.contains("有2个计划文件夹"), "{told}");
    let (fits, told) = run(&["--plan", &city, "--plan", &county, "check-plan"]);
    assert!(fits && told.contains("示例市") && told.contains("甲江县"), "{told}");
    // Two plans of one id would be one in the database.
    let (fits, told) = run(&["--plan", &city, "--plan", &city, "rehearse", "--data", "/nowhere"]);
    assert!(!fits && told.contains("example-city"), "{told}");
}
