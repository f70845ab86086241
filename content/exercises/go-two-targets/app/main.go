// Lighthouse answers whether a light should be on, from the position of the sun at the lamp.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strconv"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, "status", "ok") })
	mux.HandleFunc("GET /lamp", lamp)
	log.Printf("lighthouse listens on port %s", port)
	log.Fatal(http.ListenAndServe("0.0.0.0:"+port, mux))
}

func lamp(w http.ResponseWriter, r *http.Request) {
	degrees, err := strconv.ParseFloat(r.URL.Query().Get("sun"), 64)
	if err != nil {
		reply(w, http.StatusBadRequest, "error", "sun: expected the height of the sun in degrees, like -4.5")
		return
	}
	reply(w, http.StatusOK, "lamp", State(degrees))
}

func reply(w http.ResponseWriter, status int, key, value string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(map[string]string{key: value}); err != nil {
		log.Print(err)
	}
}
