package boot

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/valkey"
)

// Where SESSION can say that sessions are.
const (
	inProcess = "process"
	shared    = "shared"
)

// sessionPrefix begins every key in the shared store of sessions.
const sessionPrefix = "session:"

// session returns what is remembered of hosts between two calls; nil if SESSION is not
// set. SESSION says where: "process", here, for clients who stay with a server, or
// "shared", in the cache at SESSION_ENDPOINT called SESSION_NAME, as its user
// SESSION_USER and, while it fails, here. SESSION_SECONDS is how long.
func session(ctx context.Context) (*draft.Session, error) {
	where := os.Getenv("SESSION")
	if where == "" {
		return nil, nil //nolint:nilnil // no session is a way to run
	}
	var problems []error
	seconds, err := strconv.Atoi(os.Getenv("SESSION_SECONDS"))
	if err != nil || seconds < 1 || seconds > 7*24*3600 {
		problems = append(problems, fmt.Errorf("SESSION_SECONDS is %q, want a whole number from 1 to 604800", os.Getenv("SESSION_SECONDS")))
	}
	s := &draft.Session{Store: &memory.Drafts{Now: time.Now}, TTL: time.Duration(seconds) * time.Second, Now: time.Now}
	switch where {
	case inProcess:
	case shared:
		store, err := sharedSession(ctx)
		problems = append(problems, err)
		s.Store = draft.Fallback{Shared: store, Own: s.Store}
	default:
		problems = append(problems, fmt.Errorf("SESSION is %q, want process, shared or nothing", where))
	}
	return s, errors.Join(problems...)
}

func sharedSession(ctx context.Context) (draft.Store, error) {
	var problems []error
	for _, name := range []string{"SESSION_ENDPOINT", "SESSION_NAME", "SESSION_USER"} {
		if os.Getenv(name) == "" {
			problems = append(problems, fmt.Errorf("%s is not set", name))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	cache, err := valkey.New(valkey.Config{
		Address:     os.Getenv("SESSION_ENDPOINT"),
		TLS:         &tls.Config{MinVersion: tls.VersionTLS12},
		Credentials: valkey.Token(c, os.Getenv("SESSION_NAME"), os.Getenv("SESSION_USER"), time.Now),
	})
	if err != nil {
		return nil, fmt.Errorf("SESSION_ENDPOINT: %w", err)
	}
	return valkey.Drafts{Client: cache, Prefix: sessionPrefix}, nil
}
