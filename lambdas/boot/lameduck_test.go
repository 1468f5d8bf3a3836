package boot

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestLameDuck(t *testing.T) {
	for setting, want := range map[string]time.Duration{"": 0, "0": 0, "30": 30 * time.Second} {
		t.Setenv("LAME_DUCK_SECONDS", setting)
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			late, err := LameDuck(ctx)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			if late.Err() != nil {
				t.Fatalf("%q: it ends before anybody wants it to", setting)
			}
			told := time.Now()
			stop()
			<-late.Done()
			if got := time.Since(told); got != want {
				t.Errorf("%q: it ends after %v, want %v", setting, got, want)
			}
		})
	}
	for _, setting := range []string{"-1", "121", "soon", "1.5"} {
		t.Setenv("LAME_DUCK_SECONDS", setting)
		if _, err := LameDuck(t.Context()); err == nil {
			t.Errorf("%q was taken", setting)
		}
	}
}
