package main

import (
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// newSite serves the built front end. Addresses of the app get its page; a missing asset is missing.
func newSite(root string) (http.Handler, error) {
	page := filepath.Join(root, "index.html")
	if _, err := os.Stat(page); err != nil {
		return nil, err
	}
	files := http.FileServer(http.Dir(root))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Clean("/" + r.URL.Path)
		info, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
		if err == nil && !info.IsDir() || strings.HasPrefix(name, "/assets/") {
			files.ServeHTTP(w, r)
			return
		}
		http.ServeFile(w, r, page)
	}), nil
}
