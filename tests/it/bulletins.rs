//! Bulletins: what they say, and that a past one stays as it was.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

on_both! {
    async fn a_past_bulletin_is_sent_again_as_it_was(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let leader = world.leader().await;
        let liaison = world.liaison("兰江街道").await;
        let group = world.group("领导小组", "领导小组", &office).await;
        assert_snapshot!(office.says("/bulletin").await, @"还没有发过通报。");
        liaison.says("小升规2").await;
        world.at("2019-06-21 16:00").await;
        let issued = world.read(group);
        let workbook = world.last_file(group);
        assert!(issued.contains("6 小升规：2家"), "{issued}");
        // What is corrected afterwards changes the next one, not this.
        liaison.says("小升规3").await;
        let again = leader.says("/bulletin 25").await;
        assert_eq!(again, issued);
        assert_eq!(world.last_file(leader.user), workbook);
        assert_eq!(leader.says("/bulletin").await, issued);
        assert_eq!(leader.says("/bulletin 2019年第25期").await, issued);
        assert_snapshot!(leader.says("/bulletin 24").await, @"没有“24”这一期通报。请写期号，如：/bulletin 24或/bulletin 2018年第52期");
        assert_snapshot!(leader.says("/bulletin 上一期").await, @"没有“上一期”这一期通报。请写期号，如：/bulletin 24或/bulletin 2018年第52期");
        assert_snapshot!(liaison.says("/bulletin 25").await, @"/bulletin 供领导小组和办公室使用。本单位情况可用 /my 和 /rank 查看。");
        assert_eq!(first(&office.says_in(group, "/bulletin 25").await), first(&issued));
        world.close().await;
    }
}
