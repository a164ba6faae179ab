//! The folder where a rehearsal keeps its data: a database that is marked as a rehearsal's, the
//! chats, the plan clock's time.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Filled, Options};
use crate::store::Store;

/// What a rehearsal plays with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data {
    /// Made-up people, who have reported nothing yet.
    Empty,
    /// Made-up people who have reported for weeks.
    Filled(Filled),
    /// A copy of real data.
    Copied,
}

impl Data {
    /// As the database says it.
    fn named(origin: &str) -> Self {
        let mut words = origin.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("filled"), Some(seed), Some(weeks)) => {
                let (seed, weeks) = (seed.parse().unwrap_or(0), weeks.parse().unwrap_or(0));
                Self::Filled(Filled { seed, weeks })
            }
            (Some("copied"), ..) => Self::Copied,
            _ => Self::Empty,
        }
    }
}

/// An open folder.
pub(super) struct Place {
    pub store: Store,
    pub data: Data,
    /// The data is being made now; nothing of it is kept if that does not come to an end.
    pub is_new: bool,
    pub chats_file: PathBuf,
    pub clock_file: PathBuf,
    unfinished: PathBuf,
}

impl Place {
    /// Opens the folder of a rehearsal, or makes it. What was begun and not ended is taken away.
    pub async fn open(options: &Options) -> anyhow::Result<Self> {
        let folder = &options.data;
        let shown = folder.display();
        std::fs::create_dir_all(folder).with_context(|| {
            format!("数据文件夹 {shown} 无法写入，请用 --data 另选 / cannot write to {shown}; choose another with --data")
        })?;
        let database = folder.join("rehearsal.db");
        let chats_file = folder.join("chats.json");
        let clock_file = folder.join("clock.txt");
        let unfinished = folder.join("unfinished");
        if unfinished.exists() {
            clear(&database, &chats_file, &clock_file)?;
        }
        let is_fresh = !database.exists();
        let is_new = is_fresh && (options.filled.is_some() || options.from.is_some());
        if options.from.is_some() && !is_fresh {
            anyhow::bail!(
                "{shown} 里已有演练数据：要接着演练，请去掉 --from；要用新的备份，请换一个 --data 文件夹 / {shown} has a rehearsal already: leave out --from to go on with it, or choose another folder with --data"
            );
        }
        if is_new {
            std::fs::write(&unfinished, b"")?;
        }
        let url = format!("sqlite:{}", database.display());
        if let Some(backup) = &options.from
            && let Err(error) = Store::restore(&url, backup).await
        {
            let _ = std::fs::remove_file(&unfinished);
            return Err(error.into());
        }
        let store = Store::open(&url).await?;
        let data = match store.rehearsal_origin().await? {
            Some(origin) if options.from.is_none() => Data::named(&origin),
            _ if options.from.is_some() => Data::Copied,
            _ if is_known_to_somebody(&store).await? => anyhow::bail!(
                "{0} 不是演练数据库，不会用来演练；要在正式数据的副本上演练，请用 rehearse --from 备份文件 / {0} is not a rehearsal's database and is left alone; to rehearse on a copy of real data, use rehearse --from BACKUP",
                database.display()
            ),
            _ => options.filled.map_or(Data::Empty, Data::Filled),
        };
        Ok(Self { store, data, is_new, chats_file, clock_file, unfinished })
    }

    /// What the database is to say of itself.
    pub fn origin(&self) -> String {
        match self.data {
            Data::Empty => String::new(),
            Data::Filled(Filled { seed, weeks }) => format!("filled {seed} {weeks}"),
            Data::Copied => "copied".to_owned(),
        }
    }

    /// The data is made, and stays.
    pub fn done(&self) -> std::io::Result<()> {
        match std::fs::remove_file(&self.unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Whether anybody stands in a database, whatever the plan.
async fn is_known_to_somebody(store: &Store) -> anyhow::Result<bool> {
    Ok(store.reached().await? != crate::store::rehearsal::Reached::default())
}

/// Takes away a rehearsal whose making did not come to an end.
fn clear(database: &Path, chats: &Path, clock: &Path) -> std::io::Result<()> {
    let mut files = vec![chats.to_owned(), clock.to_owned()];
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        files.push(name.into());
    }
    for file in files {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
