package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"fulcrum/lambdas/contract/issuer"
)

// sample is a dinner that is there from the beginning.
type sample struct {
	host, title, place string
	seats, minimum     int
	inDays             int
	guests             []string
}

var samples = []sample{
	{"marta", "Fish soup by the harbour", "Harbour 1", 8, 4, 3, []string{"ben", "carla"}},
	{"marta", "Bread, cheese and what the garden gives", "Mill Lane 12", 12, 2, 5, nil},
	{"jonas", "Two seats at the kitchen table", "Old Town 7", 2, 1, 9, []string{"ben"}},
}

// body returns the command Create Dinner, for a dinner some days after now; numbers
// are confirmed a day before.
func (s sample) body(now time.Time) string {
	begins := now.UTC().AddDate(0, 0, s.inDays).Truncate(time.Hour)
	body, _ := json.Marshal(map[string]any{ // texts and numbers never fail
		"title": s.title, "place": s.place, "hostName": named(s.host), "seats": s.seats, "minimum": s.minimum,
		"startsAt": begins.Format(time.RFC3339), "confirmBy": begins.AddDate(0, 0, -1).Format(time.RFC3339),
	})
	return string(body)
}

func named(person string) string { return strings.ToUpper(person[:1]) + person[1:] }

// foundWithin is how long the sample dinners may take to the read model.
const foundWithin = 30 * time.Second

// seed opens the sample dinners at a URL, as their hosts and guests, and returns the
// id of the first once all are found.
func seed(ctx context.Context, url string, i *issuer.Issuer) (string, error) {
	var first string
	for _, s := range samples {
		var dinner struct{ DinnerID string }
		if err := i.Send(ctx, s.host, http.MethodPost, url+"/dinners", s.body(time.Now()), &dinner); err != nil {
			return "", err
		}
		if first == "" {
			first = dinner.DinnerID
		}
		for _, g := range s.guests {
			body := fmt.Sprintf(`{"guestName":%q}`, named(g))
			if err := i.Send(ctx, g, http.MethodPost, url+"/dinners/"+dinner.DinnerID+"/reservations", body, nil); err != nil {
				return "", err
			}
		}
	}
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var found struct{ Dinners []json.RawMessage }
		if err := i.Send(ctx, "marta", http.MethodGet, url+"/dinners", "", &found); err != nil {
			return "", err
		}
		if len(found.Dinners) == len(samples) {
			return first, nil
		}
		if time.Since(begin) > foundWithin {
			return "", fmt.Errorf("after %v %d of %d sample dinners are found", foundWithin, len(found.Dinners), len(samples))
		}
	}
}
