package certificate_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/service/acm"

	"fulcrum/lambdas/certificate"
	"fulcrum/lambdas/localaws"
)

// stack sends requests as CloudFormation does and takes its answers.
type stack struct {
	client  *acm.Client
	handle  cfn.CustomResourceLambdaFunction
	url     string
	answers chan cfn.Response
}

func newStack(t *testing.T, aws *localaws.Server) *stack {
	s := &stack{client: acm.NewFromConfig(aws.Config), answers: make(chan cfn.Response, 1)}
	answers := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte("PRIVATE")) {
			t.Error("the answer has the private key")
		}
		var answer cfn.Response
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Error(err)
		}
		s.answers <- answer
	}))
	t.Cleanup(answers.Close)
	s.url = answers.URL
	s.handle = cfn.LambdaWrap(certificate.Resource{ACM: s.client, Now: time.Now, Pause: time.Millisecond}.Handle)
	return s
}

func (s *stack) send(t *testing.T, e cfn.Event) cfn.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second) // leaves one before the answer's five
	defer cancel()
	e.ResponseURL, e.RequestID, e.LogicalResourceID = s.url, "request", "Certificate"
	if _, err := s.handle(ctx, e); err != nil {
		t.Fatal(err)
	}
	return <-s.answers
}

func (s *stack) certificate(t *testing.T, arn string) *x509.Certificate {
	t.Helper()
	out, err := s.client.GetCertificate(t.Context(), &acm.GetCertificateInput{CertificateArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(*out.Certificate))
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func named(name string) map[string]any {
	return map[string]any{"CommonName": name, "Tags": map[string]any{"system": "Dinner"}}
}

func TestResource(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(io.Discard)
	aws := localaws.Start(t)
	s := newStack(t, aws)

	created := s.send(t, cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: named("one.sandbox.internal")})
	arn := created.PhysicalResourceID
	if created.Status != cfn.StatusSuccess || !strings.HasPrefix(arn, "arn:aws:acm:") || created.Data["Arn"] != arn {
		t.Fatalf("create answered %+v", created)
	}
	first := s.certificate(t, arn)
	if key, ok := first.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve.Params().Name != "P-256" {
		t.Errorf("public key is %T", first.PublicKey)
	}
	if err := first.VerifyHostname("one.sandbox.internal"); err != nil {
		t.Error(err)
	}
	if err := first.CheckSignature(first.SignatureAlgorithm, first.RawTBSCertificate, first.Signature); err != nil {
		t.Errorf("not signed with its own key: %v", err)
	}
	tags, err := s.client.ListTagsForCertificate(t.Context(), &acm.ListTagsForCertificateInput{CertificateArn: &arn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "Dinner" {
		t.Errorf("tags are %+v, %v", tags, err)
	}

	renewed := s.send(t, cfn.Event{
		RequestType: cfn.RequestUpdate, PhysicalResourceID: arn,
		ResourceProperties: named("one.sandbox.internal"), OldResourceProperties: named("one.sandbox.internal"),
	})
	if renewed.PhysicalResourceID != arn || s.certificate(t, arn).SerialNumber.Cmp(first.SerialNumber) == 0 {
		t.Errorf("update with the same name must renew in place, answered %+v", renewed)
	}
	replaced := s.send(t, cfn.Event{
		RequestType: cfn.RequestUpdate, PhysicalResourceID: arn,
		ResourceProperties: named("two.sandbox.internal"), OldResourceProperties: named("one.sandbox.internal"),
	})
	if replaced.PhysicalResourceID == arn || replaced.Status != cfn.StatusSuccess {
		t.Errorf("update with another name must make another certificate, answered %+v", replaced)
	}

	held := 2
	aws.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DeleteCertificate") || held == 0 {
			return false
		}
		held--
		inUse(w)
		return true
	})
	for range 2 { // the second time it is gone already
		if deleted := s.send(t, cfn.Event{RequestType: cfn.RequestDelete, PhysicalResourceID: arn}); deleted.Status != cfn.StatusSuccess {
			t.Errorf("delete answered %+v", deleted)
		}
	}
	aws.Intercept(nil)
	if _, err := s.client.GetCertificate(t.Context(), &acm.GetCertificateInput{CertificateArn: &arn}); err == nil || held != 0 {
		t.Errorf("the certificate is still there, or was deleted while in use (%d)", held)
	}
	if strings.Contains(logged.String(), "PRIVATE") {
		t.Error("the log has the private key")
	}
}

func TestResourceReportsFailure(t *testing.T) {
	s := newStack(t, localaws.Start(t))
	for name, properties := range map[string]map[string]any{
		"no name":        {},
		"not a domain":   {"CommonName": "http://x"},
		"too long":       {"CommonName": strings.Repeat("a.", 40) + "internal"},
		"tags not named": {"CommonName": "a.internal", "Tags": []any{"x"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := s.send(t, cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: properties})
			if answer.Status != cfn.StatusFailed || answer.Reason == "" {
				t.Fatalf("answered %+v", answer)
			}
			rollback := s.send(t, cfn.Event{RequestType: cfn.RequestDelete, PhysicalResourceID: answer.PhysicalResourceID})
			if rollback.Status != cfn.StatusSuccess {
				t.Errorf("rollback answered %+v", rollback)
			}
		})
	}
}

func TestResourceGivesUpInTime(t *testing.T) {
	aws := localaws.Start(t)
	s := newStack(t, aws)
	aws.Intercept(func(w http.ResponseWriter, _ *http.Request) bool { inUse(w); return true })
	start := time.Now()
	answer := s.send(t, cfn.Event{RequestType: cfn.RequestDelete, PhysicalResourceID: "arn:aws:acm:eu-west-1:1:certificate/x"})
	if answer.Status != cfn.StatusFailed || !strings.Contains(answer.Reason, "in use") || time.Since(start) > 5*time.Second {
		t.Errorf("after %v answered %+v", time.Since(start), answer)
	}
}

func inUse(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"__type":"ResourceInUseException","message":"in use"}`)
}
