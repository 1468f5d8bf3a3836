package cost

import (
	"math"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestPresignedFilesByHand prices files from S3 against files from a distribution:
// each URL is a call of the API, each byte leaves S3 for the internet.
func TestPresignedFilesByHand(t *testing.T) {
	_, d := sample(t, "Baseline")
	bill := func(bucket string) Bill {
		s, err := assembly.Parse([]byte(`{"Resources":{
			"Door":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"ProtocolType":"HTTP"}},
			"Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"MemorySize":512,"Architectures":["arm64"]}},
			"Bucket":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":{"role":"site"` + bucket + `}},"Properties":{}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		return NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d).Bill(d)
	}
	plain, signed := bill(""), bill(`,"presigned":true`)
	files := d.Load.Connections * 4
	for _, x := range []struct {
		what                   string
		bill                   Bill
		id, service, dimension string
		want                   float64
	}{
		{"loads", signed, "Bucket", "s3", "standard-gets", files},
		{"bytes out", signed, "Bucket", "transfer", "internet-out-gb", d.Load.Connections * 150 * 1024 / GB},
		{"calls for URLs", signed, "Door", "http-api", "requests", d.Load.Requests + files},
		{"and their work", signed, "Api", "lambda", "requests", d.Load.Requests + files},
		{"calls without", plain, "Door", "http-api", "requests", d.Load.Requests},
		{"loads without", plain, "Bucket", "s3", "standard-gets", 0},
	} {
		got, _ := x.bill.Quantity(x.id, x.service, x.dimension)
		if math.Abs(got-x.want) > 1e-6*max(x.want, 1) {
			t.Errorf("%s: %v, want %v", x.what, got, x.want)
		}
	}
}
