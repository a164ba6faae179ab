//! Several plans in one bot: a made-up city and its two made-up counties.

mod apart;
mod both;
mod folders;
mod rolled;

use std::sync::Arc;

use liaison_bot::plan::Plan;

/// A plan of the example.
pub fn example(name: &str) -> Arc<Plan> {
    let dir = format!("{}/seeds/example-city/{name}", env!("CARGO_MANIFEST_DIR"));
    Arc::new(liaison_bot::cli::load(dir.as_ref()).unwrap())
}

/// The city and both counties.
pub fn three() -> Vec<Arc<Plan>> {
    ["city", "jiajiang", "yishan"].map(example).into()
}
