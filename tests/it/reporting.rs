//! Reporting by message: read back, undo, change, ask back.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_report_is_stored_and_read_back(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("新增小微企业120,八大产业45").await, @"
        已收到 兰江街道 2019年第25周
        1 小微企业：120家 / 1647家 7.3%
        2 八大产业：45家 / 571家 7.9%

        本期还缺11项：3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(liaison.says("/my").await, @"
        兰江街道 2019年第25周（6月20日17:00截止）
        ✅ 1 小微企业：120家 / 1647家 7.3%（每周需增19家）
        ✅ 2 八大产业：45家 / 571家 7.9%（每周需增7家）
        ⬜ 3 个转企：未报 / 112户（每周需增2户）
        ⬜ 3.1 公司制：未报
        ⬜ 4 淘汰落后产能：未报 / 6家（每周需增1家）
        ⬜ 5 低散乱：未报 / 69家（每周需增1家）
        ⬜ 6 小升规：未报 / 5家（每周需增1家）
        ⬜ 7 科技型企业：未报 / 9家（每周需增1家）
        ⬜ 11 限上企业：未报 / 6家（每周需增1家）
        ⬜ 11.1 餐饮住宿：未报 / 3家
        ⬜ 12 外贸出口实绩企业：未报 / 15家（每周需增1家）
        ⬜ 13 进出口备案：未报 / 28家（每周需增1家）
        ⬜ 14 小微企业园：未报 / 1个（每周需增1个）
        ▫️ G5 规下工业增加值增长：未报 / 7%
        🔴 得分1.4，全部单位第1，街道组第1；序时进度48.6%
        本期还缺11项（⬜）。
        ");
        world.close().await;
    }
}

