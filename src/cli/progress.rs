//! How far a long command is: a bar on a terminal, nothing where nobody looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often it moves while nothing is known of how far it is.
const TICK: Duration = Duration::from_millis(120);

/// A bar whose parts can be counted.
const PARTS: &str = "{msg} [{bar:30}] {percent}%  {elapsed}，剩 / left {eta}";

/// A sign of life.
const SOMETHING: &str = "{spinner} {msg}  {elapsed}";

/// A bar on standard error while it lives; it leaves no trace. Where standard error is no terminal it
/// draws nothing.
pub struct Progress(ProgressBar);

impl Progress {
    /// For something whose parts can be counted: `what` stands in front of the bar.
    pub fn of_parts(what: &'static str) -> Self {
        let bar = ProgressBar::new(0).with_message(what);
        bar.set_style(style(PARTS));
        Self(bar)
    }

    /// For something that tells nothing before its end.
    pub fn of_something(what: &'static str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.set_style(style(SOMETHING));
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// So many of all are done.
    pub fn set(&self, done: u64, all: u64) {
        self.0.set_length(all);
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_templates_are_sound() {
        for template in [PARTS, SOMETHING] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
