//! Evidence: photos, files and words that bear figures out, and the reviewer who opens them.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_photo_bears_a_figure_out_and_the_reviewer_opens_it(db: Database) {
        let world = World::open(&db.url).await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        let lanjiang = world.liaison("兰江街道").await;
        // Beside a caption that reports.
        assert_snapshot!(youbu.sends_photo("小升规2", None).await, @"
        已收到 游埠镇 2019年第25周
        6 小升规：2家 / 8家 25.0%

        本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        📎 佐证已收下：3.jpg
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看。
        ");
        // In reply to the read-back, and to one's own message.
        youbu.says("小微企业园1").await;
        let own = youbu.last_message();
        assert_snapshot!(youbu.replies_with(youbu.heard("14 小微企业园"), "园区批复.pdf", "").await, @"
        📎 佐证已收下：园区批复.pdf
        附于游埠镇 2019年第25周：14 小微企业园。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(youbu.sends_photo("现场照片", Some(own)).await, @"
        📎 佐证已收下：10.jpg
        说明：现场照片
        附于游埠镇 2019年第25周：14 小微企业园。审核时可以查看，数据没有改动。
        ");
        // With 佐证 in front, in words and beside a file.
        assert_snapshot!(youbu.says("佐证 小升规 名单已送市经信局窗口").await, @"
        📎 佐证已收下
        说明：名单已送市经信局窗口
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(youbu.sends_file_with("名单.xlsx", b"PK no table", "附件：小升规").await, @"
        📎 佐证已收下：名单.xlsx
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        // What cannot be kept is said to be so.
        let large = youbu.sends_file_with("扫描.pdf", &vec![b'x'; 10 * 1024 * 1024 + 1], "佐证 小升规").await;
        assert_snapshot!(large, @"“扫描.pdf”没有收下：文件超过10MB。");
        assert!(youbu.sends_file("扫描.jpg", &vec![b'x'; 11 * 1024 * 1024]).await.contains("超过10MB"));
        assert_snapshot!(youbu.sends_file_with("工具.exe", b"MZ", "佐证 小升规").await, @"“工具.exe”没有收下：佐证请用照片、文档（doc、docx、wps、pdf、ofd、ppt、txt等）或表格。");
        assert_snapshot!(lanjiang.says("佐证 小升规 见批复").await, @"
        没有找到佐证对应的上报。请先报数，再用下面任一方式发佐证：
        · 回复那次上报的回执，或回复自己报数的消息，发照片、文件
        · 照片、文件上写“佐证 指标名称”，或发文字“佐证 指标名称 说明”
        ");
        assert_snapshot!(lead.says("/review 小升规").await, @"
        【数据审核】6 小升规 2019年第25周

        待审（1）：
        游埠镇 2家（首次报送）
        　佐证：3.jpg、名单已送市经信局窗口、名单.xlsx
        [全部通过（1）] [逐条审核]
        [全部指标]
        ");
        assert_snapshot!(lead.presses("逐条审核").await, @"
        (已完成)
        【数据审核】6 小升规 2019年第25周（1/1）
        游埠镇 2家（首次报送）
        佐证：3.jpg、名单已送市经信局窗口、名单.xlsx
        [通过] [退回] [标注]
        [查看佐证（2）]
        [返回本指标]
        ");
        assert_snapshot!(lead.presses("查看佐证（2）").await, @"
        (已完成)
        【数据审核】6 小升规 2019年第25周（1/1）
        游埠镇 2家（首次报送）
        佐证：3.jpg、名单已送市经信局窗口、名单.xlsx
        [通过] [退回] [标注]
        [查看佐证（2）]
        [返回本指标]
        ");
        assert_snapshot!(world.read(lead.user), @"
        📎 3.jpg
        游埠镇 6 小升规 2019年第25周佐证（游埠镇，6月17日08:30）
        ――――
        📎 名单.xlsx
        游埠镇 6 小升规 2019年第25周佐证（游埠镇，6月17日08:30）
        ");
        assert_eq!(lead.last_file().1, b"PK no table");
        // In the history each stands where it came, and opens.
        assert_snapshot!(lead.says("/audit 游埠 小升规").await, @"
        【数据沿革】6 小升规 游埠镇，现为2家

        2019年6月17日08:30 游埠镇 佐证（附于消息3）：名单.xlsx［2019年第25周］

        2019年6月17日08:30 游埠镇 佐证（附于消息3）［2019年第25周］
        说明：名单已送市经信局窗口

        2019年6月17日08:30 游埠镇 佐证（附于消息3）：3.jpg［2019年第25周］

        1 2019年6月17日08:30 游埠镇 报累计2家［2019年第25周］
        当前数：2家
        消息3：小升规2
        [📎 名单.xlsx]
        [📎 3.jpg]
        ");
        lead.presses("📎 名单.xlsx").await;
        assert_eq!(lead.last_file(), ("名单.xlsx".to_owned(), b"PK no table".to_vec()));
        // Nobody else's business.
        let (_, data) = lead.press_of("📎 名单.xlsx");
        let message = lanjiang.heard("没有找到佐证");
        let forged = lanjiang.presses_data(lanjiang.user.into(), message, &data).await;
        assert_snapshot!(forged.lines().next().unwrap(), @"(这个按钮不是给您的)");
        let sql = "select coalesce(file_name, text) || ' ' || period from evidence order by id";
        assert_snapshot!(db.texts(sql).await.join("\n"), @"
        3.jpg 2019-W25
        园区批复.pdf 2019-W25
        10.jpg 2019-W25
        名单已送市经信局窗口 2019-W25
        名单.xlsx 2019-W25
        ");
        let kept = db.texts("select hash from kept_file").await;
        assert_eq!(kept.len(), 4, "each file once, by what is in it");
        world.close().await;
    }
}

on_both! {
    async fn a_photo_without_a_word_is_asked_about(db: Database) {
        let world = World::open(&db.url).await;
        let youbu = world.liaison("游埠镇").await;
        assert_snapshot!(youbu.sends_photo("", None).await, @"
        收到文件“3.jpg”，请问是哪一份材料？
        [2019年第1季度 季度工作总结]
        [2018年度 年度工作总结]
        [不是材料]
        ");
        youbu.says("小升规2").await;
        assert_snapshot!(youbu.sends_photo("", None).await, @"
        收到文件“7.jpg”，请问是哪一份材料？
        [2019年第1季度 季度工作总结]
        [2018年度 年度工作总结]
        [作为刚才所报数据的佐证]
        [不是材料]
        ");
        // Those that follow are asked about with it.
        youbu.sends_file("执照.pdf", b"%PDF 2").await;
        assert_snapshot!(world.last_shown(youbu.user), @"
        收到“执照.pdf”等2个文件，请问是哪一份材料？
        [2019年第1季度 季度工作总结]
        [2018年度 年度工作总结]
        [作为刚才所报数据的佐证]
        [不是材料]
        ");
        assert_snapshot!(youbu.presses("作为刚才所报数据的佐证").await, @"
        (已完成)
        📎 佐证已收下：2个文件
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        assert_eq!(db.texts("select coalesce(unit, 'all') from evidence").await, ["all", "all"]);
        // An open question takes its evidence along.
        youbu.says("小升规9").await;
        assert_snapshot!(youbu.replies_with(youbu.heard("9家"), "九家名单.docx", "").await, @"
        📎 佐证已收下：九家名单.docx
        附于游埠镇这次上报，待您答复上面的问题、数据存入后一并送审。
        ");
        youbu.presses("确认9家").await;
        let lead = world.liaison("市经信局").await;
        assert_snapshot!(lead.says("/review 小升规 游埠").await, @"
        【数据审核】6 小升规 2019年第25周
        游埠镇 9家（首次报送）
        佐证：7.jpg、执照.pdf、九家名单.docx
        [通过] [退回] [标注]
        [查看佐证（3）]
        [返回本指标]
        ");
        world.close().await;
    }
}

on_both! {
    async fn figures_beside_evidence_are_reported_or_said_not_to_be(db: Database) {
        let world = World::open(&db.url).await;
        let youbu = world.liaison("游埠镇").await;
        youbu.says("小升规2，低散乱3").await;
        // 附件 heads a report as well as an attachment.
        assert!(youbu.says("附件：小升规3").await.starts_with("已收到"));
        assert_snapshot!(youbu.sends_photo("附件：小升规4", None).await.lines().take(2).collect::<Vec<_>>().join("\n"), @"
        已收到 游埠镇 2019年第25周
        6 小升规：4家 / 8家 50.0%
        ");
        // What is there already is no new report; what is not is not stored unasked.
        assert_snapshot!(youbu.says("佐证 小升规4家的名单").await, @"
        📎 佐证已收下
        说明：小升规4家的名单
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(youbu.says("佐证 低散乱5家的名单").await, @"
        📎 佐证已收下
        说明：低散乱5家的名单
        附于游埠镇 2019年第25周：5 低散乱。审核时可以查看，数据没有改动。
        ――――
        文字里的数没有作为报数存入；如要报数，请单独再发一次。
        ");
        assert_snapshot!(youbu.sends_photo("佐证 低散乱 见兰政办发〔2019〕8号", None).await, @"
        📎 佐证已收下：16.jpg
        说明：见兰政办发〔2019〕8号
        附于游埠镇 2019年第25周：5 低散乱。审核时可以查看，数据没有改动。
        ");
        let sql = "select indicator || ' ' || total from figure order by indicator";
        assert_eq!(db.texts(sql).await, ["5 3", "6 4"]);
        world.close().await;
    }
}

on_both! {
    async fn what_is_sent_back_is_answered_with_a_photo(db: Database) {
        let world = World::open(&db.url).await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        youbu.says("小升规2").await;
        lead.says("/review 小升规 游埠").await;
        lead.presses("退回").await;
        lead.presses("口径有误").await;
        world.read(lead.user);
        let notice = youbu.heard("退回重报");
        assert_snapshot!(youbu.sends_photo("升规通知见照片", Some(notice)).await, @"
        📎 佐证已收下：6.jpg
        说明：升规通知见照片
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(world.read(lead.user), @"
        【补充佐证】6 小升规 游埠镇 2019年第25周
        游埠镇：升规通知见照片
        [📎 6.jpg]
        ");
        // The office reports for a unit with a photo.
        let office = world.office().await;
        let said = office.sends_photo("代报 游埠 小升规2", None).await;
        assert!(!said.contains("抱歉"), "{:?}", db.texts("select reason from set_aside").await);
        assert_snapshot!(said, @"
        已代报 游埠镇 2019年第25周
        6 小升规：2家 / 8家 25.0%

        本期还缺11项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        📎 佐证已收下：3.jpg
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看。
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_office_and_a_lead_add_words_to_what_they_reported(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let youbu = world.liaison("游埠镇").await;
        assert_snapshot!(office.says("佐证 名单已送").await, @"
        没有找到佐证对应的上报。请先报数，再用下面任一方式发佐证：
        · 回复那次上报的回执，或回复自己报数的消息，发照片、文件
        · 照片、文件上写“佐证 单位 指标名称”，或发文字“佐证 单位 指标名称 说明”
        ");
        office.says("代报 游埠 小升规2，低散乱3").await;
        office.says("代报 诸葛镇 小升规1").await;
        // By the unit's name, whatever was reported last; without one, for the last.
        assert_snapshot!(office.says("佐证 游埠镇 小升规 名单已送市经信局").await, @"
        📎 佐证已收下
        说明：名单已送市经信局
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(office.says("佐证 小升规 电话核实").await, @"
        📎 佐证已收下
        说明：电话核实
        附于诸葛镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(office.says("佐证：代报游埠 来电记录见台账").await, @"
        📎 佐证已收下
        说明：来电记录见台账
        附于游埠镇 2019年第25周：5 低散乱、6 小升规。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(office.sends_photo("佐证 游埠 低散乱 现场", None).await, @"
        📎 佐证已收下：15.jpg
        说明：现场
        附于游埠镇 2019年第25周：5 低散乱。审核时可以查看，数据没有改动。
        ");
        // A figure that the unit reported itself, long before.
        youbu.says("科技型企业3").await;
        for unit in ["兰江", "云山", "上华", "永昌", "赤溪", "女埠"] {
            office.says(&format!("代报 {unit} 小升规1")).await;
        }
        assert_snapshot!(office.says("佐证 游埠 科技型企业 证书编号12").await, @"
        📎 佐证已收下
        说明：证书编号12
        附于游埠镇 2019年第25周：7 科技型企业。审核时可以查看，数据没有改动。
        ");
        assert_snapshot!(office.says("佐证 游埠 小微企业 见名单").await.lines().next().unwrap(), @"没有找到佐证对应的上报。请先报数，再用下面任一方式发佐证：");
        // What is said beside is no report.
        assert_snapshot!(office.says("佐证 游埠 小升规5家的名单").await, @"
        📎 佐证已收下
        说明：小升规5家的名单
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ――――
        文字里的数没有作为报数存入；如要报数，请单独再发一次。
        ");
        // Another unit's figure is no liaison's to bear out; a name in a sentence is no unit meant.
        let other = youbu.says("佐证 云山 科技型企业 证书编号13").await;
        assert_snapshot!(other, @"
        没有找到佐证对应的上报。请先报数，再用下面任一方式发佐证：
        · 回复那次上报的回执，或回复自己报数的消息，发照片、文件
        · 照片、文件上写“佐证 指标名称”，或发文字“佐证 指标名称 说明”
        ");
        assert!(youbu.says("佐证 云山街道出具的迁入证明").await.contains("📎 佐证已收下"));
        // A photo about which the words say nothing: the office is asked too, and may answer.
        assert_snapshot!(office.sends_photo("来电记录", None).await, @"
        收到文件“36.jpg”，是刚才所报数据（小升规）的佐证吗？
        [作为刚才所报数据的佐证] [不是佐证]
        ");
        assert_snapshot!(office.presses("作为刚才所报数据的佐证").await, @"
        (已完成)
        📎 佐证已收下：36.jpg
        说明：来电记录
        附于女埠街道 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        // A lead department's own figure.
        let lead = world.liaison("市经信局").await;
        lead.says("标准厂房 6万平方米").await;
        assert_snapshot!(lead.says("佐证 标准厂房 竣工备案表已归档").await, @"
        📎 佐证已收下
        说明：竣工备案表已归档
        附于市经信局 2019年第25周：15 标准厂房。审核时可以查看，数据没有改动。
        ");
        let sql = "select coalesce(indicator, 'all') || ' ' || coalesce(file_name, text) from evidence order by id";
        assert_snapshot!(db.texts(sql).await.join("\n"), @"
        6 名单已送市经信局
        6 电话核实
        all 来电记录见台账
        5 15.jpg
        7 证书编号12
        6 小升规5家的名单
        all 云山街道出具的迁入证明
        all 36.jpg
        15 竣工备案表已归档
        ");
        world.close().await;
    }
}
