//! Something waits for words, and a report comes: the report is one, and what waited goes on waiting.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_report_for_a_unit_is_no_notice_task_or_reason(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let lan = world.liaison("兰江街道").await;
        office.says("/notice 明天10点开会").await;
        assert_snapshot!(office.says("代报 兰江 小升规2").await, @"
        已代报 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        提示：正在编辑的通知还没有完成，下一条文字仍会作为它的内容。
        ");
        assert!(office.presses("确定发送").await.contains("已发出"));
        assert!(world.read(lan.user).contains("明天10点开会"));
        office.says("/task 报送名单").await;
        assert_snapshot!(office.says("代报 天王街道 小升规2").await, @"
        没有“天王街道”这个单位。
        请写明单位，例如：/代报 兰溪经济开发区
        全部单位：兰溪经济开发区、兰江街道、云山街道、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡、市市场监管局、市经信局、市科技局、市质监局、市金融办、市商务局、市旅游局、人行兰溪市支行、市银监办、市税务局
        ――――
        提示：正在填写的交办事项还没有完成，下一条文字仍会作为它的内容。
        ");
        office.presses("取消").await;
        // Nor the reason why a figure goes back.
        office.says("/review 小升规 兰江").await;
        office.presses("退回").await;
        office.presses("写其他原因").await;
        assert_snapshot!(office.says("代报 兰江 个转企3").await, @"
        已代报 兰江街道 2019年第25周
        3 个转企：3户 / 112户 2.7%

        本期还缺11项：1 小微企业、2 八大产业、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ――――
        提示：退回数据的原因还没有完成，下一条文字仍会作为它的内容。
        ");
        assert_snapshot!(office.says("口径不符").await, @"
        【数据审核】6 小升规 2019年第25周
        兰江街道 2家（首次报送）

        已退回，请于6月18日17:00前重报。原因：口径不符
        [返回本指标]
        ");
        assert_eq!(db.texts("select indicator from figure where total is not null").await, ["3"]);
        world.close().await;
    }
}

on_both! {
    async fn figures_in_the_progress_of_a_task_are_said_to_be_no_report(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let lan = world.liaison("兰江街道").await;
        office.says("/task 报送名单").await;
        office.says("兰江").await;
        office.says("周五12:00").await;
        office.presses("无附件").await;
        office.presses("确定交办").await;
        lan.presses("办结（1号）").await;
        assert_snapshot!(lan.says("名单已报，小升规2家").await, @"
        已报办结（交办1号），等待办公室认可。
        ――――
        文字已作为交办事项的进展记录，其中的数没有作为报数存入；如要报数，请单独再发一次。
        ");
        assert_eq!(db.texts("select indicator from figure").await, [] as [&str; 0]);
        world.close().await;
    }
}
