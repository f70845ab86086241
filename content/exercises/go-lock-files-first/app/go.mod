module stagecraft.test/beacon

go 1.22

require (
	github.com/dustin/go-humanize v1.0.1
	stagecraft.test/almanac v0.0.0
)

// Our own module, in a folder of this repository.
replace stagecraft.test/almanac => ./almanac
