//! The words that change what a number beside them means, in one table.
//!
//! In: nothing. Out: the vocabulary, each word with what it does ([`Word`]). What indicators and
//! units are called is never here: that is the plan's.

/// What a word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Word {
    /// 本周: the period that is reported.
    Period,
    /// 上周: the period before; its number is history.
    Past,
    /// 较上周: what follows is a change.
    Compare,
    /// 截至: what follows is a date.
    AsOf,
    /// 新增: an increment beside a period, otherwise part of a name or nothing.
    New,
    /// 增加, 净增: an increment.
    Increase,
    /// 又, 再: directly before a number, an increment.
    Again,
    /// 加: directly before a number, an increment; else it joins names.
    Add,
    /// 多: an increment before a number, an estimate behind one.
    More,
    /// 减少: a decrease.
    Decrease,
    /// 累计, 达到: the total, said outright.
    Total,
    /// 共, 合计: the total, or the sum of what was just listed.
    Sum,
    /// 完成, 目前: the total, by default; it ends what 目标 began.
    Done,
    /// 为, 数量: stands between a name and its number.
    Is,
    /// 目标, 拟, 还差: the number is a plan or what remains.
    Target,
    /// 占: a count of a whole, or a share of it.
    Of,
    /// 预计, 下周: the number is not there yet.
    Future,
    /// 申报, 待批, 在培育: under way and not achieved.
    Underway,
    /// 不含: left out of the count.
    Exclude,
    /// 取消, 作废: called off.
    Void,
    /// 不对, 报错了: before a number it corrects, behind one it calls it off.
    Wrong,
    /// 5月份, 第二季度, 上半年: a stretch that is not this period.
    Stretch,
    /// 今年, 全年, 2018年: a whole year.
    Year,
    /// 去年: a year that is over; 比上月: a time that is not the last period.
    LastYear,
    /// 比, 较: with a time behind it, the same.
    Than,
    /// 余额: what there is, and not what is new.
    Stock,
    /// 培育: between a name and a number, what is not achieved yet.
    Foster,
    /// 还差, 还有: directly before a number, what remains.
    Left,
    /// 完成率, 同比: the number is a rate about a count.
    Rate,
    /// 约, 近: the number is an estimate.
    About,
    /// 左右, 以上: the number before is an estimate.
    OrSo,
    /// 几家, 若干: an estimate without a number.
    Vague,
    /// 无, 暂无: zero.
    Zero,
    /// 无变化, 持平: an increment of zero.
    Same,
    /// 变化: behind 无 it makes an increment of zero.
    Change,
    /// 更正, 应为: what follows wins.
    Correct,
    /// 不是, 原报: the number is the wrong one.
    Old,
    /// 由, 从: directly before a number, it is where a change began.
    From,
    /// 至, 到: between two numbers, a range.
    To,
    /// 其中: a part of what was just named.
    Part,
    /// 其他, 其余: whatever was not named.
    Others,
    /// 均, 都: for every name before.
    Each,
    /// 分别: the names before in their order.
    Respectively,
    /// 和, 及: joins names.
    And,
    /// 吗, 多少: a question.
    Question,
    /// 请, 开会: ordinary talk.
    Talk,
    /// 走访, 指导: directly at a name, what was done with firms and not what came of it.
    Visit,
    /// 谢谢, 收到: talk, unless it only stands in front of or behind indicators by number.
    Courtesy,
    /// 电话: numbers behind it are no figures.
    Contact,
    /// 报送给, 与: a unit behind it is only mentioned.
    Mention,
    /// 代: a unit behind it is reported for.
    Behalf,
    /// 待定, 不详: a value that is not known yet.
    Pending,
    /// 第: an ordinal follows.
    Ordinal,
    /// 指标, 编号: an indicator's number may follow.
    Number,
    /// 负: less than zero.
    Minus,
    /// 情况, 工作: a heading's word; a name beside it need not have a number.
    Heading,
    /// 的, 了, 企业: means nothing beside a number.
    Filler,
    /// 企业: what every name ends in; alone it fits several.
    Firm,
    /// 百分之: a share follows.
    Share,
    /// 全市: the whole county.
    County,
    /// Another word that holds letters of the ones above: 无误, 完成后.
    Plain,
    /// 批零: text like any other, were it not for the letters of numbers and measures in it.
    Term,
    /// 序号, 备注: a column that holds no figure.
    Column,
    /// 指标名称: the column of names.
    NameColumn,
    /// 呢: a question behind a name (小升规呢), and means nothing beside a number.
    Particle,
}

