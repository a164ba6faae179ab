//! Bulletins that the office sees first: drafts, lines, holding back, corrections.

use std::sync::Arc;

use insta::assert_snapshot;
use liaison_bot::plan::Plan;

use crate::databases::{Database, on_both};
use crate::world::{World, plan_with};

const OFFICE: (&str, &str) = ("approval = \"auto\"", "approval = \"office\"");
const HOLD: (&str, &str) = ("silence = \"publish\"", "silence = \"hold\"");

fn plan(changes: &[(&str, &str)]) -> Arc<Plan> {
    plan_with(&[&[OFFICE], changes].concat())
}

/// The last of several messages.
fn last(text: &str) -> &str {
    text.rsplit("\n――――\n").next().unwrap_or_default()
}

/// The lines from one on.
fn from<'t>(text: &'t str, start: &str) -> &'t str {
    text.find(start).map_or("", |at| &text[at..])
}

/// Who did what to drafts: the act, the bulletin, whether somebody did it.
async fn acts(db: &Database) -> String {
    let sql = "select act || ' ' || subject || case when actor is null then '' else ' by somebody' end \
               from audit where act like 'draft%' or act = 'correct' order by id";
    db.texts(sql).await.join("\n")
}

/// How many bulletins are kept.
async fn kept(db: &Database) -> usize {
    db.texts("select period from bulletin").await.len()
}

/// How many copies of a bulletin a group has got.
fn copies(world: &World, group: liaison_bot::rehearsal::ChatId, text: &str) -> usize {
    world.chats.messages(group).iter().filter(|message| message.text.contains(text)).count()
}

