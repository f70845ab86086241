//! As much HTTP as a small JSON service needs: one request per connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const HEAD_BYTES_MAX: u64 = 8 * 1024;

pub fn serve(mut connection: TcpStream, page: fn(&str) -> (u16, String)) -> io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    let path = read_path(&connection)?;
    let (status, body) = match path {
        Some(path) => page(&path),
        None => (400, r#"{"error":"only GET is answered"}"#.to_string()),
    };
    let head = format!(
        "HTTP/1.1 {status} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        reason(status),
        body.len()
    );
    connection.write_all(head.as_bytes())?;
    connection.write_all(body.as_bytes())
}

/// The path of a GET request without its query; the other lines of the head are read and not used.
fn read_path(connection: &TcpStream) -> io::Result<Option<String>> {
    let mut reader = BufReader::new(connection.take(HEAD_BYTES_MAX));
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut words = first.split_whitespace();
    let path = match (words.next(), words.next()) {
        (Some("GET"), Some(target)) => target.split('?').next().map(str::to_string),
        _ => None,
    };
    Ok(path)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        _ => "Error",
    }
}
