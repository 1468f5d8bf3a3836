package contract_test

import (
	"crypto/tls"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
)

// TestGRPCBinary holds the program server, called by gRPC's own client, to what of the
// contract a procedure can be asked.
func TestGRPCBinary(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	url, _ := startServer(t, i, "TLS=self-signed", "RPC=grpc")
	conn, err := grpc.NewClient(strings.TrimPrefix(url, "http://"), grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
		InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, //nolint:gosec // as a load balancer does
	})))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // it is over
	contract.Run(t, contract.System{Client: contract.GRPC{Conn: conn}, Token: tokens(t, i), Forged: forged(t, i), Origin: origin, Procedures: true})
}
