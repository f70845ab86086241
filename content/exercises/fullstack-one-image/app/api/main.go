// Toolshed lends tools to neighbours. One program answers for the data, below /api/, and for the front end, which it
// finds in the folder that WEB_ROOT names.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	root := envOr("WEB_ROOT", "/srv/web")
	site, err := newSite(root)
	if err != nil {
		log.Fatalf("WEB_ROOT: %v", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", newShed())
	mux.Handle("/", site)
	server := &http.Server{Addr: ":" + envOr("PORT", "8080"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		deadline, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(deadline)
	}()
	log.Printf("toolshed listens on %s with the front end in %s", server.Addr, root)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}

func envOr(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
