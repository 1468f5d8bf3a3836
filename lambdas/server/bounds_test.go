package server

import (
	"testing"
	"time"
)

// TestDeployedBounds wants nobody to hold a server up for long, requests to have the ten
// seconds that the service gives them, and a load balancer, which keeps silent
// connections for a minute, to end them first.
func TestDeployedBounds(t *testing.T) {
	for name, x := range map[string]struct{ is, over, most time.Duration }{
		"header": {deployed.header, 0, 5 * time.Second}, "read": {deployed.read, 0, 10 * time.Second},
		"write": {deployed.write, 10 * time.Second, 15 * time.Second}, "idle": {deployed.idle, 60 * time.Second, 2 * time.Minute},
	} {
		if x.is <= x.over || x.is > x.most {
			t.Errorf("%s is %v, want more than %v and at most %v", name, x.is, x.over, x.most)
		}
	}
}
