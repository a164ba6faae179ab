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
        assert_snapshot!(lines(&leader.says("/assess 2019").await), @"");
        let (name, bytes) = world.last_file(leader.user);
        assert_snapshot!(name, @"");
        let (totals, every) = (rows(&bytes, "考核汇总"), rows(&bytes, "考核明细"));
        let of = |rows: &[Vec<String>], column: usize, name: &str| -> Vec<Vec<String>> {
            rows.iter().filter(|row| row[column] == name).cloned().collect()
        };
        let total = of(&totals, 2, "市税务局").remove(0);
        let tax_lines = of(&every, 0, "市税务局");
        assert_snapshot!(tax_lines.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("\n"), @"");
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
        assert_snapshot!(tax.says("/assess 2019").await, @"");
        assert_snapshot!(tax.says("/assess 2019 兰江街道").await, @"");
        assert_snapshot!(tax.says("/assess").await, @"");
        assert_snapshot!(leader.says("/assess 2030").await, @"");
        assert_snapshot!(lines(&leader.says("/assess 2020年 兰江").await), @"");
        world.close().await;
    }
}
