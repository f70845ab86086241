// Package buildinfo knows what was built. The linker fills it in.
package buildinfo

// Version is the released version. `go build -ldflags "-X <package>.Version=<text>"` sets it.
var Version = "dev"
