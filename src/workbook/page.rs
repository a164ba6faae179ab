//! One sheet being written: styles, the head, how it prints.

use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use crate::plan::{Measure, Points, Quantity};
use crate::progress::{Light, Ratio};

/// The first row under title and day: the head of the table.
pub(super) const HEAD: u32 = 2;

/// A4 (ECMA-376, `pageSetup`).
const A4: u8 = 9;

const INK: Color = Color::RGB(0x1d_35_57);
const LINE: Color = Color::RGB(0xb8_c2_cc);
const FONT: &str = "微软雅黑";

/// Background and ink of a light, as in the pictures.
fn colours(light: Light) -> (Color, Color) {
    match light {
        Light::Green => (Color::RGB(0xcf_e9_df), Color::RGB(0x14_40_2f)),
        Light::Yellow => (Color::RGB(0xf6_dc_8f), Color::RGB(0x4a_35_00)),
        Light::Red => (Color::RGB(0xc4_55_3f), Color::White),
    }
}

/// A sheet with its title, its day and the head of its table.
pub(super) struct Page<'a> {
    pub sheet: &'a mut Worksheet,
    columns: u16,
}

impl<'a> Page<'a> {
    /// A new sheet of a book. A column has a name and a width in characters.
    pub(super) fn new(
        book: &'a mut Workbook,
        name: &str,
        (title, until, footer): (&str, &str, &str),
        columns: &[(String, u16)],
    ) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?.set_default_row_height(20);
        let last = u16::try_from(columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        let big =
            base().set_font_size(16).set_bold().set_font_color(INK).set_border(FormatBorder::None);
        let small = base().set_border(FormatBorder::None).set_align(FormatAlign::Left);
        sheet.merge_range(0, 0, 0, last, title, &big)?.set_row_height(0, 30)?;
        sheet.merge_range(1, 0, 1, last, until, &small)?.set_row_height(1, 20)?;
        let head = base().set_bold().set_text_wrap().set_background_color(Color::RGB(0xdd_e6_ef));
        for (column, (text, width)) in (0..).zip(columns) {
            sheet.write_string_with_format(HEAD, column, text, &head)?;
            sheet.set_column_width(column, *width)?;
        }
        sheet.set_row_height(HEAD, 34)?;
        sheet.set_paper_size(A4).set_landscape().set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
        sheet.set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        sheet.set_repeat_rows(HEAD, HEAD)?.set_footer(format!("&C{footer}"));
        Ok(Self { sheet, columns: last + 1 })
    }

    /// Keeps the head and the first columns in sight.
    pub(super) fn freeze(&mut self, columns: u16) -> Result<(), XlsxError> {
        self.sheet.set_freeze_panes(HEAD + 1, columns).map(drop)
    }

    pub(super) fn text(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        self.write_text(row, column, text, &base())
    }

    /// A text in a left-aligned cell that may break over lines.
    pub(super) fn long(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        self.write_text(row, column, text, &base().set_align(FormatAlign::Left).set_text_wrap())
    }

    fn write_text(
        &mut self,
        row: u32,
        column: u16,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        // Stays a text when somebody edits the cell, too.
        let like_a_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let format =
            if like_a_formula { format.clone().set_quote_prefix() } else { format.clone() };
        self.sheet.write_string_with_format(row, column, text, &format).map(drop)
    }

    /// A whole number; `shown` is a number format.
    pub(super) fn number(
        &mut self,
        row: u32,
        column: u16,
        number: impl Into<f64>,
        shown: &str,
    ) -> Result<(), XlsxError> {
        let format = base().set_num_format(shown);
        self.sheet.write_number_with_format(row, column, number, &format).map(drop)
    }

    /// A quantity in the unit people use; a rate as `98.5`, its sign stands beside it.
    pub(super) fn quantity(
        &mut self,
        row: u32,
        column: u16,
        measure: &Measure,
        quantity: Quantity,
    ) -> Result<(), XlsxError> {
        self.marked_quantity(row, column, measure, quantity, "")
    }

