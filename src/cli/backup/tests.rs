//! The daily copies, on a clock that the test sets.

use std::time::Duration;

use super::*;

/// Waits until the folder holds these files.
async fn holds(folder: &Path, wanted: &[&str]) {
    let names = || {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let there = async {
        while names() != wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), there).await;
    assert!(in_time.is_ok(), "{:?} should be {wanted:?}", names());
}

#[tokio::test]
async fn a_copy_a_day_and_the_last_ones_are_kept() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("backups");
    let database = format!("sqlite:{}", data.path().join("liaison.db").display());
    let store = Store::open(&database).await.unwrap();
    // 08:30 in the plan's zone: the copy of 03:00 is made up.
    let clock = Clock::stopped_at("2019-06-17T00:30:00Z".parse().unwrap());
    let args = BackupArgs { keep: 2, at: NaiveTime::from_hms_opt(3, 0, 0).unwrap(), dir: None };
    let zone = chrono_tz::Asia::Shanghai;
    let daily = || Daily::new(store.clone(), clock.clone(), zone, &database, &args).unwrap();
    let running = tokio::spawn(daily().run());
    holds(&folder, &["liaison-2019-06-17.db"]).await;
    std::fs::write(folder.join("liaison-before-the-move.db"), "mine").unwrap();
    let mine = "liaison-before-the-move.db";
    // Before three o'clock the day's copy is not due.
    clock.set("2019-06-17T18:59:00Z".parse().unwrap());
    clock.set("2019-06-17T19:00:00Z".parse().unwrap());
    holds(&folder, &["liaison-2019-06-17.db", "liaison-2019-06-18.db", mine]).await;
    clock.set("2019-06-18T19:00:00Z".parse().unwrap());
    holds(&folder, &["liaison-2019-06-18.db", "liaison-2019-06-19.db", mine]).await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());

    // A restart on the same day makes no second copy, and leaves the first as it is.
    let first =
        std::fs::metadata(folder.join("liaison-2019-06-19.db")).unwrap().modified().unwrap();
    let running = tokio::spawn(daily().run());
    clock.set("2019-06-19T19:00:00Z".parse().unwrap());
    holds(&folder, &["liaison-2019-06-19.db", "liaison-2019-06-20.db", mine]).await;
    let again =
        std::fs::metadata(folder.join("liaison-2019-06-19.db")).unwrap().modified().unwrap();
    assert_eq!(first, again);
    running.abort();
}

#[tokio::test]
async fn a_failure_is_made_good_in_an_hour() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("backups");
    std::fs::write(&folder, "a file where the folder should be").unwrap();
    let database = format!("sqlite:{}", data.path().join("liaison.db").display());
    let store = Store::open(&database).await.unwrap();
    let clock = Clock::stopped_at("2019-06-17T00:30:00Z".parse().unwrap());
    let daily = Daily {
        store,
        clock: clock.clone(),
        zone: chrono_tz::Asia::Shanghai,
        at: NaiveTime::from_hms_opt(3, 0, 0).unwrap(),
        keep: 7,
        folder: folder.clone(),
        name: "liaison".to_owned(),
    };
    let failed = daily.make("2019-06-17".parse().unwrap()).await.unwrap_err().to_string();
    assert!(failed.contains("backups") && failed.contains("磁盘空间"), "{failed}");
    assert_eq!(failed.lines().count(), 1);
    let running = tokio::spawn(daily.run());
    std::fs::remove_file(&folder).unwrap();
    clock.set("2019-06-17T01:31:00Z".parse().unwrap());
    holds(&folder, &["liaison-2019-06-17.db"]).await;
    running.abort();
}

#[test]
fn a_time_of_day_is_told_by_an_example() {
    assert_eq!(time_of_day(" 3:05 ").unwrap().to_string(), "03:05:00");
    assert!(time_of_day("25:00").unwrap_err().contains("03:00"));
}

#[tokio::test]
async fn postgres_is_backed_up_by_its_own_command() {
    let url = "postgres://bot:s3cret@db:5432/lanxi?sslmode=require";
    let said = run(url, Path::new("it's mine.dump")).await.unwrap_err().to_string();
    let command = r"pg_dump --format=custom --file='it'\''s mine.dump' 'postgres://bot@db:5432/lanxi?sslmode=require'";
    assert!(said.ends_with(command), "{said}");
    let said = restore(url, Path::new("mine.dump")).await.unwrap_err().to_string();
    let command = "--dbname='postgres://bot@db:5432/lanxi?sslmode=require' 'mine.dump'";
    assert!(said.contains("pg_restore") && said.ends_with(command), "{said}");
}
