//! Ringfinder tells where a ringed bird was first caught. Only the standard library.

mod http;
mod rings;

use std::env;
use std::net::TcpListener;
use std::process::ExitCode;
use std::thread;

fn main() -> ExitCode {
    let port = env::var("PORT").unwrap_or_else(|_| "8080".to_string());
    let listener = match TcpListener::bind(format!("0.0.0.0:{port}")) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("port {port} can't be used: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("listening on port {port}");
    for connection in listener.incoming().flatten() {
        thread::spawn(move || {
            if let Err(error) = http::serve(connection, page) {
                eprintln!("a request could not be answered: {error}");
            }
        });
    }
    ExitCode::SUCCESS
}

/// The status and the JSON for a path.
fn page(path: &str) -> (u16, String) {
    if path == "/healthz" {
        return (200, r#"{"status":"ok"}"#.to_string());
    }
    match path.strip_prefix("/rings/").map(rings::parse) {
        Some(Ok(ring)) => match rings::find(&ring) {
            Some(bird) => (200, bird.to_json(&ring)),
            None => (404, error("nobody has told us of this ring")),
        },
        Some(Err(reason)) => (400, error(reason)),
        None => (404, error("ask for /rings/NUMBER")),
    }
}

fn error(message: &str) -> String {
    format!(r#"{{"error":"{message}"}}"#)
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn finds_a_bird_by_its_ring() {
        let (status, body) = page("/rings/dew-70431");
        assert_eq!(status, 200);
        assert!(body.contains(r#""species":"barn swallow""#), "{body}");
    }

    #[test]
    fn tells_an_unknown_ring_from_one_that_is_none() {
        assert_eq!(page("/rings/dew-99999").0, 404);
        assert_eq!(page("/rings/swallow").0, 400);
        assert_eq!(page("/").0, 404);
    }
}
