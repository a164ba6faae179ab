//! What can be done with a form, by button or by word.

/// What somebody does with a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Same,
    Zero,
    Confirm,
    Again,
    Skip,
    Back,
    End,
}

impl Deed {
    pub const ALL: [Self; 7] =
        [Self::Same, Self::Zero, Self::Confirm, Self::Again, Self::Skip, Self::Back, Self::End];

    /// The word in a button's data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Zero => "zero",
            Self::Confirm => "yes",
            Self::Again => "no",
            Self::Skip => "skip",
            Self::Back => "back",
            Self::End => "end",
        }
    }

    /// The words people type for it.
    pub fn typed(self) -> &'static [&'static str] {
        match self {
            Self::Same => &[
                "同上期",
                "同上周",
                "同上",
                "无变化",
                "没变化",
                "没变",
                "不变",
                "持平",
                "一样",
                "same",
            ],
            Self::Zero => &["无", "没有", "暂无", "零"],
            Self::Confirm => &["确认", "确定", "是", "是的", "对", "对的", "没错", "yes"],
            // 取消 takes the entry back, or ends a form that waits for none.
            Self::Again => &["重填", "不对", "错了", "不是", "否", "取消", "no"],
            Self::Skip => &["跳过", "下一项", "下一个", "略过", "skip", "next"],
            Self::Back => &["上一项", "上一个", "返回", "back"],
            Self::End => &["结束", "完成", "退出", "取消", "不填了", "先这样", "end"],
        }
    }
}
