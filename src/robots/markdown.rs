//! Telegram's HTML as Markdown that 钉钉, 企业微信 and 飞书 all show alike: bold, and nothing else.
//!
//! What people wrote is data here too: every sign that Markdown could take for more than itself becomes
//! its full-width likeness, so that no name can make a link, call everybody (@所有人) or hide a word.
//! Numbered lines get a full-width dot: a reader of Markdown numbers such lines anew, and a rank that
//! two units share would be shown wrong.

/// The text in Markdown.
#[must_use]
pub fn markdown(html: &str) -> String {
    let lines = html.lines().map(|line| line_start(&inline(line, "**")));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first line that says anything, without marks: what a phone shows before the message is opened.
#[must_use]
pub fn title(html: &str) -> String {
    let mut lines = html.lines().map(|line| inline(line, ""));
    let first = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.trim().chars().take(40).collect()
}

fn inline(line: &str, bold: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '<' => {
                let Some((tag, after)) = rest.split_once('>') else { break };
                if ["b", "/b", "strong", "/strong"].contains(&tag) {
                    out.push_str(bold);
                }
                rest = after;
            }
            '&' => {
                match rest.split_once(';').and_then(|(name, after)| Some((entity(name)?, after))) {
                    Some((c, after)) => {
                        out.push(plain(c));
                        rest = after;
                    }
                    None => out.push('＆'),
                }
            }
            c => out.push(plain(c)),
        }
    }
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// A sign that means something to Markdown, as one that looks alike and means nothing.
fn plain(c: char) -> char {
    match c {
        '*' | '_' | '`' | '~' | '[' | ']' | '<' | '>' | '|' | '\\' | '@' | '&' => {
            char::from_u32(c as u32 - 0x20 + 0xff00).unwrap_or(' ')
        }
        c => c,
    }
}

/// The same for signs that mean something at the start of a line.
fn line_start(line: &str) -> String {
    let text = line.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if let Some(rest) = text[digits..].strip_prefix(". ").filter(|_| digits > 0) {
        return format!("{}．{rest}", &text[..digits]);
    }
    let Some(first) = text.chars().next().filter(|c| "#-+=".contains(*c)) else {
        return line.to_owned();
    };
    let likeness = char::from_u32(first as u32 - 0x20 + 0xff00).unwrap_or(' ');
    format!("{likeness}{}", &text[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bulletin_keeps_its_lines_bold_and_ranks() {
        let html =
            "<b>通报</b>\n<i>演示</i>\n\n1. 兰江街道 98.5\n1. 云山街道 98.5\n3. 游埠镇 &lt;90&gt;";
        assert_eq!(
            markdown(html),
            "**通报**\n演示\n\n1．兰江街道 98.5\n1．云山街道 98.5\n3．游埠镇 ＜90＞"
        );
        assert_eq!(title(html), "通报");
    }

    #[test]
    fn what_people_wrote_stays_what_they_wrote() {
        for (html, shown) in [
            ("[点这里](https://x)", "［点这里］(https://x)"),
            ("@所有人 &lt;@all&gt;", "＠所有人 ＜＠all＞"),
            ("**大** __b__ ~~c~~ `d`", "＊＊大＊＊ ＿＿b＿＿ ～～c～～ ｀d｀"),
            ("# 标题", "＃ 标题"),
            ("- 一\n+ 二", "－ 一\n＋ 二"),
            ("&lt;font color=red&gt;&#x27;&amp;#39;", "＜font color=red＞'＆#39;"),
            ("A&B &unknown;", "A＆B ＆unknown;"),
            ("-3.5 与 12.5", "－3.5 与 12.5"),
            ("<b", ""),
        ] {
            assert_eq!(markdown(html), shown);
        }
    }
}
