//! Targets that the office changes.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

fn line<'t>(text: &'t str, part: &str) -> &'t str {
    text.lines().find(|line| line.contains(part)).unwrap_or_default()
}

on_both! {
    async fn a_target_changes_from_a_day_on_and_past_bulletins_stay(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let youbu = world.liaison("游埠镇").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        youbu.says("小升规4").await;
        world.at("2019-06-21 16:00").await;
        let bulletin = world.read(group);
        assert_snapshot!(office.says("/target 小升规").await, @"
        请写明指标、单位、新的目标和依据文号，需要时写执行日期（不早于今天），例如：
        /target 小升规 游埠镇 9 自7月1日 兰政办发〔2019〕8号
        ");
        assert_snapshot!(youbu.says("/target 小升规 游埠镇 10 兰政办发〔2019〕8号").await, @"/target 只有领导小组办公室可以使用。");
        assert_snapshot!(office.says("/target 标准厂房 游埠镇 10 兰政办发〔2019〕8号").await, @"游埠镇没有15 标准厂房的目标任务，没有改动。");
        assert_snapshot!(office.says("/target 小升规 游埠镇 10家 自7月1日起 依据：兰政办发〔2019〕<8>号").await, @"
        调整目标任务：6 小升规 游埠镇
        原目标：8家
        新目标：10家，自2019年7月1日起
        依据：兰政办发〔2019〕<8>号
        ⚠️ 调整后各单位合计102家，全市目标100家，相差+2家。请确认全市目标是否同时调整。
        已发出的通报不变。
        [确定，全市目标改为102家]
        [确定，全市目标不变] [取消]
        ");
        world.read(youbu.user);
        assert_snapshot!(office.presses("确定，全市目标改为102家").await, @"
        (已完成)
        ✅ 已调整：游埠镇 6 小升规目标由8家调整为10家，全市目标调整为102家，自2019年7月1日起。
        依据：兰政办发〔2019〕<8>号
        ");
        assert_snapshot!(world.read(youbu.user), @"
        【目标调整】游埠镇 6 小升规目标由8家调整为10家，全市目标调整为102家，自2019年7月1日起。
        依据：兰政办发〔2019〕<8>号
        市“小微企业三年成长计划”领导小组办公室
        ");
        assert_snapshot!(line(&youbu.says("/my").await, "小升规"), @"✅ 6 小升规：4家 / 8家 50.0%");
        world.at("2019-07-01 09:00").await;
        assert_snapshot!(line(&youbu.says("/my").await, "小升规"), @"⬜ 6 小升规：4家 / 10家 40.0%（每周需增1家）");
        assert_snapshot!(line(&office.says("/rank 小升规").await, "游埠镇"), @"1. 🟡 游埠镇 4家 / 10家 40.0%");
        assert_eq!(office.says("/bulletin 25").await, bulletin);
        // The other way round; the split adds up again without the county's.
        assert_snapshot!(office.says("/target 游埠镇 6 12 兰政办发〔2019〕9号").await, @"
        调整目标任务：6 小升规 游埠镇
        原目标：10家
        新目标：12家，自2019年7月1日起
        依据：兰政办发〔2019〕9号
        ⚠️ 调整后各单位合计104家，全市目标102家，相差+2家。请确认全市目标是否同时调整。
        已发出的通报不变。
        [确定，全市目标改为104家]
        [确定，全市目标不变] [取消]
        ");
        office.presses("确定，全市目标不变").await;
        assert_snapshot!(office.says("/target 兰江街道 小升规 1 兰政办发〔2019〕9号").await, @"
        调整目标任务：6 小升规 兰江街道
        原目标：5家
        新目标：1家，自2019年7月1日起
        依据：兰政办发〔2019〕9号
        ⚠️ 调整后各单位合计100家，全市目标102家，相差-2家。请确认全市目标是否同时调整。
        已发出的通报不变。
        [确定，全市目标改为100家]
        [确定，全市目标不变] [取消]
        ");
        office.presses("取消").await;
        assert_snapshot!(line(&youbu.says("/my").await, "小升规"), @"⬜ 6 小升规：4家 / 12家 33.3%（每周需增1家）");
        let sql = "select act || ' ' || subject || ' ' || detail from audit where act = 'target' order by id";
        assert_snapshot!(db.texts(sql).await.join("\n"), @r#"
        target youbu 6 {"before":8,"target":10,"county":102,"from":"2019-07-01","basis":"兰政办发〔2019〕<8>号"}
        target youbu 6 {"before":10,"target":12,"county":null,"from":"2019-07-01","basis":"兰政办发〔2019〕9号"}
        "#);
        world.close().await;
    }
}
