//! Review: lead departments accept what came, or send it back.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{World, plan_with};

/// The lines that hold a text.
fn lines<'t>(text: &'t str, part: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(part)).collect()
}

on_both! {
    async fn a_lead_department_sends_a_figure_back_and_it_comes_again(db: Database) {
        let world = World::open(&db.url).await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        let lanjiang = world.liaison("兰江街道").await;
        world.set("2019-06-11 09:00");
        youbu.says("小升规1").await;
        world.set("2019-06-18 08:40");
        youbu.says("小升规9").await;
        youbu.presses("确认9家").await;
        lanjiang.says("小升规3").await;
        world.read(lead.user);
        world.at("2019-06-21 09:30").await;
        assert_snapshot!(world.read(lead.user), @"
        【逾期催报】6月21日
        市经信局：2019年第25周数据已于6月20日17:00截止，还缺2项（共2项），请今日内补报。
        未报：15 标准厂房、15.1 厂房改建
        一条消息即可，如：标准厂房 6万平方米，厂房改建 0.001万平方米
        ――――
        【数据送审】2019年第25周
        6 小升规：待审2，需重点核实1，未报15
        其余5项没有待审的数。
        请点指标查看。截止后3个工作日未审的，视为通过。
        [6 小升规 2]
        ");
        assert_snapshot!(lead.presses("6 小升规 2").await, @"
        (已完成)
        【数据审核】6 小升规 2019年第25周

        请重点核实（1）：
        ⚠️ 游埠镇 9家（上期1家，+8家）：增幅偏大

        待审（1）：
        兰江街道 3家（首次报送）

        未报：兰溪经济开发区、云山街道、上华街道、永昌街道、赤溪街道、女埠街道、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡
        [全部通过（2）] [逐条审核]
        [全部指标]
        ");
        assert_snapshot!(lead.presses("逐条审核").await, @"
        (已完成)
        【数据审核】6 小升规 2019年第25周（1/2）
        游埠镇 9家（上期1家，+8家）
        ⚠️ 增幅偏大
        [通过] [退回] [标注]
        [下一条] [返回本指标]
        ");
        assert_snapshot!(lead.presses("退回").await, @"
        (已完成)
        【数据审核】6 小升规 2019年第25周
        游埠镇 9家（上期1家，+8家）
        ⚠️ 增幅偏大

        为什么退回？请选一个原因，或写其他原因。
        [与部门掌握的数不一致]
        [增减幅度异常，请核实]
        [口径有误]
        [写其他原因] [不退回]
        ");
        world.read(youbu.user);
        assert_snapshot!(lead.presses("与部门掌握的数不一致").await, @"
        (已退回)
        【数据审核】6 小升规 2019年第25周
        游埠镇 9家（上期1家，+8家）
        ⚠️ 增幅偏大

        已退回，请于6月24日17:00前重报。原因：与部门掌握的数不一致
        [下一条] [返回本指标]
        ");
        assert_snapshot!(world.read(youbu.user), @"
        【退回重报】6 小升规 游埠镇 2019年第25周
        所报9家已由市经信局退回，原因：与部门掌握的数不一致
        请于6月24日17:00前重报：直接回复本条消息，如：小升规 9
        重报之前仍以1家为准。
        如原数无误，请重报原数，并回复本条消息说明情况。
        ");
        // The figure of the week before is in force again, and the week's is missing.
        assert_snapshot!(lines(&youbu.says("/my").await, "小升规").join("\n"), @"⬜ 6 小升规：1家 / 8家 12.5%（每周需增1家）");
        assert_snapshot!(lead.presses("下一条").await, @"
        (已完成)
        【数据审核】6 小升规 2019年第25周（1/1）
        兰江街道 3家（首次报送）
        [通过] [退回] [标注]
        [返回本指标]
        ");
        assert_snapshot!(lead.presses("通过").await, @"
        (已通过)
        【数据审核】6 小升规 2019年第25周
        兰江街道 3家（首次报送）

        ✅ 已通过
        [返回本指标]
        ");
        // Nobody is late with what was sent back.
        let office = world.office().await;
        let group = world.group("领导小组", "领导小组", &office).await;
        world.at("2019-06-21 16:00").await;
        let bulletin = world.read(group);
        assert_snapshot!(lines(&bulletin, "未按时报齐").join("\n"), @"未按时报齐的单位：兰溪经济开发区（全部12项）、兰江街道（12项）、云山街道（全部13项）、上华街道（全部12项）、永昌街道（全部12项）、赤溪街道（全部12项）、女埠街道（全部12项）、游埠镇（11项）、诸葛镇（全部12项）、黄店镇（全部12项）、香溪镇（全部12项）、马涧镇（全部12项）、梅江镇（全部12项）、横溪镇（全部12项）、灵洞乡（全部12项）、水亭畲族乡（全部12项）、柏社乡（全部12项）、市经信局（全部2项）、市科技局（全部2项）、市质监局（全部2项）、市金融办（全部1项）、人行兰溪市支行（全部1项）、市银监办（全部1项）、市税务局（全部1项）。");
        // Next week the answer to the notice is still for the week before, and in time.
        world.at("2019-06-24 09:10").await;
        let notice = world.chats.messages(youbu.user);
        let notice = notice.iter().rfind(|one| one.text.contains("退回重报")).unwrap().id;
        world.read(lead.user);
        assert_snapshot!(youbu.replies(notice, "2").await, @"
        已按您的回复更正 游埠镇 2019年第25周
        6 小升规：2家 / 8家 25.0%

        本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_snapshot!(world.read(lead.user), @"
        【退回后重报】6 小升规 游埠镇 2019年第25周
        原报9家，现报2家，请审核。
        [通过] [退回]
        ");
        assert_snapshot!(youbu.replies(notice, "上次把备案数也算进去了").await, @"说明已记录，随数据一并送审：上次把备案数也算进去了");
        assert_snapshot!(lead.presses("通过").await, @"
        (已通过)
        【数据审核】6 小升规 2019年第25周
        游埠镇 2家（上期1家，+1家）
        说明：上次把备案数也算进去了

        ✅ 已通过
        [返回本指标]
        ");
        assert_snapshot!(lead.says("/review 小升规").await, @"
        【数据审核】6 小升规 2019年第26周

        没有待审的数。

        已通过：2个单位
        [全部指标]
        ");
        let sql = "select act || ' ' || subject || ' ' || detail from audit where act like 'review%' order by id";
        assert_snapshot!(db.texts(sql).await.join("\n"), @r#"
        review-return youbu 6 2019-W25 {"value":9,"reason":"与部门掌握的数不一致","revision":2}
        review-accept 6 2019-W25 {"units":["lanjiang"]}
        review-accept 6 2019-W25 {"units":["youbu"]}
        "#);
        let sql = "select revision || ' ' || origin || ' ' || value || ' = ' || coalesce(total, 0) || case when late then ' late' else '' end \
                   from submission where unit = 'youbu' order by revision";
        assert_snapshot!(db.texts(sql).await.join("\n"), @"
        1 total 1 = 1
        2 total 9 = 9
        3 withdrawal 9 = 1
        4 total 2 = 2
        ");
        world.close().await;
    }
}

on_both! {
    async fn all_at_once_holds_for_what_was_shown(db: Database) {
        let world = World::open(&db.url).await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        let lanjiang = world.liaison("兰江街道").await;
        youbu.says("小升规1，小微企业园1").await;
        lanjiang.says("小升规2").await;
        assert_snapshot!(youbu.says("/review").await, @"/review 供指标牵头部门和领导小组办公室审核数据使用。");
        assert_snapshot!(lead.says("/review").await, @"
        【数据送审】2019年第25周
        6 小升规：待审2
        14 小微企业园：待审1
        其余4项没有待审的数。
        请点指标查看。截止后3个工作日未审的，视为通过。
        [6 小升规 2] [14 小微企业园 1]
        ");
        assert_snapshot!(lead.says("/review 小升规").await, @"
        【数据审核】6 小升规 2019年第25周

        待审（2）：
        兰江街道 2家（首次报送）
        游埠镇 1家（首次报送）
        [全部通过（2）] [逐条审核]
        [全部指标]
        ");
        let old = lead.press_of("全部通过（2）");
        youbu.says("小升规2").await;
        assert_snapshot!(lead.presses_data(lead.user.into(), old.0, &old.1).await, @"
        (这一项刚有新的数，请看清后再选)
        【数据审核】6 小升规 2019年第25周

        待审（2）：
        兰江街道 2家（首次报送）
        游埠镇 2家（首次报送）
        [全部通过（2）] [逐条审核]
        [全部指标]
        ");
        assert_snapshot!(lead.presses("全部通过（2）").await, @"
        (已全部通过)
        【数据审核】6 小升规 2019年第25周

        没有待审的数。

        已通过：2个单位
        [全部指标]
        ");
        assert_eq!(db.texts("select verdict from review").await, ["accepted", "accepted"]);
        // A reason in one's own words, for a figure that is accepted already.
        lead.says("/review 小升规 游埠").await;
        lead.presses("退回").await;
        lead.presses("写其他原因").await;
        assert_snapshot!(world.read(lead.user), @"
        【数据审核】6 小升规 2019年第25周
        游埠镇 2家（首次报送）

        请直接发一句话，写明退回原因（对方会看到）。不退回请发“取消”。
        ");
        assert_snapshot!(lead.says("请 <核对>  台账").await, @"
        【数据审核】6 小升规 2019年第25周
        游埠镇 2家（首次报送）

        已退回，请于6月18日17:00前重报。原因：请 <核对> 台账
        [返回本指标]
        ");
        assert_snapshot!(world.read(youbu.user).lines().nth(1).unwrap(), @"所报2家已由市经信局退回，原因：请 <核对> 台账");
        assert_snapshot!(lead.says("谢谢").await, @"
        这条消息里没有读到数据，未存入。报数请写“指标 数”，例如：
        标准厂房 6万平方米，厂房改建 0.001万平方米
        查看本单位情况 /my，使用说明 /help
        ");
        // Nobody else may press.
        let (_, data) = lead.press_of("返回本指标");
        let (message, _) = youbu.press_of("撤回");
        assert_snapshot!(youbu.presses_data(youbu.user.into(), message, &data).await.lines().next().unwrap(), @"(只有该指标的牵头部门和领导小组办公室可以审核，本部门报的数由他人审核)");
        world.close().await;
    }
}

on_both! {
    async fn what_comes_late_stands_among_what_is_new(db: Database) {
        let world = World::open(&db.url).await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        let lanjiang = world.liaison("兰江街道").await;
        let zhuge = world.liaison("诸葛镇").await;
        lanjiang.says("小升规2").await;
        // Closed: what came in time is judged first.
        world.at("2019-06-24 09:00").await;
        assert!(lead.says("/review 小升规").await.contains("2019年第25周"));
        lead.presses("全部通过（1）").await;
        // Late, and nothing newer yet: that week is under review once more.
        zhuge.says("上周 小升规1").await;
        assert_snapshot!(lead.says("/review 小升规").await.lines().take(4).collect::<Vec<_>>().join("\n"), @"
        【数据审核】6 小升规 2019年第25周

        待审（1）：
        诸葛镇 1家（首次报送）［逾期］
        ");
        // Something newer has come: the late one stands beside it.
        youbu.says("小升规1").await;
        assert_snapshot!(lead.says("/review").await, @"
        【数据送审】2019年第26周
        6 小升规：待审2（其中以前报送期1）
        其余5项没有待审的数。
        请点指标查看。截止后3个工作日未审的，视为通过。
        [6 小升规 2]
        ");
        assert_snapshot!(lead.presses("6 小升规 2").await, @"
        (已完成)
        【数据审核】6 小升规 2019年第26周

        待审（2）：
        游埠镇 1家（首次报送）
        诸葛镇 1家（首次报送）［2019年第25周］［逾期］

        已通过：1个单位
        [全部通过（2）] [逐条审核]
        [全部指标]
        ");
        // Another department's late figures keep nobody.
        world.liaison("黄店镇").await.says("上周 小微企业 20").await;
        assert!(lead.says("/review").await.contains("2019年第26周"));
        lead.says("/review 小升规").await;
        assert!(lead.presses("全部通过（2）").await.contains("已全部通过"));
        assert_eq!(db.texts("select period from review order by period, unit").await.len(), 3);
        // The digest at the next close names it too.
        zhuge.says("上周 小升规2").await;
        world.read(lead.user);
        world.at("2019-06-28 09:30").await;
        assert_snapshot!(lines(&world.read(lead.user), "小升规").join("\n"), @"
        6 小升规：待审1（其中以前报送期1），未报16
        [6 小升规 1]
        ");
        world.close().await;
    }
}

on_both! {
    async fn of_two_leads_either_accepts_but_what_one_sent_back_only_that_one(db: Database) {
        let world = World::open(&db.url).await;
        let trade = world.liaison("市商务局").await;
        let tourism = world.liaison("市旅游局").await;
        let youbu = world.liaison("游埠镇").await;
        let [science, quality] = [world.liaison("市科技局").await, world.liaison("市质监局").await];
        youbu.says("限上1").await;
        tourism.says("/review 限上 游埠镇").await;
        tourism.presses("退回").await;
        tourism.presses("口径有误").await;
        youbu.says("限上1").await;
        trade.says("/review 限上 游埠镇").await;
        assert_snapshot!(trade.presses("通过").await, @"
        (已记录，尚待退回的部门通过)
        【数据审核】11 限上企业 2019年第25周
        游埠镇 1家（首次报送）

        已记录。此前由市旅游局退回，须其通过才算通过。
        [返回本指标]
        ");
        assert!(trade.says("/review 限上").await.contains("游埠镇"), "still to be reviewed");
        assert_snapshot!(tourism.presses("通过").await.lines().next().unwrap(), @"(已通过)");
        assert!(!trade.says("/review 限上").await.contains("游埠镇"));
        // Nobody reviews what their own department reported; the other lead does.
        science.says("开放仪器500").await;
        assert_snapshot!(science.says("/review 开放仪器").await, @"
        【数据审核】8 开放仪器 2019年第25周

        没有待审的数。
        [全部指标]
        ");
        assert_snapshot!(quality.says("/review 开放仪器").await, @"
        【数据审核】8 开放仪器 2019年第25周

        待审（1）：
        市科技局 500台次（首次报送）
        [全部通过（1）] [逐条审核]
        [全部指标]
        ");
        world.close().await;
    }
}

on_both! {
    async fn rankings_may_go_by_reviewed_figures_and_silence_accepts(db: Database) {
        let plan = plan_with(&[("counts = \"reported\"", "counts = \"reviewed\"")]);
        let world = World::open_with(&db.url, plan).await;
        let office = world.office().await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        youbu.says("小升规2").await;
        let place = async || {
            let all = office.says("/rank 小升规").await;
            lines(&all, "游埠镇").join("\n")
        };
        // The unit's own card says so in a word.
        let mine = async || lines(&youbu.says("/my").await, "小升规").join("\n");
        assert_snapshot!(mine().await, @"✅ 6 小升规：2家 / 8家 25.0%（未审核，排名暂不计）（每周需增1家）");
        let before = place().await;
        lead.says("/review 小升规 游埠镇").await;
        lead.presses("通过").await;
        assert_snapshot!(format!("{before}\n{}", place().await), @"
        1. 🔴 游埠镇 未报 / 8家
        1. 🔴 游埠镇 2家 / 8家 25.0%
        ");
        assert_snapshot!(mine().await, @"✅ 6 小升规：2家 / 8家 25.0%（每周需增1家）");
        youbu.says("小升规3").await;
        assert_snapshot!(mine().await, @"✅ 6 小升规：3家 / 8家 37.5%（排名按2家计）（每周需增1家）");
        world.at("2019-06-24 09:30").await;
        assert!(place().await.contains("2家"), "what is not reviewed does not count");
        let year = office.says("/assess 2019 游埠镇").await;
        let six = year.lines().find(|line| line.starts_with("6 ")).unwrap();
        assert!(six.contains("×2÷"), "nor in the year: {six}");
        world.at("2019-06-25 09:30").await;
        assert!(place().await.contains("3家"), "three working days of silence");
        let sql = "select verdict || case when user_id is null then ' by silence' else '' end from review order by id";
        assert_eq!(db.texts(sql).await, ["accepted", "accepted by silence"]);
        world.close().await;
    }
}
