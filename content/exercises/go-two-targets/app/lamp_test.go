package main

import "testing"

func TestTheLampIsOnWhileTheSunIsDown(t *testing.T) {
	for degrees, want := range map[float64]string{-4.5: "on", 0.2: "on", 0.5: "off", 31: "off"} {
		if got := State(degrees); got != want {
			t.Errorf("sun at %v: got %s, want %s", degrees, got, want)
		}
	}
}
