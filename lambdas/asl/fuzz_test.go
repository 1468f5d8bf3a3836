package asl

import (
	"context"
	"errors"
	"testing"
	"time"
)

// FuzzRead reads whatever somebody may write for a state machine: it is refused, or it
// runs to an end or until its time is up.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		machine, `{}`, `null`, `{"StartAt":"A","States":{"A":null}}`, `{"StartAt":"A","TimeoutSeconds":9,"States":{"A":{"Type":"Pass","Next":"A"}}}`,
		`{"StartAt":"A","TimeoutSeconds":9,"States":{"A":{"Type":"Task","Resource":"r","TimeoutSeconds":1,"End":true,"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":99,"BackoffRate":9,"JitterStrategy":"FULL"}]}}}`,
		`{"StartAt":"A","TimeoutSeconds":9,"States":{"A":{"Type":"Pass","InputPath":"$.a.b","ResultPath":"$..","Parameters":{"x.$":"$$.","y.$":7},"End":true}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, definition []byte) {
		m, err := Read(definition)
		if err != nil || m.TimeoutSeconds < 1 || m.TimeoutSeconds > 100 {
			return
		}
		clock := time.Unix(0, 0)
		tick := func() time.Time { clock = clock.Add(time.Second); return clock }
		calls := 0
		r := Runner{
			Machine: m, Now: tick, Sleep: func(time.Duration) {}, Random: func() float64 { return 0.5 },
			Task: func(context.Context, string, any) (any, error) {
				if calls++; calls%2 == 0 {
					return map[string]any{"as": "good"}, nil
				}
				return nil, errors.New("now and then")
			},
		}
		_, err = r.Run(t.Context(), "one", map[string]any{"a": map[string]any{"b": "c"}})
		var named *Error
		if err != nil && !errors.As(err, &named) {
			t.Errorf("ended with %v, which has no name", err)
		}
	})
}
