package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/realtime/realtimetest"
)

// TestConnections holds the table of connections and leases to what every store of them
// must do.
func TestConnections(t *testing.T) {
	server := localaws.Start(t)
	open := func(now func() time.Time) dynamo.Connections {
		name := fmt.Sprintf("connections-%d", tables.Add(1))
		return dynamo.Connections{Table: dynamo.Table{Client: server.ConnectionTable(t, name), Name: name, Now: now}}
	}
	realtimetest.Connections(t, func(now func() time.Time) realtime.Connections { return open(now) })
	realtimetest.Leases(t, func(now func() time.Time) realtime.Leases { return open(now) })
}
