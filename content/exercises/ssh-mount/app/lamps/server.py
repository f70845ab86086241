"""Gives the lamps their patterns, and the signature that makes them believe it."""

import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SIGNED = Path(__file__).resolve().parent.parent / "signed"
FILES = {
    "/patterns": (SIGNED / "patterns.json").read_bytes(),
    "/patterns.sig": (SIGNED / "patterns.json.sig").read_bytes(),
    "/healthz": b'{"status": "ok"}',
}


class Lamps(BaseHTTPRequestHandler):
    def do_GET(self):
        body = FILES.get(self.path, b"not found\n")
        self.send_response(200 if self.path in FILES else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", 8000), Lamps).serve_forever()
