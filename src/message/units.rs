//! Whose figures are they? A message that speaks of another unit is not read.
//!
//! In: tokens. Out: the other unit, if one stands where a reporter stands. A unit that is only
//! addressed, thanked or mentioned (报市经信局, @云山街道, 与云山街道共建) is none.

use super::lexicon::NamedUnit;
use super::reader::Page;
use super::tokens::{Kind, Token};
use super::words::{Measure, Word};
use crate::plan::UnitId;

/// Bytes of a person's name: three characters.
const LONGEST_NAME: usize = 9;

/// What a liaison calls the own unit.
const OWN: [&str; 8] = ["我们", "我街道", "我镇", "我乡", "本街道", "本镇", "本乡", "我区"];

/// How many tokens behind a unit may say that somebody else reports for it.
const FAR: usize = 12;

/// Words by which one reports for another. 将 and 把 stand before a unit, and say so only there.
const FOR_ANOTHER: [&str; 7] = ["代", "代报", "替", "代为", "帮", "帮报", "代替"];

/// The first unit other than the writer's for which this message seems to speak.
pub(super) fn other_unit(page: &Page<'_>) -> Option<(UnitId, usize)> {
    page.tokens.iter().enumerate().find_map(|(at, token)| match token.kind {
        Kind::Unit(named) if named.unit != page.writer && speaks(page, at, named) => {
            Some((named.unit, at))
        }
        _ => None,
    })
}

fn speaks(page: &Page<'_>, at: usize, named: NamedUnit) -> bool {
    let tokens = page.tokens;
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let after = tokens.get(at + 1);
    let kind = |token: Option<&Token>| token.map(|token| token.kind);
    let touching = after.filter(|after| after.close());
    if is_represented(page, at, named) || reports_together(page, at) {
        return true;
    }
    match kind(before) {
        Some(Kind::Word(Word::Behalf)) => return true,
        Some(Kind::Word(
            Word::Mention
            | Word::Than
            | Word::And
            | Word::To
            | Word::From
            | Word::Exclude
            | Word::Visit
            | Word::Talk
            | Word::Courtesy,
        )) => {
            return false;
        }
        _ => {}
    }
    // (马涧镇)备案5家
    let heads = at.checked_sub(2).is_none_or(|first| tokens[first].is_mark('\n'));
    let lone = kind(before) == Some(Kind::Mark('('))
        && kind(after) == Some(Kind::Mark(')'))
        && !(heads && matches!(kind(tokens.get(at + 2)), Some(Kind::Name(_) | Kind::Value(..))));
    // 小升规2(赤溪街道): whose figure it is. 会议(赤溪街道) is where something was.
    let figure = at.checked_sub(2).is_some_and(|told| match tokens[told].kind {
        Kind::Value(_, measure) => !measure.is_some_and(Measure::is_time),
        Kind::Name(_) | Kind::Word(Word::Zero | Word::Same) => true,
        _ => false,
    });
    let department = page.plan.unit(named.unit).is_department();
    let lone = lone && (department || !figure);
    if department {
        let first = kind(before) == Some(Kind::Mark('(')) && heads && !lone
            || matches!(
                kind(before),
                None | Some(Kind::Mark('\n' | ',' | ';' | '。' | '、' | '\t' | '|'))
            );
        let figures = matches!(kind(after), Some(Kind::Name(_) | Kind::Value(..)));
        let text = |token: &Token| &page.normal.text[token.start..token.end];
        // 市质监局报送:开放仪器300台次
        let reports = after
            .is_some_and(|word| ["报送", "上报", "报", "填报"].contains(&text(word)))
            && matches!(
                tokens.get(at + 2).map(|token| token.kind),
                Some(Kind::Mark(':') | Kind::Name(_) | Kind::Value(..))
            );
        // 单位:市质监局 开放仪器300台次
        let headed = at.checked_sub(2).is_some_and(|head| {
            tokens[at - 1].is_mark(':') && text(&tokens[head]).ends_with("单位")
        });
        let figures = figures || heads && kind(after) == Some(Kind::Mark(')'));
        return (first && (figures || reports) || headed && figures) && !lone;
    }
    if named.short {
        let left = tokens[at].close()
            && matches!(
                kind(before),
                Some(
                    Kind::Text
                        | Kind::Latin
                        | Kind::Word(Word::Plain | Word::Talk | Word::Courtesy | Word::Contact)
                )
            );
        let contact = at >= 2
            && matches!(kind(before), Some(Kind::Mark(':')))
            && tokens[at - 2].is_word(Word::Contact);
        let right = matches!(
            kind(touching),
            Some(
                Kind::Text
                    | Kind::Latin
                    | Kind::Measure(_)
                    | Kind::Word(Word::Plain | Word::Talk | Word::Courtesy | Word::Firm)
            )
        );
        // 赤溪吴伟:小升规2
        let signs = before.is_none_or(|before| before.is_mark('\n'))
            && kind(touching) == Some(Kind::Text)
            && touching.is_some_and(|name| name.end - name.start <= LONGEST_NAME)
            && tokens.get(at + 2).is_some_and(|mark| mark.is_mark(':'));
        return signs || !left && !right && !contact && !lone;
    }
    !lone
}

