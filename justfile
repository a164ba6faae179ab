# What one does every day. `just` lists it.

_list:
    @just --list

# Everything a change must pass
check:
    .ci/run

# The tests, or those whose names contain a word: just test rank
test *words:
    cargo test --locked -- {{ words }}

# Look at replies that changed, one by one (needs cargo-insta)
snapshots:
    cargo insta test --review

# How fast it is, one line of JSON a bench: all, or one by name; end to end it is the program as it is shipped
bench name="*":
    cargo build --locked --profile dist --bin liaison-bot
    LIAISON_BOT='{{ justfile_directory() }}/target/dist/liaison-bot' cargo bench --locked --bench '{{ name }}'

# What the end-to-end bench compares the bot with, from PyPI, npm and crates.io into an ignored folder
peers:
    benches/peers/install

# The bot with a chat page of its own, no token needed
rehearse *options:
    cargo run --locked -- rehearse {{ options }}

# Licences, bans and sources of all dependencies (needs cargo-deny)
deny:
    cargo deny --locked check licenses bans sources

# 200 kills on each database, or as many as KILLS says; SEED brings a run's choices back
soak database="":
    cargo test --locked --test it -- --ignored --nocapture --test-threads 1 'kill::soak_{{ database }}'

# At a release: a lived-in database of this version, for the upgrade test of all later ones (PostgreSQL installed)
release-dump:
    cargo test --locked --test it -- --ignored upgrade::write_the_dump_of_this_release

# A fuzz target on the stable toolchain (needs cargo-fuzz), with libFuzzer's options: just fuzz update -runs=1000000
fuzz target *options:
    cargo test --locked --test it -- --ignored replay::write_the_fuzz_corpus
    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none '{{ target }}' -- {{ options }}
