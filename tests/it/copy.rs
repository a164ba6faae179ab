//! From SQLite to PostgreSQL: everything arrives, the bot goes on there, and nothing is overwritten.

use liaison_bot::conversation::{ChatId, Effects, Outgoing, Priority, What};

use crate::command_line::{answer, errors, run, says_in_one_line};
use crate::databases;
use crate::world::World;

#[test]
fn a_county_moves_to_postgres_and_goes_on() {
    databases::run(async {
        let Some(target) = databases::postgres().await else { return };
        let source = databases::sqlite();
        let world = World::open(&source.url).await;
        let office = world.office().await;
        world.group("领导小组", "领导小组", &office).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2，小微企业120").await;
        liaison.says("小升规+1").await;
        world.at("2019-06-21 16:00").await;
        let stored = world.store.all_submissions(&world.plan).await.unwrap();
        let figures = world.store.all_figures(&world.plan).await.unwrap();
        let runs = world.store.latest_runs(&world.plan, 100).await.unwrap();

        // Not while the bot runs.
        let arguments = ["copy-to", &target.url, "--database", &source.url];
        says_in_one_line(&run(&arguments), &["another liaison-bot", "stop it first"]);
        world.close().await;
        let output = run(&arguments);
        assert!(output.status.success(), "{}", errors(&output));
        let told = answer(&output);
        assert!(told.contains("核对行数和哈希一致"), "{told}");
        let line = |table: &str, rows: &str| {
            told.lines()
                .any(|line| line.split_whitespace().collect::<Vec<_>>()[..2] == [table, rows])
        };
        assert!(line("submission", "3") && line("report", "2") && line("bulletin", "1"), "{told}");

        // All of it is there, and it goes on from there.
        let store = liaison_bot::store::Store::open(&target.url).await.unwrap();
        let plan = crate::world::plan();
        assert_eq!(store.all_submissions(&plan).await.unwrap(), stored);
        assert_eq!(store.all_figures(&plan).await.unwrap(), figures);
        assert_eq!(store.latest_runs(&plan, 100).await.unwrap(), runs);
        let what = What::Send { html: "您好".to_owned(), buttons: vec![], reply_to: None };
        let (key, chat, about) = ("new".to_owned(), ChatId(1), None);
        let outbox = vec![Outgoing { key, chat, what, priority: Priority::Reply, about }];
        let effects = Effects { outbox, ..Effects::default() };
        let mut work = store.begin().await.unwrap();
        work.save(&plan, &effects, &[], &[], liaison_bot::clock::Clock::system().now())
            .await
            .unwrap();
        work.commit().await.unwrap();
        assert_eq!(store.queued_count(&plan).await.unwrap(), 1, "new rows find their numbers");

        // Nothing is overwritten, and it goes in one direction only.
        says_in_one_line(&run(&arguments), &["copy-to", "空的数据库"][1..]);
        let back = ["copy-to", &source.url, "--database", &target.url];
        says_in_one_line(&run(&back), &["--database sqlite:PATH"]);
        let nowhere = ["copy-to", &target.url, "--database", "sqlite:/nowhere/x.db"];
        says_in_one_line(&run(&nowhere), &["/nowhere/x.db"]);
    });
}
