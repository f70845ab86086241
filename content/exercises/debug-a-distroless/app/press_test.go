package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

func ask(t *testing.T, folder, path string) (int, string) {
	t.Helper()
	app := &press{folder: folder, logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	recorder := httptest.NewRecorder()
	app.routes().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder.Code, recorder.Body.String()
}

func TestPrintsALabel(t *testing.T) {
	status, body := ask(t, "templates", "/labels/pot?plant=basil&sown=2026&bed=4")
	if status != http.StatusOK || body != "Basil\nsown 2026 · bed 4\n" {
		t.Fatalf("got %d %q", status, body)
	}
	if _, body := ask(t, "templates", "/labels/packet?plant=bean&sown=2025"); body != "*** BEAN ***\nharvest of 2025\nkeep dry\n" {
		t.Fatalf("got %q", body)
	}
}

func TestSaysThatItCouldNotPrint(t *testing.T) {
	if status, _ := ask(t, "nowhere", "/labels/pot?plant=basil"); status != http.StatusInternalServerError {
		t.Fatalf("got %d", status)
	}
}

func TestRefusesWhatIsNoLabel(t *testing.T) {
	for _, path := range []string{"/labels/pot", "/labels/..?plant=x"} {
		if status, _ := ask(t, "templates", path); status == http.StatusOK {
			t.Fatalf("%s: got %d", path, status)
		}
	}
}
