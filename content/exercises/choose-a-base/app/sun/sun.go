// Package sun tells when the sun rises. The calculation is the observatory's, in C.
package sun

// #cgo LDFLAGS: -lm
// #include "sun.h"
import "C"

import "time"

// Rise returns when the sun rises at a place on a day, or false where it doesn't rise on that day.
func Rise(latitude, longitude float64, day time.Time) (time.Time, bool) {
	minutes := float64(C.sun_rise(C.double(latitude), C.double(longitude), C.int(day.YearDay())))
	if minutes < 0 {
		return time.Time{}, false
	}
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	return midnight.Add(time.Duration(minutes * float64(time.Minute))), true
}
