//! The world on disk, so that chats survive a restart, a crash too: one JSON file, and a folder of
//! files beside.
//!
//! Nobody is told of a change before it is written ([`World::kept`]); changes that come while a
//! save is under way share the next one.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::AsyncWriteExt;

use super::state::State;
use super::world::World;

/// The pause after a save that failed.
const PAUSE: Duration = Duration::from_secs(2);

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

/// Keeps a world on disk.
#[derive(Debug)]
pub(super) struct Keeper {
    world: World,
    state_file: PathBuf,
    /// Files whose contents are written already; they never change.
    written: HashSet<String>,
}

impl Keeper {
    pub fn new(world: World, state_file: PathBuf) -> Self {
        // From now on whoever asks waits for the disk.
        world.set_kept(0);
        Self { world, state_file, written: HashSet::new() }
    }

    /// Writes the world: new files first, then the state, put in place whole.
    async fn save(&mut self) -> io::Result<()> {
        let (text, files) = self.world.look(|state| {
            let new = state.files.values().filter(|file| !self.written.contains(&file.id));
            let files: Vec<_> = new.map(|file| (file.id.clone(), file.bytes.clone())).collect();
            (serde_json::to_vec(state), files)
        });
        let folder = folder(&self.state_file);
        tokio::fs::create_dir_all(&folder).await?;
        for (id, bytes) in files {
            put(&folder.join(&id), &bytes).await?;
            self.written.insert(id);
        }
        put(&self.state_file, &text?).await
    }

    /// Saves after each change until it is dropped.
    pub async fn run(mut self) {
        let mut changes = self.world.data_changes();
        loop {
            let change = *changes.borrow_and_update();
            let saved = self.save().await;
            // Also after a failure: a full disk is told, and the rehearsal goes on without it.
            self.world.set_kept(change);
            if let Err(error) = saved {
                let file = self.state_file.display();
                tracing::error!(%error, %file, "the rehearsal is not saved; check the disk");
                tokio::time::sleep(PAUSE).await;
                changes.mark_changed();
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

/// Writes a file so that after a crash it is there whole, as it was or as it is now.
async fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = tokio::fs::File::create(&beside).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(&beside, path).await
}
