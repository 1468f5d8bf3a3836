package boot

import (
	"strings"
	"testing"
)

func TestSocketSettings(t *testing.T) {
	environment(t, nil)
	for name, value := range map[string]string{"CONNECTIONS_TABLE": "connections", "SOCKET_PORT": "x", "SOCKET_LIMIT": "0", "SOCKET_PING_SECONDS": ""} {
		t.Setenv(name, value)
	}
	_, err := held(t.Context())
	for _, want := range []string{`SOCKET_PORT is "x"`, `SOCKET_LIMIT is "0"`, `SOCKET_PING_SECONDS is ""`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
	t.Setenv("CONNECTIONS_TABLE", "")
	if hub, err := held(t.Context()); hub != nil || err != nil {
		t.Errorf("without a table: %v, %v", hub, err)
	}
}
