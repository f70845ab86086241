// Package wind knows the Beaufort scale.
package wind

// The lowest speed of each force, in metres per second.
var lowest = []float64{0, 0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7}

var names = []string{
	"calm", "light air", "light breeze", "gentle breeze", "moderate breeze", "fresh breeze", "strong breeze",
	"near gale", "gale", "strong gale", "storm", "violent storm", "hurricane",
}

// Force is the force of a wind of this speed.
func Force(metresPerSecond float64) int {
	force := 0
	for at, low := range lowest {
		if metresPerSecond >= low {
			force = at
		}
	}
	return force
}

// Name is what sailors call a force.
func Name(force int) string { return names[force] }
