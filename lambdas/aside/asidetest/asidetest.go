// Package asidetest holds what every cache must do.
package asidetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"fulcrum/lambdas/aside"
)

// Contract holds a cache, whose keys begin with "dinner:", to its contract; miss is the
// error by which it says that it does not hold a key. It waits for a time to live to end.
func Contract(t *testing.T, c aside.Cache, miss error) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(key string, value []byte) {
		t.Helper()
		got, err := c.Get(ctx, key)
		switch {
		case value == nil && !errors.Is(err, miss):
			t.Errorf("%s: %d bytes, %v; want a miss", key, len(got), err)
		case value != nil && (err != nil || !bytes.Equal(got, value)):
			t.Errorf("%s: %d bytes, %v; want %d", key, len(got), err, len(value))
		}
	}
	values := map[string][]byte{
		"dinner:text": []byte("soup"), "dinner:empty": {}, "dinner:lines": []byte("a\r\nEND\r\nVALUE x 0 1\r\n"),
		"dinner:bytes": {0, 255, 10, 13, 0}, "dinner:large": bytes.Repeat([]byte("x"), 500_000), "dinner:ключ": []byte("значение"),
	}
	for key := range values {
		want(key, nil)
		must(c.Delete(ctx, key)) // of nothing
	}
	for key, value := range values {
		must(c.Set(ctx, key, value, time.Minute))
	}
	for key, value := range values {
		want(key, value)
	}
	must(c.Set(ctx, "dinner:text", []byte("bread"), time.Minute))
	want("dinner:text", []byte("bread"))
	must(c.Delete(ctx, "dinner:text"))
	must(c.Delete(ctx, "dinner:text"))
	want("dinner:text", nil)
	want("dinner:lines", values["dinner:lines"]) // others stay

	over, stop := context.WithCancel(ctx)
	stop()
	if _, err := c.Get(over, "dinner:lines"); err == nil || errors.Is(err, miss) {
		t.Errorf("who no longer waits is told %v; that it is not there would not be true", err)
	}
	want("dinner:lines", values["dinner:lines"]) // and the next one gets what is theirs

	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			key, value := fmt.Sprintf("dinner:%d", n), []byte(fmt.Sprint("value of ", n))
			for range 20 {
				if err := c.Set(ctx, key, value, time.Minute); err != nil {
					t.Error(err)
				}
				if got, err := c.Get(ctx, key); err != nil || !bytes.Equal(got, value) {
					t.Errorf("%s has %q, %v", key, got, err)
				}
			}
		})
	}
	all.Wait()

	must(c.Set(ctx, "dinner:brief", []byte("x"), 20*time.Millisecond))
	must(c.Set(ctx, "dinner:prolonged", []byte("x"), time.Second))
	must(c.Set(ctx, "dinner:prolonged", []byte("y"), time.Hour)) // the time begins again
	begun := time.Now()
	for end := begun.Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, err := c.Get(ctx, "dinner:brief"); errors.Is(err, miss) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("a value outlives its time to live")
		}
	}
	time.Sleep(time.Until(begun.Add(2 * time.Second)))
	want("dinner:prolonged", []byte("y"))
}
