//! Bulletins: what they say, and that a past one stays as it was.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

on_both! {
    async fn a_past_bulletin_is_sent_again_as_it_was(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let leader = world.leader().await;
        let liaison = world.liaison("兰江街道").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        assert_snapshot!(office.says("/bulletin").await, @"还没有发过通报。");
        liaison.says("小升规2").await;
        world.at("2019-06-21 16:00").await;
        let issued = world.read(group);
        let workbook = world.last_file(group);
        assert!(issued.contains("6 小升规：2家"), "{issued}");
        // What is corrected afterwards changes the next one, not this.
        liaison.says("小升规3").await;
        let again = leader.says("/bulletin 25").await;
        assert_eq!(again, issued);
        assert_eq!(world.last_file(leader.user), workbook);
        assert_eq!(leader.says("/bulletin").await, issued);
        assert_eq!(leader.says("/bulletin 2019年第25期").await, issued);
        assert_snapshot!(leader.says("/bulletin 24").await, @"没有“24”这一期通报。请写期号，如：/bulletin 24或/bulletin 2018年第52期");
        assert_snapshot!(leader.says("/bulletin 上一期").await, @"没有“上一期”这一期通报。请写期号，如：/bulletin 24或/bulletin 2018年第52期");
        assert_snapshot!(liaison.says("/bulletin 25").await, @"/bulletin 供领导小组和办公室使用。本单位情况可用 /my 和 /rank 查看。");
        assert_eq!(first(&office.says_in(group, "/bulletin 25").await), first(&issued));
        world.close().await;
    }
}

