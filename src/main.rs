//! The command line of liaison-bot. Everything it does is in the library; see `liaison_bot::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    liaison_bot::cli::main()
}