impl Word {
    /// Whether it can be the title of a column.
    pub fn is_title(self) -> bool {
        use Word::{Done, NameColumn, New, Number, Period, Rate, Sum, Target, Total};
        matches!(self, NameColumn | Number | Target | Total | Sum | Done | Rate | Period | New)
    }
}

/// What a number is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Measure {
    /// 家, 户, 个, 台次 …
    Count,
    /// 次: what 台次 and 批次 are called for short, and also how often something was done.
    Times,
    /// 亩: an area that cannot be turned into square metres without a guess.
    Land,
    /// 元.
    Money,
    /// 个亿: a hundred million 元.
    HundredMillion,
    /// 美元, 立方米: like what an indicator counts, and not the same.
    Foreign,
    /// 平方米.
    Area,
    /// %, 个百分点.
    Percent,
    /// ‰.
    Permille,
    /// 成: a tenth.
    Tenth,
    /// 日, 点, 周: a time or a date.
    Time,
    /// 号: a day, and to some an indicator's number.
    Day,
    /// 月, 季度: a time, and alone a stretch of it.
    Month,
    /// 年.
    Year,
    /// 人, 份, 页: something that no indicator counts.
    Other,
}

/// Every word, by what it does; separated by spaces.
pub(super) const WORDS: &[(Word, &str)] = &[
    (
        Word::Period,
        "本周 这周 这一周 本星期 当周 本月 这个月 当月 本期 本季 本季度 当期 本次 此次 这次 本轮 本旬 今日 当日",
    ),
    (
        Word::Past,
        "上周 上月 上期 上次 上个月 上一周 上一期 上星期 上季度 上周数 上期数 上周数据 上期数据 上月数据 上周的 上期的 报上周 报上周数 报上周数据 报上周的 报上期 报上期数据 之前报 前期 上周累计 上月累计 上期累计 昨日 截至上周 截止上周 截至上月 截止上月",
    ),
    (
        Word::Compare,
        "较上周 比上周 较上期 比上期 较上次 比上次 较前一周 比前一周 较前期 比前期 较上一周 比上一周 较上星期 比上星期 较上一期 比上一期 环比 与上周比 和上周比 同上周比 与上周相比 和上周相比 同上周相比 与上期相比 和上期相比 较昨日 比昨日 相比上周 相较上周 较之前 比之前 增减 较上报 环比上周 环比上期 环比上月 环比上周数",
    ),
    (
        Word::AsOf,
        "截至 截止 截至到 截止到 截止至 截至日期 截止日期 截止时间 统计时间 填报时间 填报日期 上报时间 上报日期 报送时间 报送日期 日期 时间",
    ),
    (
        Word::New,
        "新增 新增加 新增了 新增数 新增数据 新增数量 增量 新发展 新培育 新认定 新设立 新登记",
    ),
    (
        Word::Increase,
        "增加 增加了 增加数 又增加 再增加 又增 再增 又新增 再新增 又增加了 净增 净增加 净增长 增 增了 新增长 上升 上升了 增长 增长了 提高 提高了 多了 又多 又多了 又完成 新完成 再完成 又有",
    ),
    (Word::Again, "又 再 另"),
    (Word::Add, "加 加上 加了 再加 再加上 又加 又加了 另加"),
    (Word::More, "多"),
    (Word::Decrease, "减少 减少了 下降 下降了 少 少了 减 降低 减 注销 退出 负增长 降"),
    (
        Word::Total,
        "累 累计 累计数 累计完成 累计完成数 累计新增 累计已完成 累计已 累计有 累计达 累计达到 累计共 累计为 累计开放 达到 达到了 增加到 增加至 增至 增到 上升到 上升至 上升为 增加为 增为 增长为 提高为 扩大为 升到 提高到 提高至 增长到 增长至 扩大到 扩大至 减少到 减少至 减至 减到 降到 降至 下降到 下降至 升至 总数 总量 总数为 总计 总计完成 共计 共计完成 共完成 累积 累积完成 总完成 总 本周累计 本月累计 本期累计 截至累计 到目前累计 累计上报 总的 总共完成",
    ),
    (Word::Sum, "共 合计 总共 一共 共有 合计完成 共新增 小计"),
    (
        Word::Done,
        "搞了 做了 办了 落实了 拿下 拿下了 搞定 搞定了 核定了 办结 已办结 建成 已建成 落地 已落地 获批 已获批 已通过 通过 通过了 审核通过 审批通过 验收通过 认定通过 已认定 已入库 已入统 完成 完成了 已完成 已经完成 实际完成 实绩 实绩为 完成数 完成数量 完成家数 完成情况 实际 实有 现有 已有 已达 已达到 到位 已 目前 目前为 目前有 当前 至今 迄今 实际数 完成值 实际值 当前值 当前数 上报数 填报数 报送数 完成量 现在 现 已经 截至目前 截止目前 截至本周 截止本周 截至本月 截止本月 截至今日 截止今日 截至今天 截止今天 截至本期 截止本期 截至当前 截止当前 截至现在 到目前 到目前为止 截至目前为止 截止目前为止 到现在",
    ),
    (
        Word::Is,
        "核实后 核实后为 经核实 经核实为 核实为 核定为 核定后为 先报 暂报 暂时报 暂时 先上报 保持 维持 保持在 维持在 报了 报为 为 是 有 数为 数是 数值 数量 数据 数 家数 户数 个数 面积 金额 有效数 报 达 次数 折合 相当于 也就是 即 填 填了 填报了",
    ),
    (
        Word::Target,
        "还要完成 还需完成 还得完成 尚需完成 仍需完成 还应完成 还须完成 还差额 差额 没有完成任务 没完成任务 没有达到目标 还没有达到目标 没达到目标 未达到目标 剩余任务 剩余数 未完成数 缺口数 目标 任务 目标数 任务数 目标值 任务量 目标任务 任务目标 年度目标 年度任务 全年目标 全年任务 全年目标任务 年度目标任务 年度目标数 年度任务数 三年目标 三年任务 总目标 总任务 考核目标 考核任务 目标为 任务为 目标是 任务是 计划数 计划完成 计划新增 指标数 任务指标 指标任务 下达指标 分配指标 年度指标 全年指标 指标是 指标为 下达任务 下达目标 分解任务 分解目标 分配任务 任务分解 应完成 需完成 要完成 需要完成 要求完成 须完成 必须完成 尚差 还缺 尚缺 需增 需新增 还需增 还需新增 剩余 还剩 缺口 距目标 距离目标 距任务 距离 未完成 尚未完成 还需 还需要 尚需 后备 储备 培育库 意向 目标任务数 目标数为 任务数为 全年计划 年度计划 年初目标 共缺",
    ),
    (Word::Of, "占"),
    (
        Word::Future,
        "下步 下步打算 下步计划 下步工作 下步工作打算 下步工作计划 下一步打算 下一步计划 下一步工作 下一步工作打算 下阶段打算 工作打算 今后打算 力争 力争完成 力争达到 争取 争取完成 确保 确保完成 预计 预计完成 预计新增 预期 计划 拟 拟新增 拟完成 有望 有望完成 下周 下周预计 下周计划 下周拟 下月 下期 下阶段 下一步 下一周 下个月 明年 明年计划 即将 将新增 将完成 准备新增 可新增 可完成 能新增 能完成 将达 将达到 可达 可达到 能达到 能达",
    ),
    (
        Word::Underway,
        "待 等待 等待审批 等待审核 等待公示 等待验收 等待认定 正在 正在进行 正在推进 正在实施 在审 在审批 在审核 待审 待审批 待审核 待核准 待认定 待批 待批复 待审定 待验收 待公示 待入库 待入统 待纳统 待办 待办理 待注册 待登记 待开工 待投产 正申报 正在申报 正在培育 正在办理 正办理 在办 在办理 办理中 申报 已申报 申报了 申报中 在申报 拟申报 申报待批 申请 已申请 申请中 在申请 正在申请 报批 报批中 审批中 审核中 验收中 公示 公示中 正在公示 培育中 在培育 在培育中 在培 培育对象 在谈 洽谈 洽谈中 在洽谈 正在洽谈 筹建 筹建中 在建 在建中 建设中 正在建设 注册中 登记中 流程中 走流程 推进中 进行中 受理中 已受理 退回 被退回 已退回 驳回 被驳回 已驳回 未批 未批准 未获批 没批 未通过 没通过 未入库 未入统 未验收 未办结 尚未办结 没办好 还没办好 未办好 还没批 还没批下来 没批下来 还没下来 有意向 有意愿 愿意 摸底 在册待转",
    ),
    (
        Word::Exclude,
        "不含 不包含 不包括 不算 不计 不计入 未计入 未包括 未包含 未含 除外 剔除 扣除 除去 不在内",
    ),
    (
        Word::Void,
        "调减 调减了 扣减 扣减了 减掉 减去 取消 取消了 已取消 作废 作废了 已作废 撤销 撤销了 撤回 撤回了 删除 删掉 删了 删去 去掉 无效 不作数 不算数 不要了 别算 不能算 作罢 报多了 报少了 报高了 报低了 报多 报少 多报 多报了 少报 少报了 多算 多算了 少算 少算了 重复 重复了 重复计算 重复上报 虚报 虚报了 忽略 请忽略 请删除 请作废 请取消 请撤回 请撤销 收回 收回了",
    ),
    (
        Word::Wrong,
        "不对 不对了 错了 报错 报错了 写错 写错了 填错 填错了 说错 说错了 弄错了 搞错了 打错了 有误 数据有误 不准 不准确 不正确 错误 是错的 是错误的 错的",
    ),
    (
        Word::Stretch,
        "上半年 下半年 半年 前半年 后半年 近期 最近 近日 近来 近一周 最近一周 近一月 近一个月 最近一个月 近两周 最近两周 近半月 近半年 一周内 一周来 一个月来 半年来 半年以来 每周 每月",
    ),
    (Word::Year, "今年 年内 本年 本年度 全年 当年 今年全年 今年度"),
    (
        Word::LastYear,
        "去年 上年 上年度 前年 去年全年 去年同期 上年同期 去年底 去年末 较去年 比去年 较去年底 比去年底 较去年同期 比去年同期 与去年同期相比 与去年相比 较上年 比上年 较上年同期 比上年同期 较上年末 较年初 比年初 较上月 比上月 较上个月 比上个月 较上月底 比上月底 较上月末 比上月末 与上月相比 和上月相比 较上季度 比上季度",
    ),
    (Word::Than, "比 较 相比"),
    (Word::Stock, "余额"),
    (Word::Foster, "培育"),
    (Word::Term, "批零 服务业"),
    (Word::Left, "还差 还有 差 剩 欠 还要 缺 超额 超额完成 超额完成了 超目标"),
    (
        Word::Rate,
        "完成率 完成率为 完成率达 完成率达到 完成比例 占比 占比为 占比达 同比 同比增长 同比增加 同比增幅 同比下降 同比上升 同比减少 环比增长率 环比增速 环比增幅 增速 增速为 增幅 增幅为 增长率 增长率为 比例 比例为 比重 比重为 占目标 占任务 占目标的 占任务的 占全年 占全年目标 占年度目标 占目标任务 占目标任务的 占全年任务 占全年任务的 占年度任务 占总数 占全市 达标率 覆盖率 通过率 合格率 转化率 年均增长 年均 序时进度 时间进度 完成进度 任务完成率 目标完成率 年度完成率 全年完成率 序时 进度 进度为 百分比 达成率 完成度 完成目标的 完成任务的 完成全年目标的 完成全年任务的 完成目标任务的 完成年度目标的 完成年度任务的 完成年度目标 完成目标 完成任务 完成全年任务 完成全年目标 完成目标任务 排名 排名全市 位列 位居 排在 排 列全市 居全市 得分 评分 名次 与序时差 月均 周均 平均每周 平均每月",
    ),
    (
        Word::About,
        "暂估 暂估数 以下为估算 以下为估计 估算 不止 暂定 暂定为 初步 初步统计 初步估计 预估 预估数 约 大约 大概 大概有 大致 大体 近 将近 接近 差不多 估计 估计有 可能 可能有 或许 不到 不足 不少于 不低于 不超过 至少 最多 最少 超 超过 超出 逾 约为 约有 好像 好像是 应该有 应该 估摸 大于 小于 少于 多于 突破 至多",
    ),
    (
        Word::OrSo,
        "左右 上下 以上 以下 以内 之间 多 余 来 有余 出头 或者 或 还多 开外 差一点 差一些 的样子 样子",
    ),
    (
        Word::Vague,
        "十几 十几家 十几户 十几个 几十 过百 破百 过千 破千 百把家 千把家 十来家 几家 几户 几个 几台次 几批次 几批 几台 几笔 数家 数户 数个 多家 多户 多个 好几家 好几户 好几个 若干 若干家 若干户 若干个 数十 数十家 数十户 数十个 数百 数百家 上百 上百家 上百户 上千 上千家 上千户 近百 近百家 近百户 近千 近千家 百余家 百余户 百来家 百来户 百多家 百多户 千余家 一些 许多 不少 很多 部分 个别 少量 一批 几十 几十家 几十户 几十个 几百 几百家 几千 一两家 一二家",
    ),
    (
        Word::Zero,
        "没有一家 没有一户 没有一个 冇 颗粒无收 零蛋 鸭蛋 光蛋 无 没有 暂无 暂时无 尚无 暂时没有 目前没有 目前无 目前暂无 没 还没 还没有 还没有的 未有 未发生 暂未发生 暂没有 暂没 均无 都没有 也没有 也无 全无 没得 没有的 还是没有 仍没有 仍无 依然没有 清零 空缺 无发生 未产生 暂未产生 没有完成 未开展 暂未开展 无上报 无数 挂零 未破零 零报告 零上报 零填报 零报送 零申报 啥也没有 啥都没有 什么都没有 什么也没有 一家都没有 一家也没有 一个都没有 一户都没有",
    ),
    (
        Word::Same,
        "没有新的 没有进展 没进展 无进展 没有新进展 无变化 没变化 没有变化 未变化 不变 没变 未变 无变动 没有变动 无增减 无增加 没有增加 未增加 没增加 无新增 没有新增 没新增 未新增 暂无新增 暂未新增 暂无变化 暂无增加 无新变化 暂没有新增 尚无新增 持平 与上周持平 同上周持平 和上周持平 较上周持平 比上周持平 与上月持平 与上期持平 较上期持平 同上 同上周 同上期 同上月 同上次 同上一周 同上周一样 同上周一致 同上周数 与上周一致 与上周相同 与上周一样 和上周一致 和上周相同 和上周一样 跟上周一样 跟上周持平 跟上周一致 跟上周相同 与上期一致 与上期相同 同上期一致 与上次一致 与上次相同 和上次一样 跟上次一样 与上周无变化 较上周无变化 较上周没有变化 较上周没变化 比上周无变化 较上周不变 较上期无变化 较上月无变化 环比持平 保持不变 维持不变 数据不变 数字不变 无增长 没有增长 零增长 零新增 未有变化 没有变 未有新增 没有动 没动 没啥变化 没什么变化 没有什么变化 照旧 照上周 还是上周的 还是上周 不变化 无任何变化 无新增加 一如上周 同前 同前期 还是老样子 老样子 无更新 没有更新 维持原状 维持上周 按上周 按上期 按上周的 按上期的 按上周数 按上期数 按上周报 按上期报 按上周数据 按上期数据 参照上周 没有任何变化 零变动 零变化 无变更 没有变更",
    ),
    (Word::Change, "变化 变动 改变 变更"),
    (
        Word::Correct,
        "勘误 勘误为 经复核 经复核为 复核为 复核后为 后来核实 后来核实是 后来核实为 变为 变成 更正 更正为 更正如下 更正一下 更正说明 现更正 现更正为 修正 修正为 订正 订正为 纠正 纠正为 应为 应该为 应该是 应是 应当为 改为 改成 改到 改 修改为 修改成 修改 更改为 更改 调整为 调整到 变更为 更新为 实为 实际为 实际应为 实际是 正确的是 正确为 正确数 正确数据 以此为准 更正后 其实是 写成 改正 改正为 重报 重新上报 更新 应更正为 应改为 应修改为 应调整为 需更正为 更正成 应更改为",
    ),
    (
        Word::Old,
        "原有 不是 并非 而不是 误报为 错报为 误写为 误报 错报 误填 误填为 原报 原来 原为 原来是 原数 原数据 原先 先前报 前面报 上次报 上周报 刚才报 刚才报的 刚才写的 之前报的 前面报的 刚报的 刚才 原上报 之前的 以前的 先前的 之前是 之前为 错写成 写成了 误写成",
    ),
    (Word::From, "由 从 自 由原来的 从原来的 从上周的 由上周的 由原报 由原来 从原来"),
    (Word::To, "至 到 变"),
    (Word::Part, "其中 含 包含 包括 内含 当中 里面 另含 其中含 其中包括 其中有"),
    (
        Word::Others,
        "其他 其它 其余 剩下 余下 剩余指标 别的 另外的 其他指标 其余指标 其它指标 其他的 其余的 其他各项 其余各项 其他项 其余项 其他数据 其余数据 其他项目 其余项目 其余几项 其他几项 其它几项 剩余的 剩下的",
    ),
    (
        Word::Each,
        "均 都 各 皆 以上数据 以上数据均为 以上数据都是 以上数据为 以上数据是 以上数据均 以上为 以上是 以上均为 以上都是 以上均 以上都 以上各项均为 以上各项 以上数字 以上数均为 均为 都是 都为 各为 均是 各有 各完成 均完成 都完成 全部 全都 全部为 全为 全是 全部是 各项指标 各指标 所有指标 全部指标 各项数据 所有数据 各项数据均 各项均 各项都",
    ),
    (Word::Respectively, "分别 分别为 分别是 分别完成 依次 依次为 依次是 分别有 分别达"),
    (Word::And, "和 及 与 以及 跟"),
    (
        Word::Question,
        "报几家 要几家 填几家 算几家 写几家 报几个 报几户 吗 么 怎么 怎样 如何 多少 什么 啥 哪 哪个 哪些 哪里 几时 何时 何种 是否 能否 可否 请问 咨询 问一下 请教 有没有 要不要 需不需要 是不是 对不对 行不行 可不可以 能不能 可以吗 为何 为什么 算不算 哪家 怎么算 怎么填 怎么报 多少家 如何填 还是说 几号 几点 几月 几日 谁",
    ),
    (
        Word::Talk,
        "没有收到通知 没收到通知 待会 待会儿 上一条 上条 上面一条 前一条 前面那条 刚才那条 之前那条 那条 已报 已上报 个单位 家单位 开会 会议 召开 参加 通知 附件 文件 转发 审核 准时 请假 稍后报 再报 后报 后补 待补 待报 待上报 明天 昨天 后天 前天 上午 下午 晚上 中午 凌晨 早上 稍后 稍等 马上 同志 同事 我想 想问 听说 需要 准备 安排 组织 督查 宣传 发放 印发 学习 讨论 研究 解决 协调 对接 问题 材料 表格 群里 拉群 微信群 加班 值班 没报 未报 还没报 未上报 未填报 未报送 缺报 迟报 漏报 催报 补报 提交 发送 发给 发到 打电话 联系 回复 楼 会议室 吃饭 休息 周末 号前 日前 之前 以前 截止时间为 打卡 签到 新年 节日 天气 气温 下雨 台风 我们有 有家 有个 过来 一下 帮忙 不好意思 抱歉 对不起 忘了 看看 看一下 单位没 报名 考试 考核 考核组 通报 视频 活动 人员 名单 问 咨询费 见附件 如图 截图 发言 汇报材料",
    ),
    (
        Word::Visit,
        "惠及 惠及了 服务 扶持 扶持了 发现 发现了 巡查 巡查了 帮助 帮助了 培训 培训了 走访 走访了 调研 调研了 检查 检查了 排查 排查了 排查出 慰问 慰问了 座谈 约谈 约谈了 指导 指导了 动员 动员了 帮扶 帮扶了 服务了 辅导 辅导了 摸排 摸排出 去看 看了",
    ),
    (
        Word::Courtesy,
        "请 麻烦 谢谢 感谢 多谢 辛苦 收到 查收 今天 知道 明白 好的 领导 各位 大家 大家好 您好 你好 老师 主任 局长 科长 书记 确认 祝 快乐 加油 来了 辛苦了 谢谢领导 请查收 请审核 请接收 请领导审核 请审阅 请收 各位领导 各位领导好 领导好 领导您好 各位好 早上好 上午好 中午好 下午好 晚上好 早安 各位领导上午好 各位领导下午好 收到请回复 请回复 请指示 以上请审核 辛苦各位",
    ),
    (
        Word::Contact,
        "电话 联系电话 联系人 联系方式 手机 手机号 手机号码 电话号码 短号 传真 邮编 qq 微信 微信号 tel 座机 办公电话 办公室电话 值班电话 邮箱 email 身份证 身份证号 身份证号码 账号 卡号 信用代码 统一社会信用代码 工号 填报人 报送人 审核人 经办人 负责人 联络员 制表人 填表人 上报人 报数人 签发人 致电 拨打 phone mobile 号码 编号 文号 密码 验证码 注册号 车牌",
    ),
    (
        Word::Mention,
        "报给 报 报送 报送给 给 向 致 抄送 呈 呈报 发给 转 请 由 经 与 和 跟 同 至 到 从 在 对 参照 参考 学习 来自 邻近 毗邻 靠近 去 往 赴 落户 迁至 迁入 搬迁至 搬到 位于 对接 联系 感谢 谢谢 根据 按照 按 如 像 比照 受 被 市领导 提交",
    ),
    (Word::Behalf, "代 代报 替 代为 帮 帮报 代替 将 把"),
    (
        Word::Pending,
        "没统计 没有统计 暂时没统计 暂时没有统计 没统计出来 没有统计出来 暂时没统计出来 暂时没有统计出来 还没统计出来 没来得及 没来得及报 没来得及统计 没收到数据 没有收到数据 没算出来 没有算出来 待定 不确定 不太确定 还不确定 拿不准 有待核实 不详 未知 待核实 待核 待统计 统计中 待确认 未核实 未确认 没确认 还没确认 还没核实 没核实 尚未核实 尚未确认 核实中 不清楚 不知道 暂缺 待汇总 待填 正在统计 还在统计 还没统计 未统计 暂未统计 暂不清楚 不明 n/a na 空 未填 略 暂未 未定 无法统计 待查 tbd",
    ),
    (Word::Ordinal, "第"),
    (Word::Particle, "呢"),
    (Word::Share, "百分之 千分之 百分百"),
    (Word::Number, "指标 指标编号 指标号 指标序号 项目编号 no no. 第 项"),
    (Word::Minus, "负"),
    (
        Word::Heading,
        "上报 现上报 报送 现报 报上 报数 上报给 情况 工作 方面 进展 推进 情况如下 数据如下 如下 上报如下 周报 月报 日报 报表 汇总 汇总表 统计表 统计 一览表 明细 动态 简报 行动 计划表 任务表 进展情况 工作进展 指标情况 推进情况 上报情况 清单 名单如下 政策 工作群 联系群 数据报送 数据上报 数据汇总 数据统计 指标报送 进度报送",
    ),
    (
        Word::Filler,
        "这块 这一块 这边 的话 嘛 哈 确实 真的 真 的确 仍然 依旧 本周一 本周二 本周三 本周四 本周五 本周六 本周日 的 了 我街道 我镇 我乡 我局 我办 我区 我单位 我支行 我行 我们 我们街道 我们镇 我们乡 我们局 本街道 本镇 本乡 本局 本单位 本区 我市 街道 我 本 小微企业三年成长计划 三年成长计划 辖区 辖区内 今年以来 今年来 自开展以来 以来 目标任务中 新 其 兰溪 也 还 就 则 仍 仍为 经 内 中 上 这项 该项 此项 成功 圆满 顺利 引导 支持 推动 发展 认定 实现 全面 已累计 项目 指标名称及 您 单位 现将 特此 特报 另外 此外 以及其 并 且 而 数目 数字 等 主体 经营户 个体 改造 转型 户企业 家企业 刚 刚刚 才 只 只有 仅 仅有 仅为 就是 还是 哦 啊 呀 哟 啦 噢 喔 正好 刚好 恰好 依然",
    ),
    (
        Word::Plain,
        "没有问题 没问题 公示期 公示栏 公示牌 申请书 申请表 申报表 申报书 申报材料 申报工作 申请材料 申报系统 申报系统里 申报期 申报期间 申报平台 申请人 取消会议 无效票 待遇 招待 接待 期待 对待 看待 亟待 周一 周二 周三 周四 周五 周六 周日 星期一 星期二 星期三 星期四 星期五 星期六 星期日 礼拜一 礼拜五 十三五 十四五 十二五 二维码 一二线 无误 无法 无论 无关 无需 无异议 无人 有无 无锡 平均 公共 共同 共享 共建 共青团 共产党 共性 附近 超市 超级 超额 超额完成 预约 节约 约束 签约 合约 差异 出差 相差 差距 差额 增值 增加值 工业增加值 增值税 减免 减税 负责 负担 抱负 到底 到位率 到场 达标 到会 有关 有限公司 有限责任公司 有效 有序 有力 为主 认为 作为 因为 为了 以为 为准 为民 是指 还是要 但是 于是 都市 首都 各地 各村 各社区 各部门 各单位 各乡镇 各街道 各科室 各条线 多次 多种 多元 多方 许多人 完成后 项目部 项目组 计划单列 报告 报到 报账 报销 报名表 日报社 汇报 和谐 和平 及时 以及时 及格 与会 参与 加强 加快 加大 增强 增添 改革 改善 改制 总体 总结 总部 总经理 总书记 上海 上级 上班 上门 上学 上线 上市 来信 来电 未来 原来如此 业余 余杭 排放 安排 排水 排污 列入 系列 零售 零售业 批发零售 批发零售业 百货 千万别 千万要 千万不 万一 一般 一起 一定 一直 一致性 统一 一些人 第一时间 十分 四无 三改一拆 五水共治 两会 三农 一带一路 百姓 全覆盖 注意 关注 关于 国内 市内 中国 中心 中午饭 中介 上述 以上 国家 专家 大家庭 商家 厂家 用户 客户 户外 落户籍 个体户 个人 整个 个案 台州 平台 台账 台帐 天台 次要 次日 件数 文件夹 笔记 笔试 点击 重点 亮点 特点 试点 网点 要点 站点 地点 难点 热点 节点 观点 早点 一点 点评 点名 年底 年初 年末 年中 年度 月底 月初 月末 月中 日常 日程 节假日 生日 号召 天然 每天 每日 每年 周边 周期 周到 时尚 时代 时候 按时 及时性 分析 分工 分类 部分企业 积分 充分 十分钟 分管 成立 成功率 成果 成员 成本 成效 形成 组成 促成 建成 元旦 元素 单元 多元化 页面 主页 网页 人民政府 人社 人才 个人所得税 法人 姓名 知名 著名 命名 位置 单位名称 到位资金 岁末 条件 条线 期间 学期 长期 中期 届时 场所 市场 广场 现场 章程 公章 层面 基层 层次 倍增 起步 起来 一起来 项目建设 事项 奖项 专项 选项 各项 座谈会 讲座 间接 期间内 空间 时间表 时间安排 所以 所有 研究所 派出所 宗旨 度假 制度 力度 进度表 程度 温度 速度 高度 难度 态度 月度 季度 幅度 支付 支部 支持力度 收支 处理 到处 办事处 批准 批复 审批 批示 批评 首批 大批 这批 亩均 亩产 辆次 套路 配套 成套 版本 出版 级别 上级要求 省级 市级 县级 国家级 立即",
    ),
    (Word::Firm, "企业 公司 家企业数 企业数 企业家数 企业数量"),
    (
        Word::Column,
        "序号 备注 责任单位 牵头单位 责任部门 牵头部门 责任科室 联系方式栏 编码 排位 亮灯 单位名称栏 填报单位 报送单位 上报单位 行次 计量单位 责任领导 分管领导",
    ),
    (
        Word::NameColumn,
        "指标名称 项目名称 任务名称 工作内容 指标项目 指标内容 名称 考核指标 主要指标 工作任务 目标名称 类别 内容",
    ),
];

