//! What can be meant where what was written cannot be: offered by button, taken by text, never guessed.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{World, about, now};

/// An answer without what is missing still.
fn brief(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.starts_with("本期还缺") && !line.is_empty());
    kept.collect::<Vec<_>>().join("\n")
}

on_both! {
    async fn a_name_that_is_no_name_is_offered_what_is_like_it(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(brief(&liaison.says("规升小3家").await), @"
        ❓ 兰江街道 2019年第25周
        “规升小3家”不是本计划的指标名称。是下面哪一项？请点选，或回复指标名称。
        没有回答以前不会存入。
        [① 6 小升规]
        [不报这一项]
        ");
        assert_snapshot!(brief(&liaison.presses("① 6 小升规").await), @"
        (已完成)
        已收到 兰江街道 2019年第25周
        6 小升规：3家 / 5家 60.0%
        [撤回]
        ");
        // Letters are an attempt at any name; an answer goes to the question that came last.
        liaison.says("企业132").await;
        let asked = liaison.says("xwqy 120").await;
        assert!(asked.contains("“xwqy 120”不是本计划的指标名称") && asked.contains("[① 1 小微企业]"), "{asked}");
        liaison.says("小微企业").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "120家");
        world.close().await;
    }
}

on_both! {
    async fn below_zero_may_be_less_than_before_or_a_dash(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("低散乱20，小升规2").await;
        assert_snapshot!(brief(&liaison.says("低散乱减少3家").await), @"
        ❓ 兰江街道 2019年第25周
        5 低散乱：“低散乱减少3家”是负数。原累计数20家，减去3家后的累计数报哪个？也可以回复确切的数。
        没有回答以前不会存入。
        [17家] [3家]
        [不报这一项]
        ");
        assert_snapshot!(brief(&liaison.says("第一个").await), @"
        已收到 兰江街道 2019年第25周
        5 低散乱：17家 / 69家 24.6%
        [撤回]
        ");
        let asked = liaison.says("科技型企业-3").await;
        assert!(asked.contains("累计完成数是3家吗？") && asked.contains("[3家]"), "{asked}");
        liaison.says("不是，4家吧").await;
        assert_eq!(now(&liaison, "7 科技型企业").await, "4家");
        world.close().await;
    }
}

on_both! {
    async fn half_a_firm_and_a_part_above_its_whole_are_asked_about(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(brief(&liaison.says("小升规2.5家").await), @"
        ❓ 兰江街道 2019年第25周
        6 小升规：“小升规2.5家”不是整数。累计数是哪个？也可以回复确切的数。
        没有回答以前不会存入。
        [2家] [3家]
        [不报这一项]
        ");
        liaison.says("选2").await;
        assert_eq!(now(&liaison, "6 小升规").await, "3家");
        assert_snapshot!(brief(&liaison.says("限上1家，餐饮住宿3家").await), @"
        ❓ 兰江街道 2019年第25周
        “限上1家，餐饮住宿3家”：其中项大于总数。是写反了，还是只报总数？
        没有回答以前不会存入。
        [限上企业3家、餐饮住宿1家] [限上企业1家]
        [先不报]
        ");
        liaison.presses("限上企业3家、餐饮住宿1家").await;
        assert_eq!(now(&liaison, "11 限上企业").await, "3家");
        assert_eq!(now(&liaison, "11.1 餐饮住宿").await, "1家");
        assert!(liaison.says("小微企业 100+32").await.contains("[132家] [100家]"));
        liaison.says("132").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "132家");
        world.close().await;
    }
}

on_both! {
    async fn a_number_of_this_week_is_asked_for_its_name_and_then_how_it_counts(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("科技型企业3，外贸出口实绩企业1").await;
        assert!(liaison.says("本周2家").await.contains("“本周2家”是哪一项？"));
        assert_snapshot!(brief(&liaison.says("科技型企业").await), @"
        兰江街道 2019年第25周：“本周2家”还需确认，请看下一条。
        ――――
        ❓ 兰江街道 2019年第25周
        “本周2家”写的是累计数，还是本期新增数？
        没有回答以前不会存入。
        [是累计数] [是本期新增数]
        [不报这一项]
        ");
        liaison.says("按新增算").await;
        assert_eq!(now(&liaison, "7 科技型企业").await, "5家");
        liaison.says("本周2家").await;
        liaison.presses("① 1 小微企业").await;
        world.until(liaison.user, "写的是累计数，还是本期新增数？").await;
        liaison.says("算累计").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "2家");
        world.close().await;
    }
}

on_both! {
    async fn people_answer_by_place_by_name_and_by_saying_it_again(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        // 2 is ②, and no two firms.
        assert!(liaison.says("企业120").await.contains("[② 2 八大产业]"));
        liaison.says("2").await;
        assert_eq!(now(&liaison, "2 八大产业").await, "120家");
        // 3 would be ③, which is not the third indicator any more: that is no answer.
        let asked = liaison.says("企业200").await;
        assert!(asked.contains("[① 1 小微企业]"), "{asked}");
        liaison.says("1 小微企业").await;
        assert_eq!(now(&liaison, "1 小微企业").await, "200家");
        liaison.says("低散乱20").await;
        assert!(liaison.says("低散乱12").await.contains("累计数一般不会减少"));
        liaison.says("确定12").await;
        assert_eq!(now(&liaison, "5 低散乱").await, "12家");
        assert!(liaison.says("低散乱2").await.contains("累计数一般不会减少"));
        liaison.says("不是，13").await;
        assert_eq!(now(&liaison, "5 低散乱").await, "13家");
        world.close().await;
    }
}

on_both! {
    async fn the_form_says_what_is_unclear_and_goes_on_beside_a_question(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("/report").await;
        liaison.says("大概100").await;
        let form = world.last_shown(liaison.user);
        assert!(form.starts_with("❓ “小微企业 大概100”"), "{form}");
        assert!(form.contains("第1项：1 小微企业"), "{form}");
        assert!(liaison.says("限上2家，限上3家").await.contains("有不同的数"));
        liaison.says("跳过").await;
        let shown = world.transcript(&[("兰江", liaison.user.into())]);
        assert!(shown.contains("第2项：2 八大产业"), "{shown}");
        world.close().await;
    }
}

on_both! {
    async fn a_question_is_taken_back_by_taking_back_what_it_is_about(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("限上2家，限上3家").await;
        assert_snapshot!(brief(&liaison.changes_to("发错了").await), @"兰江街道 2019年第25周：“限上2家，限上3家”没有存入。");
        assert!(liaison.says("3家").await.contains("是哪一项"));
        world.close().await;
    }
}

on_both! {
    async fn a_file_promises_what_can_be_stored(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("个转企10，其中公司制8").await;
        let table = "兰江街道第25周\n指标,累计完成数\n小升规,2\n限上企业,1\n餐饮住宿,3\n低散乱,20\n低散乱,21\n";
        assert_snapshot!(brief(&liaison.sends_file("报表.csv", table.as_bytes()).await), @"
        《报表.csv》读到1项 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%
        另有不能存入的：
        ❓ “限上企业1家，餐饮住宿3家”：其中项大于总数，没有存入，请核对后一起重发
        没有读的单元格：
        B6 5 低散乱：“20”与同一指标的其他行不同
        B7 5 低散乱：“21”与同一指标的其他行不同
        改好后可以重发文件，也可以直接发消息报这几项。
        请核对，确认后存入。
        [确认，存入1项]
        [确认并写说明]
        [不对，不存]
        ");
        liaison.presses("确认，存入1项").await;
        assert_eq!(now(&liaison, "6 小升规").await, "2家");
        let last = "兰江街道第24周\n指标,累计完成数\n小升规,3\n";
        let refused = liaison.sends_file("报表.csv", last.as_bytes()).await;
        assert!(refused.contains("这是第24期的报送表"), "{refused}");
        assert!(about(&liaison.says("/my").await, &["小升规"]).contains("2家"));
        world.close().await;
    }
}

on_both! {
    async fn a_bare_number_is_for_the_question_that_offers_it_or_for_none(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2或3家，限上大概1，备案20多").await;
        liaison.says("3家").await;
        assert_eq!(now(&liaison, "6 小升规").await, "3家");
        assert_eq!(now(&liaison, "13 进出口备案").await, "未报");
        assert!(liaison.says("7").await.contains("“7”是哪一项？"));
        world.close().await;
    }
}

on_both! {
    async fn whoever_only_says_that_it_is_wrong_is_asked_what_is_right(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2，限上1").await;
        let read_back = world.chats.messages(liaison.user).last().unwrap().id;
        assert_snapshot!(brief(&liaison.replies(read_back, "错了").await), @"
        哪一项要更正？这条报的是：6 小升规、11 限上企业
        请直接发正确的数，如：小升规 2。不要这条数据的，请回复“撤回”。
        ");
        liaison.replies(read_back, "小升规3").await;
        assert_eq!(now(&liaison, "6 小升规").await, "3家");
        assert_eq!(now(&liaison, "11 限上企业").await, "1家");
        world.close().await;
    }
}

on_both! {
    async fn money_without_its_unit_is_offered_in_that_of_the_plan(db: Database) {
        let world = World::open(&db.url).await;
        let bank = world.liaison("人行兰溪市支行").await;
        assert_snapshot!(brief(&bank.says("贷款12.36").await), @"
        ❓ 人行兰溪市支行 2019年第25周
        16 小微贷款：“贷款12.36”还不能确定。累计完成数是12.36亿元吗？也可以回复确切的数。
        没有回答以前不会存入。
        [12.36亿元]
        [不报这一项]
        ");
        world.close().await;
    }
}
