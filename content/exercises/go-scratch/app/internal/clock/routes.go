// Package clock tells the time in a few cities.
package clock

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Cities and their distance from UTC. Fixed on purpose: no time zone database is needed.
var offsets = map[string]time.Duration{
	"reykjavik": 0,
	"nairobi":   3 * time.Hour,
	"mumbai":    5*time.Hour + 30*time.Minute,
	"tokyo":     9 * time.Hour,
}

// Routes answers GET /healthz, which needs nothing, and GET /now/{city}, which needs the time service.
func Routes(client *Client, logger *slog.Logger) http.Handler {
	router := chi.NewRouter()
	router.Use(middleware.Recoverer)
	router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	router.Get("/now/{city}", func(w http.ResponseWriter, r *http.Request) {
		city := chi.URLParam(r, "city")
		offset, known := offsets[city]
		if !known {
			answer(w, http.StatusNotFound, map[string]string{"error": "unknown city: " + city})
			return
		}
		now, err := client.Now(r.Context())
		if err != nil {
			logger.Error("the time service could not be asked", "error", err)
			answer(w, http.StatusBadGateway, map[string]string{"error": err.Error()})
			return
		}
		local := now.In(time.FixedZone(city, int(offset.Seconds())))
		answer(w, http.StatusOK, map[string]string{"city": city, "time": local.Format(time.RFC3339)})
	})
	return router
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