/// 云山让我代报, 受赤溪街道委托, 云山杨洁请假,我帮她报: before its figures a line says that somebody
/// reports for the unit.
fn is_represented(page: &Page<'_>, at: usize, named: NamedUnit) -> bool {
    let tokens = page.tokens;
    let text = |token: &Token| &page.normal.text[token.start..token.end];
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let said = before.map_or("", text);
    let entrusted = said == "受";
    // 转云山街道:小升规3; 转市经信局: is to whom it goes.
    let colon = tokens.get(at + 1).is_some_and(|next| next.is_mark(':'));
    if said == "转" && colon && !page.plan.unit(named.unit).is_department() {
        return true;
    }
    // 转发上华街道数据:小微企业280家; 转发云山街道通知 passes on something else.
    let told = tokens.get(at + 1).is_some_and(|next| {
        let notice = ["通知", "文件", "材料", "会议", "活动", "视频"].contains(&text(next));
        let data = ["数据", "情况", "周报", "报表"].contains(&text(next));
        if page.plan.unit(named.unit).is_department() { data } else { !notice }
    });
    if said == "转发" && told {
        return true;
    }
    let inside = named.short
        && tokens[at].close()
        && before.is_some_and(|before| matches!(before.kind, Kind::Text | Kind::Latin));
    let mentioned = before.is_some_and(|before| {
        matches!(before.kind, Kind::Word(Word::Mention | Word::And | Word::Than | Word::To))
    });
    if inside || mentioned && !entrusted {
        return false;
    }
    let line = tokens[at + 1..].iter().take(FAR);
    line.take_while(|token| !matches!(token.kind, Kind::Mark('\n') | Kind::Name(_))).any(|token| {
        match token.kind {
            Kind::Word(Word::Behalf) => FOR_ANOTHER.contains(&text(token)),
            Kind::Text => text(token).contains("委托"),
            _ => false,
        }
    })
}

/// 兰江街道和云山街道小升规各4家, 我们和云山都是4家: one's own unit and another report together.
fn reports_together(page: &Page<'_>, at: usize) -> bool {
    let tokens = page.tokens;
    let joined = at.checked_sub(1).is_some_and(|before| {
        matches!(tokens[before].kind, Kind::Word(Word::And | Word::Mention))
            && ["和", "与", "跟", "及", "以及", "同"]
                .contains(&&page.normal.text[tokens[before].start..tokens[before].end])
    });
    let own = at.checked_sub(2).is_some_and(|own| match tokens[own].kind {
        Kind::Unit(named) => named.unit == page.writer,
        Kind::Word(Word::Filler) => {
            OWN.contains(&&page.normal.text[tokens[own].start..tokens[own].end])
        }
        _ => false,
    });
    let figures = tokens.get(at + 1).is_some_and(|next| match next.kind {
        Kind::Name(_) | Kind::Value(..) => true,
        Kind::Word(word) => matches!(word, Word::Each | Word::Sum | Word::Is),
        Kind::Mark(mark) => mark == ':',
        _ => false,
    });
    joined && own && figures
}
