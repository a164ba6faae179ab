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
            Self::Same => &["同上期", "同上周", "无变化", "不变", "same"],
            Self::Zero => &["无", "没有", "暂无", "零"],
            Self::Confirm => &["确认", "是", "是的", "对", "yes"],
            Self::Again => &["重填", "不对", "错了", "否"],
            Self::Skip => &["跳过", "下一项", "skip", "next"],
            Self::Back => &["上一项", "返回", "back"],
            Self::End => &["结束", "完成", "end"],
        }
    }
}
