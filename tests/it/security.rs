//! People who mean harm, or seem to: what they get, and what stays as it was. `docs/security.md` names
//! these tests.

use std::time::Duration;

use chrono::TimeDelta;
use insta::assert_snapshot;
use liaison_bot::conversation::Role;
use liaison_bot::rehearsal::MessageId;
use liaison_bot::telegram::pace::Limits;

use crate::command_line::{answer, run};
use crate::databases::{Database, on_both};
use crate::world::{Person, World};

/// What stands in the history: unit, value, note.
async fn stored(world: &World) -> Vec<(String, i64, String)> {
    let all = world.store.all_submissions(&world.plan).await.unwrap();
    all.into_iter().map(|row| (row.unit, row.value, row.note)).collect()
}

async fn values(world: &World) -> Vec<i64> {
    stored(world).await.into_iter().map(|(_, value, _)| value).collect()
}

/// The bot's last message to somebody.
fn last(world: &World, person: &Person<'_>) -> MessageId {
    let all = world.chats.messages(person.user);
    all.iter().rev().find(|message| message.from_bot).unwrap().id
}

on_both! {
    async fn wrong_invitations_are_counted_and_then_not_looked_at(db: Database) {
        let mut world = World::open(&db.url).await;
        let code = world.invitation(Role::Office, None).await;
        let guesser = world.stranger("路人").user;
        for guess in 0..5 {
            let answer = world.person(guesser).starts(Some(&format!("guess-{guess}"))).await;
            assert!(answer.contains("链接无效"), "{answer}");
        }
        // A restart changes nothing: what was guessed stands in the audit log.
        world.restart().await;
        assert_snapshot!(world.person(guesser).starts(Some(&code)).await, @"
        无效的邀请链接打开次数过多，09:30以前不再受理。
        请向市“小微企业三年成长计划”领导小组办公室索取新的链接，09:30以后打开。
        ");
        assert!(!world.person(guesser).says("/who").await.contains("绑定于"));
        // Everybody else may; and so may who guessed, an hour later.
        let other = world.invitation(Role::Liaison, Some("兰江街道")).await;
        assert!(world.stranger("王芳").starts(Some(&other)).await.contains("绑定成功"));
        world.clock.set(world.clock.now() + TimeDelta::minutes(61));
        assert!(world.person(guesser).starts(Some(&code)).await.contains("绑定成功"));
        world.close().await;
    }
}

on_both! {
    async fn a_flood_is_told_once_and_nobody_else_is_concerned(db: Database) {
        let person = Duration::from_millis(20);
        let limits = Limits { person, ..Limits::NONE };
        let world = World::open_paced(&db.url, limits).await;
        let flooder = world.liaison("兰江街道").await;
        let other = world.liaison("云山街道").await;
        world.clock.set(world.clock.now() + TimeDelta::minutes(5));
        let before = world.chats.messages(flooder.user).len();
        let mut latest = None;
        for value in 1..=70 {
            let said = world.chats.says(flooder.user, flooder.user, &format!("小微企业{value}"));
            latest = said.unwrap().update;
        }
        world.settled(latest).await;
        assert!(other.says("小升规 2").await.contains("已收到"));
        let expected: Vec<i64> = (1..=60).chain([2]).collect();
        assert_eq!(values(&world).await, expected, "sixty at once, and the other's");
        let all = world.chats.messages(flooder.user);
        let said: Vec<&str> =
            all[before..].iter().filter(|one| one.from_bot).map(|one| one.text.as_str()).collect();
        assert_eq!(said.len(), 61, "an answer each, and one warning");
        assert_snapshot!(said[60], @"
        您发来的消息过多，来不及逐条处理。
        从这一条起，到08:36为止，您发来的内容都没有登记。
        请在08:36以后重新发送。多项指标可以写在一条消息里，也可以发送 /template 索取报送表，一次填完。
        ");
        assert_eq!(flooder.says("小微企业71").await, "", "it was said");
        world.clock.set(world.clock.now() + TimeDelta::minutes(2));
        assert!(flooder.says("小微企业70").await.contains("已收到"));
        world.close().await;
    }
}

on_both! {
    async fn forged_replayed_and_foreign_presses_do_no_harm(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let other = world.liaison("云山街道").await;
        let group = world.chats.add_group("工作群", &[office.user, liaison.user, other.user], &[]);
        office.says_in(group, "/bind 工作群").await;
        liaison.says_in(group, "@liaison_rehearsal_bot 小升规 2").await;
        assert_eq!(values(&world).await, [2]);
        // Another unit's liaison sees the button in the group, and presses it.
        let foreign = other.presses_in(group, "撤回").await;
        assert!(foreign.starts_with("(这"), "{foreign}");
        assert_eq!(values(&world).await, [2]);
        // Its own is pressed twice, as by a client that sends again.
        let all = world.chats.messages(group);
        let shown = all.iter().rev().find(|message| message.button("撤回").is_some()).unwrap();
        let data = shown.button("撤回").unwrap().data().unwrap().to_owned();
        assert!(liaison.presses_data(group, shown.id, &data).await.starts_with("(已撤回)"));
        let again = liaison.presses_data(group, shown.id, &data).await;
        assert!(again.starts_with("(这次报送已经撤回过了)"), "{again}");
        assert_eq!(values(&world).await.len(), 2, "one report, one withdrawal");
        // The same data under a message of another chat, and data nobody ever made.
        let own = last(&world, &other);
        let long = format!("undo:{}", "9".repeat(59));
        let forged = [
            data.as_str(), "", ":", "undo", "undo:", "undo:-1:0", "undo:1:0:6,7", &long, "ask:1:0:1:0",
            "ask:::::", "ask:1:0:9223372036854775807:0n", "guide:1:yes", "revoke:do:1", "revoke:ask:",
            "bind:leadership", "rank:all::18446744073709551615", "rank:group:99", "'; drop table figure; --",
            "\u{202e}odnu", "undo:1:0\0",
        ];
        for data in forged {
            let answer = other.presses_data(other.user.into(), own, data).await;
            assert!(!answer.starts_with("()"), "{data:?} is answered");
        }
        assert_eq!(values(&world).await.len(), 2, "nothing came of it");
        assert!(office.says("/who").await.contains("云山街道（"), "nobody was unbound");
        world.close().await;
    }
}

on_both! {
    async fn a_liaison_acts_for_no_other_unit(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let other = world.liaison("云山街道").await;
        other.says("小升规 1").await;
        other.says("/template").await;
        let (name, form) = other.last_file();
        let answer = liaison.sends_file(&name, &form).await;
        assert!(answer.contains("云山街道"), "{answer}");
        for text in [
            "代报 云山街道 小升规 9",
            "云山街道 小升规 9",
            "云\u{200b}山街道 小升规 9",
            "\u{202e}云山街道小升规 9",
            "/revoke 云山街道",
            "/invite 云山街道",
            "/unit 云山街道",
            "/why_reminded 云山街道",
            "撤回",
        ] {
            liaison.says(text).await;
        }
        let of_other: Vec<_> =
            stored(&world).await.into_iter().filter(|(unit, ..)| unit == "云山街道").collect();
        assert_eq!(of_other.len(), 1, "what its own liaison reported: {of_other:?}");
        assert!(other.says("/my").await.contains("1家"));
        world.close().await;
    }
}

on_both! {
    async fn in_a_group_only_the_office_commands(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let stranger = world.stranger("路人");
        let people = [office.user, liaison.user, stranger.user];
        // The liaison is the group's administrator, which gives no right here.
        let group = world.chats.add_group("群", &people, &[liaison.user]);
        for person in [&liaison, &stranger] {
            let answer = person.says_in(group, "/bind 领导小组").await;
            assert!(!answer.contains("已绑定"), "{answer}");
        }
        assert!(office.says_in(group, "/bind 领导小组").await.contains("领导小组群"));
        let ranking = stranger.says_in(group, "/rank").await;
        assert!(ranking.contains("尚未绑定"), "{ranking}");
        world.close().await;
    }
}

/// A name and a note with all that markup, SQL, spreadsheets and terminals take for more than text.
const NAME: &str = "<b>王</b>&*_`[李](tg://user?id=1)'; drop table account; --";
const NOTE: &str = "=cmd|' /C calc'!A0 <i>*_`</i> '; drop table note; --";

on_both! {
    async fn names_and_notes_are_data_everywhere(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let code = world.invitation(Role::Liaison, Some("兰江街道")).await;
        let liaison = world.stranger(&format!("\u{202e}{NAME}\u{200b}\u{1b}[31m"));
        liaison.starts(Some(&code)).await;
        let who = office.says("/who 兰江街道").await;
        assert!(who.contains(&format!("{NAME}[31m")), "{who}");
        liaison.says("小升规\0 2\u{202e}").await;
        liaison.replies(last(&world, &liaison), NOTE).await;
        assert_eq!(stored(&world).await, [("兰江街道".to_owned(), 2, NOTE.to_owned())]);
        let what = ["export", "--what", "submissions", "--database", &db.url];
        let table = answer(&run(&what));
        assert!(table.contains(&format!(",'{NOTE}")), "no formula: {table}");
        for text in ["/rank ' or 1=1 --", "/unit %' ; --", "/bulletin 1;drop table bulletin", "/who \\"] {
            assert!(!office.says(text).await.is_empty(), "{text}");
        }
        assert!(liaison.says("/my").await.contains("2家"));
        world.close().await;
    }
}

/// A plan whose unit has a formula for a name: all its workbooks hold it as a text.
#[test]
fn no_cell_of_a_workbook_is_a_formula() {
    let folder = tempfile::tempdir().unwrap();
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/lanxi-2018-2020");
    for name in liaison_bot::plan::PlanFolder::FILES {
        let text = std::fs::read_to_string(format!("{seeds}/{name}")).unwrap();
        std::fs::write(folder.path().join(name), text.replace("兰江街道", "=1+1+街道")).unwrap();
    }
    let figures = folder.path().join("figures.csv");
    std::fs::write(&figures, "unit,indicator,value\n=1+1+街道,1,120\n").unwrap();
    let (plan, out) = (folder.path().to_str().unwrap(), folder.path().join("out"));
    let output = run(&[
        "--plan",
        plan,
        "bulletin",
        "--figures",
        figures.to_str().unwrap(),
        "--at",
        "2019-06-21",
        "--out",
        out.to_str().unwrap(),
    ]);
    let written = answer(&output);
    let book = written
        .lines()
        .find(|path| path.contains(".xlsx"))
        .unwrap_or_else(|| panic!("a workbook: {written}{}", crate::command_line::errors(&output)));
    let mut archive = zip::ZipArchive::new(std::fs::File::open(book).unwrap()).unwrap();
    let mut named = false;
    for at in 0..archive.len() {
        let text = std::io::read_to_string(archive.by_index(at).unwrap()).unwrap_or_default();
        assert!(!text.contains("<f>") && !text.contains("<f "), "part {at} has a formula");
        named |= text.contains("=1+1+街道");
    }
    assert!(named, "the name is there as a text");
}
