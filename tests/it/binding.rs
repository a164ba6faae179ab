//! Who the bot listens to: invitations, strangers, groups.

use insta::assert_snapshot;
use liaison_bot::conversation::Role;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_stranger_gets_a_polite_line_and_nothing_else(db: Database) {
        let world = World::open(&db.url).await;
        let stranger = world.stranger("路人");
        let polite = stranger.says("小升规 2").await;
        assert_snapshot!(polite, @"");
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
        assert_snapshot!(first.starts(Some(&code)).await, @"");
        assert_snapshot!(second.starts(Some(&code)).await, @"");
        assert_snapshot!(second.starts(Some("guess")).await, @"");
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
        assert_snapshot!(world.stranger("王芳").starts(Some(&code)).await, @"");
        world.close().await;
    }
}

on_both! {
    async fn the_office_invites_by_chat(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let answer = office.says("/invite 兰江").await;
        let code = answer.split("start=").nth(1).unwrap().split_whitespace().next().unwrap();
        assert_snapshot!(answer.replace(code, "CODE"), @"");
        let liaison = world.stranger("王芳");
        assert!(liaison.starts(Some(code)).await.contains("兰江街道联络员"));
        assert_snapshot!(office.says("/invite 兰溪街道").await, @"");
        assert_snapshot!(liaison.says("/invite 云山街道").await, @"");
        world.close().await;
    }
}

on_both! {
    async fn only_the_office_binds_a_group(db: Database) {
        let world = World::open(&db.url).await;
        let (office, liaison) = (world.office().await, world.liaison("兰江街道").await);
        let people = [office.user, liaison.user];
        let group = world.chats.add_group("联络员群", &people, &[liaison.user]);
        assert_snapshot!(liaison.says_in(group, "@liaison_rehearsal_bot 小升规 2").await, @"");
        assert_snapshot!(liaison.says_in(group, "/bind").await, @"");
        assert_snapshot!(office.says_in(group, "/bind").await, @"");
        assert_snapshot!(liaison.presses_in(group, "工作群").await, @"");
        assert_snapshot!(office.presses_in(group, "工作群").await, @"");
        assert_snapshot!(liaison.says_in(group, "@liaison_rehearsal_bot 小升规 2").await, @"");
        assert_eq!(liaison.says_in(group, "大家好，小升规 3").await, "", "not meant for the bot");
        world.close().await;
    }
}
