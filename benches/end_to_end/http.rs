//! Just enough HTTP/1.1 for both sides of the benches: one message after another on a line that stays
//! open. A framework here would be measured along with what is to be measured.

use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An open line.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A request or an answer.
pub struct Message {
    /// Its first line.
    pub first: String,
    /// Its body, pieces put together.
    pub body: Vec<u8>,
}

impl Line {
    pub fn new(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    pub async fn to(address: &str) -> Result<Self> {
        Self::new(TcpStream::connect(address).await?)
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await
    }

    /// The next message; `None` if the other side has hung up.
    pub async fn read(&mut self) -> Result<Option<Message>> {
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if !self.more().await? {
                return Ok(None);
            }
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).into_owned();
        let header = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
        };
        self.buffer.drain(..head);
        let body = if header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            self.pieces().await?
        } else {
            let length = header("content-length").and_then(|value| value.parse().ok());
            self.take(length.unwrap_or(0)).await?
        };
        let first = text.lines().next().unwrap_or_default().to_owned();
        Ok(Some(Message { first, body }))
    }

    async fn pieces(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match find(&self.buffer, b"\r\n") {
                    Some(end) => break end,
                    None if self.more().await? => {}
                    None => return Err(ErrorKind::UnexpectedEof.into()),
                }
            };
            let size = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
            let size = usize::from_str_radix(size.trim(), 16).map_err(Error::other)?;
            self.buffer.drain(..end + 2);
            let piece = self.take(size + 2).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&piece[..size]);
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.buffer.len() < length {
            if !self.more().await? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn more(&mut self) -> Result<bool> {
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }
}

/// Where something begins.
pub fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|part| part == what)
}

/// An answer with a JSON body.
pub fn answer(body: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
    format!("{head}{}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A request with a JSON body.
pub fn request(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let head = format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}");
    let kind = "content-type: application/json\r\ncontent-length: ";
    format!("{head}{kind}{}\r\n\r\n{body}", body.len()).into_bytes()
}
