// Parcel lockers: `lockers` serves them, `lockers health` asks a running server whether it answers.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"stagecraft.test/lockers/internal/lockers"
)

func main() {
	port := setting("PORT", "8080")
	if len(os.Args) > 1 && os.Args[1] == "health" {
		os.Exit(health("http://127.0.0.1:" + port + "/healthz"))
	}
	if len(os.Args) > 1 && os.Args[1] == "help" {
		fmt.Println("lockers: serve the lockers; lockers health: ask a running server")
		return
	}
	if err := serve(port, setting("JOURNAL_DIR", "/var/lib/lockers")); err != nil {
		log.Fatal(err)
	}
}

func serve(port, journalDir string) error {
	// Who opened which locker: written before a door opens, so without it nothing opens.
	journal, err := lockers.OpenJournal(journalDir)
	if err != nil {
		return err
	}
	defer journal.Close()
	server := &http.Server{Addr: ":" + port, Handler: lockers.Routes(journal), ReadHeaderTimeout: 5 * time.Second}
	stop, done := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer done()
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Printf("lockers are served on port %s, the journal is in %s", port, journalDir)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(patience)
}

// health is 0 when the server says that it is well.
func health(address string) int {
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get(address)
	if err == nil {
		defer answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return 0
		}
		err = errors.New(answer.Status)
	}
	fmt.Fprintln(os.Stderr, "not healthy:", err)
	return 1
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
