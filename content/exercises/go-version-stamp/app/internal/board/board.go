// Package board answers with the departures of a harbour.
package board

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

type harbour struct {
	zone string
	// Minutes after midnight, in the harbour's own time.
	departures []int
}

var harbours = map[string]harbour{
	"auckland": {zone: "Pacific/Auckland", departures: []int{390, 750, 1080}},
	"bergen":   {zone: "Europe/Oslo", departures: []int{420, 900}},
	"halifax":  {zone: "America/Halifax", departures: []int{360, 615, 1290}},
}

// Routes answers GET /version, GET /healthz and GET /departures/{harbour}?day=2024-07-01.
func Routes(version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"version": version})
	})
	mux.HandleFunc("GET /departures/{harbour}", departures)
	return mux
}

func departures(w http.ResponseWriter, r *http.Request) {
	found, known := harbours[r.PathValue("harbour")]
	if !known {
		reply(w, http.StatusNotFound, map[string]string{"error": "no such harbour"})
		return
	}
	zone, err := time.LoadLocation(found.zone)
	if err != nil {
		reply(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	day, err := time.ParseInLocation(time.DateOnly, r.URL.Query().Get("day"), zone)
	if err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": "day: expected a date like 2024-07-01"})
		return
	}
	times := make([]string, 0, len(found.departures))
	for _, minutes := range found.departures {
		year, month, date := day.Date()
		times = append(times, time.Date(year, month, date, minutes/60, minutes%60, 0, 0, zone).Format(time.RFC3339))
	}
	reply(w, http.StatusOK, map[string]any{"harbour": r.PathValue("harbour"), "departures": times})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		fmt.Println("could not answer:", err)
	}
}
