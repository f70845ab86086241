package lockers

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Journal keeps who opened which locker.
type Journal struct {
	mutex sync.Mutex
	file  *os.File
}

// OpenJournal makes the folder where there is none and goes on where the last server stopped.
func OpenJournal(dir string) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "journal.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return &Journal{file: file}, nil
}

func (journal *Journal) Write(what string) error {
	journal.mutex.Lock()
	defer journal.mutex.Unlock()
	_, err := fmt.Fprintln(journal.file, time.Now().UTC().Format(time.RFC3339), what)
	return err
}

func (journal *Journal) Close() error {
	return journal.file.Close()
}
