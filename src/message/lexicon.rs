//! Everything a message may name, found in one pass over the text.
//!
//! In: a [`Plan`] (names of indicators and units) and the vocabulary ([`words`]). Out: one
//! automaton whose longest match wins, an index of names by what is left when one character is
//! dropped (for slips), and the names that collide.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use super::normalise::{Gap, Normal};
use super::slips::Slips;
use super::words::{self, Measure, Word};
use crate::plan::{IndicatorId, Plan, UnitId};

/// What a word of the text can be. A word can be several things; the place decides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    pub name: Option<Name>,
    pub unit: Option<NamedUnit>,
    pub word: Option<Word>,
    pub measure: Option<Measure>,
}

/// A name of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of how the name was written"
)]
pub(super) struct Name {
    pub indicator: IndicatorId,
    /// It starts with 新增: beside 本周 its number is an increment.
    pub new: bool,
    /// It speaks of growth or a share: beside a count it is a remark.
    pub rate: bool,
    /// The annex's number was written in place of the name.
    pub numbered: bool,
    /// It was written with a slip of one character.
    pub slip: bool,
}

/// A name of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NamedUnit {
    pub unit: UnitId,
    /// Two characters that are also other words and names (开发区, 诸葛, 梅江).
    pub short: bool,
}

/// One known word of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub entry: Entry,
    pub start: usize,
    pub end: usize,
}

/// A name that stands for two indicators once quotation marks, spaces and forms are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The name as the reader sees it.
    pub name: String,
    /// The indicators that claim it, in the plan's order.
    pub indicators: Vec<IndicatorId>,
}

/// How much of a plan a text names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Names of units in it.
    pub units: usize,
    /// Names of indicators in it.
    pub indicators: usize,
}

/// Indicators that are looked up by one bit each; a plan may have more.
const KNOWN: usize = 256;

/// The reader's knowledge of one plan. Built once, used for every message.
#[derive(Debug)]
pub struct Lexicon {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
    /// Words in Latin letters; they count only as whole words.
    latin: HashMap<String, Entry>,
    /// Every name of every indicator, normalised, in the plan's order.
    names: Vec<(String, IndicatorId, bool)>,
    pub(super) slips: Slips,
    /// Every place inside a name, ordered by what stands there: (name, byte).
    places: Vec<(usize, usize)>,
    clashes: Vec<Clash>,
}