/// What numbers are counted in; separated by spaces.
pub(super) const MEASURES: &[(Measure, &str)] = &[
    (Measure::Land, "亩 公顷 平方公里"),
    (Measure::Times, "次 回"),
    (
        Measure::Count,
        "家 户 个 台次 台套 批次 台 批 件 笔 项 宗 起 座 间 所 家次 户次 戶 家企业 户企业 个企业 家(户) 家/户 家、户 家(次)",
    ),
    (Measure::Money, "元 块 块钱 元整 元人民币 人民币 rmb"),
    (Measure::HundredMillion, "个亿 个亿元"),
    (Measure::Foreign, "美元 美金 港币 港元 欧元 日元 英镑 立方米 立方"),
    (Measure::Area, "平方米 平米 平方 平 方 m2 ㎡ 平方公尺 方米"),
    (Measure::Percent, "% 个百分点 百分点 个点"),
    (Measure::Permille, "‰"),
    (Measure::Tenth, "成"),
    (
        Measure::Time,
        "日 天 周 点 时 分 秒 个工作日 工作日 个小时 小时 分钟 秒钟 个星期 星期 点半 点钟 点整 年前 日前 日内 天内 周年 年内 月底 月末 月初 月中旬 月上旬 月下旬 年底 年初 年末 个半月 年以来 年来 年至 号前 号之前 日之前 日以前 周内 点前 点之前",
    ),
    (Measure::Day, "号"),
    (Measure::Month, "月 月份 季度 季 个月 个季度 月以来 月份以来"),
    (Measure::Year, "年 年度"),
    (
        Measure::Other,
        "人 名 位 份 页 条 张 场 篇 期 届 楼 层 室 岁 倍 公里 里 吨 辆 度 章 节 版 套 本 把 片 轮 处 幢 栋 公斤 斤 米 厘米 人次 场次 号楼 号文 号线 路 村 社区 封 则 种 类 级 a4 号机 班 组 队 门 趟 车 颗 棵 头 只 支 行次 环节 步 字 名次",
    ),
];

impl Measure {
    /// Whether it belongs to a date or a time, and never to a quantity.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Time | Self::Day | Self::Month | Self::Year)
    }
}
