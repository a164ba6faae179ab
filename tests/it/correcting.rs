//! Corrections by reply, reports for the last period, and reports on a unit's behalf.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

on_both! {
    async fn a_reply_to_a_read_back_corrects_that_report(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2，科技型企业3").await;
        liaison.says("小升规+1").await;
        let read_back = world.chats.messages(liaison.user).last().unwrap().id;
        // The correction stands in place of the addition, not on top of it.
        assert_snapshot!(liaison.replies(read_back, "小升规+2").await, @"
        已按您的回复更正 兰江街道 2019年第25周
        6 小升规：4家（本期新增2家） / 5家 80.0%

        本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(liaison.replies(read_back, "两家都已办结").await, @"说明已记录，随数据一并送审：两家都已办结");
        assert!(liaison.says("/my").await.contains("6 小升规：4家"));
        world.close().await;
    }
}

on_both! {
    async fn the_word_undoes_the_latest_report(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("撤回").await, @"没有可以撤回的报送。如要更正，请直接报正确的累计数");
        liaison.says("小升规2").await;
        let earlier = world.chats.messages(liaison.user).last().unwrap().id;
        liaison.says("小升规3，科技型企业4").await;
        liaison.says("限上1").await;
        assert_snapshot!(liaison.says("撤回").await, @"
        已撤回 兰江街道 2019年第25周
        11 限上企业：恢复为未报
        本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        ");
        assert_snapshot!(liaison.says("撤回。").await, @"
        已撤回 兰江街道 2019年第25周
        6 小升规：恢复为2家
        7 科技型企业：恢复为未报
        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        ");
        assert_snapshot!(liaison.replies(earlier, "撤回").await, @"
        已撤回 兰江街道 2019年第25周
        6 小升规：恢复为未报
        本期还缺13项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        ");
        assert_snapshot!(liaison.replies(earlier, "撤回").await, @"这次报送已经撤回过了");
        assert!(liaison.says("/my").await.contains("6 小升规：未报"));
        // In a group nobody's report is undone by a word that says not whose.
        let office = world.office().await;
        let group = world.chats.add_group("工作群", &[office.user, liaison.user], &[office.user]);
        office.says_in(group, "/bind 工作群").await;
        liaison.says("小升规2").await;
        assert_snapshot!(liaison.says_in(group, "@liaison_rehearsal_bot 撤回").await, @"没有可以撤回的报送。如要更正，请直接报正确的累计数");
        assert!(liaison.says("/my").await.contains("6 小升规：2家"));
        world.close().await;
    }
}

on_both! {
    async fn the_last_period_takes_late_reports_that_name_it(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        world.at("2019-06-24 10:00").await;
        assert_eq!(first(&liaison.says("上周小升规2").await), "已收到 兰江街道 2019年第25周（逾期）");
        assert_eq!(first(&liaison.says("第25周：科技型企业3").await), "已收到 兰江街道 2019年第25周（逾期）");
        assert_eq!(first(&liaison.says("第26周 限上2").await), "已收到 兰江街道 2019年第26周");
        assert_snapshot!(liaison.says("第20周 限上1").await, @"
        第20周现在不能报送，没有存入数据。
        现在可以报送：2019年第26周、2019年第25周（补报）。
        ");
        // What is in for this week is not changed by a report for the last.
        assert_snapshot!(liaison.says("上周 限上1").await, @"
        没有存入数据 兰江街道 2019年第25周

        ❓ 11 限上企业已有2019年第26周的数2家，没有改动；如要更正，请直接报现在的累计数

        本期还缺10项，详见 /my
        ");
        // Two weeks in one message: whose figure is whose is not guessed.
        assert_snapshot!(liaison.says("第25周：小升规3\n第26周：小升规4").await, @"
        这条消息里写了不止一期（“第25周”“第26周”），没有存入数据。
        一条消息只报一期，请分开各发一条。
        ");
        let same = liaison.says("上周（第25周）科技型企业3").await;
        assert_eq!(first(&same), "已收到 兰江街道 2019年第25周（逾期）");
        // A late report can be changed and undone as long as this week lasts.
        liaison.says("上周 科技型企业4").await;
        assert_eq!(first(&liaison.changes_to("上周 科技型企业5").await), "已按修改后的消息更新 兰江街道 2019年第25周（逾期）");
        assert_eq!(first(&liaison.presses("撤回").await), "(已撤回)");
        let my = liaison.says("/my").await;
        assert!(my.contains("⬜ 6 小升规：2家") && my.contains("✅ 11 限上企业：2家"), "{my}");
        world.close().await;
    }
}

on_both! {
    async fn the_office_reports_on_a_units_behalf(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("云山街道").await;
        assert_snapshot!(office.says("代报 云山街道：小升规 2，企业120").await, @"
        已代报 云山街道 2019年第25周
        6 小升规：2家 / 3家 66.7%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        ❓ 云山街道 2019年第25周

        “企业120”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 2 八大产业]
        [不报这一项]
        ");
        assert_snapshot!(world.read(liaison.user), @"
        市“小微企业三年成长计划”领导小组办公室代报 云山街道 2019年第25周

        6 小升规：2家

        如有出入，请直接报正确的数。
        ");
        assert_snapshot!(office.presses("① 1 小微企业").await, @"
        (已完成)
        已代报 云山街道 2019年第25周
        1 小微企业：120家 / 832家 14.4%

        本期还缺11项：2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert!(liaison.says("/my").await.contains("6 小升规：2家"));
        assert_snapshot!(office.says("代报 天王街道 小升规2").await.lines().take(2).collect::<Vec<_>>().join("\n"), @"
        没有“天王街道”这个单位。
        请写明单位，例如：/代报 兰溪经济开发区
        ");
        // A liaison may not, and 代报 is then just a word in front.
        assert!(liaison.says("代报 兰江街道：小升规 9").await.contains("只能报云山街道的数"));
        world.close().await;
    }
}
