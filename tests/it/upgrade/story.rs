//! Two weeks of a county, with something of all that a database can hold; and what people find after
//! an upgrade. A later release may live through more, but not through less.

use std::time::Duration;

use insta::assert_snapshot;
use liaison_bot::rehearsal::{Fault, Faults, World as Chats};

use crate::world::{World, about, now, plan};

/// Lives through it, on an empty database.
pub async fn lives(url: &str) {
    let world = World::open(url).await;
    let office = world.office().await;
    let leader = world.leader().await;
    let lead = world.liaison("市经信局").await;
    let lanjiang = world.liaison("兰江街道").await;
    let youbu = world.liaison("游埠镇").await;
    world.group("领导小组", "领导小组", &office).await;
    leader.says("/language en").await;

    // Figures: totals, additions, a change, something taken back, a doubt that was confirmed.
    lanjiang.says("小升规2，小微企业120，科技型企业5").await;
    lanjiang.says("小升规+1").await;
    lanjiang.says("科技型企业6").await;
    lanjiang.changes_to("科技型企业7").await;
    lanjiang.says("八大产业45").await;
    lanjiang.says("撤回").await;
    youbu.says("小升规1").await;
    youbu.says("小升规9").await;
    youbu.presses("确认9家").await;
    youbu.sends_photo("小微企业园1", None).await;
    youbu.says("佐证 小升规 名单已送窗口").await;
    lanjiang.says("/template").await;

    // The office's desk, and a department's review.
    office.says("/extend 游埠镇 2天 人员培训").await;
    office.says("/notice 明天10点在3号会议室开会").await;
    office.presses("确定发送").await;
    office.says("/task 报送名单").await;
    office.says("兰江").await;
    office.says("周五12:00").await;
    office.presses("无附件").await;
    office.presses("确定交办").await;
    lanjiang.presses("收到（1号）").await;
    office.says("/target 小升规 游埠镇 10家 自7月1日起 依据：兰政办发〔2019〕8号").await;
    office.says("代报 兰江 个转企3").await;
    world.at("2019-06-21 16:00").await;
    lead.says("/review 小升规").await;
    lead.presses("逐条审核").await;
    lead.presses("退回").await;
    lead.presses("与部门掌握的数不一致").await;

    // The week after: a bulletin is out, a guided form stands open, and a question waits to be sent.
    world.at("2019-06-25 09:00").await;
    lanjiang.says("小升规4").await;
    lanjiang.says("/report").await;
    youbu.says("小升规2").await;
    world.chats.set_faults(Faults::next(1000, "sendMessage", Fault::ConnectionLost));
    let said = world.chats.says(youbu.user, youbu.user, "小升规90").unwrap();
    let stored = |chats: &Chats| chats.confirmed_through() >= said.update.unwrap();
    assert!(world.chats.wait_until(stored, Duration::from_secs(30)).await);
    let store = world.store.clone();
    world.close().await;
    store.close().await;
}

/// What people find when the present program starts on it.
pub async fn goes_on(url: &str) {
    let plan = plan();
    let world = World::goes_on(url, "2019-06-25 09:10").await;
    let [lanjiang, youbu] = ["兰江街道", "游埠镇"].map(|unit| plan.unit_named(unit).unwrap());
    let liaison = async |unit| world.known(|account| account.unit == Some(unit)).await;
    let (lanjiang, youbu) = (liaison(lanjiang).await, liaison(youbu).await);

    // What waited is sent, and its buttons count.
    assert_snapshot!(about(&world.until(youbu.user, "小升规").await, &["小升规"]), @"
    ❓ 游埠镇 2019年第26周
    6 小升规：90家，超过目标任务8家的120%，请核对。
    ");
    assert_snapshot!(youbu.presses("确认90家").await, @"
    (已完成)
    已收到 游埠镇 2019年第26周
    6 小升规：90家 / 8家 1125.0%

    本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
    [撤回]
    ");
    assert_eq!(now(&youbu, "6 小升规").await, "90家");

    // Figures, history and bulletins are there, and go on.
    assert_snapshot!(lanjiang.says("/my").await, @"
    兰江街道 2019年第26周（6月27日17:00截止）
    ⬜ 1 小微企业：120家 / 1647家 7.3%（每周需增20家）
    ⬜ 2 八大产业：未报 / 571家（每周需增8家）
    ⬜ 3 个转企：3户 / 112户 2.7%（每周需增2户）
    ⬜ 3.1 公司制：未报
    ⬜ 4 淘汰落后产能：未报 / 6家（每周需增1家）
    ⬜ 5 低散乱：未报 / 69家（每周需增1家）
    ✅ 6 小升规：4家 / 5家 80.0%
    ⬜ 7 科技型企业：7家 / 9家 77.8%
    ⬜ 11 限上企业：未报 / 6家（每周需增1家）
    ⬜ 11.1 餐饮住宿：未报 / 3家
    ⬜ 12 外贸出口实绩企业：未报 / 15家（每周需增1家）
    ⬜ 13 进出口备案：未报 / 28家（每周需增1家）
    ⬜ 14 小微企业园：未报 / 1个（每周需增1个）
    ▫️ G5 规下工业增加值增长：未报 / 7%
    🔴 得分15.2，全部单位第2，街道组第1；序时进度49.4%
    本期还缺12项（⬜）。
    ");
    assert_snapshot!(about(&lanjiang.says("小升规+2").await, &["小升规"]), @"
    已收到 兰江街道 2019年第26周
    6 小升规：6家（本期新增2家） / 5家 120.0%
    ");
    lanjiang.says("撤回").await;
    assert_eq!(now(&lanjiang, "6 小升规").await, "4家");
    let office =
        world.known(|account| account.role == liaison_bot::conversation::Role::Office).await;
    assert_snapshot!(office.says("/tasks").await, @"
    交办事项

    1号 报送名单
    6月21日12:00前办结 🔴 逾期1个，已认可0/1个
    · 已收到：兰江街道
    ");
    let bulletin = office.says("/bulletin 25").await;
    assert!(bulletin.contains("第25期"), "{bulletin}");
    assert!(office.last_file().0.contains("通报-2019年第25期.xlsx"));
    world.at("2019-06-28 16:00").await;
    assert!(office.says("/bulletin 26").await.contains("第26期"));
    let store = world.store.clone();
    world.close().await;
    store.close().await;
}
