//! A 任务分解表 as counties write it: units across, indicators down, everything about an indicator in
//! one label (`11.新增“限下”升“限上”批零住餐小微企业40家（市商务局35家、市旅游局5家）`).
//!
//! Pure: rows of texts in, what they say out. What cannot be told stays empty for whoever asks.

use crate::cli::plan_folder::IndicatorDraft;

/// What the table says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annex {
    /// The line above the table.
    pub title: String,
    /// The heads of the units' columns.
    pub units: Vec<String>,
    /// The rows, parts behind their wholes.
    pub indicators: Vec<IndicatorDraft>,
    /// What could not be read, with its place.
    pub problems: Vec<String>,
}

/// Measures of more than one character; any other is the one character behind the number.
const MEASURES: [&str; 12] = [
    "平方米",
    "平方公里",
    "立方米",
    "公里",
    "台次",
    "批次",
    "人次",
    "场次",
    "吨标煤",
    "千瓦",
    "美元",
    "元",
];

/// Reads a table; `None` if it is none: no row with a label and three units or more.
#[must_use]
pub fn read(rows: &[Vec<String>]) -> Option<Annex> {
    let at = rows.iter().position(|row| is_head(row))?;
    let head = &rows[at];
    let numbered = ["序号", "编号", "No"].contains(&head[0].trim());
    let label = usize::from(numbered);
    let is = |column: usize, words: &[&str]| {
        words.iter().any(|word| head[column].replace(' ', "").contains(word))
    };
    let columns = label + 1..head.len();
    let remark = columns.clone().find(|column| is(*column, &["备注", "说明"]));
    let total = |column: usize| is(column, &["合计", "总计", "全市", "全县", "全区", "目标总数"]);
    let units: Vec<usize> = columns
        .filter(|column| !head[*column].is_empty() && Some(*column) != remark && !total(*column))
        .collect();
    let mut titles = rows[..at].iter().flatten().filter(|cell| cell.chars().count() > 6);
    let mut annex = Annex {
        title: titles.next_back().cloned().unwrap_or_default(),
        units: units.iter().map(|column| head[*column].replace(char::is_whitespace, "")).collect(),
        ..Annex::default()
    };
    for (row, number) in rows[at + 1..].iter().zip(at + 2..) {
        let mut text = squeezed(&row[label]);
        if numbered && !row[0].trim().is_empty() && !text.starts_with(|c: char| c.is_ascii_digit())
        {
            text = format!("{}.{text}", row[0].trim());
        }
        if text.is_empty()
            || ["合计", "总计", "注", "备注"].iter().any(|word| text.starts_with(word))
        {
            continue;
        }
        let cells = units.iter().map(|column| squeezed(&row[*column])).collect::<Vec<_>>();
        let remark = remark.map(|column| row[column].trim().to_owned()).unwrap_or_default();
        annex.add(&text, &cells, remark, number);
    }
    Some(annex)
}

/// The head is the first row that holds a label and several names, and no numbers.
fn is_head(row: &[String]) -> bool {
    let full = row.iter().filter(|cell| !cell.trim().is_empty());
    let names = full.clone().filter(|cell| !cell.starts_with(|c: char| c.is_ascii_digit())).count();
    names >= 4 && names == full.count()
}

