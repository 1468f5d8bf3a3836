package certificate_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"

	"fulcrum/lambdas/certificate"
)

// shelf takes every certificate and holds none.
type shelf struct{}

func (shelf) ImportCertificate(context.Context, *acm.ImportCertificateInput, ...func(*acm.Options)) (*acm.ImportCertificateOutput, error) {
	return &acm.ImportCertificateOutput{CertificateArn: aws.String("arn:aws:acm:eu-west-1:123456789012:certificate/1")}, nil
}

func (shelf) DeleteCertificate(context.Context, *acm.DeleteCertificateInput, ...func(*acm.Options)) (*acm.DeleteCertificateOutput, error) {
	return &acm.DeleteCertificateOutput{}, nil
}

// FuzzEvent feeds the resource whatever CloudFormation may send: it is refused, or
// there is a certificate.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		`{"RequestType":"Create","ResourceProperties":{"CommonName":"dinner.example","Tags":{"a":"b"}}}`,
		`{"RequestType":"Update","PhysicalResourceId":"arn:x","ResourceProperties":{"CommonName":"a"},"OldResourceProperties":{"CommonName":7}}`,
		`{"RequestType":"Create","ResourceProperties":{"Tags":[1]}}`, `{"RequestType":"Delete","PhysicalResourceId":"x"}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	resource := certificate.Resource{ACM: shelf{}, Now: time.Now, Pause: time.Millisecond}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e cfn.Event
		if json.Unmarshal(raw, &e) != nil {
			return
		}
		id, data, err := resource.Handle(t.Context(), e)
		if err == nil && e.RequestType != cfn.RequestDelete && (id == "" || data["Arn"] != id || data["Certificate"] == "") {
			t.Errorf("%s made %q, %v", raw, id, data)
		}
	})
}
