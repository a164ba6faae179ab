//! Counties of 200 units: lists are turned page by page, and nothing is longer than Telegram takes; and of more
//! units than a statement takes.

#[path = "../../src/progress/synthetic.rs"]
mod synthetic;

use std::collections::BTreeSet;
use std::sync::Arc;

use liaison_bot::conversation::{Account, Effects, Needs, Role, UserId};
use liaison_bot::plan::{Plan, PlanFolder};
use liaison_bot::store::Store;
use liaison_bot::texts::Language;

use crate::databases::{Database, on_both};
use crate::world::World;

/// The most characters of a message and of a caption (Bot API).
const LONGEST: (usize, usize) = (4096, 1024);

fn plan() -> Arc<Plan> {
    let targets: Vec<Vec<i64>> = (0..200).map(|unit| vec![10 + unit, 20]).collect();
    let [plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv] =
        synthetic::folder(&targets, &[1, 1]);
    let job = "jobs = [{ name = \"b\", title = \"b\", kind = \"bulletin\", cron = \"0 0 16 * * *\", \
               working_days_from_deadline = 1, grace = \"48h\" }]";
    let plan_toml = plan_toml.replace("jobs = []", job);
    // Names as long as they come.
    let units_csv = units_csv.replace(",Unit ", ",某某某某经济技术开发区管理委员会第一办事处");
    let folder = PlanFolder { plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv };
    Arc::new(folder.load().unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

on_both! {
    async fn two_hundred_units_are_turned_page_by_page(db: Database) {
        let plan = plan();
        let world = World::open_with(&db.url, plan.clone()).await;
        world.at("2021-02-15 10:00").await;
        let (office, leader) = (world.office().await, world.leader().await);
        let group = world.group("领导小组", "领导小组", &office).await;
        for command in ["/rank", "/rank A", "/rank 1"] {
            let mut page = leader.says(command).await;
            let mut seen = BTreeSet::new();
            loop {
                assert!(length(&page) <= LONGEST.0, "{command}: {}", length(&page));
                for (_, unit) in plan.units() {
                    // The name and a space: 办事处1 is no 办事处11.
                    if page.contains(&format!("{} ", unit.name)) {
                        assert!(seen.insert(unit.name.clone()), "{command}: {} twice", unit.name);
                    }
                }
                if !page.contains("[下一页]") {
                    break;
                }
                page = leader.presses("下一页").await;
            }
            let wanted = if command == "/rank A" { 100 } else { 200 };
            assert_eq!(seen.len(), wanted, "{command}");
            assert!(page.contains("[上一页]"), "{command}: {page}");
        }
        // The bulletin of all of them, and everything else that is long.
        world.at("2021-02-19 16:00").await;
        for command in ["/missing", "/who", "/unit u7", "/why u7", "/bulletin"] {
            office.says(command).await;
        }
        let mut pictures = 0;
        for chat in [group, office.user.into(), leader.user.into()] {
            for message in world.chats.messages(chat) {
                let most = if message.file.is_some() { LONGEST.1 } else { LONGEST.0 };
                assert!(length(&message.text) <= most, "{}", message.text);
                pictures += usize::from(message.file.is_some());
            }
        }
        assert!(pictures >= 4, "the bulletin has its picture and workbook, twice");
        world.close().await;
    }
}

/// More units than a statement takes parameters, each with a liaison: what a job loads.
const NATION: usize = 33_000;

on_both! {
    async fn everything_of_a_nation_is_loaded_at_once(db: Database) {
        let targets: Vec<Vec<i64>> = vec![vec![10]; NATION];
        let [plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv] =
            synthetic::folder(&targets, &[1]);
        let folder = PlanFolder { plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv };
        let plan = folder.load().unwrap_or_else(|problems| panic!("{problems:#?}"));
        let now = "2021-02-15T02:00:00Z".parse().unwrap();
        let units = plan.units().map(|(id, _)| id).zip(1..);
        let accounts = units.map(|(unit, user)| Account {
            user: UserId(user),
            name: format!("联络员{user}"),
            role: Role::Liaison,
            unit: Some(unit),
            language: Language::default(),
            bound_at: now,
            blocked_at: None,
        });
        let effects = Effects { accounts: accounts.collect(), ..Effects::default() };
        assert!(effects.accounts.len() >= NATION);
        let store = Store::open(&db.url).await.unwrap();
        let mut work = store.begin().await.unwrap();
        work.save(&plan, &effects, &[], &[], now).await.unwrap();
        let all = work.snapshot(&plan, &Needs::everything()).await.unwrap();
        assert_eq!(all.accounts.len(), effects.accounts.len());
        work.commit().await.unwrap();
        store.close().await;
    }
}
