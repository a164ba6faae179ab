//! The fonts pictures are set in.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::{Database, ID, Source};
use resvg::usvg::{FontResolver, Options};
use skrifa::{FontRef, MetadataProvider};

/// The font that ships with the program; `assets/fonts/README.md` says how it was made.
static SHIPPED: &[u8] = include_bytes!("../../assets/fonts/NotoSansCJKsc-Medium-subset.otf");

/// The shipped font read once.
static SHIPPED_ONLY: LazyLock<Fonts> = LazyLock::new(|| Fonts::with(Vec::new()));

/// The shipped font, and behind it what the caller brings for rare characters.
///
/// Cheap to clone; make it once and keep it.
#[derive(Debug, Clone)]
pub struct Fonts {
    database: Arc<Database>,
    /// In the order in which they are asked for a character.
    faces: Vec<ID>,
}

impl Fonts {
    /// The shipped font alone: GB 2312 and every character of the seeds and templates.
    #[must_use]
    pub fn shipped() -> Self {
        SHIPPED_ONLY.clone()
    }

    /// The shipped font first, then these font files (TTF, OTF, TTC) in their order.
    ///
    /// Bytes that are no font are passed over.
    #[must_use]
    pub fn with(extra: Vec<Vec<u8>>) -> Self {
        let mut database = Database::new();
        let mut faces = Vec::new();
        faces.extend(database.load_font_source(Source::Binary(Arc::new(SHIPPED))));
        for bytes in extra {
            faces.extend(database.load_font_source(Source::Binary(Arc::new(bytes))));
        }
        Self { database: Arc::new(database), faces }
    }

    /// The characters of a text that no font has, each once, in order. Spaces and controls aside.
    #[must_use]
    pub fn lacking(&self, text: &str) -> Vec<char> {
        let visible = |c: &char| !c.is_whitespace() && !c.is_control();
        let mut wanted: BTreeSet<char> = text.chars().filter(visible).collect();
        for face in &self.faces {
            if wanted.is_empty() {
                break;
            }
            self.database.with_face_data(*face, |bytes, index| {
                if let Ok(font) = FontRef::from_index(bytes, index) {
                    let glyphs = font.charmap();
                    wanted.retain(|c| glyphs.map(*c).is_none());
                }
            });
        }
        wanted.into_iter().collect()
    }

    /// The rules for setting text: always the shipped font, then the others in their order.
    pub(super) fn options(&self) -> Options<'_> {
        let first = self.faces.first().copied();
        let has = |face: ID, c: char, database: &Database| {
            let found = database.with_face_data(face, |bytes, index| {
                FontRef::from_index(bytes, index).is_ok_and(|font| font.charmap().map(c).is_some())
            });
            found == Some(true)
        };
        Options {
            font_resolver: FontResolver {
                select_font: Box::new(move |_, _| first),
                select_fallback: Box::new(move |c, tried, database| {
                    let mut left = self.faces.iter().filter(|face| !tried.contains(face));
                    left.find(|face| has(**face, c, database)).copied()
                }),
            },
            fontdb: Arc::clone(&self.database),
            ..Options::default()
        }
    }
}
