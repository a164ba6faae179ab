//! The history: `/audit`, the audit log as a chain, and figures made anew of the submissions alone.

use insta::assert_snapshot;
use liaison_bot::store::audit::{Broken, verify};
use sqlx::Connection;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn every_revision_of_a_figure_is_shown(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        youbu.says("小升规1").await;
        youbu.says("本周新增小升规1家").await;
        youbu.changes_to("本周新增小升规2家").await;
        lead.says("/review 小升规 游埠镇").await;
        lead.presses("退回").await;
        lead.presses("口径有误").await;
        youbu.says("小升规2").await;
        youbu.presses("撤回").await;
        youbu.says("小升规2，<b>已核</b>").await;
        lead.says("/review 小升规 游埠镇").await;
        lead.presses("通过").await;
        assert_snapshot!(office.says("/audit 游埠 小升规").await, @"
        【数据沿革】6 小升规 游埠镇，现为2家

        8 2019年6月17日08:30 市经信局 审核通过2家［2019年第25周］

        8 2019年6月17日08:30 游埠镇 报累计2家［2019年第25周］
        当前数：2家
        消息11：小升规2，<b>已核</b>

        7 2019年6月17日08:30 游埠镇 撤回2家［2019年第25周］
        当前数：2家 → 无，撤回的是第6条

        6 2019年6月17日08:30 游埠镇 报累计2家［2019年第25周］
        当前数：2家
        消息9：小升规2

        3 2019年6月17日08:30 市经信局 退回3家，原因：口径有误［2019年第25周］
        当前数：无

        3 2019年6月17日08:30 游埠镇 报新增2家［2019年第25周］
        当前数：2家 → 3家，更正第2条
        消息5：本周新增小升规2家

        共8条，第1/2页
        [下一页]
        ");
        assert_snapshot!(office.presses("下一页").await, @"
        (已完成)
        【数据沿革】6 小升规 游埠镇，现为2家

        2 2019年6月17日08:30 游埠镇 报新增1家［2019年第25周］
        当前数：1家 → 2家
        消息5：本周新增小升规1家

        1 2019年6月17日08:30 游埠镇 报累计1家［2019年第25周］
        当前数：1家
        消息3：小升规1

        共8条，第2/2页
        [上一页]
        ");
        assert_snapshot!(youbu.says("/audit 兰江 小升规").await, @"/audit 只能看本单位的指标和本部门牵头的指标。");
        assert!(youbu.says("/audit 游埠 小升规").await.contains("数据沿革"));
        assert!(lead.says("/audit 游埠 6").await.contains("数据沿革"));
        assert_snapshot!(office.says("/audit 游埠").await, @"请写明单位和指标，如 /audit 兰江街道 小升规");
        assert_eq!(world.store.rebuild(&world.plan).await.unwrap().1, []);
        world.close().await;
    }
}

on_both! {
    async fn the_log_is_a_chain_and_a_changed_row_is_found(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        for unit in ["兰江街道", "云山街道", "游埠镇"] {
            office.says(&format!("/invite {unit}")).await;
            world.liaison(unit).await;
        }
        let rows = world.store.audit_log(&world.plan).await.unwrap();
        assert!(rows.len() > 6, "{rows:#?}");
        let head = verify(&world.plan.id, &rows).unwrap();
        assert_eq!(head, rows.last().unwrap().hash);
        // Somebody who may do anything to the database changes one row.
        let id = rows[2].id;
        if db.url.starts_with("sqlite") {
            let mut raw = sqlx::SqliteConnection::connect(&db.url).await.unwrap();
            sqlx::query("drop trigger audit_no_update").execute(&mut raw).await.unwrap();
            let change = "update audit set subject = 'x' where id = $1";
            sqlx::query(change).bind(id).execute(&mut raw).await.unwrap();
        } else {
            let mut raw = sqlx::PgConnection::connect(&db.url).await.unwrap();
            sqlx::query("drop trigger audit_append_only on audit").execute(&mut raw).await.unwrap();
            let change = "update audit set subject = 'x' where id = $1";
            sqlx::query(change).bind(id).execute(&mut raw).await.unwrap();
        }
        let rows = world.store.audit_log(&world.plan).await.unwrap();
        assert_eq!(verify(&world.plan.id, &rows), Err(Broken::Changed(id)));
        world.close().await;
    }
}

/// A source of numbers that a seed brings back.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

on_both! {
    async fn figures_always_follow_from_the_history_alone(db: Database) {
        let given = std::env::var("HISTORY_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from(std::process::id()));
        eprintln!("HISTORY_SEED={seed}");
        let mut dice = Dice(seed);
        let world = World::open(&db.url).await;
        let lead = world.liaison("市经信局").await;
        let office = world.office().await;
        let youbu = world.liaison("游埠镇").await;
        let days = ["2019-06-18 09:00", "2019-06-21 10:00", "2019-06-24 11:00", "2019-06-25 10:00"];
        let mut returned = 0;
        for day in days {
            world.at(day).await;
            for _ in 0..12 {
                let value = dice.roll(9);
                match dice.roll(8) {
                    0 | 1 => drop(youbu.says(&format!("小升规{value}，低散乱{}", value + 3)).await),
                    2 => drop(youbu.says(&format!("本周新增小升规{value}家")).await),
                    3 => drop(youbu.changes_to(&format!("小升规{value}")).await),
                    4 => drop(youbu.says("撤回").await),
                    5 => drop(office.says(&format!("代报游埠 小升规{value}")).await),
                    6 => drop(lead.says("/review 小升规 游埠镇").await),
                    _ => {}
                }
                let shown = lead.says("/review 小升规 游埠镇").await;
                if dice.roll(3) == 0 && shown.contains("[通过]") {
                    lead.presses("通过").await;
                } else if dice.roll(3) == 0 && shown.contains("[退回]") {
                    lead.presses("退回").await;
                    lead.presses("口径有误").await;
                    returned += 1;
                }
                let (of, differ) = world.store.rebuild(&world.plan).await.unwrap();
                assert_eq!(differ, [], "HISTORY_SEED={seed}, {of} figures");
            }
        }
        eprintln!("{returned} figures were sent back");
        let rows = world.store.audit_log(&world.plan).await.unwrap();
        verify(&world.plan.id, &rows).unwrap();
        world.close().await;
    }
}