impl Lexicon {
    /// Learns a plan's names.
    ///
    /// # Panics
    /// Never for a plan that was loaded: the automaton has room for many times its names.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let mut book: HashMap<String, Entry> = HashMap::new();
        let clashes = add_names(plan, &mut book);
        add_units(plan, &mut book);
        add_words(&mut book);
        let as_read = |text: &str| Normal::of(text).text;
        for title in [&plan.titles.name, &plan.titles.short, &plan.titles.document] {
            book.entry(as_read(title)).or_default().word.get_or_insert(Word::Plain);
        }
        for title in [&plan.titles.office, &plan.titles.leadership, &plan.titles.county] {
            book.entry(as_read(title)).or_default().word.get_or_insert(Word::Filler);
        }
        book.entry(as_read(&plan.titles.whole)).or_default().word.get_or_insert(Word::County);
        book.remove("");
        let (latin, other): (HashMap<_, _>, Vec<_>) = book.into_iter().partition_latin();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Both)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(other.iter().map(|(word, _)| word))
            .expect("the names of a plan fit one automaton");
        let names = plan
            .indicators()
            .flat_map(|(id, row)| {
                let prime = |name: &str| name == row.name || name == row.short;
                row.names().map(move |name| (as_read(name), id, prime(name)))
            })
            .collect::<Vec<_>>();
        let mut places: Vec<(usize, usize)> = names
            .iter()
            .enumerate()
            .flat_map(|(index, (name, ..))| name.char_indices().map(move |(at, _)| (index, at)))
            .collect();
        places.sort_by_key(|(index, at)| &names[*index].0[*at..]);
        Self {
            automaton,
            places,
            entries: other.into_iter().map(|(_, entry)| entry).collect(),
            latin,
            slips: Slips::new(&names),
            names,
            clashes,
        }
    }

    /// Names that several indicators claim once normalised; the reader takes them for ambiguous.
    #[must_use]
    pub fn clashes(&self) -> &[Clash] {
        &self.clashes
    }

    /// How many of the plan's units and indicators a text names, whatever it says of them.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Mentions {
        let (normal, mut named, mut from) = (Normal::of(text), Mentions::default(), 0);
        while let Some(found) = self.next(&normal, from) {
            named.units += usize::from(found.entry.unit.is_some());
            named.indicators += usize::from(found.entry.name.is_some());
            from = found.end;
        }
        named
    }

    /// The next known word at or after a byte: the leftmost, and of those the longest.
    pub(super) fn next(&self, normal: &Normal, from: usize) -> Option<Found> {
        self.find(normal, Input::new(&normal.text).span(from..normal.text.len()))
    }

    /// The longest known word that starts exactly here.
    pub(super) fn at(&self, normal: &Normal, at: usize) -> Option<Found> {
        let input = Input::new(&normal.text).span(at..normal.text.len());
        self.find(normal, input.anchored(Anchored::Yes))
    }

    fn find(&self, normal: &Normal, input: Input<'_>) -> Option<Found> {
        let found = self.automaton.find(input)?;
        let entry = self.entries[found.pattern().as_usize()];
        let found = Found { entry, start: found.start(), end: found.end() };
        Some(self.first_of_two(normal, found).unwrap_or(found))
    }

    /// 小微企业 园区: where a space divides a name into two other names, two were meant.
    fn first_of_two(&self, normal: &Normal, found: Found) -> Option<Found> {
        let Some(whole) = found.entry.name else { return self.first_of_titles(normal, found) };
        let space = (found.start + 1..found.end).find(|at| normal.gap(*at) == Gap::Space)?;
        let name_in = |start, end| {
            let entry = self.exactly(normal, start, end)?;
            entry.name.map(|name| (entry, name))
        };
        let (entry, first) = name_in(found.start, space)?;
        let (_, second) = name_in(space, found.end)?;
        let two = first.indicator != whole.indicator || second.indicator != whole.indicator;
        two.then_some(Found { entry, start: found.start, end: space })
    }

    /// 指标 任务数, 本周 累计: where a space divides a word into the titles of two columns.
    fn first_of_titles(&self, normal: &Normal, found: Found) -> Option<Found> {
        found.entry.word.filter(|word| word.is_title())?;
        let space = (found.start + 1..found.end).find(|at| normal.gap(*at) == Gap::Space)?;
        let title = |entry: &Entry| entry.word.is_some_and(Word::is_title);
        // The word may end before the second title does: 指标任务 in 指标 任务数.
        let rest = Input::new(&normal.text).span(space..normal.text.len()).anchored(Anchored::Yes);
        let second = self.automaton.find(rest)?;
        let second = self.entries[second.pattern().as_usize()];
        let entry = self.exactly(normal, found.start, space).filter(title)?;
        title(&second).then_some(Found { entry, start: found.start, end: space })
    }

    /// The known word that is all of a piece of the text.
    fn exactly(&self, normal: &Normal, start: usize, end: usize) -> Option<Entry> {
        let input = Input::new(&normal.text).span(start..end).anchored(Anchored::Yes);
        let inner = self.automaton.find(input).filter(|inner| inner.end() == end)?;
        Some(self.entries[inner.pattern().as_usize()])
    }

    /// A whole word in Latin letters.
    pub(super) fn latin(&self, word: &str) -> Option<Entry> {
        self.latin.get(word).copied()
    }

    /// Every name of one indicator.
    pub(super) fn names_of(&self, id: IndicatorId) -> impl Iterator<Item = &str> {
        let first = self.names.partition_point(|(_, owner, _)| *owner < id);
        let own = self.names[first..].iter().take_while(move |(_, owner, _)| *owner == id);
        own.map(|(name, ..)| name.as_str())
    }

    /// The indicators one of whose names holds these words, in the plan's order.
    pub(super) fn with_piece(&self, piece: &str) -> Vec<IndicatorId> {
        if piece.is_empty() {
            return Vec::new();
        }
        let rest = |(index, at): &(usize, usize)| &self.names[*index].0[*at..];
        let places = &self.places[self.places.partition_point(|place| rest(place) < piece)..];
        let places = &places[..places.partition_point(|place| rest(place).starts_with(piece))];
        let mut seen = [0u64; KNOWN / 64];
        let mut others: Vec<IndicatorId> = Vec::new();
        for (name, _) in places {
            let id = self.names[*name].1;
            match seen.get_mut(id.index() / 64) {
                Some(bits) => *bits |= 1 << (id.index() % 64),
                None => others.push(id),
            }
        }
        others.sort_unstable();
        others.dedup();
        let count: u32 = seen.iter().map(|bits| bits.count_ones()).sum();
        let mut found = Vec::with_capacity(count as usize + others.len());
        for (word, mut bits) in (0u16..).zip(seen) {
            while bits != 0 {
                let bit = u16::try_from(bits.trailing_zeros()).unwrap_or_default();
                found.push(IndicatorId(word * 64 + bit));
                bits &= bits - 1;
            }
        }
        found.extend(others);
        found
    }
}

