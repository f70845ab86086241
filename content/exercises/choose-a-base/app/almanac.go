package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"stagecraft.test/almanac/sun"
)

type place struct {
	Latitude, Longitude float64
	Zone                string
}

var places = map[string]place{
	"lisbon":   {38.72, -9.14, "Europe/Lisbon"},
	"tokyo":    {35.68, 139.69, "Asia/Tokyo"},
	"tromso":   {69.65, 18.96, "Europe/Oslo"},
	"winnipeg": {49.90, -97.14, "America/Winnipeg"},
}

// almanac answers GET /healthz, which needs nothing, GET /sunrise/{place}?date=, which needs time zones, and
// GET /today/{place}, which also asks a time service which day it is.
type almanac struct {
	clockURL string
	client   *http.Client
}

func (a *almanac) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /sunrise/{place}", func(w http.ResponseWriter, r *http.Request) {
		day, err := time.Parse(time.DateOnly, r.URL.Query().Get("date"))
		if err != nil {
			answer(w, http.StatusBadRequest, map[string]string{"error": "ask with ?date=2026-06-21"})
			return
		}
		a.tell(w, r.PathValue("place"), day)
	})
	mux.HandleFunc("GET /today/{place}", func(w http.ResponseWriter, r *http.Request) {
		now, err := a.now(r.Context())
		if err != nil {
			answer(w, http.StatusBadGateway, map[string]string{"error": err.Error()})
			return
		}
		a.tell(w, r.PathValue("place"), now)
	})
	return mux
}

func (a *almanac) tell(w http.ResponseWriter, name string, day time.Time) {
	where, known := places[name]
	if !known {
		answer(w, http.StatusNotFound, map[string]string{"error": "unknown place: " + name})
		return
	}
	zone, err := time.LoadLocation(where.Zone)
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	rise, rises := sun.Rise(where.Latitude, where.Longitude, day)
	if !rises {
		answer(w, http.StatusOK, map[string]string{"place": name, "sunrise": "none"})
		return
	}
	local := rise.In(zone)
	answer(w, http.StatusOK, map[string]string{"place": name, "sunrise": local.Format("15:04"), "zone": local.Format("MST")})
}

// now asks the time service.
func (a *almanac) now(ctx context.Context) (time.Time, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.clockURL, nil)
	if err != nil {
		return time.Time{}, err
	}
	response, err := a.client.Do(request)
	if err != nil {
		return time.Time{}, err
	}
	defer response.Body.Close()
	var body struct {
		Now time.Time `json:"now"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 4096)).Decode(&body); err != nil {
		return time.Time{}, fmt.Errorf("the answer of %s is not JSON with a time: %w", a.clockURL, err)
	}
	return body.Now, nil
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
