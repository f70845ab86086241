package main

import (
	"encoding/json"
	"net/http"
	"sync"
)

type tool struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Lent bool   `json:"lent"`
}

// newShed answers GET /api/healthz, GET /api/tools and POST /api/tools/{id}/lend.
func newShed() http.Handler {
	var mutex sync.Mutex
	tools := []tool{
		{ID: "ladder", Name: "Ladder, 4 m"},
		{ID: "drill", Name: "Drill with bits"},
		{ID: "shredder", Name: "Garden shredder", Lent: true},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /api/tools", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		answer(w, http.StatusOK, tools)
	})
	mux.HandleFunc("POST /api/tools/{id}/lend", func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		for i := range tools {
			if tools[i].ID != r.PathValue("id") {
				continue
			}
			if tools[i].Lent {
				answer(w, http.StatusConflict, map[string]string{"error": "somebody has it"})
				return
			}
			tools[i].Lent = true
			answer(w, http.StatusOK, tools[i])
			return
		}
		answer(w, http.StatusNotFound, map[string]string{"error": "no such tool"})
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, map[string]string{"error": "not found"})
	})
	return mux
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
