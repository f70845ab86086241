// Beacon prints the plan of a lighthouse for tonight: beacon [NAME [LATITUDE]].
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"stagecraft.test/beacon/internal/watch"
)

func main() {
	name, latitude := "Skagen", 57.7
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	if len(os.Args) > 2 {
		value, err := strconv.ParseFloat(os.Args[2], 64)
		if err != nil || value < -90 || value > 90 {
			fmt.Fprintf(os.Stderr, "latitude: expected a number from -90 to 90, found %q\n", os.Args[2])
			os.Exit(2)
		}
		latitude = value
	}
	fmt.Print(watch.Plan(name, latitude, time.Now()))
}
