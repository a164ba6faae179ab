//! Materials: taken for the open item, tracked, reminded, read, returned, handed out as one ZIP.

use std::io::{Cursor, Read};

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

/// The names and contents of a ZIP.
fn unzipped(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut contents = Vec::new();
        file.read_to_end(&mut contents).unwrap();
        files.push((file.name().unwrap().into_owned(), contents));
    }
    files
}

on_both! {
    async fn a_quarters_summaries(db: Database) {
        let mut world = World::open(&db.url).await;
        let office_user = world.office().await.user;
        let user = world.liaison("兰江街道").await.user;
        let other = world.liaison("云山街道").await.user;
        world.at("2019-07-08 09:00").await;
        world.read(user);
        world.at("2019-07-08 09:30").await;
        assert_snapshot!(world.read(user), @"
        【材料报送】兰江街道：2019年第2季度季度工作总结7月10日17:00截止，请按时报送。
        直接把文件、照片或文字发给我即可，文件名或正文写明“季度工作总结”。
        ");
        {
            let (lan, yun) = (world.person(user), world.person(other));
            assert_snapshot!(lan.says("/materials").await, @"
            2019年第2季度季度工作总结（7月10日17:00截止）
            ⬜ 未报

            2018年度年度工作总结（1月15日17:00截止，已截止）
            ⬜ 未报

            直接把文件、照片或文字发给我即可。
            ");
            // Named by its title: taken. By 工作总结 only: it could be the year's.
            assert_snapshot!(lan.sends_file("../二季度季度工作总结.docx", b"PK one").await, @"
            ✅ 已收到 兰江街道 2019年第2季度 季度工作总结
            文件：二季度季度工作总结.docx
            需要更换时，重新发送即可。
            ");
            assert_snapshot!(yun.sends_file("工作总结.pdf", b"%PDF two").await, @"
            收到文件“工作总结.pdf”，请问是哪一份材料？
            [2019年第2季度 季度工作总结]
            [2018年度 年度工作总结]
            [不是材料]
            ");
            assert_snapshot!(yun.presses("2019年第2季度 季度工作总结").await, @"
            (已完成)
            ✅ 已收到 云山街道 2019年第2季度 季度工作总结
            文件：工作总结.pdf
            需要更换时，重新发送即可。
            ");
            // What cannot be one is what it was before.
            let exe = lan.sends_file("工作总结.exe", b"MZ").await;
            assert!(!exe.contains("已收到"), "{exe}");
        }
        world.restart().await;
        let (office, lan) = (world.person(office_user), world.person(user));
        assert_snapshot!(office.says("/materials").await, @"
        2019年第2季度季度工作总结（7月10日17:00截止）
        应报17个单位，已报2个。
        未报15个：兰溪经济开发区、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡

        2018年度年度工作总结（1月15日17:00截止，已截止）
        应报22个单位，已报0个。
        未报22个：兰溪经济开发区、兰江街道、云山街道、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡、市经信局、市科技局、市质监局、市金融办、市税务局

        查看并打包下载一期：/materials 2019Q2（季度）、/materials 2019（年度）
        ");
        assert_snapshot!(office.says("/materials 2019Q2").await, @"
        2019年第2季度季度工作总结（7月10日17:00截止）
        应报17个单位，已报2个。
        ✅ 兰江街道：二季度季度工作总结.docx（7月8日09:30）
        ✅ 云山街道：工作总结.pdf（7月8日09:30）
        未报15个：兰溪经济开发区、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡

        点单位名查看原件，可退回。
        [兰江] [云山]
        ――――
        📎 材料汇总-2019Q2.zip
        ");
        let (name, zip) = office.last_file();
        assert_eq!(name, "材料汇总-2019Q2.zip");
        assert_eq!(unzipped(&zip), [
            ("01_兰江街道_季度工作总结_2019Q2.docx".to_owned(), b"PK one".to_vec()),
            ("02_云山街道_季度工作总结_2019Q2.pdf".to_owned(), b"%PDF two".to_vec()),
        ]);
        // Read, returned, sent again.
        office.presses("兰江").await;
        assert_eq!(office.last_file(), ("二季度季度工作总结.docx".to_owned(), b"PK one".to_vec()));
        office.presses("退回").await;
        assert_snapshot!(office.says("缺下一步打算").await, @"已退回兰江街道2019年第2季度季度工作总结，并已通知联络员。原因：缺下一步打算");
        assert_snapshot!(world.read(user), @"
        【材料退回】兰江街道：2019年第2季度季度工作总结已退回，请修改后重新发送。
        原因：缺下一步打算
        ");
        let text = format!("兰江街道季度工作总结：{}", "本季度我街道扎实推进小微企业培育工作，成效明显。".repeat(3));
        assert_snapshot!(lan.says(&text).await, @"
        ✅ 已收到 兰江街道 2019年第2季度 季度工作总结
        文件：季度工作总结.txt
        需要更换时，重新发送即可。
        ");
        world.at("2019-07-11 09:30").await;
        let told = world.read(office_user);
        assert!(told.contains("应报17个单位，未报15个"), "{told}");
        assert!(!world.read(user).contains("材料"), "it is in");
        assert_snapshot!(office.says("/materials 2018").await.lines().take(2).collect::<Vec<_>>().join("\n"), @"
        2018年度年度工作总结（1月15日17:00截止，已截止）
        应报22个单位，已报0个。
        ");
        assert_snapshot!(office.says("/materials 去年").await, @"
        2019年第2季度季度工作总结（7月10日17:00截止，已截止）
        应报17个单位，已报2个。
        ✅ 兰江街道：季度工作总结.txt（7月8日09:30）
        ✅ 云山街道：工作总结.pdf（7月8日09:30）
        未报15个：兰溪经济开发区、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡

        2018年度年度工作总结（1月15日17:00截止，已截止）
        应报22个单位，已报0个。
        未报22个：兰溪经济开发区、兰江街道、云山街道、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡、市经信局、市科技局、市质监局、市金融办、市税务局

        点单位名查看原件，可退回。
        ");
        world.close().await;
    }
}

on_both! {
    async fn a_document_without_a_name_is_asked_about_and_a_report_stays_a_report(db: Database) {
        let world = World::open(&db.url).await;
        let lan = world.liaison("兰江街道").await;
        world.at("2019-07-08 10:00").await;
        world.read(lan.user);
        let asked = lan.sends_file("扫描件.pdf", b"%PDF x").await;
        assert!(asked.contains("请问是哪一份材料"), "{asked}");
        assert_snapshot!(lan.presses("不是材料").await, @"
        (已完成)
        好的，没有作为材料留存。如果是报数，请直接发“指标名称 数”。
        ");
        // A long text with figures and the word in its head is asked about; figures are not stored unasked.
        let text = format!("工作总结：小升规2，小微企业160。{}", "其他工作正常推进，下一步继续抓好落实。".repeat(4));
        assert!(lan.says(&text).await.contains("请问是哪一份材料"));
        assert!(lan.says("小升规2").await.starts_with("已收到"));
        world.close().await;
    }
}

on_both! {
    async fn what_may_be_another_one_is_asked_about(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let lan = world.liaison("兰江街道").await;
        let bank = world.liaison("市金融办").await;
        world.at("2019-07-08 10:00").await;
        world.read(lan.user);
        // The quarter before: its own, and late.
        assert_snapshot!(lan.sends_file("兰江一季度工作总结.docx", b"PK q1").await, @"
        收到文件“兰江一季度工作总结.docx”，请问是哪一份材料？
        [2019年第1季度 季度工作总结]
        [2019年第2季度 季度工作总结]
        [不是材料]
        ");
        assert_snapshot!(lan.presses("2019年第1季度 季度工作总结").await, @"
        (已完成)
        ✅ 已收到 兰江街道 2019年第1季度 季度工作总结（逾期）
        文件：兰江一季度工作总结.docx
        需要更换时，重新发送即可。
        ");
        assert!(lan.sends_file("2019年第2季度工作总结.docx", b"PK q2").await.contains("✅ 已收到"));
        // A title that this unit does not owe.
        assert_snapshot!(bank.sends_file("季度工作总结.docx", b"PK bank").await, @"
        收到文件“季度工作总结.docx”，请问是哪一份材料？
        [2018年度 年度工作总结]
        [不是材料]
        ");
        bank.presses("不是材料").await;
        // Figures beside it are not stored, and that is said.
        assert_snapshot!(lan.sends_file_with("总结.docx", b"PK q2 b", "小升规3，另附季度工作总结").await, @"
        ✅ 已收到 兰江街道 2019年第2季度 季度工作总结
        文件：总结.docx
        需要更换时，重新发送即可。
        ――――
        文字里的数没有作为报数存入；如要报数，请单独再发一次。
        ");
        // A text that is changed is sent again.
        let text = format!("季度工作总结：{}", "本季度扎实推进小微企业培育工作，新增小微企业160家。".repeat(2));
        assert!(lan.says(&text).await.contains("请问是哪一份材料"));
        lan.presses("2019年第2季度 季度工作总结").await;
        let text = format!("季度工作总结：{}", "本季度扎实推进小微企业培育工作，新增小微企业161家。".repeat(2));
        assert_snapshot!(lan.changes_to(&text).await, @"
        收到文件“季度工作总结.txt”，请问是哪一份材料？
        [2019年第2季度 季度工作总结]
        [不是材料]
        ");
        assert_eq!(db.texts("select state from question").await, [""; 0]);
        // Nothing is collected outside the plan's time.
        assert_snapshot!(office.says("/materials 2021Q1").await, @"没有“2021Q1”的材料。请写月份、季度或年度，如：/materials 2019-05、/materials 2019Q2、/materials 2019");
        world.close().await;
    }
}
