//! Who may do what, walked through the real desk: every role says and presses everything.

use insta::assert_snapshot;
use liaison_bot::conversation::Role;

use crate::databases::{Database, on_both};
use crate::world::World;

/// What a command is answered with when it is not for whoever sent it.
const REFUSED: &[&str] = &[
    "只有领导小组办公室可以使用",
    "供领导小组和办公室使用",
    "供指标牵头部门",
    "只能看本单位",
    "是联络员用的",
    "尚未绑定",
];

const COMMANDS: &[&str] = &[
    "/rank 街道",
    "/unit 云山",
    "/trend 云山",
    "/missing",
    "/bulletin 24",
    "/invite 云山",
    "/why_reminded 云山",
    "/who",
    "/revoke 云山",
    "/correct 24 原因",
    "/review",
    "/flag 云山 小升规 注销1家",
    "/audit 云山 小升规",
    "/target 小升规 云山 9 文号",
    "/deadline",
    "/extend 云山 1天",
    "/lock",
    "/unlock",
    "/task",
    "/notice",
];

on_both! {
    async fn every_role_tries_everything(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let former = world.liaison("柏社乡").await;
        office.says("/revoke 柏社乡").await;
        office.presses("撤销 柏社乡").await;
        office.presses("确定撤销").await;
        let head = world.stranger("书记");
        head.starts(Some(&world.invitation(Role::Head, Some("兰江街道")).await)).await;
        let people = [
            ("stranger", world.stranger("路人")),
            ("former", former),
            ("liaison", world.liaison("兰江街道").await),
            ("head", head),
            ("lead", world.liaison("市经信局").await),
            ("leader", world.leader().await),
            ("office", office),
        ];
        let mut table = String::new();
        // Reporting, and doing it for others, by what is stored; then the commands.
        for (what, words, stored) in [
            ("report", "小升规2", "已收到"),
            ("report for", "代报 云山 小升规2", "已代报"),
        ] {
            let mut who = Vec::new();
            for (name, person) in &people {
                if person.says(words).await.contains(stored) {
                    who.push(*name);
                }
            }
            table += &[what, ": ", &who.join(" "), "\n"].concat();
        }
        for command in COMMANDS {
            let mut who = Vec::new();
            for (name, person) in &people {
                let said = person.says(command).await;
                if !REFUSED.iter().any(|words| said.contains(words)) {
                    who.push(*name);
                }
            }
            table += &[command, ": ", &who.join(" "), "\n"].concat();
        }
        assert_snapshot!(table, @"
        report: liaison
        report for: office
        /rank 街道: liaison head lead leader office
        /unit 云山: leader office
        /trend 云山: leader office
        /missing: liaison head lead leader office
        /bulletin 24: leader office
        /invite 云山: office
        /why_reminded 云山: office
        /who: office
        /revoke 云山: office
        /correct 24 原因: office
        /review: lead office
        /flag 云山 小升规 注销1家: lead office
        /audit 云山 小升规: lead office
        /target 小升规 云山 9 文号: office
        /deadline: office
        /extend 云山 1天: office
        /lock: office
        /unlock: office
        /task: office
        /notice: office
        ");
        world.close().await;
    }
}
