package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func ask(t *testing.T, app *almanac, path string) (int, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	app.routes().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder.Code, recorder.Body.String()
}

func TestTellsTheSunriseInLocalTime(t *testing.T) {
	for path, want := range map[string]string{
		"/sunrise/tokyo?date=2026-06-21":  `"sunrise":"04:2`,
		"/sunrise/lisbon?date=2026-06-21": `"zone":"WEST"`,
		"/sunrise/lisbon?date=2026-12-21": `"zone":"WET"`,
		"/sunrise/tromso?date=2026-12-21": `"sunrise":"none"`,
	} {
		if status, body := ask(t, &almanac{}, path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: got %d %s, want %s", path, status, body, want)
		}
	}
}

func TestAsksTheTimeServiceWhichDayItIs(t *testing.T) {
	clock := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"now":"2026-06-21T12:00:00Z"}`))
	}))
	defer clock.Close()
	status, body := ask(t, &almanac{clockURL: clock.URL, client: clock.Client()}, "/today/tokyo")
	if status != http.StatusOK || !strings.Contains(body, `"zone":"JST"`) {
		t.Fatalf("got %d %s", status, body)
	}
	if status, body := ask(t, &almanac{clockURL: clock.URL, client: http.DefaultClient}, "/today/tokyo"); status != http.StatusBadGateway {
		t.Fatalf("got %d %s", status, body)
	}
}

func TestRefusesWhatItDoesNotKnow(t *testing.T) {
	if status, _ := ask(t, &almanac{}, "/sunrise/atlantis?date=2026-06-21"); status != http.StatusNotFound {
		t.Fatalf("got %d", status)
	}
	if status, _ := ask(t, &almanac{}, "/sunrise/tokyo"); status != http.StatusBadRequest {
		t.Fatalf("got %d", status)
	}
}
