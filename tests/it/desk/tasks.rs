//! Tasks: given by the office in one message, answered by the units, accepted or returned.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_task_from_giving_to_accepting(db: Database) {
        let mut world = World::open(&db.url).await;
        let office_user = world.office().await.user;
        let user = world.liaison("兰江街道").await.user;
        let other = world.liaison("云山街道").await.user;
        {
            let (office, lan) = (world.person(office_user), world.person(user));
            assert_snapshot!(office.says("/task").await, @"
            交办事项

            请发送要交办的内容。
            [取消]
            ");
            office.says("报送小升规培育名单 <2019>").await;
            assert!(office.says("天王街道").await.is_empty(), "edited in place");
            assert_snapshot!(world.last_shown(office_user), @"
            交办事项
            内容：报送小升规培育名单 <2019>

            ⚠️ “天王街道”不是本计划的单位或分组。
            交给哪些单位？点分组，或发送名称，如：兰江街道、黄店镇
            [全部单位]
            [开发区] [街道] [乡镇] [部门]
            [取消]
            ");
            office.says("兰江、云山、柏社乡").await;
            office.says("昨天").await;
            office.says("周五12:00").await;
            office.sends_file("名单模板.xlsx", b"PK template").await;
            assert_snapshot!(world.last_shown(office_user), @"
            交办事项
            内容：报送小升规培育名单 <2019>
            单位：兰江街道、云山街道、柏社乡
            期限：6月21日12:00（周五）
            附件：名单模板.xlsx
            ⚠️ 没有可送达联络员的单位：柏社乡

            请核对，确定后发给各单位联络员。
            [确定交办] [重填]
            [取消]
            ");
            assert_snapshot!(office.presses("确定交办").await, @"
            (已完成)
            ✅ 交办1号已发出：3个单位、联络员2人，6月21日12:00前办结。办理情况：/tasks
            ⚠️ 没有可送达联络员、请另行告知的单位：柏社乡
            ");
            assert_snapshot!(world.read(user), @"
            【交办1号】兰江街道
            报送小升规培育名单 <2019>

            办结期限：6月21日12:00（周五）
            附件：名单模板.xlsx
            市“小微企业三年成长计划”领导小组办公室
            请点“收到”。办理中回复本消息说明进展，办好后点“办结”，文字、文件均可。
            [收到（1号）] [办结（1号）]
            ――――
            📎 名单模板.xlsx
            ");
            assert_eq!(lan.last_file(), ("名单模板.xlsx".to_owned(), b"PK template".to_vec()));
            assert_snapshot!(lan.presses("收到（1号）").await, @"
            (已完成)
            【交办1号】兰江街道
            报送小升规培育名单 <2019>

            办结期限：6月21日12:00（周五）
            附件：名单模板.xlsx
            市“小微企业三年成长计划”领导小组办公室
            状态：已收到
            [办结（1号）]
            ");
        }
        world.restart().await;
        let (office, lan, yun) = (world.person(office_user), world.person(user), world.person(other));
        world.read(office_user);
        // Progress as a reply, done by word, with a file, by button.
        let card = world.chats.messages(user).into_iter().rfind(|m| m.text.contains("交办1号")).unwrap();
        assert_snapshot!(lan.replies(card.id, "已摸排12家企业").await, @"进展已记下（交办1号），已告知办公室。");
        assert_snapshot!(world.read(office_user), @"
        交办1号 兰江街道（兰江街道）报进展：已摸排12家企业
        事项：报送小升规培育名单 <2019>
        ");
        assert_snapshot!(office.says("/tasks").await, @"
        交办事项

        1号 报送小升规培育名单 <2019>
        6月21日12:00前办结，已认可0/3个
        · 未回应：云山街道、柏社乡
        · 办理中：兰江街道
        ");
        assert_snapshot!(yun.says("收到").await, @"已记下：收到交办1号。");
        assert_snapshot!(lan.presses("办结（1号）").await.lines().next().unwrap(), @"(已完成)");
        assert_snapshot!(world.read(user), @"
        请发送交办1号的办结说明或文件。
        [无说明，直接办结] [取消]
        ");
        let answer = lan.sends_file_with("名单.xlsx", b"PK list", "名单共12家").await;
        assert_snapshot!(answer, @"已报办结（交办1号），附件名单.xlsx，等待办公室认可。");
        assert_snapshot!(world.read(office_user), @"
        交办1号 兰江街道（兰江街道）报办结：名单共12家
        事项：报送小升规培育名单 <2019>
        [认可（1号）] [退回（1号）]
        ――――
        📎 名单.xlsx
        ");
        assert_eq!(office.last_file(), ("名单.xlsx".to_owned(), b"PK list".to_vec()));
        // Returned with a reason, done again, accepted.
        office.presses("退回（1号）").await;
        assert_snapshot!(office.says("缺联系电话").await, @"已退回兰江街道交办1号，已告知联络员。");
        assert_snapshot!(world.read(user), @"
        【退回】交办1号“报送小升规培育名单 <2019>”：请兰江街道继续办理。
        原因：缺联系电话
        [办结（1号）]
        ");
        assert_snapshot!(lan.says("办结 已补电话").await, @"已报办结（交办1号），等待办公室认可。");
        assert!(world.read(office_user).contains("报办结：已补电话"));
        assert!(office.presses("认可（1号）").await.starts_with("(已完成)"));
        assert_snapshot!(world.read(user), @"✅ 交办1号“报送小升规培育名单 <2019>”：兰江街道办结已认可，谢谢。");
        assert!(lan.says("办结1号 再来").await.contains("目前是“已认可”"));
        assert_snapshot!(lan.says("/tasks").await, @"
        兰江街道交办事项
        目前没有未办结的事项。
        ");

        // The others are reminded the day before, and told when it is overdue; so is the office.
        world.at("2019-06-20 09:30").await;
        assert!(world.read(other).contains("【交办到期提醒】1号"));
        assert!(!world.read(user).contains("交办"));
        world.at("2019-06-24 09:30").await;
        assert!(world.read(other).contains("【交办逾期】1号"));
        assert!(world.read(office_user).contains("未报办结：云山街道、柏社乡"));
        assert_snapshot!(office.says("/tasks 1号").await, @"
        交办事项

        1号 报送小升规培育名单 <2019>
        6月21日12:00前办结 🔴 逾期2个，已认可1/3个
        · 未回应：柏社乡
        · 已收到：云山街道
        · 已认可：兰江街道
        ");
        world.close().await;
    }
}

on_both! {
    async fn strangers_to_a_task_change_nothing(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        let (lan, other) = (world.liaison("兰江街道").await, world.liaison("游埠镇").await);
        office.says("/task 报送名单").await;
        office.presses("街道").await;
        office.presses("3个工作日").await;
        office.presses("无附件").await;
        office.presses("确定交办").await;
        assert_eq!(world.read(other.user), "", "it is not theirs");
        let card = world.chats.messages(lan.user).into_iter().rfind(|m| m.from_bot).unwrap();
        let own = world.chats.messages(other.user).into_iter().rfind(|m| m.from_bot).unwrap();
        for data in ["task:got:1", "task:done:1", "task:ok:1:lanjiang", "task:back:1:lanjiang", "task:got:9", "task:x"] {
            let said = other.presses_data(other.user.into(), own.id, data).await;
            assert!(said.starts_with("(这个按钮"), "{data}: {said}");
        }
        assert!(!lan.presses_data(lan.user.into(), card.id, "task:ok:1:lanjiang").await.contains("已完成"));
        assert_eq!(office.says("/tasks").await.matches("未回应").count(), 1);
        // 收到 without any task is only good manners.
        assert!(!other.says("收到").await.contains("交办"));
        assert!(lan.says("/task x").await.contains("只有领导小组办公室"));
        world.close().await;
    }
}
