// Package watch writes the keeper's plan for a night.
package watch

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"stagecraft.test/almanac"
)

// Plan says how long the lamp burns, and how many turns it makes at one turn in ten seconds.
func Plan(lighthouse string, latitude float64, date time.Time) string {
	night := almanac.Night(latitude, date)
	turns := int64(night / (10 * time.Second))
	var plan strings.Builder
	fmt.Fprintf(&plan, "%s, %s\n", lighthouse, date.Format("2 January 2006"))
	fmt.Fprintf(&plan, "the lamp burns for %s and makes %s turns\n", night, humanize.Comma(turns))
	return plan.String()
}
