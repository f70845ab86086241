package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

// press prints labels from templates: GET /labels/{kind}?plant=basil&sown=2026&bed=4.
type press struct {
	folder string
	logger *slog.Logger
}

var (
	kinds = regexp.MustCompile(`^[a-z]+$`)
	words = template.FuncMap{
		"upper": strings.ToUpper,
		"title": func(text string) string {
			if text == "" {
				return text
			}
			return strings.ToUpper(text[:1]) + text[1:]
		},
	}
)

func (p *press) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /labels/{kind}", func(w http.ResponseWriter, r *http.Request) {
		kind := r.PathValue("kind")
		query := r.URL.Query()
		if !kinds.MatchString(kind) || query.Get("plant") == "" {
			http.Error(w, "ask for /labels/pot?plant=basil", http.StatusBadRequest)
			return
		}
		label, err := p.label(kind, map[string]string{
			"Plant": query.Get("plant"), "Sown": query.Get("sown"), "Bed": query.Get("bed"),
		})
		if err != nil {
			p.logger.Error("no label", "kind", kind)
			http.Error(w, "the label could not be printed", http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(label)
	})
	return mux
}

func (p *press) label(kind string, values map[string]string) ([]byte, error) {
	name := kind + ".tmpl"
	parsed, err := template.New(name).Funcs(words).ParseFiles(filepath.Join(p.folder, name))
	if err != nil {
		return nil, err
	}
	var label bytes.Buffer
	err = parsed.Execute(&label, values)
	return label.Bytes(), err
}
