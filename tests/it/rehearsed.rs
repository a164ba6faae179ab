//! A rehearsal filled with made-up reports, and one on a copy of real data.

use std::path::Path;

use liaison_bot::conversation::Needs;
use liaison_bot::store::Store;
use serde_json::{Value, json};

use crate::command_line::{errors, program, run};
use crate::databases;
use crate::rehearsal::Rehearsal;
use crate::world::{World, plan};

/// The office of a made-up rehearsal, and its first liaison.
const OFFICE: i64 = 2001;
const LIAISON: i64 = 2005;

async fn reports(data: &Path) -> Vec<(String, i64)> {
    let url = format!("sqlite:{}", data.join("rehearsal.db").display());
    let store = Store::open_beside(&url).await.unwrap();
    let rows = store.all_submissions(&plan()).await.unwrap();
    store.close().await;
    let row = |row: liaison_bot::store::export::SubmissionExport| {
        (format!("{} {}", row.unit, row.indicator), row.value)
    };
    let mut all: Vec<(String, i64)> = rows.into_iter().map(row).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_weeks_are_alive_at_once_and_the_same_for_a_seed() {
    let filled = ["--filled", "--weeks", "3", "--seed", "7"];
    let first = tempfile::tempdir().unwrap();
    let room = Rehearsal::start_with(first.path(), &filled);
    let page = room.page(OFFICE, OFFICE).await;
    assert_eq!(page["warning"]["zh"], "演练数据：人员、数据均为虚构");
    assert!(page["title"]["zh"].as_str().unwrap().ends_with("（演练数据）"));
    let fired: Vec<&Value> = page["events"].as_array().unwrap().iter().collect();
    let bulletins =
        fired.iter().filter(|one| one["text"]["zh"].as_str().unwrap().contains("周通报"));
    assert_eq!(bulletins.count(), 3, "{fired:#?}");

    // Two weeks later the ranking knows who rose, a trend can be drawn, some are late.
    assert!(room.asks(OFFICE, "/rank").await.contains("17. "));
    assert!(room.asks(OFFICE, "/missing").await.contains("未报"));
    assert!(room.asks(OFFICE, "/trend 兰江街道").await.contains("兰江街道"));
    let group = room.messages(OFFICE, -1001).await;
    let marked = |one: &&Value| one["text"].as_str().unwrap().contains("（演练数据）工作通报");
    assert_eq!(group.iter().filter(marked).count(), 3);
    let last = group.iter().rfind(marked).unwrap()["text"].as_str().unwrap();
    assert!(last.contains('↑') && last.contains('↓') && last.contains("未按时报齐"), "{last}");
    room.kill();

    // It goes on where it was, and says so; nothing is filled in twice.
    let url = format!("sqlite:{}", first.path().join("rehearsal.db").display());
    let exported = run(&["export", "--database", &url]);
    assert!(errors(&exported).contains("这是演练用的数据库"), "{}", errors(&exported));
    let before = reports(first.path()).await;
    assert!(before.len() > 300, "{}", before.len());
    let room = Rehearsal::start_with(first.path(), &filled);
    assert_eq!(reports(first.path()).await, before);
    room.does("say", json!({ "user": LIAISON, "text": "/my" })).await;
    room.hears(LIAISON, "兰江街道").await;
    room.kill();

    let second = tempfile::tempdir().unwrap();
    let room = Rehearsal::start_with(second.path(), &filled);
    assert_eq!(reports(second.path()).await, before, "the same seed, the same figures");
    room.kill();

    // What was only played with serves nobody.
    let database = format!("sqlite:{}", second.path().join("rehearsal.db").display());
    let refused = program(&["serve", "--database", &database])
        .env("TELOXIDE_TOKEN", "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(errors(&refused).contains("这是演练用的数据库"), "{}", errors(&refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_plans_of_a_rehearsal_are_filled_in() {
    let data = tempfile::tempdir().unwrap();
    let seeds = format!("{}/seeds/example-city", env!("CARGO_MANIFEST_DIR"));
    let folders: Vec<String> =
        ["city", "jiajiang", "yishan"].map(|name| format!("{seeds}/{name}")).into();
    let mut args = vec!["--filled", "--weeks", "2", "--seed", "7"];
    args.extend(folders.iter().flat_map(|folder| ["--plan", folder.as_str()]));
    let room = Rehearsal::start_with(data.path(), &args);
    // The office of each plan is its first player; the city ranks by what its counties have.
    for (office, unit) in [(OFFICE, "甲江县"), (OFFICE + 1000, "甲东镇"), (OFFICE + 2000, "乙北镇")]
    {
        let rank = room.asks(office, "/rank").await;
        assert!(rank.contains(unit) && rank.contains("1. "), "{rank}");
    }
    let url = format!("sqlite:{}", data.path().join("rehearsal.db").display());
    let store = Store::open_beside(&url).await.unwrap();
    for plan in crate::plans::three() {
        let rows = store.all_submissions(&plan).await.unwrap();
        assert!(!rows.is_empty(), "{}", plan.id);
        // Nobody types what a plan below says.
        assert!(rows.iter().all(|row| !["甲江县", "乙山县"].contains(&row.unit.as_str())));
    }
    store.close().await;
    room.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fill_that_was_killed_begins_anew() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("unfinished"), "").unwrap();
    std::fs::write(data.path().join("rehearsal.db"), "half of something").unwrap();
    let room = Rehearsal::start_with(data.path(), &["--filled", "--weeks", "1"]);
    room.does("say", json!({ "user": LIAISON, "text": "/my" })).await;
    room.hears(LIAISON, "兰江街道").await;
    assert!(!data.path().join("unfinished").exists());
    room.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn next_week_is_rehearsed_on_a_copy_of_real_data() {
    let db = databases::sqlite();
    let world = World::open(&db.url).await;
    let office = world.office().await;
    let liaison = world.liaison("兰江街道").await;
    let group = world.group("真正的领导小组", "领导小组", &office).await;
    liaison.says("小升规2，科技型企业5").await;
    world.at("2019-06-21 17:00").await;
    let (office, liaison) = (office.user.0, liaison.user.0);
    let sent = world.chats.count("sendMessage");

    let data = tempfile::tempdir().unwrap();
    let backup = data.path().join("real.db");
    world.store.back_up(&backup).await.unwrap();
    let original = std::fs::read(&backup).unwrap();
    let folder = data.path().join("rehearsal");
    let from = ["--from", backup.to_str().unwrap()];
    let room = Rehearsal::start_with(&folder, &from);
    let page = room.page(office, office).await;
    assert_eq!(page["clock"]["day"]["zh"], "2019年6月21日 周五");
    assert!(page["warning"]["zh"].as_str().unwrap().starts_with("演练：正式数据的副本"));
    assert_eq!(page["chats"][1]["title"], "真正的领导小组");

    // What was reported is there; the next week goes its way.
    room.does("say", json!({ "user": liaison, "text": "/my" })).await;
    room.hears(liaison, "6 小升规：2家").await;
    room.does("say", json!({ "user": liaison, "text": "小升规3" })).await;
    room.hears(liaison, "6 小升规：3家").await;
    for _ in 0..7 {
        room.does("clock", json!({ "to": "day" })).await;
    }
    room.hears(liaison, "报送提醒").await;
    let told = room.messages(office, group.0).await;
    let bulletin = |one: &&Value| one["text"].as_str().unwrap().contains("2019年第26期");
    assert!(told.iter().any(|one| bulletin(&one)), "{told:#?}");
    assert!(told.iter().any(|one| one["text"].as_str().unwrap().contains("（演练）工作通报")));
    room.kill();
    let room = Rehearsal::start(&folder);
    room.does("say", json!({ "user": liaison, "text": "/my" })).await;
    room.hears(liaison, "6 小升规：3家").await;
    room.kill();

    // The original has not moved, and nobody real was written to.
    assert_eq!(std::fs::read(&backup).unwrap(), original);
    assert_eq!(world.chats.count("sendMessage"), sent);
    let mut work = world.store.begin().await.unwrap();
    let real = work.snapshot(&world.plan, &Needs::everything()).await.unwrap();
    drop(work);
    let six = world.plan.indicator_named("小升规").unwrap();
    let unit = world.plan.unit_named("兰江街道").unwrap();
    assert_eq!(real.total(unit, six).map(|total| total.0), Some(2));
    world.close().await;

    let again = folder.to_str().unwrap();
    let refused = run(&["rehearse", "--port", "0", "--data", again, "--from", from[1]]);
    assert!(errors(&refused).contains("里已有演练数据"), "{}", errors(&refused));
    let empty = data.path().join("other");
    std::fs::write(data.path().join("no.db"), "no database").unwrap();
    let no_backup = data.path().join("no.db");
    let (empty, no_backup) = (empty.to_str().unwrap(), no_backup.to_str().unwrap());
    let refused = run(&["rehearse", "--port", "0", "--data", empty, "--from", no_backup]);
    assert!(errors(&refused).contains("不是完好的备份"), "{}", errors(&refused));
    // A live database is not taken for a rehearsal's.
    let mistaken = data.path().join("mistaken");
    std::fs::create_dir(&mistaken).unwrap();
    std::fs::copy(&backup, mistaken.join("rehearsal.db")).unwrap();
    let refused = run(&["rehearse", "--port", "0", "--data", mistaken.to_str().unwrap()]);
    assert!(errors(&refused).contains("不是演练数据库"), "{}", errors(&refused));
}
