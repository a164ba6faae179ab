//! Files: out of the outbox to Telegram, and from Telegram in to the desk.
//!
//! Contents are fetched before a batch's transaction begins, within bounds of size and time. What
//! cannot be had is a [`FileProblem`], never a reason to hold the batch up.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use teloxide_core::prelude::Requester;
use teloxide_core::requests::HasPayload;
use teloxide_core::types::{ChatId, FileId, Message};
use teloxide_core::{ApiError, Bot, RequestError};

use super::call;
use super::connect::brief;
use super::intake::fresh_code;
use super::send::keyboard;
use crate::conversation::materials::MOST_BYTES;
use crate::conversation::{Contents, FileProblem, What};

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
    bytes: &[u8],
) -> Result<Option<i64>, RequestError> {
    let (method, field, file, html, buttons) = match what {
        What::Photo { file, html, buttons } => ("sendPhoto", "photo", file, html, buttons),
        What::Document { file, html, buttons } => ("sendDocument", "document", file, html, buttons),
        What::Send { .. }
        | What::Edit { .. }
        | What::EditSent { .. }
        | What::Answer { .. }
        | What::Menu { .. } => {
            return Ok(None);
        }
    };
    let mut form = Form::new();
    form.text("chat_id", &to.to_string());
    form.text("caption", html);
    form.text("parse_mode", "HTML");
    if !buttons.is_empty() {
        let keyboard = serde_json::to_string(&keyboard(buttons))
            .map_err(|error| RequestError::Io(Arc::new(io::Error::other(error))))?;
        form.text("reply_markup", &keyboard);
    }
    form.file(field, &file.name, bytes);
    let (content_type, body) = form.done();
    let message: Message = call::post(bot, method, &content_type, body).await?;
    Ok(Some(i64::from(message.id.0)))
}

/// A body of `multipart/form-data` (RFC 7578).
struct Form {
    /// Stands between the parts: 128 random bits, so that no file has it inside.
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    fn new() -> Self {
        Self { boundary: format!("liaison-{}", fresh_code()), body: Vec::new() }
    }

    fn part(&mut self, disposition: &str, contents: &[u8]) {
        let head =
            format!("--{}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n", self.boundary);
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(contents);
        self.body.extend_from_slice(b"\r\n");
    }

    fn text(&mut self, name: &str, text: &str) {
        self.part(&format!("name=\"{name}\""), text.as_bytes());
    }

    fn file(&mut self, name: &str, file_name: &str, contents: &[u8]) {
        // As browsers write what would end the name.
        let shown = file_name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let disposition = format!(
            "name=\"{name}\"; filename=\"{shown}\"\r\nContent-Type: application/octet-stream"
        );
        self.part(&disposition, contents);
    }

    /// The content type, and the whole body.
    fn done(mut self) -> (String, Vec<u8>) {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body)
    }
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
    let file = match call::call(bot, bot.get_file(FileId(id.to_owned())).payload_ref()).await {
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
    download(bot, &file.path).await
}

/// Takes a file's bytes up to the bound, whatever size was announced.
async fn download(bot: &Bot, path: &str) -> Result<Vec<u8>, Failed> {
    let server = bot.api_url();
    let server = server.as_str().trim_end_matches('/');
    let url = format!("{server}/file/bot{}/{path}", bot.token());
    // Its words would show the address, and with it the token.
    let broke_off = |_| Failed::Once("the download broke off".to_owned());
    let mut answer = bot.client().get(url).send().await.map_err(broke_off)?;
    if !answer.status().is_success() {
        return Err(Failed::Once(format!("the download was answered {}", answer.status())));
    }
    let mut bytes = Vec::new();
    while let Some(more) = answer.chunk().await.map_err(broke_off)? {
        if bytes.len() + more.len() > MOST_BYTES {
            return Err(Failed::For(FileProblem::TooBig));
        }
        bytes.extend_from_slice(&more);
    }
    Ok(bytes)
}