/// Without the spaces and line breaks that make a cell look right.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Annex {
    fn add(&mut self, text: &str, cells: &[String], remark: String, line: usize) {
        let last = self.indicators.iter().rev().find(|row| row.whole.is_none());
        let last = last.and_then(|row| row.no.parse::<u32>().ok()).unwrap_or_default();
        let (no, text) = number(text);
        let no = no.unwrap_or_else(|| (last + 1).to_string());
        let (text, leads) = leads(text);
        let (text, clause) = match text.split_once("其中") {
            Some((whole, part)) => (whole.trim_end_matches(['，', ',', '；', ';']), Some(part)),
            None => (text.as_str(), None),
        };
        let (name, target, measure) = amount(text);
        let mut row = IndicatorDraft {
            no: no.clone(),
            names: (name.clone(), short(&name)),
            measure,
            target,
            leads,
            targets: vec![String::new(); cells.len()],
            source: format!("第{line}行"),
            ..IndicatorDraft::default()
        };
        let mut part_of_cells: Option<(String, Vec<String>)> = None;
        for (at, cell) in cells.iter().enumerate() {
            let (plain, inner) = match cell.split_once(['（', '(']) {
                Some((plain, inner)) => (plain, Some(inner.trim_end_matches(['）', ')']))),
                None => (cell.as_str(), None),
            };
            if is_number(plain) {
                plain.clone_into(&mut row.targets[at]);
            } else if !plain.is_empty() && !["/", "-", "—", "－", "──"].contains(&plain) {
                // 由…负责牵头完成, across all columns: nobody but the leads carries it.
                let told = ["负责", "牵头", "完成"].iter().any(|word| plain.contains(word));
                if !told {
                    let unit = &self.units[at];
                    self.problems.push(format!(
                        "第{line}行“{unit}”：“{cell}”不是数 / row {line}, {unit}: {cell:?} is no number"
                    ));
                }
            }
            if let Some(inner) = inner.filter(|_| is_number(plain)) {
                let (name, amount, _) = amount(inner);
                let (named, amounts) = part_of_cells
                    .get_or_insert_with(|| (name.clone(), vec![String::new(); cells.len()]));
                if *named == name && is_number(&amount) {
                    amounts[at] = amount;
                } else {
                    self.problems
                        .push(format!("第{line}行：“{cell}”读不懂 / row {line}: {cell:?}"));
                }
            }
        }
        row.by_units = row.targets.iter().any(|target| !target.is_empty());
        if row.by_units && row.target.is_empty() {
            row.target = sum(&row.targets);
        }
        if !row.by_units {
            row.targets.clear();
        }
        let shares = clause.into_iter().chain(remark.split_once("其中").map(|(_, part)| part));
        let shares: Vec<(String, String)> = shares.filter_map(share).collect();
        row.remark = remark;
        let whole = row.clone();
        self.indicators.push(row);
        let mut parts = 0;
        if let Some((name, targets)) = part_of_cells {
            parts += 1;
            let target = sum(&targets);
            let targets = (target, targets);
            self.indicators.push(part(&whole, parts, &name, Some(targets), None));
        }
        for (name, min_share) in shares {
            parts += 1;
            self.indicators.push(part(&whole, parts, &name, None, Some(min_share)));
        }
    }
}

fn part(
    whole: &IndicatorDraft,
    number: usize,
    name: &str,
    targets: Option<(String, Vec<String>)>,
    min_share: Option<String>,
) -> IndicatorDraft {
    let own = targets.is_some();
    let (target, targets) = targets.unwrap_or_default();
    let leads = whole.leads.iter().map(|(name, _)| (name.clone(), None));
    IndicatorDraft {
        no: format!("{}.{number}", whole.no),
        names: (name.to_owned(), name.to_owned()),
        measure: whole.measure.clone(),
        target,
        by_units: whole.by_units,
        leads: leads.collect(),
        whole: Some(whole.no.clone()),
        min_share,
        own,
        targets,
        remark: String::new(),
        source: whole.source.clone(),
    }
}

/// `新转公司制企业占比不少于80%` → 新转公司制企业, 80%.
fn share(clause: &str) -> Option<(String, String)> {
    let limits = ["不少于", "不低于", "不得少于", "不得低于", "达到"];
    let (name, rest) = limits.iter().find_map(|limit| clause.split_once(limit))?;
    let end = rest.find('%')?;
    let percent = &rest[..end];
    // A number in brackets behind the name is the part's own.
    let name = name.trim_end_matches("占比").split(['（', '(']).next().unwrap_or(name);
    (is_number(percent) && !name.is_empty()).then(|| (name.to_owned(), format!("{percent}%")))
}

/// `11.1.其中…` → `11.1`, and the rest.
fn number(text: &str) -> (Option<String>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let rest = rest.trim_start_matches(['、', '．', ' ']);
    let digits = digits.trim_end_matches('.');
    let marked = text[digits.len()..].starts_with(['.', '、', '．']);
    let fits = digits.parse::<crate::plan::IndicatorNo>().is_ok() && marked;
    if fits { (Some(digits.to_owned()), rest) } else { (None, text) }
}

/// The bracket at the end, as departments with their shares.
fn leads(text: &str) -> (String, Vec<(String, Option<String>)>) {
    let inner = text.strip_suffix(['）', ')']).and_then(|open| open.rsplit_once(['（', '(']));
    let Some((label, inner)) = inner else { return (text.to_owned(), Vec::new()) };
    let mut leads: Vec<(String, Option<String>)> = Vec::new();
    for one in inner.split(['、', '，', ',', '；', ';']).filter(|one| !one.is_empty()) {
        let (name, share, _) = amount(one);
        // 市科技局、质监局: the first says whose they all are.
        let level = leads.first().and_then(|(first, _)| first.chars().next());
        let level = level.filter(|level| "市县区".contains(*level));
        let name = match level.filter(|level| !name.starts_with(*level)) {
            Some(level) => format!("{level}{name}"),
            None => name,
        };
        leads.push((name, Some(share).filter(|share| !share.is_empty())));
    }
    (label.to_owned(), leads)
}

