//! Levels: a county's totals are its figures in the city, as they stand, and never typed there.

use std::sync::Arc;

use liaison_bot::conversation::{Needs, Role};
use liaison_bot::plan::Plan;
use liaison_bot::rehearsal::UserId;

use super::three;
use crate::databases::{Database, on_both};
use crate::world::World;

/// A liaison of each unit of the counties that reports.
async fn counties(world: &World) -> Vec<(&'static str, UserId)> {
    let plans = three();
    let units = [
        (1, "甲东镇"),
        (1, "甲西镇"),
        (1, "甲南乡"),
        (1, "甲江县经信局"),
        (2, "乙北镇"),
        (2, "乙中镇"),
        (2, "乙岭乡"),
        (2, "乙山县经信局"),
    ];
    let mut all = Vec::new();
    for (plan, unit) in units {
        let user = world.bound_in(&plans[plan], Role::Liaison, Some(unit)).await.user;
        all.push((unit, user));
    }
    all
}

async fn say(world: &World, all: &[(&str, UserId)], unit: &str, text: &str) {
    let (_, user) = all.iter().find(|(name, _)| *name == unit).unwrap();
    let answer = world.person(*user).says(text).await;
    assert!(answer.contains("已收到") || answer.contains("✅"), "{answer}");
}

/// What is in force in the city of a county's figure, in base units.
async fn rolled(world: &World, city: &Plan, county: &str, indicator: &str) -> Option<i64> {
    let mut work = world.store.begin().await.unwrap();
    let snapshot = work.snapshot(city, &Needs::everything()).await.unwrap();
    let cell = (city.unit_named(county).unwrap(), city.indicator_named(indicator).unwrap());
    snapshot.total(cell.0, cell.1).map(|total| total.0)
}

