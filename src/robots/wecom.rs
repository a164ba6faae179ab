//! 企业微信: <https://developer.work.weixin.qq.com/document/path/91770>. 20 messages a minute; Markdown of
//! 4,096 bytes; pictures in the message itself; files uploaded first.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Ended, judged, markdown};
use crate::conversation::needs::hex;

/// A text.
pub fn text(html: &str) -> Value {
    json!({ "msgtype": "markdown", "markdown": { "content": markdown(html) } })
}

/// A picture, PNG or JPEG, of 2 MB at most.
pub fn picture(bytes: &[u8]) -> Value {
    let md5 = hex(&Md5::digest(bytes));
    json!({ "msgtype": "image", "image": { "base64": STANDARD.encode(bytes), "md5": md5 } })
}

/// A file: uploaded, and then sent by its number.
pub async fn document(
    client: &reqwest::Client,
    url: &str,
    name: &str,
    bytes: &[u8],
) -> Result<Ended, reqwest::Error> {
    let Some((server, key)) = url.split_once("/send?") else { return Ok(Ended::LeftOut) };
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let upload = format!("{server}/upload_media?{key}&type=file");
    let form = Form::new().part("media", part);
    let (ended, uploaded) = judged(client.post(upload).multipart(form).send().await?).await?;
    let Some(media) = uploaded.filter(|_| ended == Ended::Sent) else { return Ok(ended) };
    let body = json!({ "msgtype": "file", "file": { "media_id": media } });
    judged(client.post(url).json(&body).send().await?).await.map(|(ended, _)| ended)
}
