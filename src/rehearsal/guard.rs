//! Who may talk to the server: this machine, through its own name, from its own page.
//!
//! A page elsewhere could make a browser send requests here, or point its own name here (DNS
//! rebinding). So every request must name a loopback host with the right port, and one that tells
//! its origin must come from the chat page itself.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What the page may load: its own files and nothing else; no inline script or style.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// Lets a request through, or answers 403; adds the safety headers to every answer.
pub(super) async fn check(State(port): State<u16>, request: Request, next: Next) -> Response {
    let mut response = if is_at_home(request.headers(), port) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "only this machine's own page may ask").into_response()
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_at_home(headers: &HeaderMap, port: u16) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_ours = |authority: &str| {
        let (name, given) = authority.rsplit_once(':').unwrap_or((authority, "80"));
        matches!(name, "127.0.0.1" | "localhost" | "[::1]") && given.parse() == Ok(port)
    };
    let host = text(header::HOST).is_some_and(is_ours);
    let origin = text(header::ORIGIN)
        .is_none_or(|origin| origin.strip_prefix("http://").is_some_and(is_ours));
    host && origin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_with_the_right_port_are_at_home() {
        let at_home = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_at_home(&headers, 8787)
        };
        assert!(at_home("127.0.0.1:8787", None));
        assert!(at_home("localhost:8787", Some("http://localhost:8787")));
        assert!(at_home("[::1]:8787", Some("http://127.0.0.1:8787")));
        assert!(!at_home("evil.example:8787", None));
        assert!(!at_home("127.0.0.1:80", None));
        assert!(!at_home("127.0.0.1:8787", Some("http://evil.example")));
        assert!(!at_home("127.0.0.1:8787", Some("null")));
        assert!(!is_at_home(&HeaderMap::new(), 8787));
    }
}
