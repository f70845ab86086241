package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func ask(handler http.Handler, method, target string) (int, string) {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, target, nil))
	return recorder.Code, recorder.Body.String()
}

func TestATool(t *testing.T) {
	shed := newShed()
	if status, body := ask(shed, "POST", "/api/tools/drill/lend"); status != 200 || !strings.Contains(body, `"lent":true`) {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := ask(shed, "POST", "/api/tools/drill/lend"); status != 409 {
		t.Fatalf("lent twice: %d", status)
	}
}

func TestTheSite(t *testing.T) {
	root := t.TempDir()
	if _, err := newSite(root); err == nil {
		t.Fatal("a folder without a page was taken")
	}
	if err := os.WriteFile(filepath.Join(root, "index.html"), []byte("<title>Shed</title>"), 0o644); err != nil {
		t.Fatal(err)
	}
	site, err := newSite(root)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := ask(site, "GET", "/tools/drill"); status != 200 || !strings.Contains(body, "Shed") {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := ask(site, "GET", "/assets/old.js"); status != 404 {
		t.Fatalf("a missing asset: %d", status)
	}
}
