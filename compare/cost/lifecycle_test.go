package cost

import (
	"math"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestAgeingByHand prices 100 GB of files, kept a year, all ages in equal parts,
// under each option of object-lifecycle.
func TestAgeingByHand(t *testing.T) {
	const gb, year = 100.0, 365.0
	usd := func(k kept, transitions string) float64 {
		s, err := assembly.Parse([]byte(`{"Resources":{"B":{"Type":"AWS::S3::Bucket","Properties":{"LifecycleConfiguration":{"Rules":[{"Transitions":[` + transitions + `]}]}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		r, _ := s.Resource("B")
		sum := 0.0
		for _, u := range stored(r, k) {
			b, err := price.Compute(facts.Default(), "eu-west-1", u.Service, u.Inputs, price.Options{})
			if err != nil {
				t.Fatal(err)
			}
			sum += b.TotalUSD
		}
		return sum
	}
	large := kept{gb: gb, objectKB: 1024, days: year}
	objects := gb * 1024.0 // of 1 MB
	monthly := objects / year * 730 / 24
	const ia, gir, both = `{"StorageClass":"STANDARD_IA","TransitionInDays":90}`, `{"StorageClass":"GLACIER_IR","TransitionInDays":180}`,
		`{"StorageClass":"STANDARD_IA","TransitionInDays":90},{"StorageClass":"GLACIER_IR","TransitionInDays":180}`
	for _, x := range []struct {
		what, transitions string
		files             kept
		want              float64
	}{
		{"standard", "", large, gb * 0.023},
		{"tiers", both, large, gb/year*(90*0.023+90*0.0125+185*0.004) + monthly*(0.00001+0.00002)},
		{"tiers of small files", both, kept{gb: gb, objectKB: 38, days: year}, gb * 0.023},
		{"a year ends before 90 days in the class do", strings.Replace(gir, "180", "300", 1), large, gb/year*(300*0.023+90*0.004) + monthly*0.00002},
		{"infrequent access for 20 days is charged for 30", strings.Replace(ia, "90", "345", 1), large, gb/year*(345*0.023+30*0.0125) + monthly*0.00001},
		{"intelligent", `{"StorageClass":"INTELLIGENT_TIERING","TransitionInDays":0}`, large,
			gb/year*(30*0.023+60*0.0125+275*0.004) + objects*0.0000025 + monthly*0.00001},
		{"intelligent with small files", `{"StorageClass":"INTELLIGENT_TIERING","TransitionInDays":0}`, kept{gb: gb, objectKB: 128, days: year}, gb * 0.023},
	} {
		if got := usd(x.files, x.transitions); math.Abs(got-x.want) > 1e-6*x.want {
			t.Errorf("%s: $%v a month, want $%v", x.what, got, x.want)
		}
	}
}
