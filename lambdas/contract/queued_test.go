package contract_test

import (
	"net/http"
	"testing"

	"fulcrum/lambdas/contract"
)

// TestQueuedCommandsKeepTheContract holds a system that applies commands later to
// the contract, with a client that waits for the outcomes.
func TestQueuedCommandsKeepTheContract(t *testing.T) {
	t.Setenv("COMMAND_QUEUE", "memory")
	h, i := system(t)
	client := contract.HTTP{URL: "http://dinner.example", Client: &http.Client{Transport: inMemory{h}}}
	contract.Run(t, contract.System{Client: contract.Patient{Client: client}, Token: tokens(t, i), Forged: forged(t, i), Origin: origin})
}
