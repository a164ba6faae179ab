//! Pictures are held against golden images, tile by tile and with a tolerance, since another machine may
//! round an edge otherwise. After a change on purpose: `GOLDEN=write cargo test
//! --test art`, and look at every image.

use std::path::PathBuf;

use liaison_bot::picture::{self, Fonts, HeatMap, Picture, Trend, TrendPoint};
use liaison_bot::progress::{Figures, Light, Ratio};
use liaison_bot::texts::Language;
use resvg::tiny_skia::Pixmap;

use crate::county::County;

/// The mean difference a channel of any tile may have, of 255.
const TOLERANCE: f64 = 4.0;

impl County {
    fn heat(&self, language: Language) -> Picture {
        let heat = HeatMap {
            plan: &self.plan,
            period: self.period,
            edition: 0,
            ranking: &self.ranking,
            figures: &self.figures,
            previous: Some(&self.previous),
            missing: &self.missing,
            made_up: true,
            language,
        };
        heat.draw().unwrap()
    }

    fn trend(&self, count: i64, language: Language) -> Picture {
        let mut period = self.period;
        let mut points = Vec::new();
        for back in 0..count {
            let at = self.at - chrono::Days::new(7 * back.unsigned_abs());
            let pace = liaison_bot::progress::pace(&self.plan, at);
            let score = Ratio::of(556 - 9 * back + (back * 37) % 23, 1000);
            let light = [Light::Green, Light::Yellow, Light::Red][usize::from(score < pace)];
            let rank = u32::try_from(3 + (back * 5) % 7).unwrap();
            points.insert(0, TrendPoint { period, at, score, rank, pace, light });
            period = period.previous();
        }
        let unit = self.plan.unit_named("永昌").unwrap();
        let trend =
            Trend { plan: &self.plan, unit, of: 17, points: &points, made_up: true, language };
        trend.draw().unwrap()
    }

    fn county(&self, language: Language) -> Picture {
        let county = picture::County {
            plan: &self.plan,
            period: self.period,
            figures: &self.figures,
            at: self.at,
            made_up: true,
            language,
        };
        county.draw().unwrap()
    }
}

fn golden(name: &str, picture: &Picture) {
    let png = picture.png(&Fonts::shipped(), 1.0).unwrap();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/art/golden").join(name);
    if std::env::var("GOLDEN").is_ok_and(|word| word == "write") {
        std::fs::write(&path, &png).unwrap();
        let large = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(large, picture.photo(&Fonts::shipped()).unwrap()).unwrap();
    }
    let expected = Pixmap::decode_png(&std::fs::read(path).unwrap()).unwrap();
    let drawn = Pixmap::decode_png(&png).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (expected.width(), expected.height()), "{name}");
    let off = difference(&drawn, &expected);
    assert!(off <= TOLERANCE, "{name} is off by {off:.3} of 255 a channel");
}

/// The mean difference a channel in the tile that differs most: one changed digit is seen, a rounded
/// edge here and there is not.
fn difference(one: &Pixmap, other: &Pixmap) -> f64 {
    const TILE: usize = 16;
    let line = one.width() as usize * 4;
    let tiles = one.width() as usize / TILE + 1;
    let mut sums = vec![0_u32; tiles * (one.height() as usize / TILE + 1)];
    for (at, (a, b)) in one.data().iter().zip(other.data()).enumerate() {
        let (row, column) = (at / line / TILE, at % line / 4 / TILE);
        sums[row * tiles + column] += u32::from(a.abs_diff(*b));
    }
    f64::from(sums.into_iter().max().unwrap_or_default()) / 1024.0
}

#[test]
fn one_changed_figure_is_seen() {
    let mut county = County::example();
    let pixels = |county: &County| {
        let png = county.heat(Language::Chinese).png(&Fonts::shipped(), 1.0).unwrap();
        Pixmap::decode_png(&png).unwrap()
    };
    let before = pixels(&county);
    assert!(difference(&before, &before) <= TOLERANCE);
    let standing = &mut county.ranking.standings[3];
    let done = &mut standing.completion[2];
    assert_eq!(done.ratio.decimal(2), "0.71");
    done.ratio = Ratio::of(72, 100);
    assert!(difference(&before, &pixels(&county)) > TOLERANCE);
}

#[test]
fn the_heat_map_looks_as_it_did() {
    let county = County::example();
    golden("heat.png", &county.heat(Language::Chinese));
    golden("heat-en.png", &county.heat(Language::English));
}

