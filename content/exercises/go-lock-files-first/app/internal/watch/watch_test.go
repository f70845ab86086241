package watch

import (
	"strings"
	"testing"
	"time"
)

func TestAPlanCountsTheTurns(t *testing.T) {
	plan := Plan("Skagen", 57.7, time.Date(2024, 12, 21, 0, 0, 0, 0, time.UTC))
	if !strings.Contains(plan, "Skagen, 21 December 2024") || !strings.Contains(plan, "6,") {
		t.Fatal(plan)
	}
}