on_both! {
    async fn leaders_look_at_groups_indicators_and_units(db: Database) {
        let world = World::open(&db.url).await;
        let leader = world.leader().await;
        let lanjiang = world.liaison("兰江街道").await;
        let yunshan = world.liaison("云山街道").await;
        lanjiang.says("小微企业832，小升规2，科技型企业3").await;
        yunshan.says("小微企业420，小升规3").await;
        world.at("2019-06-21 16:00").await;
        lanjiang.says("小升规4").await;
        world.at("2019-06-28 16:00").await;
        assert_snapshot!(leader.says("/rank 街道").await, @"
        截至6月28日街道排名（序时进度49.6%，共6个单位）
        1. 🔴 兰江街道 14.9（街道第1） 未报13项
        2. 🔴 云山街道 13.7（街道第2） 未报13项
        3. 🔴 上华街道 0.0（街道第3） 未报12项
        3. 🔴 永昌街道 0.0（街道第3） 未报12项
        3. 🔴 赤溪街道 0.0（街道第3） 未报12项
        3. 🔴 女埠街道 0.0（街道第3） 未报12项
        [全部单位] [乡镇] [按指标…]
        ");
        assert_snapshot!(leader.presses("按指标…").await, @"
        (已完成)
        请选择指标，也可以直接发送，如：/rank 小升规
        [1 小微企业] [2 八大产业]
        [3 个转企] [4 淘汰落后产能]
        [5 低散乱] [6 小升规]
        [7 科技型企业] [11 限上企业]
        [12 外贸出口实绩企业] [13 进出口备案]
        [14 小微企业园]
        [全部单位]
        ");
        assert_snapshot!(leader.presses("6 小升规").await, @"
        (已完成)
        6 小升规 截至6月28日（序时进度49.6%，共17个单位）
        1. 🟢 云山街道 3家 / 3家 100.0%
        2. 🟢 兰江街道 4家 / 5家 80.0%
        3. 🔴 兰溪经济开发区 未报 / 41家
        3. 🔴 上华街道 未报 / 3家
        3. 🔴 永昌街道 未报 / 5家
        3. 🔴 赤溪街道 未报 / 3家
        3. 🔴 女埠街道 未报 / 5家
        3. 🔴 游埠镇 未报 / 8家
        3. 🔴 诸葛镇 未报 / 3家
        3. 🔴 黄店镇 未报 / 3家
        3. 🔴 香溪镇 未报 / 3家
        3. 🔴 马涧镇 未报 / 3家
        3. 🔴 梅江镇 未报 / 3家
        3. 🔴 横溪镇 未报 / 3家
        3. 🔴 灵洞乡 未报 / 5家
        3. 🔴 水亭畲族乡 未报 / 3家
        3. 🔴 柏社乡 未报 / 1家
        [全部单位] [街道] [乡镇]
        [按指标…]
        ");
        assert_eq!(first(&leader.presses("全部单位").await), "(已完成)");
        assert_snapshot!(first(&leader.says("/rank 没有这个").await), @"请选择指标，也可以直接发送，如：/rank 小升规");
        assert_snapshot!(leader.says("/unit 兰江").await, @"
        📎 兰江街道.png
        兰江街道 截至6月28日
        🔴 得分14.9，全部单位第1，街道组第1；平均完成比序时进度49.6%慢34.7个百分点
        🟢 1 小微企业：832家 / 1647家 50.5%
        🔴 2 八大产业：未报 / 571家（每周需增8家）
        🔴 3 个转企：未报 / 112户（每周需增2户）
        ▫️ 3.1 公司制：未报
        🔴 4 淘汰落后产能：未报 / 6家（每周需增1家）
        🔴 5 低散乱：未报 / 69家（每周需增1家）
        🟢 6 小升规：4家 / 5家 80.0%
        🔴 7 科技型企业：3家 / 9家 33.3%（每周需增1家）
        🔴 11 限上企业：未报 / 6家（每周需增1家）
        ▫️ 11.1 餐饮住宿：未报 / 3家
        🔴 12 外贸出口实绩企业：未报 / 15家（每周需增1家）
        🔴 13 进出口备案：未报 / 28家（每周需增1家）
        🔴 14 小微企业园：未报 / 1个（每周需增1个）
        ▫️ G5 规下工业增加值增长：未报 / 7%
        2019年第26周未报13项。
        ");
        assert!(world.last_file(leader.user).1.starts_with(b"\x89PNG"));
        assert_snapshot!(leader.says("/trend 云山街道").await, @"
        📎 云山街道.png
        云山街道近2期得分与名次
        ");
        assert_snapshot!(leader.says("/why 兰江").await, @"
        兰江街道得分说明 截至6月28日
        得分为各指标完成率（单项最高计120%）平均，未报按0计。
        1 小微企业：832家÷1647家＝50.5%，计4.59分
        2 八大产业：未报，计0.00分
        3 个转企：未报，计0.00分
        4 淘汰落后产能：未报，计0.00分
        5 低散乱：未报，计0.00分
        6 小升规：4家÷5家＝80.0%，计7.27分
        7 科技型企业：3家÷9家＝33.3%，计3.03分
        11 限上企业：未报，计0.00分
        12 外贸出口实绩企业：未报，计0.00分
        13 进出口备案：未报，计0.00分
        14 小微企业园：未报，计0.00分
        合计得分14.9，在17个单位中第1，街道组第1。
        亮灯🔴：平均完成14.9%（不封顶），序时进度49.6%；达到序时进度的100%为🟢，80%以上为🟡，以下为🔴。
        各项分数四舍五入，合计以得分为准。
        ");
        assert_snapshot!(leader.says("/unit 天王街道").await.lines().take(2).collect::<Vec<_>>().join("\n"), @"
        没有“天王街道”这个单位。
        请写明单位，例如：/unit 兰溪经济开发区
        ");
        assert_snapshot!(leader.says("/unit 市税务局").await, @"
        市税务局 截至6月28日
        🔴 18 税收优惠受惠面：未报 / 100%
        2019年第26周未报1项。
        ");
        // A liaison sees its own unit and its place.
        assert_snapshot!(lanjiang.says("/rank 小升规").await, @"
        截至6月28日排名（序时进度49.6%，共17个单位）
        1. 🔴 兰江街道 14.9（街道第1） 未报13项
        全部单位排名见领导小组通报。
        ");
        assert_snapshot!(first(&lanjiang.says("/unit").await), @"📎 兰江街道.png");
        assert_snapshot!(lanjiang.says("/unit 云山街道").await, @"/unit 只能看本单位。直接发送 /unit 即可。");
        assert_snapshot!(lanjiang.says("/why 云山街道").await, @"/why 只能看本单位。直接发送 /why 即可。");
        assert_snapshot!(first(&lanjiang.says("/why").await), @"兰江街道得分说明 截至6月28日");
        assert_snapshot!(yunshan.says("/trend").await, @"
        📎 云山街道.png
        云山街道近2期得分与名次
        ");
        world.close().await;
    }
}

on_both! {
    async fn only_those_who_see_the_ranking_press_its_buttons(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let members = [office.user, liaison.user];
        let group = world.chats.add_group("领导小组", &members, &[office.user]);
        office.says_in(group, "/bind 领导小组").await;
        office.says_in(group, "/rank").await;
        assert_snapshot!(first(&liaison.presses_in(group, "街道").await), @"(只有领导小组和办公室可以操作)");
        assert_eq!(first(&office.presses_in(group, "街道").await), "(已完成)");
        world.close().await;
    }
}
