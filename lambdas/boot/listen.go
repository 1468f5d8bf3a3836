package boot

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"time"

	"fulcrum/lambdas/server"
)

// Listen returns where a plain server takes connections: at PORT, 8080 by default,
// over TLS if TLS is "self-signed", without it if that is not set.
func Listen(ctx context.Context) (net.Listener, error) {
	var config *tls.Config
	switch how := os.Getenv("TLS"); how {
	case "":
	case "self-signed":
		var err error
		if config, err = server.SelfSigned(time.Now()); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("TLS is %q, want self-signed or nothing", how)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", ":"+cmp.Or(os.Getenv("PORT"), "8080"))
	if err != nil || config == nil {
		return l, err
	}
	return tls.NewListener(l, config), nil
}

// GRPC reports whether clients call procedures: RPC is "grpc", or not set.
func GRPC() (bool, error) {
	switch how := os.Getenv("RPC"); how {
	case "", "grpc":
		return how != "", nil
	default:
		return false, fmt.Errorf("RPC is %q, want grpc or nothing", how)
	}
}
