//! Photos and documents: `sendPhoto`, `sendDocument`.

use axum::body::Bytes;
use serde_json::Value;

use super::api::{Answer, ApiError, Call};
use super::html::is_link;
use super::params::Upload;
use super::state::{Author, Draft, Media, State, StoredFile};

/// Bytes of a photo.
const LARGEST_PHOTO: usize = 10 * 1024 * 1024;
/// Bytes of any other file.
pub(super) const LARGEST_DOCUMENT: usize = 50 * 1024 * 1024;

impl Call<'_> {
    /// `sendPhoto`.
    pub(super) fn send_photo(&mut self) -> Answer {
        self.send_file("photo", |state, file| {
            let stored = state.files.get(file);
            let bytes = stored.map(|stored| stored.bytes.clone()).unwrap_or_default();
            if bytes.len() > LARGEST_PHOTO {
                return Err(ApiError::bad_request("file is too big"));
            }
            let size = dimensions(&bytes);
            let (width, height) =
                size.ok_or_else(|| ApiError::bad_request("IMAGE_PROCESS_FAILED"))?;
            let thin = width.min(height).saturating_mul(20) < width.max(height);
            if width.saturating_add(height) > 10_000 || thin {
                return Err(ApiError::bad_request("PHOTO_INVALID_DIMENSIONS"));
            }
            Ok(Media::Photo { file: file.to_owned(), width, height })
        })
    }

    /// `sendDocument`.
    pub(super) fn send_document(&mut self) -> Answer {
        self.send_file("document", |_, file| Ok(Media::Document { file: file.to_owned() }))
    }

    fn send_file(
        &mut self,
        field: &str,
        media: impl FnOnce(&State, &str) -> Result<Media, ApiError>,
    ) -> Answer {
        let chat = self.chat_to_write_to()?;
        let mut draft = Draft::new(Author::Bot, self.caption()?);
        draft.reply_to = self.reply_to(chat)?;
        draft.keyboard = self.keyboard()?;
        let (file, is_new) = self.file(field)?;
        match media(self.state, &file) {
            Ok(media) => draft.media = Some(media),
            Err(error) => {
                if is_new {
                    self.state.files.remove(&file);
                }
                return Err(error);
            }
        }
        self.post(chat, draft)
    }

    /// The id of the file that `field` uploads or names, and whether it is new.
    fn file(&mut self, field: &str) -> Result<(String, bool), ApiError> {
        if let Some(upload) = self.params.file(field) {
            if upload.bytes.is_empty() {
                return Err(ApiError::bad_request("file must be non-empty"));
            }
            return Ok((store_file(self.state, field, upload.clone()), true));
        }
        match self.params.text(field) {
            Some(id) if self.state.files.contains_key(&id) => Ok((id, false)),
            Some(url) if is_link(&url) => {
                Err(ApiError::bad_request("failed to get HTTP URL content"))
            }
            Some(_) => Err(ApiError::bad_request(
                "wrong remote file identifier specified: Wrong string length",
            )),
            None => Err(ApiError::bad_request(format!("there is no {field} in the request"))),
        }
    }
}

/// Keeps a file and returns its id.
pub(super) fn store_file(state: &mut State, kind: &str, upload: Upload) -> String {
    let serial = state.next_serial();
    let id = format!("rehearsal-file-{serial}");
    let extension =
        upload.name.rsplit_once('.').map(|(_, extension)| extension).filter(|extension| {
            extension.chars().all(|character| character.is_ascii_alphanumeric())
        });
    let path = match extension {
        Some(extension) => format!("{kind}s/file_{serial}.{extension}"),
        None => format!("{kind}s/file_{serial}"),
    };
    let Upload { name, mime, bytes } = upload;
    state.files.insert(
        id.clone(),
        StoredFile { id: id.clone(), path, name, mime, size: bytes.len(), bytes },
    );
    id
}

/// Width and height of a PNG or JPEG.
pub(super) fn dimensions(bytes: &Bytes) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return Some((number(16)?, number(20)?))
            .filter(|(width, height)| *width > 0 && *height > 0);
    }
    if !bytes.starts_with(b"\xff\xd8") {
        return None;
    }
    let number = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        let marker = number(at)?;
        let is_frame =
            matches!(marker, 0xffc0..=0xffcf) && !matches!(marker, 0xffc4 | 0xffc8 | 0xffcc);
        if is_frame {
            return Some((u32::from(number(at + 7)?), u32::from(number(at + 5)?)));
        }
        if marker < 0xff00 {
            return None;
        }
        at += 2 + usize::from(number(at + 2)?);
    }
}

/// The name a browser or the bot gives a file without one.
pub(super) fn mime_of(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        "txt" | "md" => "text/plain",
        "csv" => "text/csv",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

/// A `Value` that is a list, or nothing.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
