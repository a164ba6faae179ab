//! Figures one by one (`/report`), and by file (`/template` and what comes back).

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{Person, World};

/// The form as it is now: the one message of the bot that has a step or an end in it.
fn form(world: &World, person: &Person<'_>) -> String {
    let all = world.chats.messages(person.user);
    let form = all.iter().rev().find(|one| one.from_bot && one.text.contains("逐项报送"));
    let form = form.expect("there is a form");
    let buttons = form.buttons.iter().flatten().map(|button| format!("[{}]", button.text));
    format!("{}\n{}", form.text, buttons.collect::<Vec<_>>().join(" "))
}

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

on_both! {
    async fn one_message_walks_through_what_is_missing(db: Database) {
        let mut world = World::open(&db.url).await;
        let user = {
            let liaison = world.liaison("兰江街道").await;
            liaison.says("小微企业160，个转企20").await;
            world.at("2019-06-24 10:00").await;
            assert_snapshot!(liaison.says("/report").await, @"
            逐项报送 兰江街道 2019年第26周（已报0项，共13项）
            第1项：1 小微企业（新增小微企业）
            目标任务1647家，上期累计160家
            请直接回复累计数（家），或点选。
            [同上期160家]
            [跳过] [结束]
            ");
            assert_eq!(liaison.says("170").await, "", "nothing but the form changes");
            assert_snapshot!(form(&world, &liaison), @"
            ✅ 1 小微企业：170家，已存入。

            逐项报送 兰江街道 2019年第26周（已报1项，共13项）
            第2项：2 八大产业（新增八大万亿重点产业小微企业）
            目标任务571家
            请直接回复累计数（家），或点选。
            [无（累计0）] [上一项] [跳过] [结束]
            ");
            liaison.presses("跳过").await;
            assert_snapshot!(liaison.presses("同上期20户").await, @"
            (已完成)
            ✅ 3 个转企：20户，已存入。

            逐项报送 兰江街道 2019年第26周（已报2项，共13项）
            第4项：3.1 公司制（新转公司制企业）
            没有分解任务
            请直接回复累计数（户），或点选。
            [无（累计0）]
            [上一项] [跳过] [结束]
            ");
            assert_eq!(liaison.says("25").await, "");
            assert_snapshot!(form(&world, &liaison), @"
            ❓ “个转企20户，公司制25户”：其中项大于总数，没有存入，请核对后一起重发

            逐项报送 兰江街道 2019年第26周（已报2项，共13项）
            第4项：3.1 公司制（新转公司制企业）
            没有分解任务
            请直接回复累计数（户），或点选。
            [无（累计0）] [上一项] [跳过] [结束]
            ");
            liaison.says("上一项").await;
            assert!(form(&world, &liaison).contains("3 个转企"));
            liaison.user
        };
        // It goes on after a restart, and a total that looks wrong is asked about inside it.
        world.restart().await;
        let liaison = world.person(user);
        liaison.says("15").await;
        assert_snapshot!(form(&world, &liaison), @"
        ❓ 兰江街道 2019年第26周

        3 个转企：15户，比原累计数20户少5户。累计数一般不会减少，请核对。
        没有回答以前不会存入。

        逐项报送 兰江街道 2019年第26周（已报2项，共13项）
        第3项：3 个转企（引导和支持个体工商户转型升级为企业）
        目标任务112户，本期已报20户
        请直接回复累计数（户），或点选。
        [确认15户] [重填] [跳过]
        ");
        liaison.presses("重填").await;
        liaison.says("21").await;
        // A message with names is an ordinary report; the form has it the next time it is shown.
        assert!(liaison.says("小升规2").await.starts_with("已收到"));
        liaison.presses("结束").await;
        assert_snapshot!(form(&world, &liaison), @"
        逐项报送结束 兰江街道 2019年第26周

        已报3项，还缺10项：2 八大产业、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        继续填写请发 /report ，也可以直接发消息报数。
        ");
        let my = liaison.says("/my").await;
        assert!(my.contains("1 小微企业：170家") && my.contains("3 个转企：21户"), "{my}");
        assert!(my.contains("✅ 6 小升规：2家"), "{my}");
        world.close().await;
    }
}

on_both! {
    async fn a_form_goes_on_when_a_message_beside_it_answers_what_it_asks(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("/report").await;
        assert!(liaison.presses("跳过").await.contains("第2项：2 八大产业"));
        assert!(liaison.says("同上期").await.is_empty());
        assert_snapshot!(form(&world, &liaison).lines().next().unwrap(), @"这一项还没有上期的数，请直接回复累计数。");
        assert!(liaison.says("八大产业45家").await.contains("2 八大产业：45家"));
        assert!(form(&world, &liaison).contains("第3项：3 个转企"));
        assert_eq!(liaison.says("12").await, "");
        let my = liaison.says("/my").await;
        assert!(my.contains("2 八大产业：45家") && my.contains("3 个转企：12户"), "{my}");
        world.close().await;
    }
}

on_both! {
    async fn a_cancelled_entry_is_asked_for_again_and_a_cancelled_form_ends(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("/report").await;
        assert_eq!(liaison.says("99999").await, "");
        assert_snapshot!(form(&world, &liaison), @"
        ❓ 兰江街道 2019年第25周

        1 小微企业：99999家，超过目标任务1647家的120%，请核对。
        没有回答以前不会存入。

        逐项报送 兰江街道 2019年第25周（已报0项，共13项）
        第1项：1 小微企业（新增小微企业）
        目标任务1647家
        请直接回复累计数（家），或点选。
        [确认99999家] [重填] [跳过]
        ");
        assert_eq!(liaison.says("取消").await, "");
        assert_snapshot!(form(&world, &liaison), @"
        逐项报送 兰江街道 2019年第25周（已报0项，共13项）
        第1项：1 小微企业（新增小微企业）
        目标任务1647家
        请直接回复累计数（家），或点选。
        [无（累计0）] [跳过] [结束]
        ");
        assert_eq!(liaison.says("取消").await, "");
        assert_snapshot!(form(&world, &liaison), @"
        逐项报送结束 兰江街道 2019年第25周

        已报0项，还缺13项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        继续填写请发 /report ，也可以直接发消息报数。
        ");
        assert!(liaison.says("120").await.contains("是哪一项"), "the form is over");
        world.close().await;
    }
}

on_both! {
    async fn a_form_left_alone_claims_no_number(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("/report").await;
        world.at("2019-06-17 11:00").await;
        assert!(liaison.says("120").await.contains("是哪一项"));
        // And one that is older than a question leaves the answer to the question.
        liaison.says("/report").await;
        liaison.says("限上2家，限上3家").await;
        assert!(liaison.says("3家").await.contains("11 限上企业：3家"));
        world.close().await;
    }
}

on_both! {
    async fn a_file_is_read_and_stored_once_confirmed(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        let table = "指标,累计完成数,说明\n小微企业,160,\n小升规,2,\n个转企,15.5,\n科技型企业,两三家,\n限上企业,9,含上年\n招商引资,3,\n";
        let csv = [b"\xef\xbb\xbf", table.as_bytes()].concat();
        assert_snapshot!(liaison.sends_file("6月<报表>.csv", &csv).await, @"
        《6月<报表>.csv》读到2项 兰江街道 2019年第25周

        1 小微企业：160家 / 1647家 9.7%
        11 限上企业：9家 / 6家 150.0% ⚠️ 明显超过目标
        另有1项与已报的数相同。

        没有读的单元格：
        B4 3 个转企：“15.5”应为整数
        B5 7 科技型企业：“两三家”不是数字
        A7：“招商引资”不是本计划的指标
        改好后可以重发文件，也可以直接发消息报这几项。

        请核对，确认后存入。
        [确认，存入2项]
        [确认并写说明]
        [不对，不存]
        ");
        assert!(liaison.says("/my").await.contains("1 小微企业：未报"));
        assert_snapshot!(liaison.presses("确认，存入2项").await, @"
        (已完成)
        已收到 兰江街道 2019年第25周
        1 小微企业：160家 / 1647家 9.7%
        11 限上企业：9家 / 6家 150.0%

        本期还缺10项：2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert!(liaison.says("/my").await.contains("11 限上企业：9家"));
        world.close().await;
    }
}

on_both! {
    async fn the_words_beside_a_file_count_too(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let table = "指标,累计完成数\n小微企业,160\n";
        assert_snapshot!(liaison.sends_file_with("报表.csv", table.as_bytes(), "小升规2，限上1或2").await, @"
        已收到 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        ❓ 兰江街道 2019年第25周

        11 限上企业：“限上1或2”还不能确定是多少。累计数是哪个？也可以回复确切的数。
        没有回答以前不会存入。
        [1家] [2家]
        [不报这一项]
        ――――
        《报表.csv》读到1项 兰江街道 2019年第25周

        1 小微企业：160家 / 1647家 9.7%

        请核对，确认后存入。
        [确认，存入1项]
        [确认并写说明]
        [不对，不存]
        ");
        assert_eq!(first(&liaison.presses("确认，存入1项").await), "(已完成)");
        assert!(liaison.says("/my").await.contains("1 小微企业：160家"));
        world.at("2019-06-24 10:00").await;
        let late = liaison.sends_file_with("报表.csv", "指标,累计完成数\n小升规,3\n".as_bytes(), "上周").await;
        assert_snapshot!(first(&late), @"《报表.csv》读到1项 兰江街道 2019年第25周");
        assert_snapshot!(liaison.sends_file_with("照片.pdf", b"%PDF-1.4", "科技型企业3").await, @"
        已收到 兰江街道 2019年第26周
        7 科技型企业：3家 / 9家 33.3%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        📎 佐证已收下：照片.pdf
        附于兰江街道 2019年第26周：7 科技型企业。审核时可以查看。
        ");
        assert_snapshot!(liaison.sends_file_with("报表.csv", table.as_bytes(), "第20周").await, @"
        第20周现在不能报送，没有存入数据。
        现在可以报送：2019年第26周、2019年第25周（补报）。
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_form_that_was_sent_comes_back_filled_in(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("/template").await;
        let (name, bytes) = liaison.last_file();
        // As it was sent there is nothing in it yet.
        assert_snapshot!(liaison.sends_file(&name, &bytes).await, @"
        《报送表-兰江街道-2019年第25周.xlsx》读到0项 兰江街道 2019年第25周

        累计数一栏还没有填数。
        ");
        let other = world.liaison("云山街道").await;
        assert_snapshot!(other.sends_file(&name, &bytes).await, @"
        《报送表-兰江街道-2019年第25周.xlsx》没有读取，表里的数没有存入：这是兰江街道的报送表。
        发送 /template 可以取本单位本期的报送表，填好直接发回。
        ");
        assert_snapshot!(liaison.sends_file("照片.zip", b"PK\x03\x04 nothing").await, @"
        《照片.zip》没有读取，表里的数没有存入：不是能读的表格，请用xlsx、xls、ods或csv。
        发送 /template 可以取本单位本期的报送表，填好直接发回。
        ");
        let office = world.office().await;
        assert!(!office.sends_file(&name, &bytes).await.contains("读到"));
        world.close().await;
    }
}