on_both! {
    async fn a_countys_totals_are_its_figures_in_the_city(db: Database) {
        let mut world = World::open_plans(&db.url, three()).await;
        let city = three()[0].clone();
        let all = counties(&world).await;
        let office = world.bound_in(&city, Role::Office, None).await.user;
        let jiajiang = world.bound_in(&city, Role::Liaison, Some("甲江县")).await.user;
        say(&world, &all, "甲东镇", "小微企业 12，小升规 2").await;
        say(&world, &all, "甲西镇", "小微企业 8，小升规 1").await;
        say(&world, &all, "甲江县经信局", "企业园 1").await;
        // Numbered otherwise there, and the same here.
        say(&world, &all, "乙北镇", "小升规 3，小微企业 20").await;
        assert_eq!(rolled(&world, &city, "甲江县", "小微企业").await, Some(20));
        assert_eq!(rolled(&world, &city, "甲江县", "小升规").await, Some(3));
        assert_eq!(rolled(&world, &city, "乙山县", "小升规").await, Some(3));
        assert_eq!(rolled(&world, &city, "乙山县", "企业园").await, None, "nobody reported it");

        // A county is complete once all of its units are; until then what there is counts.
        let city_office = world.person(office);
        insta::assert_snapshot!(city_office.says("/unit 甲江县").await, @"
        甲江县 截至6月17日
        🔴 得分27.8，全部单位第1，县组第1；平均完成比序时进度48.6%慢20.9个百分点
        🔴 1 小微企业：20家 / 60家 33.3%（由下级汇总，其中1个单位未报）（每周需增1家）
        🔴 2 小升规：3家 / 12家 25.0%（由下级汇总，其中1个单位未报）（每周需增1家）
        🔴 3 企业园：1个 / 4个 25.0%（由下级汇总）（每周需增1个）
        2019年第25周未报2项。
        ");
        insta::assert_snapshot!(city_office.says("/missing").await, @"
        2019年第25周未报情况（6月20日17:00截止）
        应报3个单位，已报齐0个，未报齐3个：
        甲江县：缺2项（由下级汇总，其中1个单位未报）
        乙山县：缺3项（由下级汇总，其中3个单位未报）
        示例开发区：缺3项（尚未报送）（联络员未绑定或已停用）
        ");
        insta::assert_snapshot!(city_office.says("/audit 甲江县 小升规").await,
            @"这项数据由下级汇总得出，历次报送和审核请在下级计划中查看。");
        let rank = city_office.says("/rank").await;
        assert!(rank.contains("甲江县") && rank.contains("乙山县"), "{rank}");

        // Nothing of it is typed in the city.
        insta::assert_snapshot!(city_office.says("代报 甲江县 小升规 9").await, @"
        没有存入数据 甲江县 2019年第25周

        ❓ 2 小升规由“甲江县·小微企业成长计划”的数据汇总得出，不用填报，没有存入；如有不符，请在该计划中更正

        本期还缺2项，详见 /my
        ");
        let liaison = world.person(jiajiang);
        insta::assert_snapshot!(liaison.says("小升规 9").await, @"
        没有存入数据 甲江县 2019年第25周

        ❓ 2 小升规由“甲江县·小微企业成长计划”的数据汇总得出，不用填报，没有存入；如有不符，请在该计划中更正

        本期还缺2项，详见 /my
        ");
        insta::assert_snapshot!(liaison.says("/report").await, @"本单位的数据由下级汇总得出，不用填报，可用 /my 查看。");
        insta::assert_snapshot!(liaison.says("/template").await, @"本单位的数据由下级汇总得出，不用填报，可用 /my 查看。");
        insta::assert_snapshot!(liaison.says("/my").await, @"
        甲江县 2019年第25周（6月20日17:00截止）
        ⬜ 1 小微企业：20家 / 60家 33.3%（由下级汇总，其中1个单位未报）（每周需增1家）
        ⬜ 2 小升规：3家 / 12家 25.0%（由下级汇总，其中1个单位未报）（每周需增1家）
        ✅ 3 企业园：1个 / 4个 25.0%（由下级汇总）（每周需增1个）
        🔴 得分27.8，全部单位第1，县组第1；序时进度48.6%
        本期还缺2项（⬜）。
        ");
        assert_eq!(rolled(&world, &city, "甲江县", "小升规").await, Some(3));
        // The city sees the county, not its units.
        let unit = city_office.says("/unit 甲东镇").await;
        assert!(!unit.contains("12家"), "{unit}");

        // An undo there is an undo here; a restart changes nothing.
        let (_, user) = all[1];
        world.person(user).says("撤回").await;
        world.restart().await;
        assert_eq!(rolled(&world, &city, "甲江县", "小微企业").await, Some(12));
        say(&world, &all, "甲西镇", "小微企业 8，小升规 1").await;
        say(&world, &all, "甲南乡", "小微企业 3，小升规 0").await;
        let missing = world.person(office).says("/missing").await;
        assert!(!missing.contains("甲江县") && missing.contains("乙山县"), "{missing}");
        let figures = world.store.all_figures(&city).await.unwrap();
        let of: Vec<String> = figures
            .iter()
            .map(|one| format!("{} {} {} {}", one.unit, one.name, one.total, one.rolled_up_from))
            .collect();
        insta::assert_snapshot!(of.join("\n"), @"
        甲江县 小微企业 23 甲江县·小微企业成长计划
        甲江县 小升规 3 甲江县·小微企业成长计划
        甲江县 企业园 1 甲江县·小微企业成长计划
        乙山县 小微企业 20 乙山县·小微企业成长计划
        乙山县 小升规 3 乙山县·小微企业成长计划
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_city_reminds_ranks_and_corrects_by_what_is_rolled_up(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        let city = three()[0].clone();
        let all = counties(&world).await;
        let office = world.bound_in(&city, Role::Office, None).await;
        let group = world.group("市领导小组", "领导小组", &office).await;
        let jiajiang = world.bound_in(&city, Role::Liaison, Some("甲江县")).await.user;
        let zone = world.bound_in(&city, Role::Liaison, Some("示例开发区")).await;
        zone.says("小微企业 30，小升规 4，企业园 2").await;
        say(&world, &all, "甲东镇", "小微企业 12，小升规 2").await;
        say(&world, &all, "甲西镇", "小微企业 8，小升规 1").await;
        say(&world, &all, "甲江县经信局", "企业园 1").await;
        for unit in ["乙北镇", "乙中镇", "乙岭乡"] {
            say(&world, &all, unit, "小升规 1，小微企业 10").await;
        }
        say(&world, &all, "乙山县经信局", "企业园 1").await;
        world.read(jiajiang);
        world.read(office.user);
        world.at("2019-06-20 09:00").await;
        insta::assert_snapshot!(world.read(jiajiang), @"
        【今日截止】6月20日
        甲江县：2019年第25周数据今天17:00截止，还缺2项（共3项）。
        未报：1 小微企业、2 小升规
        以上由下级汇总，1个单位未报，请督促报送。
        ");
        world.at("2019-06-21 09:00").await;
        insta::assert_snapshot!(world.read(group), @"
        2019年第25周数据报送情况（6月21日）
        本期6月20日17:00截止，应报3个单位，已报齐2个。
        未报齐1个：甲江县（2项，下级1个单位未报）。
        请未报齐单位今日内补报。
        ");
        world.at("2019-06-21 16:00").await;
        let bulletin = world.read(group);
        insta::assert_snapshot!(bulletin.split("――――").next().unwrap_or_default().trim_end(), @"
        小微企业成长计划工作通报
        2019年第25期
        市成长计划领导小组办公室 2019年6月21日
        主送：市成长计划领导小组各成员

        一、总体情况
        截至6月21日，序时进度49.0%。各单位平均完成44.3%，比序时进度慢4.7个百分点。全市3项指标中，达到序时进度1项。
        1 小微企业：80家 / 150家，53.3% 达进度
        2 小升规：10家 / 30家，33.3% 欠进度
        3 企业园：4个 / 10个，40.0% 欠进度

        二、单位排名（名次 单位 得分 较上期）
        1. 🟢 示例开发区 63.9（开发区第1）
        2. 🟡 乙山县 41.1（县第1）
        3. 🔴 甲江县 27.8（县第2） 未报2项

        县：前1位乙山县；后1位甲江县。

        三、存在问题
        未按时报齐的单位：甲江县（2项，下级1个单位未报）。
        红灯单位：甲江县。

        四、下步要求
        请未报单位尽快补报。
        请红灯单位分析原因，加快进度。
        下期（2019年第26周）数据请于6月27日17:00前报送。

        得分为各指标完成率（单项最高计120%）的平均值；🟢达到序时进度 🟡达到其80% 🔴不足其80%。未报按0计。甲江县、乙山县的数据由下级汇总。
        ");

        // The workbook marks the same figures, and says whose they are.
        let (name, bytes) = world.last_file(group);
        assert!(name.contains(".xlsx"), "{name}");
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(&bytes)).unwrap();
        let annex = calamine::Reader::worksheet_range(&mut book, "任务分解表").unwrap();
        let notes: Vec<String> = annex
            .rows()
            .filter_map(|row| row.first().map(ToString::to_string))
            .filter(|text| text.contains("汇总"))
            .collect();
        insta::assert_snapshot!(notes.join("\n"), @"标*的数由下级计划汇总得出，不由本级填报：甲江县、乙山县。");
        let mut parts = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let mut styles = String::new();
        std::io::Read::read_to_string(&mut parts.by_name("xl/styles.xml").unwrap(), &mut styles)
            .unwrap();
        assert!(styles.contains("#,##0&quot;*&quot;"), "{styles}");

        // What comes late for that week changes no bulletin that is out, and a correction has it.
        world.at("2019-06-24 09:00").await;
        say(&world, &all, "甲南乡", "上周 小微企业 5，小升规 1").await;
        let again = office.says("/bulletin 25").await;
        assert!(again.contains("甲江县 27.8"), "{again}");
        office.says("/correct 25 甲南乡补报").await;
        world.at("2019-06-24 09:05").await;
        let draft = world.read(office.user);
        assert!(draft.contains("小微企业：20家 更正为 25家"), "{draft}");
        world.close().await;
    }
}

on_both! {
    async fn a_year_counts_what_is_rolled_up_as_in_time_or_late(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        let city = three()[0].clone();
        let all = counties(&world).await;
        for unit in ["甲东镇", "甲西镇", "甲南乡"] {
            say(&world, &all, unit, "小微企业 4，小升规 1").await;
        }
        for unit in ["乙北镇", "乙中镇"] {
            say(&world, &all, unit, "小微企业 4，小升规 1").await;
        }
        // After the city's deadline, Thursday 17:00.
        world.at("2019-06-20 18:00").await;
        say(&world, &all, "乙岭乡", "小微企业 4，小升规 1").await;
        let mut work = world.store.begin().await.unwrap();
        let book = work.year(&city, 2019).await.unwrap().unwrap();
        drop(work);
        let period = "2019-W25".parse().unwrap();
        let came = |county: &str, name: &str| {
            let unit = city.unit_named(county).unwrap();
            let id = city.indicator_named(name).unwrap();
            book.receipts.get(&(unit, id, period)).copied()
        };
        assert_eq!(came("甲江县", "小微企业"), Some(true));
        assert_eq!(came("乙山县", "小微企业"), Some(false), "complete, and late");
        assert_eq!(came("乙山县", "企业园"), None, "never complete");
        let unit = city.unit_named("乙山县").unwrap();
        let id = city.indicator_named("小升规").unwrap();
        let figure = book.figures[&(unit, id)].in_force.unwrap();
        assert_eq!(figure.total.0, 3);
        world.close().await;
    }
}

/// A folder of the example with changes of `plan.toml`.
fn folder(name: &str, changes: &[(&str, &str)]) -> Plan {
    let dir = format!("{}/seeds/example-city/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut folder = liaison_bot::cli::check_plan::read_folder(dir.as_ref()).unwrap();
    for (from, to) in changes {
        assert!(folder.plan_toml.contains(from), "{from}");
        folder.plan_toml = folder.plan_toml.replace(from, to);
    }
    folder.load().unwrap()
}

on_both! {
    async fn what_counts_is_the_countys_rule_and_a_third_level_adds_up(db: Database) {
        let reviewed = ("counts = \"reviewed\"", "counts = \"reported\"");
        let jiajiang = Arc::new(folder("jiajiang", &[(reviewed.1, reviewed.0)]));
        let yishan = Arc::new(folder("yishan", &[]));
        let city = folder("city", &[]).with_levels(&[jiajiang.clone(), yishan.clone()]).unwrap();
        let city = Arc::new(city);
        let plans = vec![city.clone(), jiajiang.clone(), yishan];
        let world = World::open_plans(&db.url, plans).await;
        let office = world.bound_in(&jiajiang, Role::Office, None).await;
        let jiadong = world.bound_in(&jiajiang, Role::Liaison, Some("甲东镇")).await;
        let zone = world.bound_in(&city, Role::Liaison, Some("示例开发区")).await;
        jiadong.says("小升规 2").await;
        zone.says("小升规 4").await;
        // Reported is not reviewed: it is there, and does not count yet.
        assert_eq!(rolled(&world, &city, "甲江县", "小升规").await, None);
        office.says("/review 小升规").await;
        office.presses("全部通过（1）").await;
        assert_eq!(rolled(&world, &city, "甲江县", "小升规").await, Some(2));
        // A province above the city has the county's figure in the city's total.
        let above = [
            ("id = \"example-city\"", "id = \"example-province\""),
            ("plan = \"../jiajiang\"", "plan = \"../city\""),
            ("unit = \"乙山县\"", "unit = \"示例开发区\""),
        ];
        let other = Arc::new(folder("yishan", &[("id = \"example-yishan\"", "id = \"other\"")]));
        let province = folder("city", &above).with_levels(&[city.clone(), other]).unwrap();
        assert_eq!(rolled(&world, &province, "甲江县", "小升规").await, Some(6));
        assert_eq!(rolled(&world, &province, "示例开发区", "小升规").await, None);
        world.close().await;
    }
}

on_both! {
    async fn what_a_county_lacks_is_asked_for_below(db: Database) {
        let world = World::open_plans(&db.url, three()).await;
        let city = three()[0].clone();
        let all = counties(&world).await;
        let office = world.bound_in(&city, Role::Office, None).await;
        let liaison = world.bound_in(&city, Role::Liaison, Some("甲江县")).await;
        say(&world, &all, "甲东镇", "小微企业 12，小升规 2").await;
        insta::assert_snapshot!(office.says("/missing").await, @"
        2019年第25周未报情况（6月20日17:00截止）
        应报3个单位，已报齐0个，未报齐3个：
        甲江县：缺3项（由下级汇总，其中3个单位未报）
        乙山县：缺3项（尚未报送）（由下级汇总，其中4个单位未报）
        示例开发区：缺3项（尚未报送）（联络员未绑定或已停用）
        ");
        insta::assert_snapshot!(office.says("佐证 甲江县 小升规 名单").await, @"这项数据由“甲江县·小微企业成长计划”汇总得出，佐证请附在该计划的上报上。");
        insta::assert_snapshot!(liaison.says("佐证 小升规 名单").await, @"这项数据由“甲江县·小微企业成长计划”汇总得出，佐证请附在该计划的上报上。");
        world.at("2019-06-21 09:00").await;
        world.read(liaison.user);
        world.at("2019-06-24 09:30").await;
        insta::assert_snapshot!(world.read(liaison.user), @"
        【逾期未报】甲江县：2019年第25周数据已逾期2个工作日，还缺3项。
        未报：1 小微企业、2 小升规、3 企业园
        以上由下级汇总，3个单位未报，请督促今日内报齐。
        市成长计划领导小组办公室
        ");
        world.close().await;
    }
}
