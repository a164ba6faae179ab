//! The chat page.

use axum::Router;

use super::world::World;

pub(super) fn router() -> Router<World> {
    Router::new()
}