trait PartitionLatin: Iterator<Item = (String, Entry)> + Sized {
    /// Divides the vocabulary into words in Latin letters and all others.
    fn partition_latin(self) -> (HashMap<String, Entry>, Vec<(String, Entry)>) {
        let mut other = Vec::new();
        let mut latin = HashMap::new();
        for (word, entry) in self {
            if word.starts_with(|c: char| c.is_ascii_alphabetic()) {
                latin.insert(word, entry);
            } else {
                other.push((word, entry));
            }
        }
        other.sort_by(|a, b| a.0.cmp(&b.0));
        (latin, other)
    }
}

impl<I: Iterator<Item = (String, Entry)>> PartitionLatin for I {}

fn add_names(plan: &Plan, book: &mut HashMap<String, Entry>) -> Vec<Clash> {
    let mut owners: HashMap<String, Vec<IndicatorId>> = HashMap::new();
    for (id, row) in plan.indicators() {
        for name in row.names() {
            let name = Normal::of(name).text;
            let owners = owners.entry(name.clone()).or_default();
            if !owners.contains(&id) {
                owners.push(id);
            }
            let rate = ["增长", "增速", "占比", "增幅"].iter().any(|word| name.contains(word));
            let new = name.starts_with("新增");
            let name_of = Name { indicator: id, new, rate, numbered: false, slip: false };
            book.entry(name).or_default().name = Some(name_of);
        }
    }
    let mut clashes: Vec<Clash> = owners
        .into_iter()
        .filter(|(_, indicators)| indicators.len() > 1)
        .map(|(name, indicators)| Clash { name, indicators })
        .collect();
    clashes.sort_by(|a, b| a.name.cmp(&b.name));
    for clash in &clashes {
        if let Some(entry) = book.get_mut(&clash.name) {
            entry.name = None;
        }
    }
    clashes
}

fn add_units(plan: &Plan, book: &mut HashMap<String, Entry>) {
    for (unit, row) in plan.units() {
        for name in row.names() {
            let short = name == row.short && !row.is_department();
            let entry = book.entry(Normal::of(name).text).or_default();
            entry.unit.get_or_insert(NamedUnit { unit, short });
        }
    }
}

fn add_words(book: &mut HashMap<String, Entry>) {
    for (word, list) in words::WORDS {
        for text in list.split(' ') {
            let entry = book.entry(Normal::of(text).text).or_default();
            entry.word.get_or_insert(*word);
        }
    }
    for (measure, list) in words::MEASURES {
        for text in list.split(' ') {
            let entry = book.entry(Normal::of(text).text).or_default();
            entry.measure.get_or_insert(*measure);
        }
    }
}
