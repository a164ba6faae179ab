//! What an operator gets out of a database besides figures: evidence, flags, the audit log, and whether the
//! history is as it was written.

use sqlx::Connection;

use crate::command_line::{answer, errors, run};
use crate::databases;
use crate::world::World;

/// A column of a table, without its head.
fn column(table: &str, number: usize) -> Vec<String> {
    let mut rows = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    rows.records().map(|row| row.unwrap()[number].to_owned()).collect()
}

/// What `doctor` says of the log and of figures made anew, but for the log's head.
fn of_history(told: &str) -> String {
    let about = |line: &&str| line.contains("审计记录") || line.contains("当前数");
    let lines = told.lines().filter(about).map(|line| match line.split_once("末行 ") {
        Some((before, after)) => format!("{before}末行 …{}", &after[16..]),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_flags_and_the_log_are_tables_and_doctor_looks_through_them() {
    let db = databases::sqlite();
    let world = World::open(&db.url).await;
    let (office, liaison) = (world.office().await, world.liaison("兰江街道").await);
    liaison.says("小升规2").await;
    liaison.presses("撤回").await;
    liaison.says("小升规3").await;
    // Evidence and flags, and the names of files beside the submissions.
    liaison.sends_photo("", Some(liaison.heard("3家"))).await;
    office.says("/flag 兰江 小升规 注销1家 =证照注销").await;
    let table = |what: &str| answer(&run(&["export", "--what", what, "--database", &db.url]));
    let (submissions, evidence, flags) = (table("submissions"), table("evidence"), table("flags"));
    let photo = column(&evidence, 3).remove(0);
    assert!(photo.contains(".jpg"), "{evidence}");
    assert_eq!(column(&evidence, 4)[0].len(), 64, "{evidence}");
    assert_eq!(column(&submissions, 13), ["", "", photo.as_str()]);
    assert_eq!((column(&flags, 2), column(&flags, 3)), (vec!["注销".into()], vec!["1".into()]));
    assert_eq!(column(&flags, 6), ["'=证照注销"]);
    // The audit log as a table, and what doctor says of it and of the figures.
    let audit = answer(&run(&["audit", "--database", &db.url]));
    let acts = column(&audit, 3);
    for act in ["bind", "withdraw", "evidence", "flag"] {
        assert!(acts.iter().any(|one| one == act), "{act}: {acts:?}");
    }
    let json = answer(&run(&["audit", "--format", "json", "--database", &db.url]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.as_array().unwrap().len(), acts.len());
    let told = answer(&run(&["doctor", "--rebuild", "--database", &db.url]));
    insta::assert_snapshot!(of_history(&told), @"
    ✓ 审计记录 / audit log: 5 行，逐行相扣，末行 … / rows, an unbroken chain; its head
    ✓ 当前数 / figures: 由报送记录重算 1 个当前数，全部相符 / figures made anew, all alike
    ");
    let mut raw = sqlx::SqliteConnection::connect(&db.url).await.unwrap();
    sqlx::query("drop trigger audit_no_update").execute(&mut raw).await.unwrap();
    sqlx::query("update audit set subject = 'x' where id = 2").execute(&mut raw).await.unwrap();
    sqlx::query("update figure set total = 4").execute(&mut raw).await.unwrap();
    let output = run(&["audit", "--database", &db.url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("第 2 行"), "{}", errors(&output));
    let output = run(&["doctor", "--rebuild", "--database", &db.url]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(of_history(&answer(&output)), @"
    ✗ 审计记录 / audit log: 审计记录第 2 行与写入时不符，有人动过数据库；请查明，并与备份比对 / row 2 of the audit log is not as it was written: somebody changed the database; find out what, and compare with a backup
    ✗ 当前数 / figures: 1 个当前数与报送记录不符（兰江街道小升规 4 ≠ 3），有人动过数据库；请停用机器人并从备份恢复 / figures differ from their history: somebody changed the database; stop the bot and restore a backup
    ");
    world.close().await;
}
