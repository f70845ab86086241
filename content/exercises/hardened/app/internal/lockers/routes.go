package lockers

import (
	"encoding/json"
	"net/http"
	"strconv"
)

const count = 40

// Routes answers for the lockers 1 to 40.
func Routes(journal *Journal) http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /healthz", func(answer http.ResponseWriter, _ *http.Request) {
		reply(answer, http.StatusOK, map[string]any{"status": "ok"})
	})
	routes.HandleFunc("POST /lockers/{number}/open", func(answer http.ResponseWriter, request *http.Request) {
		number, err := strconv.Atoi(request.PathValue("number"))
		if err != nil || number < 1 || number > count {
			reply(answer, http.StatusNotFound, map[string]any{"error": "there is no such locker"})
			return
		}
		if err := journal.Write("opened locker " + strconv.Itoa(number)); err != nil {
			reply(answer, http.StatusServiceUnavailable, map[string]any{"error": err.Error()})
			return
		}
		reply(answer, http.StatusOK, map[string]any{"locker": number, "open": true})
	})
	return routes
}

func reply(answer http.ResponseWriter, status int, body map[string]any) {
	answer.Header().Set("Content-Type", "application/json")
	answer.WriteHeader(status)
	_ = json.NewEncoder(answer).Encode(body)
}
