// Package boot puts the programs together from their environment.
package boot

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// settings are what the environment says.
type settings struct {
	system, logLevel string
	// variant names this version where two run side by side.
	variant                string
	storeTable, readModels string
	consistent             bool
	// alone says that the store's items are written one by one: its table has no
	// transactions.
	alone bool
	// eventBus is where events are handed on to, handsOn which; empty for all.
	eventBus              string
	handsOn               []string
	personKeys, personKey string
	// principals takes AWS principals that the door has verified, certificates asks
	// for the name in a client's certificate.
	principals, certificates bool
	issuer                   string
	// tokenKeys is the table that has a copy of the issuer's keys; empty where the
	// issuer can be asked.
	tokenKeys        string
	clients, origins []string
	// files is the bucket of menus; empty where there are none.
	files string
	// saga is the ARN of the state machine that makes reservations; empty where they
	// are made in one step.
	saga         string
	originSecret string
	// commandQueue is the URL of the queue that commands go to, deadCommands that of
	// its dead letters; empty where commands are answered.
	commandQueue, deadCommands string
	// homeRegion is where commands write, if not in the program's own Region.
	homeRegion         string
	eventRetention     time.Duration
	readModelRetention time.Duration
	callRetention      time.Duration
	cache              caching
}

// Defaults of settings that may be missing. Read models and the marks in them
// outlive an archive of 90 days, so that a replay repeats nothing.
const (
	defaultEventDays     = 7
	defaultReadModelDays = 90
	defaultCallHours     = 24
)

// read returns the settings in the environment; every problem is in the error.
// Names in required must be set.
func read(required ...string) (settings, error) {
	var problems []error
	for _, name := range required {
		if os.Getenv(name) == "" {
			problems = append(problems, fmt.Errorf("%s is not set", name))
		}
	}
	positive := func(name string, fallback int) time.Duration {
		text := os.Getenv(name)
		if text == "" {
			return time.Duration(fallback)
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 36500 {
			problems = append(problems, fmt.Errorf("%s is %q, want a whole number from 1 to 36500", name, text))
		}
		return time.Duration(n)
	}
	s := settings{
		system:             os.Getenv("SYSTEM"),
		logLevel:           os.Getenv("LOG_LEVEL"),
		variant:            os.Getenv("VARIANT"),
		storeTable:         os.Getenv("STORE_TABLE"),
		readModels:         os.Getenv("READ_MODELS_TABLE"),
		personKeys:         os.Getenv("PERSON_KEYS_TABLE"),
		personKey:          os.Getenv("PERSON_KEY"),
		issuer:             os.Getenv("TOKEN_ISSUER"),
		tokenKeys:          os.Getenv("TOKEN_KEYS_TABLE"),
		eventBus:           os.Getenv("EVENT_BUS"),
		handsOn:            list(os.Getenv("EVENTS")),
		clients:            list(os.Getenv("TOKEN_CLIENTS")),
		origins:            list(os.Getenv("ALLOWED_ORIGINS")),
		saga:               os.Getenv("RESERVATION_SAGA"),
		originSecret:       os.Getenv("ORIGIN_SECRET"),
		commandQueue:       os.Getenv("COMMAND_QUEUE"),
		deadCommands:       os.Getenv("COMMAND_DEAD_LETTERS"),
		files:              os.Getenv("FILES_BUCKET"),
		homeRegion:         os.Getenv("HOME_REGION"),
		eventRetention:     positive("EVENT_RETENTION_DAYS", defaultEventDays) * 24 * time.Hour,
		readModelRetention: positive("READ_MODEL_RETENTION_DAYS", defaultReadModelDays) * 24 * time.Hour,
		callRetention:      positive("IDEMPOTENCY_HOURS", defaultCallHours) * time.Hour,
	}
	if s.system == "" {
		s.system = "Dinner"
	}
	switch callers := os.Getenv("CALLERS"); callers {
	case "iam":
		s.principals = true
	case "", "token":
	default:
		problems = append(problems, fmt.Errorf("CALLERS is %q, want token or iam", callers))
	}
	switch certificates := os.Getenv("CLIENT_CERTIFICATES"); certificates {
	case "required":
		s.certificates = true
	case "":
	default:
		problems = append(problems, fmt.Errorf("CLIENT_CERTIFICATES is %q, want required or nothing", certificates))
	}
	if s.storeTable != "" && (s.personKeys == "") != (s.personKey == "") {
		problems = append(problems, errors.New("PERSON_KEYS_TABLE and PERSON_KEY: only one of them is set, want both or neither"))
	}
	var err error
	if s.cache, err = readCaching(positive); err != nil {
		problems = append(problems, err)
	}
	switch consistency := os.Getenv("CONSISTENCY"); consistency {
	case "strong":
		s.consistent = true
	case globalStrong:
		s.consistent, s.alone = true, true
	case "", "eventual":
	default:
		problems = append(problems, fmt.Errorf("CONSISTENCY is %q, want eventual, strong or global-strong", consistency))
	}
	return s, errors.Join(problems...)
}

// list splits a comma-separated list and drops empty parts.
func list(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
