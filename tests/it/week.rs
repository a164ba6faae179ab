//! A whole reporting week of all 17 units over HTTP: bind, remind, report, overdue, rank.

use std::collections::BTreeMap;

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

/// What a unit reports in a week, as its own people would write it; made-up figures.
fn message(targets: &[(String, i64)], at: i64) -> String {
    let value = |target: i64, share: i64| (target * share + 99) / 100;
    let share = 40 + (at * 7) % 25;
    let lines: Vec<String> = targets
        .iter()
        .map(|(name, target)| match at % 3 {
            0 => format!("{name} {}", value(*target, share)),
            1 => format!("{name}：{}家", value(*target, share)),
            _ => format!("{name}累计{}", value(*target, share)),
        })
        .collect();
    let part = value(targets[2].1, share);
    match at % 2 {
        0 => format!("{}\n公司制 {part}", lines.join("\n")),
        _ => format!("{}，公司制{part}", lines.join("，")),
    }
}

on_both! {
    async fn a_week_in_lanxi(db: Database) {
        let world = World::open(&db.url).await;
        let plan = world.plan.clone();
        let office = world.office().await;
        let leadership = world.group("领导小组", "领导小组", &office).await;
        let work = world.group("联络员工作群", "工作群", &office).await;
        let units: Vec<_> = plan.units().filter(|(_, unit)| !unit.is_department()).collect();
        let mut liaisons = BTreeMap::new();
        // 柏社乡 has nobody at first: the office must be told.
        for (id, unit) in units.iter().take(16) {
            liaisons.insert(*id, world.liaison(&unit.name).await);
        }
        let (last, _) = units[16];
        let lanjiang = &liaisons[&plan.unit_named("兰江街道").unwrap()];
        let yunshan = &liaisons[&plan.unit_named("云山街道").unwrap()];

        world.at("2019-06-18 09:00").await;
        assert_snapshot!(world.read(lanjiang.user), @"
        【报送提醒】6月18日
        兰江街道：2019年第25周数据6月20日17:00（周四）截止，还缺13项（共13项）。
        未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        一条消息即可，如：小微企业 164，八大产业 57
        ");
        assert_snapshot!(world.read(office.user), @"
        催报无法送达（2019年第25周，6月18日）
        未绑定联络员、本期有缺项的单位8个：柏社乡、市经信局、市科技局、市质监局、市金融办、人行兰溪市支行、市银监办、市税务局。请用 /invite 单位名 发邀请链接。
        ");
        assert_eq!(world.read(leadership), "", "nothing public before the deadline");

        for (at, (id, _)) in (0..).zip(units.iter().take(14)) {
            let ranked = plan.ranked(*id).iter().map(|indicator| {
                let target = plan.target(*id, *indicator).unwrap().0;
                (plan.indicator(*indicator).short.clone(), target)
            });
            let text = message(&ranked.collect::<Vec<_>>(), at);
            let answer = liaisons[id].says(&text).await;
            assert!(answer.starts_with("已收到"), "{text}\n{answer}");
        }
        assert_snapshot!(yunshan.says("/my").await, @"
        云山街道 2019年第25周（6月20日17:00截止）
        ✅ 1 小微企业：450家 / 832家 54.1%
        ✅ 2 八大产业：177家 / 327家 54.1%
        ✅ 3 个转企：41户 / 75户 54.7%
        ✅ 3.1 公司制：41户
        ✅ 4 淘汰落后产能：4家 / 6家 66.7%
        ✅ 5 低散乱：37家 / 67家 55.2%
        ✅ 6 小升规：2家 / 3家 66.7%
        ✅ 7 科技型企业：5家 / 9家 55.6%
        ✅ 11 限上企业：3家 / 5家 60.0%
        ⬜ 11.1 餐饮住宿：未报 / 2家
        ✅ 12 外贸出口实绩企业：5家 / 9家 55.6%
        ✅ 13 进出口备案：10家 / 17家 58.8%
        ✅ 14 小微企业园：1个 / 1个 100.0%
        ▫️ G5 规下工业增加值增长：未报 / 7%
        🟢 得分61.9，全部单位第7，街道组第3；序时进度48.7%
        本期还缺1项（⬜）。
        ");
        assert_snapshot!(lanjiang.says("餐饮住宿 1").await, @"
        已收到 兰江街道 2019年第25周
        11.1 餐饮住宿：1家 / 3家 33.3%

        本期数据已报齐，谢谢。
        [撤回]
        ");
        yunshan.says("餐饮住宿 0").await;

        world.at("2019-06-20 09:00").await;
        assert_eq!(world.read(lanjiang.user), "", "nothing to those who are done");
        let late = &liaisons[&plan.unit_named("灵洞乡").unwrap()];
        assert_snapshot!(world.read(late.user), @"
        【报送提醒】6月18日
        灵洞乡：2019年第25周数据6月20日17:00（周四）截止，还缺12项（共12项）。
        未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        一条消息即可，如：小微企业 17，八大产业 4
        ――――
        【今日截止】6月20日
        灵洞乡：2019年第25周数据今天17:00截止，还缺12项（共12项）。
        未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        一条消息即可，如：小微企业 17，八大产业 4
        ");
        assert_snapshot!(office.says("/missing").await, @"
        2019年第25周未报情况（6月20日17:00截止）
        应报24个单位，已报齐14个，未报齐10个：
        灵洞乡：缺12项（尚未报送）
        水亭畲族乡：缺12项（尚未报送）
        柏社乡：缺12项（尚未报送）（联络员未绑定或已停用）
        市经信局：缺2项（尚未报送）（联络员未绑定或已停用）
        市科技局：缺2项（尚未报送）（联络员未绑定或已停用）
        市质监局：缺2项（尚未报送）（联络员未绑定或已停用）
        市金融办：缺1项（尚未报送）（联络员未绑定或已停用）
        人行兰溪市支行：缺1项（尚未报送）（联络员未绑定或已停用）
        市银监办：缺1项（尚未报送）（联络员未绑定或已停用）
        市税务局：缺1项（尚未报送）（联络员未绑定或已停用）
        ");

        world.at("2019-06-21 09:00").await;
        assert_snapshot!(world.read(late.user), @"
        【逾期催报】6月21日
        灵洞乡：2019年第25周数据已于6月20日17:00截止，还缺12项（共12项），请今日内补报。
        未报：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        一条消息即可，如：小微企业 17，八大产业 4
        ");
        assert_snapshot!(world.read(work), @"
        2019年第25周数据报送情况（6月21日）
        本期6月20日17:00截止，应报24个单位，已报齐14个。
        未报齐10个：灵洞乡（全部12项）、水亭畲族乡（全部12项）、柏社乡（全部12项）、市经信局（全部2项）、市科技局（全部2项）、市质监局（全部2项）、市金融办（全部1项）、人行兰溪市支行（全部1项）、市银监办（全部1项）、市税务局（全部1项）。
        请未报齐单位今日内补报。
        ");
        assert_eq!(world.read(leadership).lines().count(), 4, "the same list");
        assert_snapshot!(office.says("/why_reminded 灵洞乡").await, @"
        灵洞乡催报记录
        6月21日09:00 逾期催报及未报通报：缺12项，已提醒1人
        6月20日09:00 催报（截止当日）：缺12项，已提醒1人
        6月18日09:00 催报（截止前两个工作日）：缺12项，已提醒1人
        ");
        liaisons.insert(last, world.liaison("柏社乡").await);
        let late = &liaisons[&plan.unit_named("灵洞乡").unwrap()];
        let said = liaisons[&last].says("小微企业20，八大产业无，其余暂无").await;
        assert!(said.contains("2 八大产业：0家"), "{said}");
        assert_snapshot!(late.says("1 60\n2 20").await, @"
        已收到 灵洞乡 2019年第25周（逾期）
        1 小微企业：60家 / 173家 34.7%
        2 八大产业：20家 / 48家 41.7%

        本期还缺10项：3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");

        world.at("2019-06-21 16:00").await;
        assert_snapshot!(world.read(leadership), @"
        小微企业三年成长计划工作通报
        2019年第25期
        市“小微企业三年成长计划”领导小组办公室 2019年6月21日
        主送：市“小微企业三年成长计划”领导小组各成员

        一、总体情况
        截至6月21日，序时进度49.0%。各单位平均完成51.4%，比序时进度快2.4个百分点。全市18项指标中，达到序时进度4项。
        1 小微企业：2694家 / 5600家，48.1% 欠进度
        2 八大产业：968家 / 2000家，48.4% 欠进度
        3 个转企：194户 / 400户，48.5% 欠进度
        3.1 公司制：194户
        4 淘汰落后产能：51家 / 100家，51.0% 达进度
        5 低散乱：445家 / 1000家，44.5% 欠进度
        6 小升规：50家 / 100家，50.0% 达进度
        7 科技型企业：71家 / 150家，47.3% 欠进度
        8 开放仪器：未报 / 1100台次
        9 开放实验室：未报 / 3200批次
        10 股份公司：未报 / 24家
        11 限上企业：24家 / 40家，60.0% 达进度
        11.1 餐饮住宿：1家 / 5家，20.0%
        12 外贸出口实绩企业：71家 / 150家，47.3% 欠进度
        13 进出口备案：128家 / 280家，45.7% 欠进度
        14 小微企业园：16个 / 22个，72.7% 达进度
        15 标准厂房：未报 / 60万平方米
        15.1 厂房改建：未报
        16 小微贷款：未报 / 36亿元
        17 专营支行：未报 / 2家
        18 税收优惠受惠面：未报 / 100%

        二、单位排名（名次 单位 得分 较上期）
        1. 🟢 游埠镇 73.7（乡镇第1）
        2. 🟢 香溪镇 70.9（乡镇第2）
        3. 🟢 黄店镇 68.9（乡镇第3）
        4. 🟢 女埠街道 68.7（街道第1）
        5. 🟢 上华街道 68.7（街道第2）
        6. 🟢 横溪镇 68.4（乡镇第4）
        7. 🟢 云山街道 61.9（街道第3）
        8. 🟢 梅江镇 58.0（乡镇第5）
        9. 🟢 赤溪街道 57.6（街道第4）
        10. 🟢 马涧镇 56.3（乡镇第6）
        11. 🟢 诸葛镇 55.9（乡镇第7）
        12. 🟢 兰江街道 55.3（街道第5）
        13. 🟢 永昌街道 54.9（街道第6）
        14. 🟡 兰溪经济开发区 44.7（开发区第1）
        15. 🔴 灵洞乡 6.9（乡镇第8） 未报10项
        16. 🔴 柏社乡 2.1（乡镇第9） 未报10项
        17. 🔴 水亭畲族乡 0.0（乡镇第10） 未报12项

        街道：前3位女埠街道、上华街道、云山街道；后3位永昌街道、兰江街道、赤溪街道。
        乡镇：前3位游埠镇、香溪镇、黄店镇；后3位水亭畲族乡、柏社乡、灵洞乡。

        三、存在问题
        未按时报齐的单位：灵洞乡（10项）、水亭畲族乡（全部12项）、柏社乡（10项）、市经信局（全部2项）、市科技局（全部2项）、市质监局（全部2项）、市金融办（全部1项）、人行兰溪市支行（全部1项）、市银监办（全部1项）、市税务局（全部1项）。
        红灯单位：灵洞乡、柏社乡、水亭畲族乡。

        四、下步要求
        请未报单位尽快补报。
        请红灯单位分析原因，加快进度。
        下期（2019年第26周）数据请于6月27日17:00前报送。

        得分为各指标完成率（单项最高计120%）的平均值；🟢达到序时进度 🟡达到其80% 🔴不足其80%。未报按0计。
        ――――
        📎 小微企业三年成长计划通报-2019年第25期.png
        2019年第25期通报  截至6月21日
        各单位平均完成51.4%，比序时进度49.0%快2.4个百分点。
        街道：前3位女埠街道、上华街道、云山街道；后3位永昌街道、兰江街道、赤溪街道。
        乡镇：前3位游埠镇、香溪镇、黄店镇；后3位水亭畲族乡、柏社乡、灵洞乡。
        红灯3个：灵洞乡、柏社乡、水亭畲族乡。
        未报齐10个：灵洞乡、水亭畲族乡、柏社乡、市经信局、市科技局、市质监局、市金融办、人行兰溪市支行等。
        ――――
        📎 小微企业三年成长计划通报-2019年第25期.xlsx
        ");
        assert_eq!(world.read(work), "", "the ranking is for the leadership group");
        assert_snapshot!(office.says("/rank").await.lines().take(4).collect::<Vec<_>>().join("\n"), @"
        截至6月21日排名（序时进度49.0%，共17个单位）
        1. 🟢 游埠镇 73.7（乡镇第1）
        2. 🟢 香溪镇 70.9（乡镇第2）
        3. 🟢 黄店镇 68.9（乡镇第3）
        ");
        let lanjiang = &liaisons[&plan.unit_named("兰江街道").unwrap()];
        assert_snapshot!(lanjiang.says("/rank").await, @"
        截至6月21日排名（序时进度49.0%，共17个单位）
        12. 🟢 兰江街道 55.3（街道第5）
        全部单位排名见领导小组通报。
        ");

        let mut chats = vec![("领导小组群", leadership), ("工作群", work), ("办公室", office.user.into())];
        chats.extend(units.iter().map(|(id, unit)| (unit.name.as_str(), liaisons[id].user.into())));
        insta::assert_snapshot!("every_text_of_the_week", world.transcript(&chats));

        // The next week: a unit that catches up moves up.
        late.says("1 160，2 45，个转企15，公司制15，淘汰落后产能4，低散乱50，小升规5，科技型企业3，限上2，出口实绩6，进出口备案10，小微园1").await;
        world.at("2019-06-28 16:00").await;
        let bulletin = world.read(leadership);
        let moved = bulletin.lines().find(|line| line.contains("灵洞乡") && line.contains('↑'));
        assert!(moved.is_some(), "{bulletin}");
        assert!(bulletin.contains("2019年第26期"));
        world.close().await;
    }
}

on_both! {
    async fn a_job_is_done_once_also_over_a_restart(db: Database) {
        let mut world = World::open(&db.url).await;
        let user = world.liaison("兰江街道").await.user;
        world.at("2019-06-18 09:00").await;
        let first = world.read(user);
        assert!(first.contains("报送提醒"), "{first}");
        world.restart().await;
        world.at("2019-06-18 09:30").await;
        assert_eq!(world.read(user), "");

        // Down over the morning of the deadline: made up once, within its grace.
        world.halt().await;
        world.clock.set("2019-06-20T05:00:00Z".parse().unwrap());
        world.restart().await;
        world.at("2019-06-20 13:05").await;
        assert!(world.read(user).contains("今日截止"));

        // Down for weeks: what is older than its grace is noted and skipped.
        world.halt().await;
        world.clock.set("2019-07-12T14:00:00Z".parse().unwrap());
        world.restart().await;
        world.at("2019-07-12 22:01").await;
        let said = world.read(user);
        assert!(!said.contains("报送提醒") && !said.contains("今日截止"), "{said}");
        world.close().await;
    }
}
