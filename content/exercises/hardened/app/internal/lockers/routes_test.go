package lockers

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenedLockersAreInTheJournal(t *testing.T) {
	dir := t.TempDir()
	journal, err := OpenJournal(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	for path, status := range map[string]int{
		"/lockers/7/open":  http.StatusOK,
		"/lockers/41/open": http.StatusNotFound,
		"/lockers/x/open":  http.StatusNotFound,
	} {
		answer := httptest.NewRecorder()
		Routes(journal).ServeHTTP(answer, httptest.NewRequest(http.MethodPost, path, nil))
		if answer.Code != status {
			t.Errorf("%s answered %d, expected %d", path, answer.Code, status)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "journal.log"))
	if err != nil || strings.Count(string(text), "\n") != 1 || !strings.Contains(string(text), "opened locker 7") {
		t.Errorf("the journal holds %q (%v)", text, err)
	}
}
