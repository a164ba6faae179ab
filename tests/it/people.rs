//! Who is bound, and unbinding.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

on_both! {
    async fn the_office_unbinds_who_has_moved_on(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let liaison = world.liaison("兰江街道").await;
        let other = world.liaison("云山街道").await;
        world.group("领导小组", "领导小组", &office).await;
        liaison.says("小升规2").await;
        assert_snapshot!(office.says("/who").await, @"
        市“小微企业三年成长计划”领导小组办公室：办公室（2019年6月17日绑定）
        市“小微企业三年成长计划”领导小组：无
        兰江街道：兰江街道（2019年6月17日绑定）
        云山街道：云山街道（2019年6月17日绑定）
        未绑定联络员的单位22个：兰溪经济开发区、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡、市经信局、市科技局、市质监局、市金融办、人行兰溪市支行、市银监办、市税务局
        群：领导小组（领导小组群）
        撤销某人：/revoke 单位名
        ");
        assert_snapshot!(liaison.says("/who").await, @"/who 只有领导小组办公室可以使用。");
        assert_snapshot!(office.says("/revoke 兰江街道").await, @"
        兰江街道：兰江街道（2019年6月17日绑定）
        [撤销 兰江街道]
        ");
        assert_snapshot!(office.presses("撤销 兰江街道").await, @"
        (已完成)
        撤销兰江街道的兰江街道？撤销后该账号不能再操作，已报的数据和记录保留。
        [确定撤销] [不撤销]
        ");
        assert_eq!(first(&office.presses("不撤销").await), "(已完成)");
        office.says("/revoke 兰江").await;
        office.presses("撤销 兰江街道").await;
        assert_snapshot!(office.presses("确定撤销").await, @"
        (已完成)
        已撤销兰江街道的兰江街道。接任的同志请用 /invite 邀请。
        ");
        assert_snapshot!(world.read(liaison.user), @"您在兰江街道的绑定已由市“小微企业三年成长计划”领导小组办公室撤销，感谢您的工作。如有疑问请与办公室联系。");
        // A stranger from now on, whose figures and name stay.
        assert_snapshot!(liaison.says("小升规9").await, @"您好，这里是“小微企业三年成长计划”数据报送助手。您的账号尚未绑定，请向市“小微企业三年成长计划”领导小组办公室索取邀请链接。");
        assert_snapshot!(office.says("/missing").await.lines().find(|line| line.contains("兰江街道")).unwrap(), @"兰江街道：缺12项（联络员未绑定或已停用）");
        assert!(first(&other.says("小升规1").await).starts_with("已收到"));
        // The successor goes on where the other left.
        let successor = world.liaison("兰江街道").await;
        assert!(successor.says("/my").await.contains("6 小升规：2家"));
        // And may come back by a new invitation.
        let code = world.invitation(liaison_bot::conversation::Role::Liaison, Some("兰江街道")).await;
        assert!(liaison.starts(Some(&code)).await.contains("兰江街道"));
        assert!(first(&liaison.says("小升规3").await).starts_with("已收到"));
        world.close().await;
    }
}

on_both! {
    async fn the_last_office_account_stays(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        office.says("/revoke 办公室").await;
        assert_snapshot!(first(&office.presses("撤销 办公室").await), @"(这是最后一个办公室账号，请先邀请接任的同志)");
        assert!(office.says("/who").await.contains("办公室"));
        world.close().await;
    }
}

on_both! {
    async fn a_units_leader_is_listed_and_unbound(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        world.liaison("兰江街道").await;
        let head = world.stranger("张书记");
        let code = world.invitation(liaison_bot::conversation::Role::Head, Some("兰江街道")).await;
        assert_snapshot!(first(&head.starts(Some(&code)).await), @"绑定成功：兰江街道负责人");
        let all = office.says("/who").await;
        assert_snapshot!(all.lines().filter(|line| line.contains("兰江")).collect::<Vec<_>>().join("\n"), @"
        兰江街道：兰江街道（2019年6月17日绑定）
        兰江街道负责人：张书记（2019年6月17日绑定）
        ");
        assert_snapshot!(office.says("/who 兰江").await, @"
        兰江街道：兰江街道（2019年6月17日绑定）
        兰江街道负责人：张书记（2019年6月17日绑定）
        [撤销 兰江街道]
        [撤销 张书记]
        ");
        assert_snapshot!(office.says("/revoke 兰江街道负责人").await, @"
        兰江街道负责人：张书记（2019年6月17日绑定）
        [撤销 张书记]
        ");
        office.presses("撤销 张书记").await;
        assert_snapshot!(office.presses("确定撤销").await, @"
        (已完成)
        已撤销兰江街道负责人的张书记。接任的同志请用 /invite 邀请。
        ");
        assert_snapshot!(world.read(head.user), @"您在兰江街道负责人的绑定已由市“小微企业三年成长计划”领导小组办公室撤销，感谢您的工作。如有疑问请与办公室联系。");
        assert_snapshot!(first(&head.says("/my").await), @"您好，这里是“小微企业三年成长计划”数据报送助手。您的账号尚未绑定，请向市“小微企业三年成长计划”领导小组办公室索取邀请链接。");
        assert_snapshot!(office.says("/who 兰江街道负责人").await, @"兰江街道负责人：无");
        world.close().await;
    }
}

on_both! {
    async fn the_office_hears_who_leaves_a_bound_group(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let lan = world.liaison("兰江街道").await;
        let work = world.group("工作群", "工作群", &office).await;
        let leaves = async |user: i64| {
            let body = serde_json::json!({ "message": {
                "message_id": 9000 + user, "date": 1_560_730_000,
                "from": { "id": user, "is_bot": false, "first_name": "李" },
                "chat": { "id": work.0, "type": "group", "title": "工作群" },
                "left_chat_member": { "id": user, "is_bot": false, "first_name": "李" },
            }});
            world.settled(Some(world.chats.inject_raw_update(body))).await;
            world.read(office.user)
        };
        assert_snapshot!(leaves(lan.user.0).await, @"兰江街道联络员“兰江街道”已不在工作群“工作群”。如已换人，请用 /revoke 撤销、/invite 邀请接任的同志；如系误退，请重新拉进群。");
        assert_eq!(leaves(77).await, "", "nobody the bot knows");
        assert_eq!(world.read(work), "");
        assert!(lan.says("小升规2").await.starts_with("已收到"), "still a liaison");
        world.close().await;
    }
}
