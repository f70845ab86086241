package clock

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/singleflight"
)

// Client asks a time service for the time. Requests that arrive together share one call.
type Client struct {
	URL  string
	HTTP *http.Client

	group singleflight.Group
}

// Now returns the time service's time.
func (c *Client) Now(ctx context.Context) (time.Time, error) {
	value, err, _ := c.group.Do("now", func() (any, error) { return c.fetch(ctx) })
	if err != nil {
		return time.Time{}, err
	}
	return value.(time.Time), nil
}

func (c *Client) fetch(ctx context.Context) (time.Time, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, nil)
	if err != nil {
		return time.Time{}, err
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return time.Time{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return time.Time{}, fmt.Errorf("%s answered %s", c.URL, response.Status)
	}
	var body struct {
		Now time.Time `json:"now"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 4096)).Decode(&body); err != nil {
		return time.Time{}, fmt.Errorf("the answer of %s is not JSON with a time: %w", c.URL, err)
	}
	if body.Now.IsZero() {
		return time.Time{}, fmt.Errorf("the answer of %s has no time in it", c.URL)
	}
	return body.Now, nil
}
