//! Questions on a terminal, for what no flag has answered.
//!
//! Questions go to the standard error output, answers come a line each from the standard input, so
//! that a script can give them as well.

use std::fmt::Display;
use std::io::{BufRead, IsTerminal, Write};

use anyhow::Context;

const UNREADABLE: &str = "读不到回答 / cannot read an answer";

/// Somebody who can be asked.
pub struct Asker {
    input: Box<dyn BufRead>,
    /// Takes every default and asks nothing.
    silent: bool,
}

impl Asker {
    /// Whoever sits at the terminal; `silent`: nobody, what has a default is taken.
    pub fn new(silent: bool) -> Self {
        Self { input: Box::new(std::io::BufReader::new(std::io::stdin())), silent }
    }

    /// Whether nobody is there to be asked.
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// Asks until the answer fits. `flag` is what answers it beforehand.
    ///
    /// # Errors
    /// If there is nobody to ask and no default, or the default does not fit; if the input ends.
    pub fn ask<T, E: Display>(
        &mut self,
        question: &str,
        flag: &str,
        default: Option<&str>,
        fits: impl Fn(&str) -> Result<T, E>,
    ) -> anyhow::Result<T> {
        loop {
            let answer = self.answer(question, flag, default)?;
            match fits(&answer) {
                Ok(value) => return Ok(value),
                Err(error) if self.silent => anyhow::bail!("{flag}: {error}"),
                Err(error) => eprintln!("  {error}"),
            }
        }
    }

    /// One answer, whatever it is; an empty line is the default.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn answer(
        &mut self,
        question: &str,
        flag: &str,
        default: Option<&str>,
    ) -> anyhow::Result<String> {
        if self.silent {
            return default.map(str::to_owned).with_context(|| {
                format!("{question}：请用 {flag} 写明 / answer this with {flag}")
            });
        }
        match default.filter(|default| !default.is_empty()) {
            Some(default) => eprint!("{question} [{default}]："),
            None => eprint!("{question}："),
        }
        let _ = std::io::stderr().flush();
        let line = self.line(question, flag)?;
        Ok(if line.is_empty() { default.unwrap_or_default() } else { &line }.to_owned())
    }

    /// Asks for a secret until the answer fits. A terminal does not show it; from anywhere else it is
    /// a line like any other.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn ask_secret<T, E: Display>(
        &mut self,
        question: &str,
        flag: &str,
        fits: impl Fn(&str) -> Result<T, E>,
    ) -> anyhow::Result<T> {
        if self.silent || !std::io::stdin().is_terminal() {
            return self.ask(question, flag, None, fits);
        }
        loop {
            eprint!("{question}（输入时不显示 / not shown）：");
            let _ = std::io::stderr().flush();
            let answer = rpassword::read_password().context(UNREADABLE)?;
            match fits(answer.trim()) {
                Ok(value) => return Ok(value),
                Err(error) => eprintln!("  {error}"),
            }
        }
    }

    fn line(&mut self, question: &str, flag: &str) -> anyhow::Result<String> {
        let mut line = String::new();
        let read = self.input.read_line(&mut line).context(UNREADABLE)?;
        anyhow::ensure!(
            read > 0,
            "输入已结束，还没有回答“{question}”（也可用 {flag}）/ the input ended before this was answered; {flag} answers it too"
        );
        Ok(line.trim().to_owned())
    }
}
