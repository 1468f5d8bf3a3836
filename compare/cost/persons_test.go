package cost

import (
	"fmt"
	"math"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design"
)

// TestKeysOfPersons holds what a month asks of persons' keys against arithmetic:
// 200,000 users, 12,000,400 calls, of one process.
func TestKeysOfPersons(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := assembly.Parse([]byte(`{"Resources": {
		"Keys": {"Type": "AWS::DynamoDB::GlobalTable", "Metadata": {"fulcrum": {"role": "store", "data-class": "person-keys"}}, "Properties": {"Replicas": [{}]}},
		"Key": {"Type": "AWS::KMS::Key", "Metadata": {"fulcrum": {"role": "key", "data-class": "person-keys"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	demand := At(d, design.Base)
	bill := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, demand).Bill(demand)
	use := vaultUse(demand)
	// Twenty dinners in a list, one, and four of one's own: 24 × 20 + 20 + 6 × 4 for each user.
	opened := 200_000.0 * (24*20 + 20 + 6*4)
	sealing := 200_000 * (0.1 + 0.8)
	if use.keys <= sealing || use.keys >= opened/2 {
		t.Errorf("%.0f keys asked for, of %.0f texts opened: a process remembers some, and not all", use.keys, opened)
	}
	kms, ok := bill.Quantity("Key", "kms", "requests")
	if want := use.keys + 200_000.0/12; !ok || math.Abs(kms-want) > 1 {
		t.Errorf("%.0f requests to KMS, want %.0f", kms, want)
	}
	if reads, _ := bill.Quantity("Keys", "dynamodb", "read-units"); math.Abs(reads-use.keys-use.aliases) > 1 {
		t.Errorf("%.0f read units, want one for each key and alias: %.0f", reads, use.keys+use.aliases)
	}
	more := vaultUse(At(d, design.Peak))
	if more.keys <= use.keys || more.keys >= 5*use.keys {
		t.Errorf("five times the load asks for %.1f times the keys: what is hot is remembered for more", more.keys/use.keys)
	}
	if got := fmt.Sprint(Unwrapping(&assembly.Resource{}, demand)); got != "0" {
		t.Errorf("any other key is asked %s times", got)
	}
	replica := assembly.Resource{Type: "AWS::KMS::ReplicaKey", Role: "key", About: map[string]any{"data-class": personKeys}}
	if got := Unwrapping(&replica, demand); got != 0 {
		t.Errorf("the replica is asked %.0f times beside the primary", got)
	}
}