on_both! {
    async fn what_is_not_clear_is_asked_and_the_rest_is_kept(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("小升规2,企业120,贷款1.2亿元,招商引资3个").await, @"
        已收到 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%

        ❓ 16 小微贷款不是兰江街道承担的指标，没有存入

        ❓ “招商引资3个”不是本计划的指标，请用指标简称，如：小微企业 164

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        ❓ 兰江街道 2019年第25周

        “企业120”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 2 八大产业]
        [③ 3 个转企] [④ 3.1 公司制]
        [不报这一项]
        ");
        assert_snapshot!(liaison.says("云山街道 小升规2").await, @"
        ❓ 兰江街道 2019年第25周

        消息里写的是云山街道，您只能报兰江街道的数，整条没有存入。
        如果报的其实是兰江街道的数，请点选确认：6 小升规
        [是兰江街道的数，存1项]
        [不报这一项]
        ");
        assert_snapshot!(liaison.says("收到，谢谢").await, @"
        这条消息里没有读到数据，未存入。报数请写“指标 数”，例如：
        小微企业 164，八大产业 57
        查看本单位情况 /my，使用说明 /help
        ");
        world.close().await;
    }
}

on_both! {
    async fn an_increment_is_added_once(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("小升规+1").await, @"
        ❓ 兰江街道 2019年第25周

        6 小升规报的是新增1家，但还没有累计数。累计是多少？请点选，或回复累计数。
        没有回答以前不会存入。
        [累计就是1家]
        [不报这一项]
        ");
        liaison.says("小升规2").await;
        assert_snapshot!(liaison.says("小升规+1").await, @"
        已收到 兰江街道 2019年第25周
        6 小升规：3家（本期新增1家） / 5家 60.0%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(liaison.says("小升规+1").await, @"
        ❓ 兰江街道 2019年第25周

        6 小升规本期已报过同样的新增1家，这次没有重复累加。是再次新增吗？
        [再次新增1家，累计4家]
        [确认并写说明]
        [不对，不存]
        ");
        assert_snapshot!(liaison.says("科技型企业3，小升规本周无变化").await, @"
        已收到 兰江街道 2019年第25周
        7 科技型企业：3家 / 9家 33.3%
        6 小升规：3家（无变化） / 5家 60.0%

        本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn undo_restores_the_former_figure(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        liaison.says("小升规3，科技型企业1").await;
        assert_snapshot!(liaison.presses("撤回").await, @"
        (已撤回)
        已撤回 兰江街道 2019年第25周
        6 小升规：恢复为2家
        7 科技型企业：恢复为未报
        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        ");
        // The first read-back still has its button: what it reported is in force again.
        assert_snapshot!(liaison.presses("撤回").await, @"
        (已撤回)
        已撤回 兰江街道 2019年第25周
        6 小升规：恢复为未报
        本期还缺13项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        ");
        assert!(liaison.says("/my").await.contains("6 小升规：未报"));
        world.close().await;
    }
}

on_both! {
    async fn an_old_button_does_not_undo_what_came_later(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let other = world.liaison("云山街道").await;
        liaison.says("小升规2").await;
        let chat = liaison.user.into();
        let bots = world.chats.messages(liaison.user);
        let read_back = bots.iter().rev().find(|message| message.button("撤回").is_some()).unwrap();
        let data = read_back.button("撤回").unwrap().data().unwrap().to_owned();
        liaison.says("小升规3").await;
        assert_snapshot!(liaison.presses_data(chat, read_back.id, &data).await.lines().next().unwrap(), @"(此后已有新的报送，不能再撤回这一次，请直接报正确的数)");
        assert_snapshot!(liaison.presses_data(chat, read_back.id, "undo:x:y").await.lines().next().unwrap(), @"(这个按钮已失效)");
        // Another unit's liaison cannot press it by forging the press in a chat of its own.
        for text in ["/my", "/help", "小升规1"] {
            other.says(text).await;
        }
        let forged = world.chats.messages(other.user).last().unwrap().id;
        let answer = other.presses_data(other.user.into(), forged, &data).await;
        assert_snapshot!(answer.lines().next().unwrap(), @"(这个按钮已失效)");
        assert!(liaison.says("/my").await.contains("6 小升规：3家"));
        world.close().await;
    }
}

on_both! {
    async fn changing_the_message_changes_the_report(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        liaison.says("小升规+1，科技型企业4").await;
        // Not 2 + 1 + 2: the changed increment stands in place of the one it changes.
        assert_snapshot!(liaison.changes_to("小升规+2").await, @"
        已按修改后的消息更新 兰江街道 2019年第25周
        6 小升规：4家（本期新增2家） / 5家 80.0%
        修改后不再报送，已撤回：7 科技型企业

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(liaison.changes_to("以后再报").await, @"
        已按修改后的消息更新 兰江街道 2019年第25周
        修改后不再报送，已撤回：6 小升规

        本期还缺12项，详见 /my
        ");
        assert!(liaison.says("/my").await.contains("6 小升规：2家"));
        // A message of a week that is over changes nothing: neither that week's figure nor this one's.
        liaison.says("小升规3").await;
        world.at("2019-06-24 09:00").await;
        assert_snapshot!(liaison.changes_to("小升规4").await, @"
        这条消息是2019年第25周的报送，该期已经结束，修改没有存入。
        如要更正，请发一条新消息报现在的累计数；历史数据请联系领导小组办公室。
        ");
        assert!(liaison.says("/my").await.contains("6 小升规：3家"));
        world.close().await;
    }
}

on_both! {
    async fn a_report_after_the_deadline_is_late(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        world.at("2019-06-20 17:01").await;
        assert!(liaison.says("小升规2").await.starts_with("已收到 兰江街道 2019年第25周（逾期）"));
        world.at("2019-06-24 08:00").await;
        assert!(liaison.says("小升规2").await.starts_with("已收到 兰江街道 2019年第26周\n"));
        world.close().await;
    }
}

on_both! {
    async fn departments_that_carry_a_figure_together_report_it_once(db: Database) {
        let world = World::open(&db.url).await;
        let science = world.liaison("市科技局").await;
        let quality = world.liaison("市质监局").await;
        assert_snapshot!(science.says("开放仪器320台次").await, @"
        已收到 市科技局 2019年第25周
        8 开放仪器：320台次 / 1100台次 29.1%

        本期还缺1项：9 开放实验室
        [撤回]
        ");
        assert_snapshot!(quality.says("/my").await, @"
        市质监局 2019年第25周（6月20日17:00截止）
        ✅ 8 开放仪器：320台次 / 1100台次 29.1%（每周需增10台次）
        ⬜ 9 开放实验室：未报 / 3200批次（每周需增40批次）
        ▫️ G3 质量帮扶：未报 / 10家
        本期还缺1项（⬜）。
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_part_may_not_be_more_than_its_whole(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("个转企10").await;
        assert_snapshot!(liaison.says("公司制12，小升规1").await, @"
        已收到 兰江街道 2019年第25周
        6 小升规：1家 / 5家 20.0%

        ❓ “个转企10户，公司制12户”：其中项大于总数，没有存入，请核对后一起重发

        本期还缺11项：1 小微企业、2 八大产业、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(liaison.says("公司制7").await, @"
        已收到 兰江街道 2019年第25周
        3.1 公司制：7户
        ⚠️ 占比70.0%，低于要求的80%

        本期还缺10项：1 小微企业、2 八大产业、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn outside_the_plan_nothing_is_stored(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        world.clock.set("2021-02-01T01:00:00Z".parse().unwrap());
        assert_snapshot!(liaison.says("小升规2").await, @"“小微企业三年成长计划”的时间为2018年1月1日至2020年12月31日，现在没有报送期，这条没有存入数据。");
        world.close().await;
    }
}

on_both! {
    async fn english_on_request(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("/language en").await;
        assert_snapshot!(liaison.says("小升规2").await, @"
        Received 兰江街道, week 25 of 2019
        6 小升规: 2家 / 5家 40.0%

        Still missing (12): 1 小微企业, 2 八大产业, 3 个转企, 3.1 公司制, 4 淘汰落后产能, 5 低散乱, 7 科技型企业, 11 限上企业, 11.1 餐饮住宿, 12 外贸出口实绩企业, 13 进出口备案, 14 小微企业园
        [Undo]
        ");
        world.close().await;
    }
}
