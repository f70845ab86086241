package main

// State is "on" as long as the middle of the sun is not half a degree above the horizon.
func State(degrees float64) string {
	if degrees < 0.5 {
		return "on"
	}
	return "off"
}
