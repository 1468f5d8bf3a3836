package dynamo_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
)

// between is a network that does something once, between the first answer to a
// GetItem and what comes after it.
type between struct{ do func() }

func (b *between) Do(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultClient.Do(r)
	if do := b.do; do != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetItem") {
		b.do = nil
		do()
	}
	return response, err
}

// overtaken shows that an attempt which another attempt of the same call overtakes
// between its two reads gets the answer of that one, and is not refused for what
// its own call did.
func overtaken(t *testing.T, server *localaws.Server) {
	n := 0
	newID := func() string { n++; return strings.Repeat("0", 25) + string(rune('A'+n)) }
	network := &between{}
	config := server.Config
	config.HTTPClient = network
	server.Table(t, "overtaken")
	commands := dinner.Commands{Now: time.Now, NewID: newID, Dinners: dynamo.Dinners{Table: dynamo.Table{
		Client: dynamodb.NewFromConfig(config), Name: "overtaken", Now: time.Now, NewID: newID,
		EventRetention: time.Hour, CallRetention: time.Hour,
	}}}
	created, err := commands.Create(t.Context(), once.Call{}, dinner.Host{ID: "h", Name: "H"}, dinner.Plan{
		Title: "Soup", Place: "Here", Seats: 1, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	call := once.Call{Person: "g", Operation: "Reserve Seat", Key: "k", Fingerprint: "f"}
	reserve := func() (dinner.ReserveAnswer, error) {
		return commands.Reserve(t.Context(), call, created.DinnerID, dinner.Guest{ID: "g", Name: "G"})
	}
	var first dinner.ReserveAnswer
	network.do = func() { first, err = reserve() }
	second, overtaken := reserve()
	if err != nil || overtaken != nil || first != second || first.ReservationID == "" {
		t.Errorf("the attempt between got %+v, %v; the overtaken one %+v, %v; want the same", first, err, second, overtaken)
	}
}
