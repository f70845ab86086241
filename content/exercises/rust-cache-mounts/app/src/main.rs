//! Tidewatch tells when the water is high in a few harbours.

mod harbours;

use std::env;
use std::process::ExitCode;

use tiny_http::{Header, Method, Request, Response, Server};

fn main() -> ExitCode {
    let port = env::var("PORT").unwrap_or_else(|_| "8080".to_string());
    let server = match Server::http(format!("0.0.0.0:{port}")) {
        Ok(server) => server,
        Err(error) => {
            eprintln!("port {port} can't be used: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("listening on port {port}");
    for request in server.incoming_requests() {
        answer(request);
    }
    ExitCode::SUCCESS
}

fn answer(request: Request) {
    let (status, body) = if *request.method() == Method::Get {
        page(request.url())
    } else {
        (405, error("only GET is answered"))
    };
    let json = Header::from_bytes("Content-Type", "application/json").expect("a fixed header is valid");
    let response = Response::from_string(body).with_status_code(status).with_header(json);
    if let Err(error) = request.respond(response) {
        eprintln!("an answer could not be sent: {error}");
    }
}

fn page(url: &str) -> (u16, String) {
    let path = url.split('?').next().unwrap_or(url);
    if path == "/healthz" {
        return (200, r#"{"status":"ok"}"#.to_string());
    }
    match path.strip_prefix("/tides/").map(harbours::find) {
        Some(Some(harbour)) => (200, harbour.to_json()),
        Some(None) => (404, error("no such harbour")),
        None => (404, error("ask for /tides/HARBOUR")),
    }
}

fn error(message: &str) -> String {
    format!(r#"{{"error":"{message}"}}"#)
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn is_healthy_without_asking_anybody() {
        assert_eq!(page("/healthz"), (200, r#"{"status":"ok"}"#.to_string()));
    }

    #[test]
    fn knows_its_harbours() {
        assert_eq!(page("/tides/porto?day=1").0, 200);
        assert_eq!(page("/tides/atlantis").0, 404);
        assert_eq!(page("/").0, 404);
    }
}
