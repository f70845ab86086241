package board

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func ask(path string) (int, string) {
	recorder := httptest.NewRecorder()
	Routes("test").ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder.Code, recorder.Body.String()
}

func TestTellsTimesOfTheHarbour(t *testing.T) {
	status, body := ask("/departures/auckland?day=2024-01-15")
	if status != http.StatusOK || !strings.Contains(body, "2024-01-15T06:30:00+13:00") {
		t.Fatalf("got %d %s", status, body)
	}
}

func TestKnowsItsHarbours(t *testing.T) {
	if status, _ := ask("/departures/atlantis?day=2024-01-15"); status != http.StatusNotFound {
		t.Fatalf("got %d", status)
	}
}

func TestTellsItsVersion(t *testing.T) {
	if _, body := ask("/version"); !strings.Contains(body, `"version":"test"`) {
		t.Fatalf("got %s", body)
	}
}
