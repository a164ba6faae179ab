//! What the doctor found, a line each.

use std::io::{self, Write};

/// Writes findings down as they come.
pub(super) struct Findings<'a, W> {
    out: &'a mut W,
    todo: usize,
}

impl<'a, W: Write> Findings<'a, W> {
    pub fn new(out: &'a mut W) -> Self {
        Self { out, todo: 0 }
    }

    /// As it should be.
    pub fn good(&mut self, zh: &str, en: &str, what: &str) -> io::Result<()> {
        writeln!(self.out, "✓ {zh} / {en}: {what}")
    }

    /// Worth knowing; nothing must be done.
    pub fn note(&mut self, zh: &str, en: &str, what: &str) -> io::Result<()> {
        writeln!(self.out, "· {zh} / {en}: {what}")
    }

    /// Something must be done, and `what` says what.
    pub fn todo(&mut self, zh: &str, en: &str, what: &str) -> io::Result<()> {
        self.todo += 1;
        writeln!(self.out, "✗ {zh} / {en}: {what}")
    }

    /// The last line; true if nothing must be done.
    pub fn end(self) -> anyhow::Result<bool> {
        match self.todo {
            0 => writeln!(self.out, "一切正常 / all is well")?,
            1 => writeln!(self.out, "有1处需要处理，见 ✗ / 1 thing must be done, marked ✗")?,
            count => {
                writeln!(
                    self.out,
                    "有{count}处需要处理，见 ✗ / {count} things must be done, marked ✗"
                )?;
            }
        }
        Ok(self.todo == 0)
    }
}