#[test]
fn the_trend_looks_as_it_did() {
    let county = County::example();
    golden("trend.png", &county.trend(12, Language::Chinese));
    golden("trend-long.png", &county.trend(60, Language::Chinese));
    golden("trend-one.png", &county.trend(1, Language::English));
    let nothing = county.trend(0, Language::Chinese);
    assert!(nothing.svg.contains("尚无往期数据"), "{}", nothing.svg);
    golden("trend-none.png", &nothing);
}

#[test]
fn the_county_looks_as_it_did() {
    let county = County::example();
    golden("county.png", &county.county(Language::Chinese));
    let nothing = County { figures: Figures::new(&county.plan), ..county };
    golden("county-nothing.png", &nothing.county(Language::English));
}

#[test]
fn every_character_of_plan_and_templates_has_a_glyph() {
    let mut text = String::new();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("seeds"), root.join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    assert!(text.chars().count() > 10_000, "the files were found");
    // Chat texts have emoji, which the chat draws; pictures draw shapes.
    let emoji =
        |c: &char| !matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b1c}' | '\u{fe0f}' | '\u{1f300}'..);
    let lacking: Vec<char> = Fonts::shipped().lacking(&text).into_iter().filter(emoji).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn rare_characters_are_named_until_a_font_is_brought() {
    let rare = "兰溪喆镕瑄赟𠮷";
    assert_eq!(Fonts::shipped().lacking(rare), ['喆', '瑄', '赟', '镕', '𠮷']);
    assert!(Fonts::with(vec![b"no font".to_vec()]).lacking("兰溪 100%\n").is_empty());
    let Some(system) = system_font() else {
        eprintln!("LEFT OUT: no CJK font is installed");
        return;
    };
    let fonts = Fonts::with(vec![system]);
    assert!(fonts.lacking("兰溪喆镕瑄赟").is_empty());
    // It is drawn, too: with the font there is more ink than a box.
    let svg = |c: char| Picture {
        svg: format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><text y='32' font-size='32'>{c}</text></svg>"
        ),
        width: 40,
        height: 40,
    };
    assert_eq!(svg('喆').lacking(&Fonts::shipped()), ['喆']);
    assert_ne!(svg('喆').png(&fonts, 1.0).unwrap(), svg('喆').png(&Fonts::shipped(), 1.0).unwrap());
    assert_eq!(svg('兰').png(&fonts, 1.0).unwrap(), svg('兰').png(&Fonts::shipped(), 1.0).unwrap());
}

fn system_font() -> Option<Vec<u8>> {
    std::fs::read("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").ok()
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    let (one, other) = (County::example(), County::example());
    let draw = |county: &County| county.heat(Language::Chinese).photo(&Fonts::shipped()).unwrap();
    assert!(draw(&one) == draw(&other));
}

#[test]
fn names_are_data() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds/lanxi-2018-2020");
    let mut folder = liaison_bot::cli::check_plan::read_folder(&root).unwrap();
    let evil = "</text><rect/>&amp;";
    folder.units_csv = folder.units_csv.replace(",兰江,", &format!(",{evil},"));
    folder.targets_csv = folder.targets_csv.replace(",兰江,", &format!(",{evil},"));
    let plan = folder.load().unwrap();
    let figures = Figures::new(&plan);
    let ranking = liaison_bot::progress::rank(&plan, &figures, "2019-06-21".parse().unwrap());
    let nothing = std::collections::BTreeSet::new();
    let heat = HeatMap {
        plan: &plan,
        period: "2019-W25".parse().unwrap(),
        edition: 0,
        ranking: &ranking,
        figures: &figures,
        previous: None,
        missing: &nothing,
        made_up: false,
        language: Language::Chinese,
    };
    let picture = heat.draw().unwrap();
    assert!(picture.svg.contains("&lt;&#x2f;text&gt;") && !picture.svg.contains("<rect/>"));
    assert!(!picture.svg.contains('\u{1}'));
    picture.png(&Fonts::shipped(), 1.0).unwrap();
}

#[test]
fn a_photo_stays_within_what_telegram_takes() {
    let tall = Picture {
        svg: "<svg xmlns='http://www.w3.org/2000/svg' width='700' height='7000'/>".to_owned(),
        width: 700,
        height: 7000,
    };
    let photo = Pixmap::decode_png(&tall.photo(&Fonts::shipped()).unwrap()).unwrap();
    assert!(photo.width() + photo.height() <= picture::PHOTO_SIDES, "{}", photo.height());
    assert!(photo.height() > 7000, "no smaller than need be");
}