on_both! {
    async fn the_office_sees_a_draft_and_adds_a_line(db: Database) {
        let world = World::open_with(&db.url, plan(&[])).await;
        let office = world.office().await;
        let second = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        liaison.says("小升规2").await;
        world.read(office.user);
        world.at("2019-06-21 15:00").await;
        let draft = world.read(office.user);
        assert!(draft.contains("6 小升规：2家") && draft.contains("通报-2019年第25期.xlsx"), "{draft}");
        assert_snapshot!(last(&draft), @"
        2019年第25期通报草稿
        以上是草稿，定于6月21日16:00发布，发出的就是这一稿；到时没有人暂缓，自动发布。
        [发布] [暂缓]
        [补一句话] [按最新数据重做]
        ");
        assert_eq!(copies(&world, group, "工作通报"), 0, "nothing goes out before its time");
        assert_snapshot!(office.presses("补一句话").await, @"
        (请发一句话)
        2019年第25期通报草稿
        以上是草稿，定于6月21日16:00发布，发出的就是这一稿；到时没有人暂缓，自动发布。
        [发布] [暂缓]
        [补一句话] [按最新数据重做]
        ");
        assert_snapshot!(world.read(office.user), @"请直接发一句话（不超过120字），加在通报末尾。不补了请发“不补了”。");
        let long = "字".repeat(121);
        assert_snapshot!(office.says(&long).await, @"这句话没有加：应有文字，且不超过120字。请重发。");
        let told = office.says("请<各单位>  于周一\n前补报。").await;
        assert_snapshot!(told.lines().take(2).collect::<Vec<_>>().join("\n"), @"
        已补上：请<各单位> 于周一 前补报。
        新稿马上送到，请再看一遍。
        ");
        let draft = world.until(second.user, "五、补充说明").await;
        assert_snapshot!(from(&draft, "五、补充说明").lines().take(2).collect::<Vec<_>>().join("\n"), @"
        五、补充说明
        请<各单位> 于周一 前补报。
        ");
        // What the second one presses counts for the new draft.
        assert_snapshot!(second.presses("发布").await, @"
        (已同意发布)
        2019年第25期通报草稿
        办公室已同意发布，定于6月21日16:00发出。
        补充：请<各单位> 于周一 前补报。
        [暂缓] [补一句话]
        ");
        world.read(group);
        world.at("2019-06-21 16:00").await;
        let issued = world.read(group);
        assert!(issued.contains("请<各单位> 于周一 前补报。"), "{issued}");
        assert_eq!(copies(&world, group, "工作通报"), 1);
        // Kept and sent again as it was.
        assert_eq!(office.says("/bulletin 25").await, issued);
        assert_snapshot!(acts(&db).await, @"
        draft-line-asked 2019-W25 0 by somebody
        draft-line 2019-W25 0 by somebody
        draft-publish 2019-W25 0 by somebody
        draft-issued 2019-W25 0 by somebody
        ");
        world.close().await;
    }
}

on_both! {
    async fn silence_publishes_what_was_shown(db: Database) {
        let world = World::open_with(&db.url, plan(&[])).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        liaison.says("小升规2").await;
        world.at("2019-06-21 15:00").await;
        let old = office.press_of("发布");
        world.read(group);
        // Reported after the draft: it is in the next one, or in one made anew.
        liaison.says("小升规3").await;
        world.at("2019-06-21 16:00").await;
        let issued = world.read(group);
        assert!(issued.contains("6 小升规：2家"), "{issued}");
        assert_snapshot!(office.presses_data(office.user.into(), old.0, &old.1).await, @"
        (这一期已经发布)
        2019年第25期通报已发布
        ");
        assert_eq!(copies(&world, group, "工作通报"), 1);
        assert_snapshot!(acts(&db).await, @"draft-issued 2019-W25 0");
        world.close().await;
    }
}

on_both! {
    async fn held_back_it_waits_and_goes_out_once(db: Database) {
        let world = World::open_with(&db.url, plan(&[])).await;
        let office = world.office().await;
        let second = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        world.at("2019-06-21 15:00").await;
        assert_snapshot!(office.presses("暂缓").await, @"
        (已暂缓)
        2019年第25期通报草稿
        办公室已暂缓，点“发布”才会发出。
        [发布]
        [补一句话] [按最新数据重做]
        ");
        world.at("2019-06-21 16:30").await;
        assert_eq!(copies(&world, group, "工作通报"), 0);
        // Made anew from what has come since.
        liaison.says("小升规3").await;
        assert_snapshot!(second.presses("按最新数据重做").await, @"
        (正在重做，新稿马上送到)
        2019年第25期通报草稿
        办公室已作修改，新稿马上送到。
        ");
        world.until(office.user, "6 小升规：3家").await;
        world.until(second.user, "6 小升规：3家").await;
        // Both press at the same time, and the first draft's button is pressed again.
        let presses = [&office, &second].map(|one| one.press_of("发布"));
        for (person, (message, data)) in [&office, &second].iter().zip(&presses) {
            world.chats.presses(person.user, person.user, *message, data).unwrap();
        }
        world.until(group, "工作通报").await;
        assert_snapshot!(office.presses_data(office.user.into(), presses[0].0, &presses[0].1).await, @"
        (这一期已经发布)
        2019年第25期通报已发布
        ");
        world.at("2019-06-21 18:00").await;
        assert_eq!(copies(&world, group, "工作通报"), 1);
        assert_eq!(kept(&db).await, 1);
        world.close().await;
    }
}

on_both! {
    async fn a_press_and_the_hour_at_once_issue_it_once(db: Database) {
        let world = World::open_with(&db.url, plan(&[])).await;
        let (office, second) = (world.office().await, world.office().await);
        let group = world.group("领导小组", "领导小组", &office).await;
        world.at("2019-06-21 15:00").await;
        let presses = [&office, &second].map(|one| one.press_of("发布"));
        // Two presses and the clock race for the same draft.
        let hour = world.at("2019-06-21 16:00");
        for (person, (message, data)) in [&office, &second].iter().zip(&presses) {
            world.chats.presses(person.user, person.user, *message, data).unwrap();
        }
        hour.await;
        world.until(group, "工作通报").await;
        world.at("2019-06-21 17:00").await;
        assert_eq!(copies(&world, group, "工作通报"), 1);
        assert_eq!(kept(&db).await, 1);
        world.close().await;
    }
}

on_both! {
    async fn held_back_at_the_very_hour_it_is_either_held_or_out(db: Database) {
        let world = World::open_with(&db.url, plan(&[])).await;
        let office = world.office().await;
        let group = world.group("领导小组", "领导小组", &office).await;
        world.at("2019-06-21 15:00").await;
        let (message, data) = office.press_of("暂缓");
        // The press and the hour race; whichever comes first holds.
        let hour = world.at("2019-06-21 16:00");
        let press = office.presses_data(office.user.into(), message, &data);
        let ((), answer) = tokio::join!(hour, press);
        world.at("2019-06-21 18:00").await;
        let out = copies(&world, group, "工作通报");
        match answer.lines().next().unwrap() {
            "(已暂缓)" => assert_eq!((out, kept(&db).await), (0, 0)),
            "(这一期已经发布)" => assert_eq!((out, kept(&db).await), (1, 1)),
            other => panic!("an answer that says neither: {other}"),
        }
        world.close().await;
    }
}

on_both! {
    async fn where_silence_holds_nothing_goes_out(db: Database) {
        let world = World::open_with(&db.url, plan(&[HOLD])).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        world.at("2019-06-21 15:00").await;
        assert_snapshot!(last(&world.read(office.user)), @"
        2019年第25期通报草稿
        以上是草稿，定于6月21日16:00发布，发出的就是这一稿；到时没有人同意，先不发布。
        [发布] [暂缓]
        [补一句话] [按最新数据重做]
        ");
        world.at("2019-06-21 16:00").await;
        assert_eq!(copies(&world, group, "工作通报"), 0);
        assert_snapshot!(office.sees("发布"), @"
        2019年第25期通报草稿
        到6月21日16:00没有人同意，先不发布。点“发布”立即发出。
        [发布]
        [补一句话] [按最新数据重做]
        ");
        // Whoever is not of the office cannot let it go.
        let (_, data) = office.press_of("发布");
        let own = world.chats.messages(liaison.user).last().unwrap().id;
        let forged = liaison.presses_data(liaison.user.into(), own, &data).await;
        assert_snapshot!(forged.lines().next().unwrap(), @"(只有领导小组办公室可以操作)");
        office.presses("发布").await;
        world.until(group, "工作通报").await;
        world.close().await;
    }
}

on_both! {
    async fn a_correction_has_its_own_number_and_the_old_one_stays(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let leader = world.leader().await;
        let liaison = world.liaison("兰江街道").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        liaison.says("小升规2").await;
        world.at("2019-06-21 16:00").await;
        let first = world.read(group);
        let first = from(&first, "小微企业三年成长计划工作通报");
        assert_snapshot!(office.says("/correct").await, @"请写明要更正哪一期和原因，如：/correct 24 兰江街道小升规漏计1家。只能更正已发布的通报，数据请先报正确。");
        assert_snapshot!(office.says("/correct 24 写错了").await, @"请写明要更正哪一期和原因，如：/correct 24 兰江街道小升规漏计1家。只能更正已发布的通报，数据请先报正确。");
        assert_snapshot!(leader.says("/correct 25").await, @"/correct 只有领导小组办公室可以使用。");
        assert_snapshot!(office.says_until("/correct 25", "没有需要更正的").await, @"
        正在按现有数据重做2019年第25期，更正1的草稿马上送到，看过再发布。
        ――――
        2019年第25期与现有数据一致，没有需要更正的。如只作说明，请在期号后写明。
        ");
        // A figure of that week is put right, and one of the next week comes in.
        liaison.says("小升规4").await;
        world.at("2019-06-24 10:00").await;
        liaison.says("小升规5，科技型企业3").await;
        let draft = office.says_until("/correct 25 兰江街道小升规漏计2家", "以上是更正稿").await;
        assert_snapshot!(from(&draft, "小微企业三年").lines().take(13).collect::<Vec<_>>().join("\n"), @"
        小微企业三年成长计划工作通报
        2019年第25期（更正1）
        市“小微企业三年成长计划”领导小组办公室 2019年6月24日
        主送：市“小微企业三年成长计划”领导小组各成员

        更正说明
        兰江街道小升规漏计2家
        兰江街道 6 小升规：2家 更正为 4家
        以下为更正后的全文，原通报仍留存备查。

        一、总体情况
        截至6月21日，序时进度49.0%。各单位平均完成0.4%，比序时进度慢48.6个百分点。全市18项指标中，达到序时进度0项。
        1 小微企业：未报 / 5600家
        ");
        assert_snapshot!(last(&draft), @"
        2019年第25期通报（更正1）草稿
        以上是更正稿，点“发布”立即发出；不点不发。
        [发布] [不发更正]
        [补一句话] [按最新数据重做]
        ");
        assert!(!draft.contains("科技型企业：3"), "what came later is not in it: {draft}");
        world.at("2019-06-24 15:00").await;
        world.read(group);
        assert_eq!(copies(&world, group, "更正1"), 0, "silence lets no correction go");
        office.presses("发布").await;
        let corrected = world.until(group, "更正1").await;
        assert!(corrected.contains("2019年第25期（更正1）"), "{corrected}");
        // Both are in the archive, the old one as it was.
        let both = leader.says("/bulletin 25").await;
        assert_eq!(both, format!("{first}\n――――\n{corrected}"));
        assert_snapshot!(acts(&db).await, @"
        correct 2019-W25 1 by somebody
        correct 2019-W25 1 by somebody
        draft-publish 2019-W25 1 by somebody
        draft-issued 2019-W25 1 by somebody
        ");
        world.close().await;
    }
}
