//! What each role sees and may do.

use insta::assert_snapshot;

use crate::databases::{Database, on_both};
use crate::world::World;

on_both! {
    async fn a_leader_looks_and_does_not_report(db: Database) {
        let world = World::open(&db.url).await;
        let leader = world.leader().await;
        assert_snapshot!(leader.says("/help").await, @"
        您好。每期通报会自动发到领导小组群，随时可查：

        /rank 排名
        /why 得分怎么来的
        /unit 单位情况，如 /unit 兰江街道
        /trend 得分与名次走势
        /bulletin 查看通报，如 /bulletin 24
        /assess 年度考核，如 /assess 2019
        /missing 未报情况
        /help 使用说明
        /language 切换中文/English
        ");
        assert_snapshot!(leader.says("小升规2").await, @"您的账号不承担报送，这条没有存入。可用命令见 /help");
        assert_snapshot!(leader.says("/my").await, @"/my 是联络员用的。您的账号没有对应的单位，可用 /missing 或 /rank 查看全部情况。");
        assert_snapshot!(leader.says("/invite 兰江街道").await, @"/invite 只有领导小组办公室可以使用。");
        assert_snapshot!(leader.says("/why-reminded 兰江").await, @"/why_reminded 只有领导小组办公室可以使用。");
        assert!(leader.says("/rank").await.contains("共17个单位"));
        assert!(leader.says("/missing").await.contains("应报24个单位"));
        world.close().await;
    }
}

on_both! {
    async fn help_is_by_role(db: Database) {
        let world = World::open(&db.url).await;
        let (office, liaison) = (world.office().await, world.liaison("市税务局").await);
        assert_snapshot!(office.says("/help").await, @"
        领导小组办公室常用操作
        代某单位报数：代报 兰溪经济开发区 小微企业 45

        /rank 排名
        /why 得分怎么来的
        /unit 单位情况，如 /unit 兰江街道
        /trend 得分与名次走势
        /bulletin 查看通报，如 /bulletin 24
        /assess 年度考核，如 /assess 2019
        /correct 更正通报，如 /correct 24 原因
        /missing 未报情况
        /review 数据审核，如 /review 小升规
        /flag 标注注销、异常数，如 /flag 游埠镇 小升规 注销3家
        /target 调整目标任务，如 /target 小升规 游埠镇 9 文号
        /audit 数据沿革，如 /audit 兰江街道 小升规
        /invite 单位名：邀请联络员
        /who 绑定人员，撤销用 /revoke 单位名
        /bind 在群里发送：绑定本群
        /deadline 调整截止时间，如 /deadline 第26周 周五12:00 原因
        /extend 单位延期，如 /extend 黄店镇 2天
        /lock 锁定一期，不再接受补报
        /unlock 重新开放一期
        /task 交办事项
        /tasks 交办事项办理情况
        /notice 发通知，如 /notice 街道：内容
        /materials 工作总结等材料
        /why_reminded 单位名：催报记录
        /help 使用说明
        /language 切换中文/English
        ");
        assert_snapshot!(liaison.says("/help").await, @"
        市税务局联络员，您好。报数直接发一条消息即可，例如：
        税收优惠受惠面 10%
        · 写累计数；只报新增时在数前写“+”或“本周新增”
        · 某项没有写“指标名称 无”，与上期相同写“指标名称 无变化”
        · 全部没有变化写“其余无变化”；补报上一期写“上周 指标名称 数”
        · 报错了：再发一次正确的，或修改原消息，或点“撤回”；回复我的回执可以更正那一次，也可以写说明
        · 不想打字：/report 逐项填，/template 取表格填好发回
        本期为2019年第25周，6月20日17:00截止。

        /report 逐项报数
        /my 本单位指标和缺项
        /template 领取报送表
        /rank 排名
        /why 得分怎么来的
        /trend 得分与名次走势
        /assess 年度考核，如 /assess 2019
        /missing 未报情况
        /review 数据审核，如 /review 小升规
        /flag 标注注销、异常数，如 /flag 游埠镇 小升规 注销3家
        /audit 数据沿革，如 /audit 兰江街道 小升规
        /tasks 交办事项办理情况
        /materials 工作总结等材料
        /substitute AB角，如 /substitute 7月1日 7月10日
        /help 使用说明
        /language 切换中文/English
        ");
        assert_snapshot!(liaison.says("/nonsense").await, @"没有 /nonsense 这个命令。可用命令见 /help");
        assert_snapshot!(liaison.says("/rank").await, @"
        截至6月17日排名（序时进度48.6%，共17个单位）
        本单位不参加排名。
        全部单位排名见领导小组通报。
        ");
        world.close().await;
    }
}

on_both! {
    async fn the_same_words_from_two_liaisons_are_two_reports(db: Database) {
        let world = World::open(&db.url).await;
        let first = world.liaison("兰江街道").await;
        let second = world.liaison("兰江街道").await;
        first.says("小升规2").await;
        // A colleague's increment of the same size may be the same one.
        first.says("小升规+1").await;
        assert!(second.says("小升规+1").await.contains("是再次新增吗"));
        assert!(second.presses("再次新增1家，累计4家").await.contains("小升规：4家"));
        // Either may undo for the unit.
        assert!(first.says("/my").await.contains("小升规：4家"));
        assert!(second.presses("撤回").await.contains("恢复为3家"));
        world.close().await;
    }
}

on_both! {
    async fn the_command_menu_is_by_role_and_language(db: Database) {
        let world = World::open(&db.url).await;
        let liaison = world.liaison("兰江街道").await;
        let menu = || {
            let menu = world.chats.menu(liaison.user, liaison.user);
            menu.into_iter().map(|(name, what)| format!("{name} {what}")).collect::<Vec<_>>()
        };
        assert_eq!(menu()[0], "report 逐项报数");
        assert!(!menu().iter().any(|entry| entry.starts_with("invite")));
        liaison.says("/language").await;
        assert_eq!(menu()[0], "report report one by one");
        world.close().await;
    }
}
