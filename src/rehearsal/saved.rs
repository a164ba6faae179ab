//! The world on disk, so that chats survive a restart: one JSON file, and a folder of files beside.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::state::State;
use super::world::World;

/// How long changes are gathered before they are written.
const PAUSE: Duration = Duration::from_millis(500);

/// The folder of uploaded files beside the state file.
fn folder(state_file: &Path) -> PathBuf {
    let mut name = state_file.as_os_str().to_owned();
    name.push(".files");
    PathBuf::from(name)
}

/// Loads the world, or makes an empty one where there is no file yet.
pub(super) async fn load(state_file: &Path) -> io::Result<State> {
    let text = match tokio::fs::read(state_file).await {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::default()),
        Err(error) => return Err(error),
    };
    let mut state: State = serde_json::from_slice(&text).map_err(|error| {
        let what = format!("{} is not a rehearsal's state: {error}", state_file.display());
        io::Error::new(io::ErrorKind::InvalidData, what)
    })?;
    for file in state.files.values_mut() {
        let bytes = tokio::fs::read(folder(state_file).join(&file.id)).await;
        file.bytes = bytes.unwrap_or_default().into();
    }
    Ok(state)
}

/// Writes the world: new files first, then the state, put in place whole.
pub(super) async fn save(world: &World, state_file: &Path) -> io::Result<()> {
    let (text, files) = world.look(|state| {
        let files: Vec<_> =
            state.files.values().map(|file| (file.id.clone(), file.bytes.clone())).collect();
        (serde_json::to_vec(state), files)
    });
    let folder = folder(state_file);
    tokio::fs::create_dir_all(&folder).await?;
    for (id, bytes) in files {
        let path = folder.join(id);
        if !tokio::fs::try_exists(&path).await? {
            tokio::fs::write(path, bytes).await?;
        }
    }
    let mut beside = state_file.as_os_str().to_owned();
    beside.push(".new");
    tokio::fs::write(&beside, text?).await?;
    tokio::fs::rename(&beside, state_file).await
}

/// Saves after changes until it is dropped.
pub(super) async fn keep(world: World, state_file: PathBuf) {
    let mut changes = world.changes();
    while changes.changed().await.is_ok() {
        tokio::time::sleep(PAUSE).await;
        changes.borrow_and_update();
        if let Err(error) = save(&world, &state_file).await {
            tracing::warn!(%error, file = %state_file.display(), "the rehearsal was not saved");
        }
    }
}
