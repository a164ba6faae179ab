//! Files: out of the outbox to Telegram, and from Telegram in to the desk.
//!
//! Contents are fetched before a batch's transaction begins, within bounds of size and time. What
//! cannot be had is a [`FileProblem`], never a reason to hold the batch up.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use teloxide_core::net::Download;
use teloxide_core::payloads::{SendDocumentSetters, SendPhotoSetters};
use teloxide_core::prelude::Requester;
use teloxide_core::types::{ChatId, FileId, InputFile, ParseMode};
use teloxide_core::{ApiError, Bot, RequestError};
use tokio::io::AsyncWrite;

use super::connect::brief;
use super::delivery::keyboard;
use crate::conversation::{Contents, FileProblem, What};
use crate::sheet::MOST_BYTES;

/// How long sending a file may take; the HTTP client itself waits a second longer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(16);

/// How long fetching one file may take, tries counted.
const FETCH_TIMEOUT: Duration = Duration::from_secs(15);

/// How often a file is asked for, and how long to wait between.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// Sends a photo or a document; gives the message's number.
pub(super) async fn send(
    bot: &Bot,
    to: ChatId,
    what: &What,
    bytes: Vec<u8>,
) -> Result<Option<i64>, RequestError> {
    let message = match what {
        What::Photo { file, html, buttons } => {
            let photo = InputFile::memory(bytes).file_name(file.name.clone());
            let mut request = bot.send_photo(to, photo).caption(html).parse_mode(ParseMode::Html);
            if !buttons.is_empty() {
                request = request.reply_markup(keyboard(buttons));
            }
            request.await?
        }
        What::Document { file, html, buttons } => {
            let document = InputFile::memory(bytes).file_name(file.name.clone());
            let mut request =
                bot.send_document(to, document).caption(html).parse_mode(ParseMode::Html);
            if !buttons.is_empty() {
                request = request.reply_markup(keyboard(buttons));
            }
            request.await?
        }
        What::Send { .. }
        | What::Edit { .. }
        | What::EditSent { .. }
        | What::Answer { .. }
        | What::Menu { .. } => {
            return Ok(None);
        }
    };
    Ok(Some(i64::from(message.id.0)))
}

/// Fetches a file's contents, at most [`MOST_BYTES`].
///
/// # Errors
/// Why they are not to be had.
pub async fn fetch(bot: &Bot, id: &str) -> Result<Contents, FileProblem> {
    let tries = async {
        for pause in 0..TRIES {
            tokio::time::sleep(PAUSE * pause).await;
            match fetch_once(bot, id).await {
                Ok(bytes) => return Ok(Contents::new(bytes)),
                Err(Failed::For(problem)) => return Err(problem),
                Err(Failed::Once(why)) => tracing::warn!(why, "a file could not be fetched"),
            }
        }
        Err(FileProblem::Unavailable)
    };
    tokio::time::timeout(FETCH_TIMEOUT, tries).await.unwrap_or(Err(FileProblem::Unavailable))
}

/// How a try failed.
enum Failed {
    /// It would fail again.
    For(FileProblem),
    /// It may succeed the next time.
    Once(String),
}

async fn fetch_once(bot: &Bot, id: &str) -> Result<Vec<u8>, Failed> {
    let file = match bot.get_file(FileId(id.to_owned())).await {
        Ok(file) => file,
        Err(RequestError::Api(error)) => {
            let text = error.to_string();
            return Err(match error {
                _ if text.contains("too big") => Failed::For(FileProblem::TooBig),
                ApiError::Unknown(_) if !text.contains("Bad Request") => Failed::Once(text),
                _ => Failed::For(FileProblem::Unavailable),
            });
        }
        Err(error) => return Err(Failed::Once(brief(&error))),
    };
    if file.size as usize > MOST_BYTES {
        return Err(Failed::For(FileProblem::TooBig));
    }
    let mut taken = Bounded { bytes: Vec::new(), over: false };
    let fetched = bot.download_file(&file.path, &mut taken).await;
    if taken.over {
        return Err(Failed::For(FileProblem::TooBig));
    }
    match fetched {
        Ok(()) => Ok(taken.bytes),
        // Its words would show the address, and with it the token.
        Err(_) => Err(Failed::Once("the download broke off".to_owned())),
    }
}

/// Takes bytes up to the bound, whatever size was announced.
struct Bounded {
    bytes: Vec<u8>,
    over: bool,
}

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        more: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        if self.bytes.len() + more.len() > MOST_BYTES {
            self.over = true;
            return Poll::Ready(Err(std::io::Error::other("too big")));
        }
        self.bytes.extend_from_slice(more);
        Poll::Ready(Ok(more.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
