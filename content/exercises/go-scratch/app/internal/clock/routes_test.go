package clock

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func ask(t *testing.T, upstream *httptest.Server, client *http.Client, path string) (int, string) {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	handler := Routes(&Client{URL: upstream.URL, HTTP: client}, logger)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder.Code, recorder.Body.String()
}

func upstream(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"now":"2024-05-01T12:00:00Z"}`))
	}))
	t.Cleanup(server.Close)
	return server
}

func TestTellsTheTimeInACity(t *testing.T) {
	server := upstream(t)
	status, body := ask(t, server, server.Client(), "/now/mumbai")
	if status != http.StatusOK || !strings.Contains(body, "2024-05-01T17:30:00+05:30") {
		t.Fatalf("got %d %s", status, body)
	}
}

func TestSaysWhyTheTimeServiceCouldNotBeAsked(t *testing.T) {
	status, body := ask(t, upstream(t), http.DefaultClient, "/now/mumbai")
	if status != http.StatusBadGateway || !strings.Contains(body, "x509") {
		t.Fatalf("got %d %s", status, body)
	}
}

func TestKnowsItsCities(t *testing.T) {
	server := upstream(t)
	if status, _ := ask(t, server, server.Client(), "/now/atlantis"); status != http.StatusNotFound {
		t.Fatalf("got %d", status)
	}
}
