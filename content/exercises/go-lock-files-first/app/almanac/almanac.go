// Package almanac knows how long the night is.
package almanac

import (
	"math"
	"time"
)

// Night is the time from sunset to sunrise at a latitude in degrees, to the minute: enough for a lamp.
func Night(latitude float64, date time.Time) time.Duration {
	tilt := -23.44 * math.Cos(2*math.Pi/365*float64(date.YearDay()+10))
	x := -math.Tan(latitude*math.Pi/180) * math.Tan(tilt*math.Pi/180)
	day := 2 * math.Acos(math.Max(-1, math.Min(1, x))) / (2 * math.Pi) * 24
	return time.Duration((24 - day) * float64(time.Hour)).Round(time.Minute)
}
