//! The words that a question is asked about, and the numbers that can answer it.

use super::*;

#[test]
fn a_number_without_a_name_keeps_what_says_how_it_counts() {
    let (plan, lexicon) = county();
    let unit = plan.unit_named("兰江街道").unwrap();
    for (text, wanted) in [
        ("+3", "+3"),
        ("＋3家", "＋3家"),
        ("新增2家", "新增2家"),
        ("本周新增3家", "本周新增3家"),
        ("本周+3", "本周+3"),
        ("又增加2家", "又增加2家"),
        ("再加1家", "再加1家"),
        ("又1家", "又1家"),
        ("比上周多2家", "比上周多2家"),
        ("减少2家", "减少2家"),
        ("-3", "-3"),
        ("约3家", "约3家"),
        ("上升0.3个点", "上升0.3个点"),
        ("本周3家", "本周3家"),
        ("累计3家", "3家"),
        ("大家好\n+3", "+3"),
    ] {
        let asks = lexicon.read(plan, unit, text).asks;
        let said: Vec<_> = asks.iter().map(|ask| (ask.reason, ask.said.as_str())).collect();
        assert_eq!(said, [(Reason::MissingName, wanted)], "{text}");
    }
}

#[test]
fn the_clean_numbers_of_a_few_words() {
    let (plan, lexicon) = county();
    for (text, wanted) in [
        ("八大产业约1万家", "1万家"),
        ("大约1千2百家", "1千2百家"),
        ("大约1,200家", "1,200家"),
        ("约一百二十家", "一百二十家"),
        ("贷款约1.2亿元", "1.2亿元"),
        ("2019年约3家", "3家"),
        ("6月21日大约3家", "3家"),
        ("2019-06-21 大约3家", "3家"),
        ("小升规2-3家", "2 3家"),
        ("小升规3家左右", "3家"),
        ("12:30", "30"),
        ("两三家", ""),
        ("120多家", ""),
        ("受惠面提高0.3个百分点", ""),
        ("小微企业比2018年底增加30家", ""),
        ("八大产业", ""),
    ] {
        let places = lexicon.clean_numbers(plan, text);
        let found: Vec<&str> = places.into_iter().map(|place| &text[place]).collect();
        assert_eq!(found.join(" "), wanted, "{text}");
    }
}
