//! Questions: asked by button, answered by button or text, and what they store.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

/// The first line of an answer.
fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

on_both! {
    async fn each_question_is_a_message_that_names_its_answers(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("个转企10，企业120，限上2家，限上3家").await, @"
        已收到 兰江街道 2019年第25周
        3 个转企：10户 / 112户 8.9%

        本期还缺12项：1 小微企业、2 八大产业、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        ❓ 兰江街道 2019年第25周

        “企业120”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 2 八大产业]
        [③ 3 个转企] [④ 3.1 公司制]
        [不报这一项]
        ――――
        ❓ 兰江街道 2019年第25周

        11 限上企业有不同的数，哪个对？
        没有回答以前不会存入。
        [2家] [3家]
        [不报这一项]
        ");
        assert_snapshot!(liaison.presses("② 2 八大产业").await, @"
        (已完成)
        已收到 兰江街道 2019年第25周
        2 八大产业：120家 / 571家 21.0%

        本期还缺11项：1 小微企业、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(liaison.presses("3家").await, @"
        (已完成)
        已收到 兰江街道 2019年第25周
        11 限上企业：3家 / 6家 50.0%

        本期还缺10项：1 小微企业、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        // A button that was pressed stores nothing again.
        let my = liaison.says("/my").await;
        assert!(my.contains("2 八大产业：120家") && my.contains("11 限上企业：3家"), "{my}");
        // What was answered can be undone without undoing the rest of the message.
        liaison.presses("撤回").await;
        let my = liaison.says("/my").await;
        assert!(my.contains("11 限上企业：未报") && my.contains("3 个转企：10户"), "{my}");
        world.close().await;
    }
}

on_both! {
    async fn an_answer_by_text_works_as_well(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("120").await, @"
        ❓ 兰江街道 2019年第25周

        “120”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 2 八大产业]
        [③ 3 个转企] [④ 3.1 公司制]
        [不报这一项]
        ");
        assert_snapshot!(liaison.says("小微企业").await, @"
        已收到 兰江街道 2019年第25周
        1 小微企业：120家 / 1647家 7.3%

        本期还缺12项：2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        liaison.says("小升规").await;
        assert_snapshot!(liaison.says("2家").await, @"
        已收到 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%

        本期还缺11项：2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        liaison.says("科技型企业3—4家").await;
        assert_eq!(first(&liaison.says("4").await), "已收到 兰江街道 2019年第25周");
        liaison.says("限上企业大约2家").await;
        assert_snapshot!(liaison.says("是的").await, @"
        已收到 兰江街道 2019年第25周
        11 限上企业：2家 / 6家 33.3%

        本期还缺9项：2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        liaison.says("低散乱大约20家").await;
        assert_snapshot!(liaison.says("不报").await, @"兰江街道 2019年第25周：“低散乱大约20家”没有存入。");
        let my = liaison.says("/my").await;
        assert!(my.contains("7 科技型企业：4家") && my.contains("5 低散乱：未报"), "{my}");
        world.close().await;
    }
}

on_both! {
    async fn a_newer_report_settles_a_question(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("限上2家，限上3家").await;
        liaison.says("限上2").await;
        assert_eq!(first(&liaison.presses("3家").await), "(这个问题已经处理过了)");
        assert!(liaison.says("/my").await.contains("11 限上企业：2家"));
        world.close().await;
    }
}

on_both! {
    async fn a_newer_question_takes_the_place_of_an_older_one(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规1000").await;
        liaison.says("小升规2000").await;
        assert_eq!(first(&liaison.presses("确认1000家").await), "(这个问题已经处理过了)");
        assert!(liaison.says("/my").await.contains("6 小升规：未报"));
        world.close().await;
    }
}

on_both! {
    async fn a_name_that_fits_several_is_asked_with_its_addition(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小微企业100，八大产业40").await;
        assert_snapshot!(liaison.says("企业+3").await, @"
        ❓ 兰江街道 2019年第25周

        “企业+3”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 2 八大产业]
        [③ 3 个转企] [④ 3.1 公司制]
        [⑤ 4 淘汰落后产能] [⑥ 5 低散乱]
        [⑦ 6 小升规] [⑧ 7 科技型企业]
        [⑨ 11 限上企业] [⑩ 11.1 餐饮住宿]
        [不报这一项]
        ");
        assert_snapshot!(liaison.presses("② 2 八大产业").await, @"
        (已完成)
        已收到 兰江街道 2019年第25周
        2 八大产业：43家（本期新增3家） / 571家 7.5%

        本期还缺11项：3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        // Whether 新增 is an addition was not said either: that is asked next.
        assert_snapshot!(liaison.says("企业新增3家").await, @"
        ❓ 兰江街道 2019年第25周

        “企业新增3家”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 2 八大产业]
        [③ 3 个转企] [④ 3.1 公司制]
        [⑤ 4 淘汰落后产能] [⑥ 5 低散乱]
        [⑦ 6 小升规] [⑧ 7 科技型企业]
        [⑨ 11 限上企业] [⑩ 11.1 餐饮住宿]
        [不报这一项]
        ");
        assert_snapshot!(liaison.says("甲企业3家，乙工厂4家，招商引资5个").await, @"
        没有存入数据 兰江街道 2019年第25周

        ❓ “甲企业3家”、“乙工厂4家”、“招商引资5个”不是本计划的指标，请用指标简称，如：小微企业 100

        本期还缺11项，详见 /my
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_number_without_a_name_keeps_its_sign(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规1，八大产业40").await;
        assert_snapshot!(liaison.says("+2").await, @"
        ❓ 兰江街道 2019年第25周

        “+2”是哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 1 小微企业] [② 3 个转企]
        [③ 3.1 公司制] [④ 4 淘汰落后产能]
        [⑤ 5 低散乱] [⑥ 7 科技型企业]
        [⑦ 11 限上企业] [⑧ 11.1 餐饮住宿]
        [⑨ 12 外贸出口实绩企业] [⑩ 13 进出口备案]
        [不报这一项]
        ");
        assert!(liaison.says("小升规").await.contains("6 小升规：3家（本期新增2家）"));
        assert!(liaison.says("本周新增3家").await.contains("“本周新增3家”是哪一项？"));
        assert!(liaison.says("八大产业").await.contains("2 八大产业：43家（本期新增3家）"));
        world.close().await;
    }
}

on_both! {
    async fn an_estimate_offers_the_number_it_holds(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("八大产业约1万家").await, @"
        ❓ 兰江街道 2019年第25周

        2 八大产业：“八大产业约1万家”还不能确定。累计完成数是10000家吗？也可以回复确切的数。
        没有回答以前不会存入。
        [10000家]
        [不报这一项]
        ");
        let asked = liaison.says("小微企业2019年大约1,200家").await;
        assert!(asked.contains("[1200家]\n[不报这一项]"), "{asked}");
        // By how much it grew since then is no total: no button could be right.
        let told = liaison.says("小微企业比2018年底增加30家").await;
        assert!(told.contains("没有存入数据") && !told.contains("[30家]"), "{told}");
        world.close().await;
    }
}

on_both! {
    async fn a_list_of_what_is_missing_reports_nothing(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let missing = "未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制";
        assert_snapshot!(liaison.says(missing).await, @"
        这条消息里没有读到数据，未存入。报数请写“指标 数”，例如：
        小微企业 164，八大产业 57
        查看本单位情况 /my，使用说明 /help
        ");
        let asked = liaison.says("2 八大产业").await;
        assert!(asked.starts_with("❓") && asked.contains("八大产业"), "{asked}");
        assert!(liaison.says("/my").await.contains("2 八大产业：未报"));
        world.close().await;
    }
}

on_both! {
    async fn only_who_was_asked_may_answer(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let colleague = world.liaison("兰江街道").await;
        let other = world.liaison("云山街道").await;
        let members = [office.user, liaison.user, colleague.user, other.user];
        let group = world.chats.add_group("工作群", &members, &[office.user]);
        office.says_in(group, "/bind 工作群").await;
        liaison.says_in(group, "@liaison_rehearsal_bot 限上2家，限上3家").await;
        assert_eq!(first(&other.presses_in(group, "3家").await), "(这是其他单位的报送，您不能操作)");
        assert_eq!(first(&office.presses_in(group, "3家").await), "(这是其他单位的报送，您不能操作)");
        assert_eq!(first(&colleague.presses_in(group, "3家").await), "(已完成)");
        world.close().await;
    }
}

on_both! {
    async fn a_question_left_alone_is_in_the_reminder_and_goes_with_its_period(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("限上2家，限上3家").await;
        world.at("2019-06-20 09:00").await;
        assert_snapshot!(world.read(liaison.user), @"
        【今日截止】6月20日
        兰江街道：2019年第25周数据今天17:00截止，还缺13项（共13项）。
        未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        有1个问题待您回答（“限上2家，限上3家”），请点上面的按钮或直接回复。
        一条消息即可，如：小微企业 164，八大产业 57
        ");
        world.at("2019-06-24 08:00").await;
        assert_eq!(first(&liaison.presses("3家").await), "(这一期已经结束，请直接发新的数)");
        assert!(liaison.says("/my").await.contains("11 限上企业：未报"));
        world.close().await;
    }
}

on_both! {
    async fn what_looks_wrong_is_stored_only_once_confirmed(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("小升规1,000家，科技型企业4").await, @"
        已收到 兰江街道 2019年第25周
        7 科技型企业：4家 / 9家 44.4%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        ❓ 兰江街道 2019年第25周

        6 小升规：1000家，超过目标任务5家的120%，请核对。
        没有回答以前不会存入。
        [确认1000家]
        [确认并写说明]
        [不对，不存]
        ");
        assert_snapshot!(liaison.presses("不对，不存").await, @"
        (已完成)
        兰江街道 2019年第25周：“小升规”没有存入。
        ");
        liaison.says("小微企业800").await;
        assert_snapshot!(liaison.says("小微企业780").await, @"
        ❓ 兰江街道 2019年第25周

        1 小微企业：780家，比原累计数800家少20家。累计数一般不会减少，请核对。
        没有回答以前不会存入。
        [确认780家]
        [确认并写说明]
        [不对，不存]
        ");
        assert_snapshot!(liaison.presses("确认并写说明").await, @"
        (已完成)
        已收到 兰江街道 2019年第25周
        1 小微企业：780家 / 1647家 47.4%

        本期还缺11项：2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园

        请直接回复一句话，说明原因。
        [撤回]
        ");
        assert_snapshot!(liaison.says("市场监管局核减注销企业20家").await, @"说明已记录，随数据一并送审：市场监管局核减注销企业20家");
        assert!(liaison.says("/my").await.contains("1 小微企业：780家"));
        world.at("2019-06-24 10:00").await;
        assert_snapshot!(liaison.says("小微企业1100").await, @"
        ❓ 兰江街道 2019年第26周

        1 小微企业：1100家，比原累计数780家多320家，一次增加较多，请核对。
        没有回答以前不会存入。
        [确认1100家]
        [确认并写说明]
        [不对，不存]
        ");
        assert_snapshot!(liaison.presses("确认1100家").await, @"
        (已完成)
        已收到 兰江街道 2019年第26周
        1 小微企业：1100家 / 1647家 66.8%

        本期还缺12项：2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert!(liaison.says("八大产业120万").await.contains("超过目标任务571家的120%"));
        world.close().await;
    }
}

on_both! {
    async fn increments_without_a_total_and_repeated_ones_are_asked_about(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("小升规+1").await, @"
        ❓ 兰江街道 2019年第25周

        6 小升规报的是新增1家，但还没有累计数。累计是多少？请点选，或回复累计数。
        没有回答以前不会存入。
        [累计就是1家]
        [不报这一项]
        ");
        assert_snapshot!(liaison.presses("累计就是1家").await, @"
        (已完成)
        已收到 兰江街道 2019年第25周
        6 小升规：1家 / 5家 20.0%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert!(liaison.says("小升规+1").await.contains("2家（本期新增1家）"));
        assert_snapshot!(liaison.says("小升规+1").await, @"
        ❓ 兰江街道 2019年第25周

        6 小升规本期已报过同样的新增1家，这次没有重复累加。是再次新增吗？
        [再次新增1家，累计3家]
        [确认并写说明]
        [不对，不存]
        ");
        assert!(liaison.presses("再次新增1家，累计3家").await.contains("3家（本期新增1家）"));
        // Not only what was added last: what was taken back, or counted in a later total, may come again.
        assert!(liaison.says("小升规+2").await.contains("5家（本期新增2家）"));
        assert_snapshot!(liaison.says("小升规+1").await, @"
        ❓ 兰江街道 2019年第25周

        6 小升规本期已报过同样的新增1家，这次没有重复累加。是再次新增吗？
        [再次新增1家，累计6家]
        [确认并写说明]
        [不对，不存]
        ");
        assert!(liaison.presses("不对，不存").await.contains("已完成"));
        liaison.says("撤回").await;
        assert!(liaison.says("小升规+2").await.contains("5家（本期新增2家）"));
        assert!(liaison.says("小升规5").await.contains("5家"));
        assert!(liaison.says("小升规+1").await.contains("6家（本期新增1家）"));
        let colleague = world.liaison("兰江街道").await;
        assert!(colleague.says("小升规+1").await.contains("本期已报过同样的新增1家"));
        colleague.presses("不对，不存").await;
        // What is called new, or of this week, may be a total or an addition.
        assert_snapshot!(liaison.says("本周：小升规1，科技型企业2").await, @"
        ❓ 兰江街道 2019年第25周

        “小升规1，科技型企业2”写的是累计数，还是本期新增数？（小升规1家、科技型企业2家）
        没有回答以前不会存入。
        [是累计数] [是本期新增数]
        [先不报]
        ");
        assert_snapshot!(liaison.presses("是本期新增数").await, @"
        (已完成)
        兰江街道 2019年第25周：“小升规1，科技型企业2”还需确认，请看下一条。
        ");
        // In the next period it is news.
        world.at("2019-06-24 10:00").await;
        let next = liaison.says("小升规+1").await;
        assert!(next.contains("超过目标任务") && !next.contains("本期已报过"), "{next}");
        liaison.presses("不对，不存").await;
        world.close().await;
    }
}

on_both! {
    async fn the_rest_as_before(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("本周无变化").await, @"
        没有存入数据 兰江街道 2019年第25周

        ❓ “本周无变化”：还没有上期的累计数，请先报累计数，如：小微企业 164

        本期还缺13项，详见 /my
        ");
        liaison.says("1 160，2 45，3 15，公司制15，4 4，5 50，6 2，7 3，11 2，餐饮住宿1，12 6，13 10，14 1").await;
        world.at("2019-06-24 10:00").await;
        assert_snapshot!(liaison.says("小升规3，其余无变化").await, @"
        已收到 兰江街道 2019年第26周
        6 小升规：3家 / 5家 60.0%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        ❓ 兰江街道 2019年第26周

        “其余无变化”：以下12项都没有变化吗？
        1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        没有回答以前不会存入。
        [没有变化，按上期数报12项]
        [先不报]
        ");
        assert_snapshot!(liaison.presses("没有变化，按上期数报12项").await, @"
        (已完成)
        已收到 兰江街道 2019年第26周
        1 小微企业：160家（无变化） / 1647家 9.7%
        2 八大产业：45家（无变化） / 571家 7.9%
        3 个转企：15户（无变化） / 112户 13.4%
        3.1 公司制：15户（无变化）
        4 淘汰落后产能：4家（无变化） / 6家 66.7%
        5 低散乱：50家（无变化） / 69家 72.5%
        7 科技型企业：3家（无变化） / 9家 33.3%
        11 限上企业：2家（无变化） / 6家 33.3%
        11.1 餐饮住宿：1家（无变化） / 3家 33.3%
        12 外贸出口实绩企业：6家（无变化） / 15家 40.0%
        13 进出口备案：10家（无变化） / 28家 35.7%
        14 小微企业园：1个（无变化） / 1个 100.0%

        本期数据已报齐，谢谢。
        [撤回]
        ");
        world.at("2019-07-01 10:00").await;
        assert_snapshot!(liaison.says("零报告").await.lines().take(3).collect::<Vec<_>>().join("\n"), @"
        ❓ 兰江街道 2019年第27周

        “零报告”：以下13项都没有变化吗？
        ");
        assert!(liaison.says("是").await.contains("本期数据已报齐"));
        world.close().await;
    }
}

on_both! {
    async fn a_message_that_names_another_unit_can_be_claimed(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("云山街道 小升规2").await, @"
        ❓ 兰江街道 2019年第25周

        消息里写的是云山街道，您只能报兰江街道的数，整条没有存入。
        如果报的其实是兰江街道的数，请点选确认：6 小升规
        [是兰江街道的数，存1项]
        [不报这一项]
        ");
        assert_snapshot!(liaison.presses("是兰江街道的数，存1项").await, @"
        (已完成)
        已收到 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_newer_figure_is_not_added_to_by_an_old_question(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规1，科技型企业2").await;
        liaison.says("本周：小升规1，科技型企业1").await;
        liaison.says("小升规2").await;
        assert!(liaison.presses("是本期新增数").await.contains("7 科技型企业：3家（本期新增1家）"));
        let my = liaison.says("/my").await;
        assert!(my.contains("6 小升规：2家") && my.contains("7 科技型企业：3家"), "{my}");
        // Good manners confirm nothing.
        liaison.says("小微企业9999").await;
        liaison.says("好的，我再核对").await;
        liaison.says("好的").await;
        assert!(liaison.says("/my").await.contains("1 小微企业：未报"));
        // And an explanation is awaited for a while only.
        liaison.presses("确认并写说明").await;
        world.at("2019-06-17 10:00").await;
        assert!(liaison.says("企业120").await.contains("是哪一项"));
        world.close().await;
    }
}
