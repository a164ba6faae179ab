//! Characters that nobody sees: they make two names look alike, turn the direction of a line, or
//! break out of it.

/// Whether a character is a control character, or shows nothing. Spaces are seen.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}'
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
            | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' // joiners, directions
            | '\u{2028}'..='\u{202e}' // line separators, directions
            | '\u{2060}'..='\u{206f}' // joiners, isolated directions
            | '\u{2800}' // braille without a dot
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text of several lines without what nobody sees.
#[must_use]
pub fn visible(text: &str) -> String {
    let seen = |c: char| match c {
        '\n' | '\t' => Some(c),
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        c => Some(c).filter(|c| !is_hidden(*c)),
    };
    text.chars().filter_map(seen).collect()
}

/// A name on one line: words parted by one space, at most so many characters.
#[must_use]
pub fn visible_name(name: &str, longest: usize) -> String {
    let words: Vec<String> = visible(name).split_whitespace().map(str::to_owned).collect();
    let name: String = words.join(" ").chars().take(longest).collect();
    name.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_left_out() {
        assert_eq!(visible("小\u{200b}升\u{202e}规\0 2\r\n备注\u{2028}一"), "小升规 2\n备注\n一");
        assert_eq!(visible_name(" 王\u{202e}\n 芳\u{3000}\u{2800}", 64), "王 芳");
        assert_eq!(visible_name("\u{3164}\u{200d}\u{e0041}", 64), "");
        assert_eq!(visible_name("甲乙 丙", 3), "甲乙");
        for seen in ["兰江街道", "①小升规：2家", "O'Brien <b>*_`[x]", "محمد", "👍"]
        {
            assert_eq!(visible(seen), seen);
        }
    }
}
