//! Looking through the office's own texts before anybody reads them.

use std::collections::{BTreeSet, HashMap};

use minijinja::value::Serde;

use super::super::{Language, NAMES, environment, samples, sources, table};
use super::{Fault, Overrides, OwnFile, TABLES};

/// What Telegram takes (Bot API, "HTML style").
const TAGS: [&str; 15] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "code",
    "pre",
    "a",
    "blockquote",
    "tg-spoiler",
    "span",
];

/// One file being looked at.
struct Looked<'a> {
    file: &'a OwnFile,
    faults: Vec<Fault>,
}

impl Looked<'_> {
    fn fault(&mut self, line: Option<usize>, zh: impl Into<String>, en: impl Into<String>) {
        let file = self.file.path.clone();
        self.faults.push(Fault { file, line, zh: zh.into(), en: en.into() });
    }

    /// The first line that holds these words.
    fn line_of(&self, words: &str) -> Option<usize> {
        self.file.text.lines().position(|line| line.contains(words)).map(|at| at + 1)
    }
}

/// Which text a file is.
enum Which {
    Template(Language, &'static str),
    Words(Language, &'static str),
}

fn which(path: &str) -> Option<Which> {
    let (folder, file) = path.split_once('/')?;
    let language = Language::ALL.into_iter().find(|language| language.code() == folder)?;
    if let Some(name) = file.strip_suffix(".html") {
        let name = NAMES.iter().find(|known| **known == name)?;
        return Some(Which::Template(language, name));
    }
    let name = file.strip_suffix(".toml")?;
    let name = TABLES.iter().find(|known| **known == name)?;
    Some(Which::Words(language, name))
}

pub(super) fn check(files: &[OwnFile]) -> Result<Overrides, Vec<Fault>> {
    let mut own = Overrides::default();
    let mut all: Vec<Looked<'_>> =
        files.iter().map(|file| Looked { file, faults: Vec::new() }).collect();
    for looked in &mut all {
        let text = &looked.file.text;
        match which(&looked.file.path) {
            None => looked.fault(
                None,
                "没有叫这个名字的文字，请照 templates/ 里的文件夹和文件名（如 zh-CN/help.html）",
                "there is no text of this name; use those under templates/, such as en/help.html",
            ),
            Some(Which::Template(language, name)) => {
                let file = format!("{name}.html");
                let ours = sources(language).into_iter().find(|(of, _)| *of == file);
                if compiles(looked, ours.map_or("", |(_, source)| source)) {
                    own.templates.insert((language, name), text.clone());
                }
            }
            Some(Which::Words(language, name)) => {
                if let Some(words) = words(looked, language, name) {
                    own.words.insert((language, name), words);
                }
            }
        }
    }
    // A text may use another: they are rendered together, once each can be read.
    for language in Language::ALL {
        let rendered = environment(language, &own);
        for looked in &mut all {
            if let Some(Which::Template(of, name)) = which(&looked.file.path)
                && of == language
                && looked.faults.is_empty()
            {
                names(looked, &rendered, language, name);
            }
            if let Some(Which::Template(of, name)) = which(&looked.file.path)
                && of == language
                && looked.faults.is_empty()
            {
                renders(looked, &rendered, language, name);
            }
        }
    }
    let faults: Vec<Fault> = all.into_iter().flat_map(|looked| looked.faults).collect();
    if faults.is_empty() { Ok(own) } else { Err(faults) }
}

/// Whether a template can be read at all.
fn compiles(looked: &mut Looked<'_>, ours: &str) -> bool {
    // What people wrote is data, in an office's own texts too.
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let shipped = dense(ours);
    let is_open = |line: &str| {
        let raw = line.split("{{").skip(1).filter_map(|rest| rest.split_once("|safe"));
        let unknown = |(name, _): (&str, &str)| !shipped.contains(&format!("{{{{{name}|safe"));
        line.contains("autoescape") || raw.into_iter().any(unknown)
    };
    for (number, line) in looked.file.text.lines().enumerate() {
        if is_open(&dense(line)) {
            looked.fault(
                Some(number + 1),
                "不能关闭转义（safe、autoescape），否则别人写的内容会变成格式",
                "escaping cannot be switched off (safe, autoescape): what people write would become markup",
            );
            return false;
        }
    }
    let mut alone = super::super::bare();
    let Err(error) = alone.add_template(&looked.file.path, &looked.file.text) else { return true };
    let cause = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let line = error.line();
    looked.fault(
        line,
        format!("模板写法有误（{cause}），请对照原文件修改"),
        format!("the template cannot be read ({cause}); compare it with ours"),
    );
    false
}

/// Every name it uses is one that it is given.
fn names(
    looked: &mut Looked<'_>,
    environment: &minijinja::Environment<'_>,
    language: Language,
    name: &str,
) {
    let file = format!("{name}.html");
    let Ok(template) = environment.get_template(&file) else { return };
    let mut known: BTreeSet<String> =
        environment.globals().map(|(name, _)| name.to_owned()).collect();
    for (_, sample) in samples::all(language).into_iter().filter(|(of, _)| *of == name) {
        known.extend(sample.as_object().into_iter().flatten().map(|(key, _)| key.clone()));
    }
    let mut shipped = super::super::bare();
    for (file_name, source) in sources(language) {
        let _ = shipped.add_template(file_name, source);
    }
    if let Ok(ours) = shipped.get_template(&file) {
        known.extend(ours.undeclared_variables(false));
    }
    let used: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
    for unknown in used.difference(&known) {
        let line = looked.line_of(unknown);
        let names: Vec<&str> = known
            .iter()
            .map(String::as_str)
            .filter(|name| !environment.globals().any(|(global, _)| global == *name))
            .collect();
        let names = names.join(", ");
        looked.fault(
            line,
            format!("不认识“{unknown}”，这条文字里可用的有：{names}"),
            format!("there is no “{unknown}” here; what there is: {names}"),
        );
    }
}

/// It renders with every sample, and what comes out is what Telegram takes.
fn renders(
    looked: &mut Looked<'_>,
    environment: &minijinja::Environment<'_>,
    language: Language,
    name: &str,
) {
    let wanted = format!("{name}.html");
    // What has no sample of its own is a part of others.
    let is_part = name.starts_with('_');
    let mut told = BTreeSet::new();
    for (of, sample) in samples::all(language) {
        if of != name && !is_part {
            continue;
        }
        let rendered = environment
            .get_template(&format!("{of}.html"))
            .and_then(|template| template.render(Serde(&sample)));
        match rendered {
            Ok(text) => {
                if let Some(tag) = bad_tag(&text)
                    && told.insert(tag.clone())
                {
                    let line = looked.line_of(&format!("<{tag}"));
                    let line = line.or_else(|| looked.line_of(&format!("</{tag}")));
                    if line.is_some() || !is_part {
                        looked.fault(
                            line,
                            format!("标签 <{tag}> 不被 Telegram 支持，或没有在同一行内成对"),
                            format!(
                                "Telegram takes no tag <{tag}>, or it does not end in its line"
                            ),
                        );
                    }
                }
                let lines = |text: &str| text.trim().lines().count();
                let ours = || super::super::environment(language, &Overrides::default());
                if text.trim().is_empty() {
                    looked.fault(None, "什么也没有写", "it says nothing");
                } else if name == "form"
                    && ours()
                        .get_template(&wanted)
                        .and_then(|t| t.render(Serde(&sample)))
                        .is_ok_and(|ours| lines(&ours) != lines(&text))
                {
                    looked.fault(
                        None,
                        "报送表的文字每行各有用处，行数须与原文件相同",
                        "each line of the form's words has its use: there must be as many as in ours",
                    );
                }
            }
            Err(error) => {
                let at_fault = error.name().unwrap_or(&wanted);
                if at_fault == wanted && told.insert(error.to_string()) {
                    let cause =
                        error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
                    let line = error.line();
                    looked.fault(
                        line,
                        format!("这里显示不出来（{cause}），请对照原文件修改"),
                        format!("this cannot be shown ({cause}); compare it with ours"),
                    );
                }
            }
        }
    }
}

/// The first tag that Telegram does not take, or that is open at the end of its line.
fn bad_tag(html: &str) -> Option<String> {
    for line in html.lines() {
        let mut open: Vec<String> = Vec::new();
        for after in line.split('<').skip(1) {
            let inside = after.split_once('>').map_or(after, |(inside, _)| inside);
            let is_end = inside.starts_with('/');
            let name = inside.trim_start_matches('/').split_whitespace().next().unwrap_or("");
            if !TAGS.contains(&name) || !after.contains('>') {
                return Some(name.to_owned());
            }
            if !is_end {
                open.push(name.to_owned());
            } else if open.pop().is_none_or(|last| last != name) {
                return Some(name.to_owned());
            }
        }
        if let Some(left) = open.pop() {
            return Some(left);
        }
    }
    None
}

/// A table of words: every key is one of ours, and has the same holes.
fn words(
    looked: &mut Looked<'_>,
    language: Language,
    name: &'static str,
) -> Option<HashMap<String, String>> {
    let text = &looked.file.text;
    let own: HashMap<String, String> = match toml::from_str(text) {
        Ok(own) => own,
        Err(error) => {
            let line = error.span().map(|span| text[..span.start.min(text.len())].lines().count());
            let cause = error.message().to_owned();
            looked.fault(
                line.map(|line| line.max(1)),
                format!("格式有误（{cause}），每行应写成 键 = \"文字\""),
                format!(
                    "this is not how words are written ({cause}); a line reads key = \"words\""
                ),
            );
            return None;
        }
    };
    let ours = table(language, name);
    let mut keys: Vec<&String> = own.keys().collect();
    keys.sort();
    for key in keys {
        let line = text.lines().position(|line| line.trim_start().starts_with(key.as_str()));
        let line = line.map(|at| at + 1);
        match ours.get(key) {
            None => looked.fault(
                line,
                format!("没有叫“{key}”的文字，请照原文件的键"),
                format!("there are no words “{key}”; use the keys of our file"),
            ),
            Some(original) if holes(original) != holes(&own[key]) => {
                let wanted = holes(original).join(" ");
                looked.fault(
                    line,
                    format!("“{key}”里要填的空应为：{wanted}"),
                    format!("“{key}” must have these holes: {wanted}"),
                );
            }
            Some(_) if own[key].trim().is_empty() => {
                looked.fault(line, "什么也没有写", "it says nothing");
            }
            Some(_) => {}
        }
    }
    Some(own)
}

/// The `{holes}` of a phrase, sorted.
fn holes(phrase: &str) -> Vec<String> {
    let inner = phrase.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let mut holes: Vec<String> = inner.map(|(hole, _)| format!("{{{hole}}}")).collect();
    holes.sort();
    holes
}
