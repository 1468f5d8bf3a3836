package app

import (
	"strings"
	"testing"

	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// TestPresigned reads off the template that files come from a private bucket by
// recent signatures over TLS alone, that only the API signs, and that it says where
// to send and load them on routes of their own.
func TestPresigned(t *testing.T) {
	all := resources(templates["Delivery-PresignedS3"])
	r := router{t: t, resources: all}
	if n := len(r.ofType("AWS::CloudFront::Distribution")); n != 0 {
		t.Errorf("%d distributions", n)
	}
	denied := map[string]bool{}
	for _, p := range r.ofType("AWS::S3::BucketPolicy") {
		statements, _ := property(p, "PolicyDocument", "Statement").([]any)
		for _, one := range statements {
			s, _ := one.(map[string]any)
			if s["Effect"] != "Deny" {
				t.Errorf("the bucket lets in %s", text(t, s))
			}
			denied[text(t, s["Condition"])] = true
		}
	}
	for _, want := range []string{`{"Bool":{"aws:SecureTransport":"false"}}`, `{"NumericLessThan":{"s3:TlsVersion":1.2}}`, `{"NumericGreaterThan":{"s3:signatureAge":600000}}`} {
		if !denied[want] {
			t.Errorf("nothing refuses %s", want)
		}
	}
	signers := 0
	for id, policy := range all {
		statements, _ := property(policy, "PolicyDocument", "Statement").([]any)
		for _, one := range statements {
			s, _ := one.(map[string]any)
			actions := text(t, s["Action"])
			if policy["Type"] != "AWS::IAM::Policy" || !strings.Contains(actions, "s3:") {
				continue
			}
			signers++
			if !strings.HasPrefix(id, "ApiRole") || actions != `["s3:GetObject","s3:PutObject"]` || text(t, s["Condition"]) != `{"StringEquals":{"s3:authType":"REST-QUERY-STRING"}}` {
				t.Errorf("%s may %s", id, text(t, s))
			}
		}
	}
	if signers != 1 {
		t.Errorf("%d statements let somebody sign", signers)
	}
	routes := map[any]bool{}
	for _, route := range r.ofType("AWS::ApiGatewayV2::Route") {
		routes[property(route, "RouteKey")] = true
	}
	for _, want := range []string{"GET /dinners/{dinnerId}/menu", "POST /dinners/{dinnerId}/menu"} {
		if !routes[want] {
			t.Errorf("no route %s", want)
		}
	}
}

// TestPresignedServesNoPages wants the option refused for a design that needs static
// content, with the reason, its source and the option that can.
func TestPresignedServesNoPages(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	conflicts := catalogue.Check(catalogue.Baseline().With("delivery", "presigned-s3"), d.Needs)
	if len(conflicts) != 1 {
		t.Fatalf("conflicts %v", conflicts)
	}
	const want = `need static-content cannot be met with delivery: presigned-s3
   a presigned URL names one object and expires, so a page can neither be found at an address nor link to its own files (Download and upload objects with presigned URLs, Amazon S3 user guide, read 2026-10)
   choose delivery: cloudfront, or take static-content from needs`
	if got := conflicts[0].String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
