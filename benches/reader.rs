//! How fast the reader is: typical messages a second on one core, and the time that the worst
//! messages of 4,096 characters take. Prints one line of JSON. With the name of an adversarial text
//! behind it (`cargo bench --bench reader -- pieces`) it reads that one only, for a profiler.

use std::hint::black_box;
use std::time::{Duration, Instant};

use liaison_bot::message::Lexicon;
use liaison_bot::plan::{Plan, PlanFolder, UnitId};

/// What liaisons send on an ordinary day.
const TYPICAL: [&str; 12] = [
    "新增小微企业120,八大产业45",
    "1:120 2:45 3:10",
    "小升规+1",
    "新增小微企业累计完成120家,较上周增加5家",
    "个转企10户(公司制8户),小升规2家,联系电话13800000000",
    "科技型企业本周无变化",
    "截至6月21日,新增小微企业120家,完成率7.3%",
    "大家好,收到,谢谢",
    "限上企业6家,其中餐饮住宿3家",
    "小升规目标5家,已完成2家",
    "新增小微企业 120\n八大产业 45\n小升规 2",
    "更正:小升规应为3家",
];

/// Texts that are repeated to 4,096 characters.
const ADVERSARIAL: [(&str, &str); 22] = [
    ("names", "新增小微企业"),
    ("digits", "9"),
    ("grouped digits", "1,234"),
    ("brackets", "("),
    ("name and bracket", "小升规("),
    ("list of names", "小升规、"),
    ("slips", "小升轨2家"),
    ("slips in one run", "新增小徽起业、2"),
    ("almost names", "引导和支持个体工商户转型升级为"),
    ("unknown", "招商引资3,"),
    ("pieces", "企业3,"),
    ("one character", "企"),
    ("numbers", "1 2 "),
    ("pairs", "1:2 "),
    ("Chinese digits", "一百"),
    ("titles and rows", "指标\t累计\n小升规\t2\n"),
    ("lines", "小升规\n"),
    ("cells", "小升规\t个转企\n"),
    ("lists of numbers", "1、2、"),
    ("a list without a value", "1、2项 "),
    ("the rest", "其余无变化,"),
    ("labels", "第24周"),
];

fn main() {
    let plan = plan();
    let writer = plan.unit_named("兰江街道").expect("the plan has 兰江街道");
    let started = Instant::now();
    let lexicon = Lexicon::new(&plan);
    let built = started.elapsed();
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let wanted = |what: &str| only.as_ref().is_none_or(|only| only == what);
    let per_second = if wanted("typical") { typical(&plan, &lexicon, writer) } else { 0 };
    let mut worst = Vec::new();
    for (what, piece) in ADVERSARIAL.into_iter().filter(|(what, _)| wanted(what)) {
        let text: String = piece.chars().cycle().take(4096).collect();
        let half: String = piece.chars().cycle().take(2048).collect();
        let (full, half) =
            (fastest(&plan, &lexicon, writer, &text), fastest(&plan, &lexicon, writer, &half));
        worst.push(format!(
            "{{\"text\":\"{what}\",\"us\":{},\"us_half\":{}}}",
            full.as_micros(),
            half.as_micros()
        ));
    }
    println!(
        "{{\"bench\":\"reader\",\"typical_per_second\":{per_second},\"lexicon_ms\":{},\"adversarial\":[{}]}}",
        built.as_millis(),
        worst.join(",")
    );
}

fn typical(plan: &Plan, lexicon: &Lexicon, writer: UnitId) -> u64 {
    let started = Instant::now();
    let mut count = 0u64;
    while started.elapsed() < Duration::from_secs(2) {
        for text in TYPICAL {
            black_box(lexicon.read(plan, writer, black_box(text)));
            count += 1;
        }
    }
    count * 1000 / u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
}

/// The fastest of several readings: what the text costs, not what else the machine did.
fn fastest(plan: &Plan, lexicon: &Lexicon, writer: UnitId, text: &str) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..15 {
        let started = Instant::now();
        black_box(lexicon.read(plan, writer, black_box(text)));
        best = best.min(started.elapsed());
    }
    best
}

fn plan() -> Plan {
    let folder = PlanFolder {
        plan_toml: include_str!("../seeds/lanxi-2018-2020/plan.toml").into(),
        units_csv: include_str!("../seeds/lanxi-2018-2020/units.csv").into(),
        indicators_csv: include_str!("../seeds/lanxi-2018-2020/indicators.csv").into(),
        targets_csv: include_str!("../seeds/lanxi-2018-2020/targets.csv").into(),
        holidays_csv: include_str!("../seeds/lanxi-2018-2020/holidays.csv").into(),
    };
    folder.load().unwrap_or_else(|problems| panic!("{problems:#?}"))
}
