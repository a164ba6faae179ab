//! Files: the form out.

use insta::assert_snapshot;
use liaison_bot::conversation::{Button, ChatId, Effects, FileOut, Outgoing, Priority, What};
use liaison_bot::message::Lexicon;
use liaison_bot::rehearsal::{Fault, Faults, FileKind};
use liaison_bot::sheet;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_liaison_gets_the_form_of_the_unit(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        assert_snapshot!(liaison.says("/template").await, @"
        📎 报送表-兰江街道-2019年第25周.xlsx
        兰江街道2019年第25周报送表，填好后直接发回这里，6月20日17:00截止。
        ");
        let (name, empty) = liaison.last_file();
        assert_eq!(name, "报送表-兰江街道-2019年第25周.xlsx");
        let (plan, lexicon) = (&world.plan, Lexicon::new(&world.plan));
        let unit = plan.unit_named("兰江街道").unwrap();
        let period = Some("2019-W25".parse().unwrap());
        let reading = sheet::read(&lexicon, plan, unit, period, &empty).unwrap();
        assert!(reading.form && reading.figures.is_empty() && reading.problems.is_empty());

        // What was reported stands in the next form, in each language.
        liaison.says("小升规2").await;
        liaison.says("/language en").await;
        assert_snapshot!(liaison.says("/template").await, @"
        📎 report-兰江街道-week 25 of 2019.xlsx
        The form of 兰江街道 for week 25 of 2019. Fill it in and send it back here, due 20 Jun 17:00.
        ");
        let (name, filled) = liaison.last_file();
        assert_eq!(name, "report-兰江街道-week 25 of 2019.xlsx");
        let reading = sheet::read(&lexicon, plan, unit, period, &filled).unwrap();
        let six = plan.indicator_named("小升规").unwrap();
        let figures: Vec<_> = reading.figures.iter().map(|f| (f.indicator, f.value.0)).collect();
        assert_eq!(figures, [(six, 2)]);
        world.close().await;
    }
}

on_both! {
    async fn the_form_is_for_liaisons_in_private(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        assert_snapshot!(office.says("/template").await, @"/template 是联络员用的。您的账号没有对应的单位，可用 /missing 或 /rank 查看全部情况。");
        let liaison = world.liaison("兰江街道").await;
        let people = [office.user, liaison.user];
        let group = world.chats.add_group("工作群", &people, &[office.user]);
        office.says_in(group, "/bind 工作群").await;
        assert_snapshot!(liaison.says_in(group, "/template").await, @"/template 请与我私聊使用。");
        assert!(liaison.says("/help").await.contains("/template 领取报送表"));
        let menu = world.chats.menu(liaison.user, liaison.user);
        assert!(menu.iter().any(|(name, _)| name == "template"), "{menu:?}");
        world.close().await;
    }
}

on_both! {
    async fn a_file_is_sent_again_until_it_arrives(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let faults = Faults::next(1, "sendDocument", Fault::TooManyRequests(1));
        world.chats.set_faults(faults.and_next(1, "sendDocument", Fault::ConnectionLost));
        liaison.says("/template").await;
        let calls = world.chats.calls();
        let sent: Vec<bool> = calls
            .iter()
            .filter(|call| call.method == "sendDocument")
            .map(liaison_bot::rehearsal::ApiCall::is_ok)
            .collect();
        assert_eq!(sent, [false, false, true]);
        assert!(liaison.last_file().1.starts_with(b"PK"));
        world.close().await;
    }
}

on_both! {
    async fn a_file_that_comes_in_is_answered(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let answer = liaison.sends_file("小结.xlsx", b"no workbook").await;
        assert!(!answer.is_empty());
        world.close().await;
    }
}

/// A picture of 60 by 40 points, as far as its head goes.
fn picture() -> Vec<u8> {
    let size = [60_u32, 40].map(u32::to_be_bytes).concat();
    [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &size, b"\x08\x02\0\0\0"].concat()
}

on_both! {
    async fn a_picture_is_sent_with_its_words_and_buttons(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let (file, blob) = FileOut::new("排名.png".to_owned(), "image/png", picture());
        let buttons = vec![vec![Button { label: "好".to_owned(), data: "x:1".to_owned() }]];
        let html = "<b>第25期</b> &lt;通报&gt;".to_owned();
        let effects = Effects {
            blobs: vec![blob],
            outbox: vec![Outgoing {
                about: None,
                key: "picture".to_owned(),
                chat: ChatId(liaison.user.0),
                what: What::Photo { file, html, buttons },
                priority: Priority::Broadcast,
            }],
            ..Effects::default()
        };
        let mut work = world.store.begin().await.unwrap();
        work.save(&world.plan, &effects, &[], &[], world.clock.now()).await.unwrap();
        work.commit().await.unwrap();
        // Any update wakes the delivery.
        let said = liaison.says("/help").await;
        assert!(said.ends_with("📎 排名.png\n第25期 <通报>\n[好]"), "{said}");
        let sent = world.chats.messages(liaison.user).into_iter().filter_map(|m| m.file).next_back();
        assert_eq!(sent.unwrap().kind, FileKind::Photo);
        assert_eq!(liaison.last_file(), ("排名.png".to_owned(), picture()));
        world.close().await;
    }
}
