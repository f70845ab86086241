package wind

import "testing"

func TestKnowsTheScale(t *testing.T) {
	for speed, want := range map[float64]int{0: 0, 0.3: 1, 5.4: 3, 5.5: 4, 17.2: 8, 60: 12} {
		if got := Force(speed); got != want {
			t.Errorf("Force(%v) is %d, want %d", speed, got, want)
		}
	}
}
