//! Who the bot listens to: invitations, strangers, groups.

use insta::assert_snapshot;
use liaison_bot::conversation::Role;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn the_office_keeps_its_role_when_it_tries_a_link_it_is_to_pass_on(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let code = world.invitation(Role::Liaison, Some("云山街道")).await;
        assert_snapshot!(office.starts(Some(&code)).await, @"这是给联络员的邀请链接，请转发给联络员本人打开。您的身份没有改变，链接仍然有效。");
        assert!(office.says("/help").await.contains("/invite"));
        let liaison = world.stranger("云山街道");
        assert!(liaison.starts(Some(&code)).await.contains("云山街道"));
        world.close().await;
    }
}

on_both! {
    async fn a_stranger_gets_a_polite_line_and_nothing_else(db: Database) {
        let world = World::open(&db.url).await;
        let stranger = world.stranger("路人");
        let polite = stranger.says("小升规 2").await;
        assert_snapshot!(polite, @"您好，这里是“小微企业三年成长计划”数据报送助手。您的账号尚未绑定，请向市“小微企业三年成长计划”领导小组办公室索取邀请链接。");
        for text in ["/rank", "/my", "/missing", "/help", "/invite 兰江街道", "/start"] {
            assert_eq!(stranger.says(text).await, polite, "{text}");
        }
        world.close().await;
    }
}

on_both! {
    async fn an_invitation_works_once(db: Database) {
        let world = World::open(&db.url).await;
        let code = world.invitation(Role::Liaison, Some("兰江街道")).await;
        let (first, second) = (world.stranger("王芳"), world.stranger("李伟"));
        assert_snapshot!(first.starts(Some(&code)).await, @"
        绑定成功：兰江街道联络员
        兰溪市“小微企业三年成长计划”（2018—2020年）
        每期报送13项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、6 小升规、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        本期为2019年第25周，6月20日17:00截止。
        直接发一条消息即可，例如：小微企业 164，八大产业 57
        使用说明：/help
        ");
        assert_snapshot!(second.starts(Some(&code)).await, @"
        这个邀请链接已被使用，每个链接只能用一次。
        请向市“小微企业三年成长计划”领导小组办公室索取新的链接。
        ");
        assert_snapshot!(second.starts(Some("guess")).await, @"
        这个邀请链接无效。
        请向市“小微企业三年成长计划”领导小组办公室索取新的链接。
        ");
        // The same person pressing the same link again is welcome again.
        assert!(first.starts(Some(&code)).await.contains("绑定成功"));
        world.close().await;
    }
}

on_both! {
    async fn an_invitation_expires(db: Database) {
        let world = World::open(&db.url).await;
        let code = world.invitation(Role::Liaison, Some("兰江街道")).await;
        world.at("2019-06-24 08:31").await;
        assert_snapshot!(world.stranger("王芳").starts(Some(&code)).await, @"
        这个邀请链接已过期。
        请向市“小微企业三年成长计划”领导小组办公室索取新的链接。
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_office_invites_by_chat(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let answer = office.says("/invite 兰江").await;
        let code = answer.split("start=").nth(1).unwrap().split_whitespace().next().unwrap();
        assert_snapshot!(answer.replace(code, "CODE"), @"
        兰江街道联络员的邀请链接：
        https://t.me/liaison_rehearsal_bot?start=CODE
        请转发给本人，点开后按“开始”即完成绑定。链接只能用一次，6月24日08:30前有效。
        ");
        let liaison = world.stranger("王芳");
        assert!(liaison.starts(Some(code)).await.contains("兰江街道联络员"));
        assert_snapshot!(office.says("/invite 兰溪街道").await, @"
        没有“兰溪街道”这个单位。
        请写明单位或身份，例如：
        /invite 兰溪经济开发区
        /invite 领导小组
        /invite 办公室
        全部单位：兰溪经济开发区、兰江街道、云山街道、上华街道、永昌街道、赤溪街道、女埠街道、游埠镇、诸葛镇、黄店镇、香溪镇、马涧镇、梅江镇、横溪镇、灵洞乡、水亭畲族乡、柏社乡、市市场监管局、市经信局、市科技局、市质监局、市金融办、市商务局、市旅游局、人行兰溪市支行、市银监办、市税务局
        ");
        assert_snapshot!(liaison.says("/invite 云山街道").await, @"/invite 只有领导小组办公室可以使用。");
        world.close().await;
    }
}

on_both! {
    async fn only_the_office_binds_a_group(db: Database) {
        let world = World::open(&db.url).await;
        let (office, liaison) = (world.office().await, world.liaison("兰江街道").await);
        let people = [office.user, liaison.user];
        let group = world.chats.add_group("联络员群", &people, &[liaison.user]);
        assert_snapshot!(liaison.says_in(group, "@liaison_rehearsal_bot 小升规 2").await, @"本群尚未绑定，暂不能在这里办理。请领导小组办公室在群里发送 /bind；报数请与我私聊。");
        assert_snapshot!(liaison.says_in(group, "/bind").await, @"/bind 只有领导小组办公室可以使用。");
        assert_snapshot!(office.says_in(group, "/bind").await, @"
        请选择本群“联络员群”的用途：
        [领导小组群] [工作群]
        ");
        assert_snapshot!(liaison.presses_in(group, "工作群").await, @"
        (只有领导小组办公室可以操作)
        请选择本群“联络员群”的用途：
        [领导小组群] [工作群]
        ");
        assert_snapshot!(office.presses_in(group, "工作群").await, @"
        (已完成)
        已将本群“联络员群”设为工作群。
        未报名单会发到这里；联络员在群里 @我 也可以报数。
        ");
        assert_snapshot!(liaison.says_in(group, "@liaison_rehearsal_bot 小升规 2").await, @"
        已收到 兰江街道 2019年第25周
        6 小升规：2家 / 5家 40.0%

        本期还缺12项：1 小微企业、2 八大产业、3 个转企、3.1 公司制、4 淘汰落后产能、5 低散乱、7 科技型企业、11 限上企业、11.1 餐饮住宿、12 外贸出口实绩企业、13 进出口备案、14 小微企业园
        [撤回]
        ");
        assert_eq!(liaison.says_in(group, "大家好，小升规 3").await, "", "not meant for the bot");
        // Everybody in the group sees the button; only the unit's own people may press it.
        let other = world.liaison("云山街道").await;
        world.chats.ensure_group(group, "联络员群", &[other.user], &[]);
        assert_snapshot!(other.presses_in(group, "撤回").await.lines().next().unwrap(), @"(这是其他单位的报送，您不能操作)");
        world.close().await;
    }
}
