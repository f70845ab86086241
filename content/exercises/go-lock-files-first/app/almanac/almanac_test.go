package almanac

import (
	"testing"
	"time"
)

func TestNightsAreLongInWinter(t *testing.T) {
	winter := Night(57.7, time.Date(2024, 12, 21, 0, 0, 0, 0, time.UTC))
	summer := Night(57.7, time.Date(2024, 6, 21, 0, 0, 0, 0, time.UTC))
	if winter < 17*time.Hour || summer > 7*time.Hour {
		t.Fatalf("winter %v, summer %v", winter, summer)
	}
}

func TestThePolarSummerHasNoNight(t *testing.T) {
	if night := Night(75, time.Date(2024, 6, 21, 0, 0, 0, 0, time.UTC)); night != 0 {
		t.Fatalf("got %v", night)
	}
}
