package cost

import (
	"fmt"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestKeysOfOtherStacks wants a table and its copy to ask for a data key each, of keys
// that another stack defines and in their own Regions, and each of those keys, the
// replica too, to cost its dollar there.
func TestKeysOfOtherStacks(t *testing.T) {
	_, demand := sample(t, "Baseline")
	const found = `"SSESpecification":{"KMSMasterKeyId":{"Fn::GetAtt":["Found","KeyArn"]}}`
	s, err := assembly.Parse([]byte(`{"Metadata":{"fulcrum":{"region":"eu-west-1"}},"Resources":{
		"Found":{"Type":"Custom::StackOutputs","Properties":{}},
		"Replica":{"Type":"AWS::KMS::ReplicaKey","Properties":{}},
		"Store":{"Type":"AWS::DynamoDB::GlobalTable","Properties":{"Replicas":[{"Region":"eu-west-1",` + found + `},{"Region":"eu-central-1",` + found + `}]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, demand).Bill(demand).PartUSD(Security)
	if want := 1 + 2*730*12*0.000003; got < want-1e-9 || got > want+1e-9 {
		t.Errorf("a replica and the requests of two copies cost %v, want %v", got, want)
	}
}

// TestKeysByHand holds what each option of encryption costs: a dollar a month for
// each key, a data key every five minutes for each of two tables and a queue, and
// nothing at all under keys that AWS owns.
func TestKeysByHand(t *testing.T) {
	_, demand := sample(t, "Baseline")
	stores := func(bookings, views, events string) string {
		named := func(path, key string) string {
			if key == "" {
				return ""
			}
			return fmt.Sprintf(path, key)
		}
		return fmt.Sprintf(`
			"Store":{"Type":"AWS::DynamoDB::GlobalTable","Properties":{"Replicas":[{%s}]}},
			"Views":{"Type":"AWS::DynamoDB::GlobalTable","Properties":{"Replicas":[{%s}]}},
			"Queue":{"Type":"AWS::SQS::Queue","Properties":{%s}}`,
			named(`"SSESpecification":{"KMSMasterKeyId":{"Ref":%q}}`, bookings), named(`"SSESpecification":{"KMSMasterKeyId":{"Ref":%q}}`, views),
			named(`"KmsMasterKeyId":{"Ref":%q}`, events))
	}
	key := func(ids ...string) string {
		var all []string
		for _, id := range ids {
			all = append(all, fmt.Sprintf(`%q:{"Type":"AWS::KMS::Key","Properties":{}}`, id))
		}
		return strings.Join(append(all, ""), ",")
	}
	for _, x := range []struct {
		option, resources string
		keys              float64
		requests          float64
	}{
		{"key-per-class", key("A", "B", "C") + stores("A", "B", "C"), 3, 3 * 730 * 12},
		{"one-key", key("A") + stores("A", "A", "A"), 1, 3 * 730 * 12},
		{"aws-owned", stores("", "", ""), 0, 0},
	} {
		s, err := assembly.Parse([]byte(`{"Resources":{` + x.resources + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		got := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, demand).Bill(demand).PartUSD(Security)
		if want := x.keys + x.requests*0.000003; got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%s: keys and their requests cost %v, want %v", x.option, got, want)
		}
	}
}
