// Beaufort reads wind speeds in metres per second and writes the force of the wind beside each.
package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"stagecraft.test/beaufort/internal/wind"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		speed, err := strconv.ParseFloat(text, 64)
		if err != nil || speed < 0 {
			_, _ = out.WriteString(text + "\t?\n")
			continue
		}
		force := wind.Force(speed)
		_, _ = out.WriteString(text + "\t" + strconv.Itoa(force) + "\t" + wind.Name(force) + "\n")
	}
}
