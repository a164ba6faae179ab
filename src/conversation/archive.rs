//! Past bulletins: `/bulletin 24` sends one again as it was, whatever has been corrected since.

use super::event::Said;
use super::needs::Wanted;
use super::permissions::{Act, may};
use super::snapshot::Account;
use super::{Outgoing, Priority, Turn};
use crate::texts::contexts::NoBulletin;

/// What somebody wants to see: `24`, `第24期`, `2018年第52期`; without a number the latest. Nothing if
/// it is no number.
pub(super) fn wanted(words: &str) -> Option<Wanted> {
    if words.trim().is_empty() {
        return Some(Wanted::Latest);
    }
    let mut numbers = words.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
    let (first, second) = (numbers.next()?, numbers.next());
    let year = || first.parse().ok().filter(|_| first.len() == 4);
    match second {
        Some(number) => Some(Wanted::Number { year: Some(year()?), number: number.parse().ok()? }),
        None => Some(Wanted::Number { year: None, number: first.parse().ok()? }),
    }
}

/// `/bulletin 24`: that bulletin again, and its corrections behind it.
pub(super) fn bulletin(turn: &mut Turn<'_>, said: &Said, account: &Account, words: &str) {
    if !may(account.role, Act::SeeRanking) {
        return turn.not_allowed(said, "leaders", "/bulletin");
    }
    let rows = turn.snapshot.bulletins.values();
    let meant: Vec<_> = match wanted(words) {
        None => Vec::new(),
        Some(Wanted::Number { year, number }) => rows
            .filter(|row| row.period.number == number)
            .filter(|row| year.is_none_or(|year| row.period.year == year))
            .collect(),
        Some(_) => {
            let last = turn.snapshot.bulletins.keys().next_back().map(|(period, _)| *period);
            rows.filter(|row| Some(row.period) == last).collect()
        }
    };
    let messages: Vec<_> = meant.into_iter().flat_map(|row| row.messages.clone()).collect();
    if messages.is_empty() {
        let text = NoBulletin { asked: !words.is_empty(), words: words.to_owned() };
        return turn.reply(&said.place, Some(said.message), &text, &[]);
    }
    for (at, what) in messages.into_iter().enumerate() {
        turn.effects.outbox.push(Outgoing {
            key: format!("again:{}:{at}", turn.update),
            chat: said.place.chat,
            what,
            priority: Priority::Reply,
            about: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bulletin_is_named_by_number_and_perhaps_year() {
        let number = |year, number| Some(Wanted::Number { year, number });
        assert_eq!(wanted(""), Some(Wanted::Latest));
        assert_eq!(wanted("24"), number(None, 24));
        assert_eq!(wanted("第24期"), number(None, 24));
        assert_eq!(wanted("2018年第52期"), number(Some(2018), 52));
        assert_eq!(wanted("2018-52"), number(Some(2018), 52));
        assert_eq!(wanted("12-52"), None);
        assert_eq!(wanted("上一期"), None);
        assert_eq!(wanted("99999999999"), None);
    }
}
