package memory_test

import (
	"testing"
	"time"

	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/realtime/realtimetest"
)

func TestConnections(t *testing.T) {
	realtimetest.Connections(t, func(now func() time.Time) realtime.Connections { return &memory.Connections{Now: now} })
}
