//! How fast the reader is: typical messages a second on one core, and the time that the worst
//! messages take at 1,024, 2,048 and 4,096 characters, by `divan`; before them one line of JSON with the
//! same, for `docs/performance.md`. With words behind it (`cargo bench --bench reader -- pieces`) only what
//! has them in its name is read, for a profiler.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use divan::counter::{CharsCount, ItemsCount};
use divan::{Bencher, black_box};
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

/// What every reading needs, made once.
struct Desk {
    plan: Plan,
    lexicon: Lexicon,
    writer: UnitId,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let plan = plan();
    let writer = plan.unit_named("兰江街道").expect("the plan has 兰江街道");
    let lexicon = Lexicon::new(&plan);
    Desk { plan, lexicon, writer }
});

fn read(text: &str) {
    let Desk { plan, lexicon, writer } = &*DESK;
    black_box(lexicon.read(plan, *writer, black_box(text)));
}

fn main() {
    if !std::env::args().skip(1).any(|word| !word.starts_with('-')) {
        println!("{}", in_one_line());
    }
    divan::main();
}

/// The twelve ordinary messages, one after the other.
#[divan::bench]
fn typical(bencher: Bencher) {
    bencher.counter(ItemsCount::new(TYPICAL.len())).bench(|| TYPICAL.into_iter().for_each(read));
}

/// One text, repeated to so many characters: the columns of characters a second tell whether the cost
/// is linear.
#[divan::bench(args = ADVERSARIAL.map(|(what, _)| what), consts = [1024, 2048, 4096])]
fn adversarial<const LENGTH: usize>(bencher: Bencher, what: &str) {
    let text = adversary(what, LENGTH);
    bencher.counter(CharsCount::new(LENGTH)).bench(|| read(&text));
}

/// What all that is built from: names and words in one automaton.
#[divan::bench]
fn lexicon(bencher: Bencher) {
    bencher.bench(|| Lexicon::new(&DESK.plan));
}

fn adversary(what: &str, length: usize) -> String {
    let piece =
        ADVERSARIAL.into_iter().find(|(name, _)| *name == what).map_or("", |(_, text)| text);
    piece.chars().cycle().take(length).collect()
}

fn in_one_line() -> String {
    let worst = ADVERSARIAL.map(|(what, _)| {
        let full = fastest(&adversary(what, 4096)).as_micros();
        let half = fastest(&adversary(what, 2048)).as_micros();
        format!("{{\"text\":\"{what}\",\"us\":{full},\"us_half\":{half}}}")
    });
    format!(
        "{{\"bench\":\"reader\",\"typical_per_second\":{},\"adversarial\":[{}]}}",
        per_second(),
        worst.join(",")
    )
}

fn per_second() -> u64 {
    let started = Instant::now();
    let mut count = 0u64;
    while started.elapsed() < Duration::from_secs(2) {
        TYPICAL.into_iter().for_each(read);
        count += u64::try_from(TYPICAL.len()).unwrap_or(0);
    }
    count * 1000 / u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
}

/// The fastest of several readings: what the text costs, not what else the machine did.
fn fastest(text: &str) -> Duration {
    let once = || {
        let started = Instant::now();
        read(text);
        started.elapsed()
    };
    (0..15).map(|_| once()).min().unwrap_or_default()
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
