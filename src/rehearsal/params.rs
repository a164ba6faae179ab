//! The parameters of one API call, from whichever of the ways Telegram allows.
//!
//! In: query, JSON, form or multipart. Out: [`Params`], asked by name and kind; values that come
//! as text (`"5"`, `"true"`, JSON in a string) read like the real ones, as at Telegram.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::{Uri, header};
use serde_json::{Map, Value, json};

/// A file that came with a call.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub name: String,
    pub mime: String,
    pub bytes: Bytes,
}

/// What a call was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Params {
    values: Map<String, Value>,
    files: BTreeMap<String, Upload>,
}

impl Params {
    /// Reads a request; the error is Telegram's description.
    pub async fn read(request: Request) -> Result<Self, String> {
        let mut params = Self::default();
        params.add_pairs(request.uri());
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
            .to_ascii_lowercase();
        if kind.starts_with("multipart/form-data") {
            let form = Multipart::from_request(request, &()).await;
            params.add_form(form.map_err(|error| error.to_string())?).await?;
            return Ok(params);
        }
        let body = Bytes::from_request(request, &()).await.map_err(|error| error.to_string())?;
        if kind.starts_with("application/x-www-form-urlencoded") {
            let form = format!("/?{}", String::from_utf8_lossy(&body));
            params.add_pairs(&form.parse().map_err(|_| "can't parse the form".to_owned())?);
        } else if !body.trim_ascii().is_empty() {
            match serde_json::from_slice(&body) {
                Ok(Value::Object(fields)) => params.values.extend(fields),
                _ => return Err("can't parse JSON object".to_owned()),
            }
        }
        Ok(params)
    }

    fn add_pairs(&mut self, uri: &Uri) {
        if let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) {
            self.values.extend(pairs.into_iter().map(|(name, value)| (name, Value::String(value))));
        }
    }

    async fn add_form(&mut self, mut form: Multipart) -> Result<(), String> {
        while let Some(field) = form.next_field().await.map_err(|error| error.to_string())? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let mime = field.content_type().map(str::to_owned);
            // Some clients mark plain values as text; a file has a name or another type.
            let is_file =
                file.is_some() || mime.as_ref().is_some_and(|mime| !mime.starts_with("text/plain"));
            let mime = mime.unwrap_or_else(|| "application/octet-stream".to_owned());
            let bytes = field.bytes().await.map_err(|error| error.to_string())?;
            if is_file {
                let name_of_file = file.unwrap_or_else(|| name.clone());
                self.files.insert(name, Upload { name: name_of_file, mime, bytes });
            } else {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.values.insert(name, Value::String(text));
            }
        }
        Ok(())
    }

    /// A text; numbers count as texts.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.values.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A yes or no; what is missing is no.
    pub fn flag(&self, name: &str) -> bool {
        match self.values.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// An object or a list, perhaps written into a string.
    pub fn json(&self, name: &str) -> Result<Option<Value>, String> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| format!("can't parse {name} JSON object")),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// The file given under this name, directly or by `attach://`.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        let attached = self.text(name).and_then(|text| {
            text.strip_prefix("attach://").and_then(|attached| self.files.get(attached))
        });
        attached.or_else(|| self.files.get(name))
    }

    /// For the log: all values, files by name and size.
    pub fn record(&self) -> Value {
        let mut all = self.values.clone();
        for (name, file) in &self.files {
            all.insert(name.clone(), json!({ "file": file.name, "bytes": file.bytes.len() }));
        }
        Value::Object(all)
    }
}