    /// The same with a mark behind it, which is no part of the number.
    pub(super) fn marked_quantity(
        &mut self,
        row: u32,
        column: u16,
        measure: &Measure,
        quantity: Quantity,
        mark: &str,
    ) -> Result<(), XlsxError> {
        // Fifteen digits are what a sheet keeps; what is longer is written as it is read.
        let text = measure.number(quantity);
        match text.parse::<f64>() {
            Ok(number) if text.len() <= 15 => {
                let shown = if measure.scale == 1 { "#,##0" } else { "General" };
                let mark = if mark.is_empty() { String::new() } else { format!("\"{mark}\"") };
                self.number(row, column, number, &format!("{shown}{mark}"))
            }
            _ => self.text(row, column, &format!("{text}{mark}")),
        }
    }

    /// Hundredths, as a number of two decimals.
    pub(super) fn hundredths(
        &mut self,
        row: u32,
        column: u16,
        points: Points,
    ) -> Result<(), XlsxError> {
        self.number(row, column, points.to_string().parse().unwrap_or(0.0), "0.00")
    }

    pub(super) fn percent(&mut self, row: u32, column: u16, ratio: Ratio) -> Result<(), XlsxError> {
        self.number(row, column, exact(ratio), "0.0%")
    }

    /// Points of a share, with sign.
    pub(super) fn points(&mut self, row: u32, column: u16, ratio: Ratio) -> Result<(), XlsxError> {
        self.number(row, column, exact(ratio) * 100.0, "+0.0;-0.0;0.0")
    }

    pub(super) fn blank(&mut self, row: u32, column: u16) -> Result<(), XlsxError> {
        self.sheet.write_blank(row, column, &base()).map(drop)
    }

    /// One text over several cells.
    pub(super) fn merged(
        &mut self,
        (top, left): (u32, u16),
        (bottom, right): (u32, u16),
        text: &str,
    ) -> Result<(), XlsxError> {
        let format = base().set_text_wrap();
        if (top, left) == (bottom, right) {
            return self.write_text(top, left, text, &format);
        }
        let format = if left == right { format.set_align(FormatAlign::Left) } else { format };
        self.sheet.merge_range(top, left, bottom, right, text, &format).map(drop)
    }

    /// A remark under the table, over its whole width.
    pub(super) fn note(&mut self, row: u32, text: &str) -> Result<(), XlsxError> {
        let format =
            base().set_border(FormatBorder::None).set_align(FormatAlign::Left).set_text_wrap();
        self.sheet.merge_range(row, 0, row, self.columns - 1, text, &format)?;
        self.sheet.set_row_height(row, 36).map(drop)
    }

    /// Colours completions by light, whoever changes them later: numbers only, so 未报 stays plain.
    pub(super) fn light_completions(
        &mut self,
        (top, left): (u32, u16),
        (bottom, right): (u32, u16),
        (green, yellow): (Ratio, Ratio),
    ) -> Result<(), XlsxError> {
        let cell = rust_xlsxwriter::utility::row_col_to_cell(top, left);
        let (green, yellow) = (green.decimal(12), yellow.decimal(12));
        for (light, rule) in [
            (Light::Green, format!("=AND(ISNUMBER({cell}),{cell}>={green})")),
            (Light::Yellow, format!("=AND(ISNUMBER({cell}),{cell}<{green},{cell}>={yellow})")),
            (Light::Red, format!("=AND(ISNUMBER({cell}),{cell}<{yellow})")),
        ] {
            let rule =
                ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(lit(light));
            self.sheet.add_conditional_format(top, left, bottom, right, &rule)?;
        }
        Ok(())
    }

    /// Colours cells that name a light.
    pub(super) fn light_words(
        &mut self,
        (top, bottom, column): (u32, u32, u16),
        words: [(Light, String); 3],
    ) -> Result<(), XlsxError> {
        let cell = rust_xlsxwriter::utility::row_col_to_cell(top, column);
        for (light, word) in words {
            let rule = format!("={cell}=\"{word}\"");
            let rule =
                ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(lit(light));
            self.sheet.add_conditional_format(top, column, bottom, column, &rule)?;
        }
        Ok(())
    }
}

fn base() -> Format {
    Format::new()
        .set_font_name(FONT)
        .set_font_size(11)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE)
}

fn lit(light: Light) -> Format {
    let (background, ink) = colours(light);
    Format::new().set_background_color(background).set_font_color(ink)
}

/// The double nearest to a ratio: what a sheet can hold.
fn exact(ratio: Ratio) -> f64 {
    ratio.decimal(12).parse().unwrap_or_default()
}