/// The last number of a text with its measure, and the text without both.
fn amount(text: &str) -> (String, String, String) {
    let digit = |c: char| c.is_ascii_digit();
    let mut end = text.len();
    while let Some(last) = text[..end].rfind(digit) {
        let after = last + 1;
        let start = text[..after]
            .rfind(|c: char| !digit(c) && c != '.')
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let rest = &text[after..];
        let measure = measure(rest);
        if !measure.is_empty() && !["年", "月", "日", "以", "、"].contains(&&*measure) {
            let number = text[start..after].to_owned();
            let name = format!("{}{}", &text[..start], &rest[measure.len()..]);
            let name = ["达到", "不少于", "不低于", "达", "以上"]
                .iter()
                .fold(name.as_str(), |name, word| name.strip_suffix(word).unwrap_or(name));
            return (name.to_owned(), number, measure);
        }
        end = start;
    }
    (text.to_owned(), String::new(), String::new())
}

/// 万平方米, 亿元, 台次, 家, %.
fn measure(text: &str) -> String {
    let large = text.chars().next().filter(|c| "万亿".contains(*c));
    let rest = &text[large.map_or(0, char::len_utf8)..];
    let known = MEASURES.iter().find(|measure| rest.starts_with(**measure));
    let unit = known.map(|measure| (*measure).to_owned());
    let unit = unit.or_else(|| rest.chars().next().map(String::from)).unwrap_or_default();
    large.into_iter().collect::<String>() + &unit
}

/// The name people would use: without 新增, where something is left.
fn short(name: &str) -> String {
    let rest = name.strip_prefix("新增").filter(|rest| rest.chars().count() >= 2);
    rest.unwrap_or(name).to_owned()
}

fn is_number(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.starts_with(|c: char| c.is_ascii_digit())
}

/// The sum of plain decimals, exact.
fn sum(numbers: &[String]) -> String {
    let measure = crate::plan::Measure { base: String::new(), shown: String::new(), scale: 10_000 };
    let sum = numbers.iter().filter_map(|number| measure.parse(number)).map(|one| one.0).sum();
    measure.number(crate::plan::Quantity(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(label: &str) -> String {
        let mut annex = Annex { units: vec!["甲".to_owned()], ..Annex::default() };
        annex.add(label, &["5".to_owned()], String::new(), 3);
        let shown = annex.indicators.iter().map(|row| {
            let leads: Vec<String> =
                row.leads.iter().map(|(name, share)| format!("{name}{share:?}")).collect();
            let min = row.min_share.as_deref().unwrap_or_default();
            format!(
                "{}|{}|{}|{}|{}|{min}",
                row.no,
                row.names.0,
                row.target,
                row.measure,
                leads.join(" ")
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_label_says_everything_about_an_indicator() {
        insta::assert_snapshot!(
            [
                told("1.新增小微企业5600家（市市场监管局）"),
                told("3、引导和支持400户个体工商户转型升级为企业，其中新转公司制企业占比不少于80%(市市场监管局)"),
                told("8．向小微企业开放科研设施和仪器1100台次（市科技局、质监局）"),
                told("11.新增“限下”升“限上”批零住餐小微企业40家（市商务局35家、市旅游局5家）"),
                told("15.改扩建标准厂房60万平方米"),
                told("16.新增小微企业贷款36亿元（市人行）"),
                told("18.税收优惠政策实际受惠面达到100%（市税务局）"),
                told("2020年底前建成5G基站1200个（县经信局）"),
                told("完成老旧小区改造"),
            ]
            .join("\n"),
            @r#"
            1|新增小微企业|5600|家|市市场监管局None|
            3|引导和支持个体工商户转型升级为企业|400|户|市市场监管局None|
            3.1|新转公司制企业||户|市市场监管局None|80%
            8|向小微企业开放科研设施和仪器|1100|台次|市科技局None 市质监局None|
            11|新增“限下”升“限上”批零住餐小微企业|40|家|市商务局Some("35") 市旅游局Some("5")|
            15|改扩建标准厂房|60|万平方米||
            16|新增小微企业贷款|36|亿元|市人行None|
            18|税收优惠政策实际受惠面|100|%|市税务局None|
            1|2020年底前建成5G基站|1200|个|县经信局None|
            1|完成老旧小区改造|5|||
            "#
        );
    }
}
