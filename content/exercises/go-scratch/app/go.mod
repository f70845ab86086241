module stagecraft.test/worldclock

go 1.22

require (
	github.com/go-chi/chi/v5 v5.1.0
	golang.org/x/sync v0.10.0
)
