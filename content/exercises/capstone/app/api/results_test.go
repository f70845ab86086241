package main

import "testing"

func TestTheSlowestBoatMayWin(t *testing.T) {
	results := Results([]Finish{{"Kittiwake", 5000}, {"Petrel", 5600}})
	if results[0].Boat != "Petrel" {
		t.Fatalf("got %v, expected Petrel to win in corrected time", results)
	}
}

func TestEveryBoatHasARating(t *testing.T) {
	for _, result := range Results(finishes) {
		if result.Seconds == 0 {
			t.Errorf("%s has no rating", result.Boat)
		}
	}
}
