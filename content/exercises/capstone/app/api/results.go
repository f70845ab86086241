package main

import (
	_ "embed"
	"encoding/json"
	"sort"
)

// The ratings are unlocked with a key while the image is built; see tools/unlock.sh.
//
//go:embed ratings/ratings.json
var ratingsFile []byte

// Finish is when a boat crossed the line, in seconds after the start.
type Finish struct {
	Boat    string  `json:"boat"`
	Seconds float64 `json:"seconds"`
}

var finishes = []Finish{{"Albatross", 5410}, {"Kittiwake", 5032}, {"Petrel", 5688}}

// Results are the finishes in corrected time, the winner first.
func Results(finished []Finish) []Finish {
	ratings := map[string]float64{}
	if err := json.Unmarshal(ratingsFile, &ratings); err != nil {
		panic(err)
	}
	corrected := make([]Finish, len(finished))
	for i, finish := range finished {
		corrected[i] = Finish{finish.Boat, finish.Seconds * ratings[finish.Boat]}
	}
	sort.Slice(corrected, func(a, b int) bool { return corrected[a].Seconds < corrected[b].Seconds })
	return corrected
}
