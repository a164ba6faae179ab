//! An office's own texts: what is taken, and what is refused with file, line and cause.

use super::*;

fn file(path: &str, text: &str) -> OwnFile {
    OwnFile { path: path.to_owned(), text: text.to_owned() }
}

/// What is said about one file.
fn told(path: &str, text: &str) -> String {
    match Overrides::check(&[file(path, text)]) {
        Ok(own) => format!("{} taken", own.count()),
        Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

/// Our own files.
fn ours() -> Vec<OwnFile> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let mut files = Vec::new();
    for language in Language::ALL {
        for entry in std::fs::read_dir(format!("{root}/{}", language.code())).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            files.push(file(&format!("{}/{name}", language.code()), &text));
        }
    }
    files
}

#[test]
fn our_own_files_are_taken_every_one() {
    let files = ours();
    let own = Overrides::check(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(own.count(), files.len());
}

#[test]
fn what_is_wrong_is_told_by_file_and_line() {
    insta::assert_snapshot!(told("zh-CN/helb.html", "您好"), @"zh-CN/helb.html：没有叫这个名字的文字，请照 templates/ 里的文件夹和文件名（如 zh-CN/help.html） / there is no text of this name; use those under templates/, such as en/help.html");
    insta::assert_snapshot!(told("fr/help.html", "Bonjour"), @"fr/help.html：没有叫这个名字的文字，请照 templates/ 里的文件夹和文件名（如 zh-CN/help.html） / there is no text of this name; use those under templates/, such as en/help.html");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "您好。\n请联系{{ offise }}。"), @"zh-CN/stranger.html 第2行：不认识“offise”，这条文字里可用的有：office, plan, several / line 2: there is no “offise” here; what there is: office, plan, several");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "您好。\n请联系{{ office }。"), @"zh-CN/stranger.html 第2行：模板写法有误（unexpected `}`, expected end of variable block），请对照原文件修改 / line 2: the template cannot be read (unexpected `}`, expected end of variable block); compare it with ours");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "{% if office %}您好"), @"zh-CN/stranger.html 第1行：模板写法有误（unexpected end of input, expected end of block），请对照原文件修改 / line 1: the template cannot be read (unexpected end of input, expected end of block); compare it with ours");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "您好，<h1>{{ office }}</h1>"), @"zh-CN/stranger.html 第1行：标签 <h1> 不被 Telegram 支持，或没有在同一行内成对 / line 1: Telegram takes no tag <h1>, or it does not end in its line");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "您好，\n<b>{{ office }}"), @"zh-CN/stranger.html 第2行：标签 <b> 不被 Telegram 支持，或没有在同一行内成对 / line 2: Telegram takes no tag <b>, or it does not end in its line");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "\n"), @"zh-CN/stranger.html：什么也没有写 / it says nothing");
    insta::assert_snapshot!(told("zh-CN/form.html", "{{ plan }}"), @"zh-CN/form.html：报送表的文字每行各有用处，行数须与原文件相同 / each line of the form's words has its use: there must be as many as in ours");
    insta::assert_snapshot!(told("zh-CN/missing.html", "截止{{ period.deadlin.time }}"), @"zh-CN/missing.html 第1行：这里显示不出来（undefined value），请对照原文件修改 / line 1: this cannot be shown (undefined value); compare it with ours");
    insta::assert_snapshot!(told("zh-CN/labels.toml", "withdraw = \"撤销\"\nundo = \"撤\""), @"zh-CN/labels.toml 第2行：没有叫“undo”的文字，请照原文件的键 / line 2: there are no words “undo”; use the keys of our file");
    insta::assert_snapshot!(told("zh-CN/labels.toml", "withdraw = 撤销"), @r#"zh-CN/labels.toml 第1行：格式有误（string values must be quoted, expected literal string），每行应写成 键 = "文字" / line 1: this is not how words are written (string values must be quoted, expected literal string); a line reads key = "words""#);
    insta::assert_snapshot!(told("zh-CN/pictures.toml", "# 图\nissue = \"{year}年第{nummer}期\""), @"zh-CN/pictures.toml 第2行：“issue”里要填的空应为：{number} {year} / line 2: “issue” must have these holes: {number} {year}");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "您好\n{{ office | safe }}"), @"zh-CN/stranger.html 第2行：不能关闭转义（safe、autoescape），否则别人写的内容会变成格式 / line 2: escaping cannot be switched off (safe, autoescape): what people write would become markup");
    insta::assert_snapshot!(told("zh-CN/stranger.html", "您好，请联系<b>{{ office }}</b>。"), @"1 taken");
    insta::assert_snapshot!(told("en/labels.toml", "withdraw = \"Take it back\""), @"1 taken");
}
