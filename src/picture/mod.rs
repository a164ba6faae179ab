//! Pictures (图): what the leadership group looks at, drawn from values.
//!
//! In: a [`Plan`](crate::plan::Plan), figures, a [`Ranking`](crate::progress::Ranking), a language.
//! Out: a [`Picture`]: SVG, and PNG once it is given [`Fonts`]. One template a picture under
//! `templates/pictures`; its words in `templates/<language>/pictures.toml`. Names are data and
//! come out escaped. Pure: fonts are bytes that the caller has read.
//!
//! - [`heat`]: units by indicators in rank order, cells coloured by light
//! - [`trend`]: one unit's score and rank over the periods, against pace
//! - [`county`]: what departments carry, as bars against pace
//! - [`fonts`]: the font that ships with the program, and what stands in for it
//! - [`ink`]: what the pictures share: colours, marks, widths of text

pub mod county;
pub mod fonts;
pub mod heat;
mod ink;
pub mod trend;

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, roxmltree};
use serde::Serialize;

pub use county::County;
pub use fonts::Fonts;
pub use heat::{HeatMap, Previous};
pub(crate) use ink::issue;
pub use trend::{Trend, TrendPoint};

/// Pixels a point for phones.
pub const PHONE_SCALE: f32 = 2.0;

/// Width and height together that Telegram takes for a photo (Bot API, `sendPhoto`).
pub const PHOTO_SIDES: u32 = 10_000;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The template is at fault.
    #[error("a picture's template is at fault: {0}")]
    Template(#[from] minijinja::Error),
    /// The template's output is no SVG.
    #[error("a picture is no SVG: {0}")]
    Svg(#[from] usvg::Error),
    /// It has no pixels, or more than fit.
    #[error("a picture of {width} by {height} points cannot be drawn at scale {scale}")]
    Size {
        /// In points.
        width: u32,
        /// In points.
        height: u32,
        /// Pixels a point.
        scale: f32,
    },
    /// The pixels could not be written as PNG.
    #[error("a picture cannot be written as PNG: {0}")]
    Png(String),
}

/// A drawn picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The drawing.
    pub svg: String,
    /// In points.
    pub width: u32,
    /// In points.
    pub height: u32,
}

impl Picture {
    /// The picture as PNG, so many pixels a point. The same picture and fonts give the same bytes.
    ///
    /// # Errors
    /// If it cannot be read back as SVG, or is too large to be drawn.
    pub fn png(&self, fonts: &Fonts, scale: f32) -> Result<Vec<u8>, PictureError> {
        let tree = usvg::Tree::from_str(&self.svg, &fonts.options())?;
        let size = tree.size().to_int_size().scale_by(scale);
        let mut pixels = size
            .and_then(|size| Pixmap::new(size.width(), size.height()))
            .ok_or(PictureError::Size { width: self.width, height: self.height, scale })?;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| PictureError::Png(error.to_string()))
    }

    /// The picture for phones: at [`PHONE_SCALE`], or smaller so that Telegram takes it as a photo.
    ///
    /// # Errors
    /// As [`Picture::png`].
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
    pub fn photo(&self, fonts: &Fonts) -> Result<Vec<u8>, PictureError> {
        let sides = (self.width + self.height).max(1);
        let fits = (PHOTO_SIDES - 2) as f32 / sides as f32;
        self.png(fonts, PHONE_SCALE.min(fits))
    }

    /// The characters in it for which no font has a glyph, so that the caller can say so.
    #[must_use]
    pub fn lacking(&self, fonts: &Fonts) -> Vec<char> {
        let Ok(document) = roxmltree::Document::parse(&self.svg) else { return Vec::new() };
        let text: String = document.descendants().filter_map(|node| node.text()).collect();
        fonts.lacking(&text)
    }

    /// Draws a template's picture.
    fn draw<T: Serialize>(
        name: &str,
        (width, height): (i32, i32),
        context: &T,
    ) -> Result<Self, PictureError> {
        #[derive(Serialize)]
        struct Sheet<'a, T> {
            width: i32,
            height: i32,
            ink: ink::Palette,
            #[serde(flatten)]
            context: &'a T,
        }
        let sheet = Sheet { width, height, ink: ink::PALETTE, context };
        let template = TEMPLATES.get_template(name)?;
        let mut svg = template.render(Serde(&sheet))?;
        svg.retain(ink::is_xml);
        Ok(Self { svg, width: width.unsigned_abs(), height: height.unsigned_abs() })
    }
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    // What HTML wants escaped is what XML wants escaped.
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    for (name, source) in [
        ("marks.svg", include_str!("../../templates/pictures/marks.svg")),
        ("heat.svg", include_str!("../../templates/pictures/heat.svg")),
        ("trend.svg", include_str!("../../templates/pictures/trend.svg")),
        ("county.svg", include_str!("../../templates/pictures/county.svg")),
    ] {
        // A template that cannot be read is caught by the tests that draw them all.
        let _ = environment.add_template(name, source);
    }
    environment
});
