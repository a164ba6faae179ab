//! A year's assessment in chat: by the figures of its end, each point explained.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

/// The rows of a sheet as texts.
fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

on_both! {
    async fn a_year_is_assessed_by_its_own_figures(db: Database) {
        let world = World::open(&db.url).await;
        let (leader, tax) = (world.leader().await, world.liaison("市税务局").await);
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小微企业832，小升规2").await;
        tax.says("税收优惠受惠面 40%").await;
        world.at("2019-12-27 10:00").await;
        tax.says("税收优惠受惠面 50%").await;
        // What is reported for the next year does not count in this one.
        world.at("2020-01-08 10:00").await;
        tax.says("税收优惠受惠面 90%").await;
        liaison.says("小微企业1200").await;
        let lines = |text: &str| text.lines().take(6).collect::<Vec<_>>().join("\n");
        assert_snapshot!(lines(&leader.says("/assess 2019").await), @"
        2019年目标责任考核（12月31日止）
        开发区
        1. 兰溪经济开发区 0.00
        街道
        1. 兰江街道 2.35
        2. 云山街道 0.00
        ");
        let (name, bytes) = world.last_file(leader.user);
        assert_snapshot!(name, @"小微企业三年成长计划-2019.xlsx");
        let (totals, every) = (rows(&bytes, "考核汇总"), rows(&bytes, "考核明细"));
        let of = |rows: &[Vec<String>], column: usize, name: &str| -> Vec<Vec<String>> {
            rows.iter().filter(|row| row[column] == name).cloned().collect()
        };
        let total = of(&totals, 2, "市税务局").remove(0);
        let tax_lines = of(&every, 0, "市税务局");
        assert_snapshot!(tax_lines.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("\n"), @"
        市税务局|部门|18 税收优惠受惠面|50%|100%|100|100|应完成＝目标100；得分＝满分100.00×50÷100，最高为满分|50
        市税务局|部门|迟报|||||第52期，共1期，每期扣0.20分|-0.2
        市税务局|部门|未报|||||第26、27、28、29、30、31、32、33、34、35、36、37、38、39、40、41、42、43、44、45、46、47、48、49、50、51期，共26期，每期扣0.50分|-13
        市税务局|部门|扣分封顶|||||扣分合计最多10.00分，超出部分退回|3.2
        市税务局|部门|总分||||||40
        ");
        // Its lines add up to its total, cell by cell.
        let hundredths = |cell: &str| (cell.parse::<f64>().unwrap() * 100.0).round();
        for total in totals.iter().skip(3).filter(|row| row[6].parse::<f64>().is_ok()) {
            let mut lines = of(&every, 0, &total[2]);
            let sum = lines.pop().unwrap();
            assert_eq!(sum[8], total[6], "{total:?}");
            let points: f64 = lines.iter().map(|row| hundredths(&row[8])).sum();
            assert!((points - hundredths(&total[6])).abs() < 0.5, "{total:?}");
        }
        assert_eq!(total[6], tax_lines.last().unwrap()[8]);
        assert_snapshot!(tax.says("/assess 2019").await, @"
        市税务局2019年目标责任考核（截至12月31日）
        18 税收优惠受惠面：应完成＝目标100；得分＝满分100.00×50÷100，最高为满分，50.00分
        迟报：第52期，共1期，每期扣0.20分，-0.20分
        未报：第26、27、28、29、30、31、32、33、34、35、36、37、38、39、40、41、42、43、44、45、46、47、48、49、50、51期，共26期，每期扣0.50分，-13.00分
        扣分封顶：扣分合计最多10.00分，超出部分退回，3.20分
        合计40.00分，部门组第1。
        ");
        assert_snapshot!(tax.says("/assess 2019 兰江街道").await, @"/assess 只能看本单位。直接发送 /assess 即可。");
        assert_snapshot!(tax.says("/assess").await, @"请写明年度，如：/assess 2019");
        assert_snapshot!(leader.says("/assess 2030").await, @"2030年不在计划期内，或计划没有考核规则。请换一个年度，如：/assess 2019");
        assert_snapshot!(lines(&leader.says("/assess 2020年 兰江").await), @"
        兰江街道2020年目标责任考核（截至1月8日）
        1 小微企业：应完成＝1647×738÷1096；得分＝满分9.09×1200÷应完成，最高为满分，9.09分
        1 小微企业 超额加分：超应完成8%，每1%加0.10分，0.80分
        2 八大产业：未报按0计；满分9.09，0.00分
        3 个转企：未报按0计；满分9.09，0.00分
        4 淘汰落后产能：未报按0计；满分9.09，0.00分
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_figure_sent_back_costs_points_unless_it_was_right(db: Database) {
        let world = World::open(&db.url).await;
        let (leader, lead) = (world.leader().await, world.liaison("市经信局").await);
        let (youbu, huangdian) = (world.liaison("游埠镇").await, world.liaison("黄店镇").await);
        for liaison in [&youbu, &huangdian] {
            liaison.says("小升规2").await;
        }
        for unit in ["游埠镇", "黄店镇"] {
            lead.says(&format!("/review 小升规 {unit}")).await;
            lead.presses("退回").await;
            lead.presses("口径有误").await;
        }
        // One was right all the same: it comes again as it was, and is accepted.
        youbu.says("小升规1").await;
        huangdian.says("小升规2").await;
        for unit in ["游埠镇", "黄店镇"] {
            lead.says(&format!("/review 小升规 {unit}")).await;
            lead.presses("通过").await;
        }
        let line = async |unit: &str| {
            let told = leader.says(&format!("/assess 2019 {unit}")).await;
            told.lines().find(|line| line.contains("退回")).unwrap_or("不扣").to_owned()
        };
        assert_snapshot!(line("游埠镇").await, @"数据被退回：1项次，每项次扣0.20分，-0.20分");
        assert_snapshot!(line("黄店镇").await, @"不扣");
        // What was flagged does not count in the year either.
        let six = async || {
            let told = leader.says("/assess 2019 黄店镇").await;
            told.lines().find(|line| line.starts_with("6 ")).unwrap_or_default().to_owned()
        };
        let before = six().await;
        lead.says("标注 黄店 小升规 注销1家").await;
        assert_snapshot!(format!("{before}\n{}", six().await), @"
        6 小升规：应完成＝3×533÷1096；得分＝满分9.09×2÷应完成，最高为满分，9.09分
        6 小升规：应完成＝3×533÷1096；得分＝满分9.09×1÷应完成，最高为满分，6.23分
        ");
        world.close().await;
    }
}
