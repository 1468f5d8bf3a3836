package boot

import (
	"context"
	"errors"
	"fmt"

	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"fulcrum/lambdas/aside"
	"fulcrum/lambdas/memcached"
	"fulcrum/lambdas/ring"
	"fulcrum/lambdas/valkey"
)

func secret(context.Context) ([]byte, error) { return make([]byte, 32), nil }

// TestCaches wants the environment to say which cache there is.
func TestCaches(t *testing.T) {
	environment(t, nil)
	s, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if reads, err := s.cache.reads(aws.Config{}, secret); reads != nil || err != nil {
		t.Errorf("without a cache: %v, %v", reads, err)
	}
	environment(t, map[string]string{"CACHE_ENDPOINT": "cache:6379", "CACHE_USER": "u", "CACHE_NAME": "n", "CACHE_SECONDS": "5", "EDGE_SECONDS": "3"})
	if s, err = read(); err != nil || s.cache.edge != 3*time.Second {
		t.Fatalf("edge %v, %v", s.cache.edge, err)
	}
	reads, err := s.cache.reads(aws.Config{}, secret)
	if err != nil || reads.TTL != 5*time.Second {
		t.Fatalf("%+v, %v", reads, err)
	}
	if _, ok := reads.Cache.(*valkey.Client); !ok {
		t.Errorf("the cache is a %T", reads.Cache)
	}
	environment(t, map[string]string{"CACHE_NODES": "nodes:11211", "CACHE_PLACEMENT": "modulo"})
	if s, err = read(); err != nil {
		t.Fatal(err)
	}
	if reads, err = s.cache.reads(aws.Config{}, secret); err != nil {
		t.Fatal(err)
	}
	if sealed, ok := reads.Cache.(aside.Sealed); !ok || !errors.Is(reads.Miss, memcached.ErrMiss) {
		t.Errorf("what lies in nodes that encrypt nothing is in a %T", sealed)
	}
}

func TestCacheProblems(t *testing.T) {
	environment(t, map[string]string{"CACHE_ENDPOINT": "cache:6379", "CACHE_NODES": "nodes:11211", "CACHE_PLACEMENT": "random", "CACHE_SECONDS": "0"})
	_, err := read()
	for _, want := range []string{"CACHE_USER or CACHE_NAME is not", "both set", `CACHE_PLACEMENT is "random"`, `CACHE_SECONDS is "0"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

// TestPlacementsPlace wants the setting to change where keys lie: a fourth node takes
// about a quarter of them with consistent hashing, and moves three quarters with the
// remainder.
func TestPlacementsPlace(t *testing.T) {
	const keys = 4000
	moved := map[string]float64{}
	for name, algorithm := range placements {
		cluster, err := ring.New(algorithm, ring.Node{Name: "a:1"}, ring.Node{Name: "b:1"}, ring.Node{Name: "c:1"})
		if err != nil {
			t.Fatal(err)
		}
		before := make([]string, keys)
		for i := range before {
			before[i] = cluster.Owner(fmt.Sprint("dinner:view:", i))
		}
		if err := cluster.Join(ring.Node{Name: "d:1"}); err != nil {
			t.Fatal(err)
		}
		for i, owner := range before {
			if cluster.Owner(fmt.Sprint("dinner:view:", i)) != owner {
				moved[name] += 1.0 / keys
			}
		}
	}
	if moved["consistent-hash"] < 0.15 || moved["consistent-hash"] > 0.35 || moved["modulo"] < 0.65 || moved["modulo"] > 0.85 {
		t.Errorf("a fourth node moved %v", moved)
	}
}
