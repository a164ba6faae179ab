//! Flags: what reviewers found 注销 or 异常 in a figure, taken off before ranking, answered, lifted.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::{World, plan_with};

/// The lines that hold a text.
fn lines(text: &str, part: &str) -> String {
    text.lines().filter(|line| line.contains(part)).collect::<Vec<_>>().join("\n")
}

on_both! {
    async fn a_flag_is_shown_beside_the_figure_and_taken_off(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let group = world.group("领导小组", "领导小组", &office).await;
        let lead = world.liaison("市经信局").await;
        let youbu = world.liaison("游埠镇").await;
        youbu.says("小升规4").await;
        lead.says("/review 小升规").await;
        lead.presses("逐条审核").await;
        assert_snapshot!(lead.presses("标注").await, @"
        (已完成)
        【数据标注】6 小升规
        游埠镇 4家

        请选择要标注或取消的内容。
        [标注注销] [标注异常]
        [返回本指标]
        ");
        lead.presses("标注注销").await;
        assert_snapshot!(world.read(lead.user), @"
        游埠镇 6 小升规 4家
        请发送其中注销的数，如：2家。后面可以写原因，对方会看到。
        [取消]
        ");
        assert_snapshot!(lead.says("5家").await, @"没有标注：标注合计不能多于现报数4家。");
        world.read(youbu.user);
        assert_snapshot!(lead.says("3家，营业执照已注销").await, @"
        ✅ 已标注注销3家：游埠镇 6 小升规 4家〔注销3家〕
        原因：营业执照已注销
        排名和考核按1家计，已通知联络员。
        [取消标注 注销3家] [返回本指标]
        ");
        assert_snapshot!(world.read(youbu.user), @"
        【数据标注】6 小升规 游埠镇 2019年第25周
        所报4家中，市经信局标注注销3家。
        原因：营业执照已注销
        排名和考核按1家计。
        如有不同意见，请直接回复本条消息说明，可附照片、文件；如属实，请在下次报数时按实际数报送，并请对方取消标注。
        ");
        // Wherever the figure is looked at.
        assert_snapshot!(lines(&youbu.says("/my").await, "小升规"), @"✅ 6 小升规：4家〔注销3家〕 / 8家 50.0%（排名按1家计）（每周需增1家）");
        assert_snapshot!(lines(&office.says("/unit 游埠").await, "小升规"), @"🔴 6 小升规：4家〔注销3家〕 / 8家 50.0%（排名按1家计）（每周需增1家）");
        assert_snapshot!(lines(&youbu.says("/why").await, "小升规"), @"6 小升规：1家÷8家＝12.5%（现报4家〔注销3家〕），计1.14分");
        assert_snapshot!(lines(&office.says("/rank 小升规").await, "游埠"), @"1. 🔴 游埠镇 1家〔已扣注销3家〕 / 8家 12.5%");
        assert_snapshot!(lines(&lead.says("/review 小升规").await, "游埠"), @"游埠镇 4家〔注销3家〕（首次报送）");
        assert_snapshot!(lines(&youbu.says("小升规4").await, "小升规"), @"6 小升规：4家〔注销3家〕 / 8家 50.0%");
        // By words; and what cannot be.
        world.set("2019-06-17 09:00");
        assert_snapshot!(lead.says("标注 游埠 小升规 异常1家").await, @"
        ✅ 已标注异常1家：游埠镇 6 小升规 4家〔注销3家、异常1家〕
        排名和考核按0家计，已通知联络员。
        [取消标注 异常1家] [返回本指标]
        ");
        assert_snapshot!(lead.says("标注游埠镇小升规异常2家").await, @"没有标注：标注合计不能多于现报数4家。");
        assert_snapshot!(lead.says("/flag 游埠 个转企 注销1户").await, @"只有该指标的牵头部门和领导小组办公室可以审核，本部门报的数由他人审核");
        assert_snapshot!(office.says("/flag 市税务局 18 异常1").await, @"18 税收优惠受惠面是比率，没有个数可以标注。");
        assert_snapshot!(lead.says("/flag").await, @"
        标注某个数中的注销、异常数，请写：/flag 单位 指标 注销3家 原因
        取消标注：/flag 取消 单位 指标 注销

        现有标注：
        游埠镇 6 小升规：4家〔注销3家、异常1家〕
        ");
        assert_snapshot!(youbu.says("标注 游埠 小升规 注销1家").await.lines().next().unwrap(), @"❓ 游埠镇 2019年第25周");
        // The unit answers, with words and a photo; the reviewer hears of it and lifts the flag.
        world.set("2019-06-17 09:20");
        world.read(lead.user);
        let notice = youbu.heard("标注注销3家");
        assert_snapshot!(youbu.replies(notice, "其中一家为迁移，不是注销").await, @"
        📎 佐证已收下
        说明：其中一家为迁移，不是注销
        附于游埠镇 2019年第25周：6 小升规。审核时可以查看，数据没有改动。
        ");
        youbu.sends_photo("", Some(notice)).await;
        assert_snapshot!(world.read(lead.user), @"
        【补充佐证】6 小升规 游埠镇 2019年第25周
        游埠镇：其中一家为迁移，不是注销
        ――――
        【补充佐证】6 小升规 游埠镇 2019年第25周
        游埠镇：发来文件“17.jpg”
        [📎 17.jpg]
        ");
        world.read(youbu.user);
        world.set("2019-06-17 09:40");
        assert_snapshot!(lead.says("取消标注 游埠 小升规 注销 属于迁移").await, @"
        ✅ 已取消标注注销3家：游埠镇 6 小升规 4家〔异常1家〕
        原因：属于迁移
        排名和考核按3家计，已通知联络员。
        [返回本指标]
        ");
        assert_snapshot!(world.read(youbu.user), @"
        【取消标注】6 小升规 游埠镇 2019年第25周
        市经信局已取消所报数中注销3家的标注。
        原因：属于迁移
        排名和考核按3家计。
        ");
        // When the unit takes it off itself, the reviewer is told not to do so twice.
        world.read(lead.user);
        world.set("2019-06-17 10:00");
        youbu.says("小升规3").await;
        youbu.presses("确认3家").await;
        assert_snapshot!(world.read(lead.user), @"
        【标注核对】6 小升规 游埠镇
        原报4家，现报3家〔异常1家〕。如单位已自行扣除，请取消标注，以免重复扣除。
        [取消标注 异常1家]
        ");
        assert_snapshot!(lead.says("/audit 游埠 小升规").await, @"
        【数据沿革】6 小升规 游埠镇，现为3家〔异常1家〕

        3 2019年6月17日10:00 游埠镇 报累计3家［2019年第25周］
        当前数：4家 → 3家
        消息20：小升规3

        2 2019年6月17日09:40 市经信局 取消标注注销，原因：属于迁移［2019年第25周］

        2019年6月17日09:20 游埠镇 佐证（附于消息3）：17.jpg［2019年第25周］

        2019年6月17日09:20 游埠镇 佐证（附于消息3）［2019年第25周］
        说明：其中一家为迁移，不是注销

        2 2019年6月17日09:00 市经信局 标注异常1家［2019年第25周］

        1 2019年6月17日08:30 市经信局 标注注销3家，原因：营业执照已注销［2019年第25周］

        共8条，第1/2页
        [📎 17.jpg]
        [下一页]
        ");
        // In the bulletin's workbook, under the annex.
        world.at("2019-06-21 16:00").await;
        let (_, bytes) = world.last_file(group);
        assert_snapshot!(remarks(&bytes, "审核标注"), @"审核标注（表中数已扣除）：游埠镇 6 小升规 现报3家，异常1家。");
        let sql = "select label || ' ' || number || ' ' || reason from flag order by id";
        assert_snapshot!(db.texts(sql).await.join("\n"), @"
        注销 3 营业执照已注销
        异常 1 
        注销 0 属于迁移
        ");
        world.close().await;
    }
}

/// The texts of a workbook that begin with a word.
fn remarks(bytes: &[u8], begins: &str) -> String {
    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, sheet)| sheet.used_cells());
    let texts = cells.filter_map(|(_, _, cell)| match cell {
        Data::String(text) if text.starts_with(begins) => Some(text.clone()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

on_both! {
    async fn a_plan_may_only_show_flags_or_have_none(db: Database) {
        let plan = plan_with(&[("flagged = \"taken_off\"", "flagged = \"shown\"")]);
        let world = World::open_with(&db.url, plan).await;
        let (lead, youbu) = (world.liaison("市经信局").await, world.liaison("游埠镇").await);
        youbu.says("小升规4").await;
        assert_snapshot!(lead.says("标注 游埠 小升规 注销3家").await, @"
        ✅ 已标注注销3家：游埠镇 6 小升规 4家〔注销3家〕
        仅在数旁显示，不影响排名，已通知联络员。
        [取消标注 注销3家] [返回本指标]
        ");
        assert_snapshot!(world.read(youbu.user), @"
        【数据标注】6 小升规 游埠镇 2019年第25周
        所报4家中，市经信局标注注销3家。
        如有不同意见，请直接回复本条消息说明，可附照片、文件；如属实，请在下次报数时按实际数报送，并请对方取消标注。
        ");
        assert_snapshot!(lines(&youbu.says("/why").await, "小升规"), @"6 小升规：4家÷8家＝50.0%〔注销3家〕，计4.55分");
        world.close().await;
    }
}

on_both! {
    async fn without_words_for_flags_there_are_none(db: Database) {
        let none = [("flags = [\"注销\", \"异常\"]", "flags = []"), ("\"taken_off\"", "\"shown\"")];
        let world = World::open_with(&db.url, plan_with(&none)).await;
        let (lead, youbu) = (world.liaison("市经信局").await, world.liaison("游埠镇").await);
        youbu.says("小升规4").await;
        let one = lead.says("/review 小升规 游埠").await;
        assert!(one.contains("[通过] [退回]\n"), "{one}");
        assert_snapshot!(lead.says("/flag 游埠 小升规 注销3家").await, @"本计划没有设置标注（plan.toml 的 [review] flags）。");
        world.close().await;
    }
}
