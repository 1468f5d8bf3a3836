// Package certificate is a CloudFormation custom resource: a self-signed
// certificate in ACM, so that a sandbox without a domain is served over TLS.
// Choose a certificate that ACM issues wherever there is a domain.
//
// Properties: CommonName, a domain name, required; Tags, an object of strings. The
// physical id and the attribute Arn are the certificate's ARN, the attribute
// Certificate is its text in PEM, for clients to trust. The private key is handed to
// ACM and kept nowhere else.
package certificate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
)

// ACM is what is asked of AWS Certificate Manager.
type ACM interface {
	ImportCertificate(context.Context, *acm.ImportCertificateInput, ...func(*acm.Options)) (*acm.ImportCertificateOutput, error)
	DeleteCertificate(context.Context, *acm.DeleteCertificateInput, ...func(*acm.Options)) (*acm.DeleteCertificateOutput, error)
}

// Resource is the custom resource.
type Resource struct {
	ACM ACM
	// Now returns the present time.
	Now func() time.Time
	// Pause is the time between attempts to delete a certificate in use.
	Pause time.Duration
}

// answerTime is kept of the function's time to answer CloudFormation in.
const answerTime = 5 * time.Second

// Handle does what CloudFormation asks. Update renews the certificate in place,
// or, if its name changed, makes another, upon which CloudFormation deletes the
// old one.
func (r Resource) Handle(ctx context.Context, e cfn.Event) (physicalID string, data map[string]any, err error) {
	switch e.RequestType {
	case cfn.RequestCreate:
		return r.make(ctx, e.ResourceProperties, "")
	case cfn.RequestUpdate:
		arn := e.PhysicalResourceID
		if e.ResourceProperties["CommonName"] != e.OldResourceProperties["CommonName"] {
			arn = ""
		}
		physicalID, data, err = r.make(ctx, e.ResourceProperties, arn)
		if err != nil {
			physicalID = e.PhysicalResourceID
		}
		return physicalID, data, err
	case cfn.RequestDelete:
		return e.PhysicalResourceID, nil, r.remove(ctx, e.PhysicalResourceID)
	}
	return e.PhysicalResourceID, nil, fmt.Errorf("request type %q, want Create, Update or Delete", e.RequestType)
}

// make imports a new certificate, in place of the one with the ARN given, if any.
func (r Resource) make(ctx context.Context, properties map[string]any, arn string) (string, map[string]any, error) {
	name, _ := properties["CommonName"].(string)
	tags, err := tagsOf(properties["Tags"])
	if err != nil {
		return "", nil, err
	}
	certificate, key, err := selfSigned(name, r.Now())
	if err != nil {
		return "", nil, err
	}
	in := &acm.ImportCertificateInput{Certificate: certificate, PrivateKey: key}
	if arn != "" {
		in.CertificateArn = &arn // ACM takes no tags along with it
	} else {
		in.Tags = tags
	}
	out, err := r.ACM.ImportCertificate(ctx, in)
	if err != nil {
		return "", nil, fmt.Errorf("import certificate for %s: %w", name, err)
	}
	arn = aws.ToString(out.CertificateArn)
	return arn, map[string]any{"Arn": arn, "Certificate": string(certificate)}, nil
}

func tagsOf(property any) ([]types.Tag, error) {
	if property == nil {
		return nil, nil
	}
	object, ok := property.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("property Tags is a %T, want an object of strings", property)
	}
	var tags []types.Tag
	for _, name := range slices.Sorted(maps.Keys(object)) {
		value, ok := object[name].(string)
		if !ok {
			return nil, fmt.Errorf("property Tags.%s is a %T, want a string", name, object[name])
		}
		tags = append(tags, types.Tag{Key: &name, Value: &value})
	}
	return tags, nil
}

// remove deletes a certificate. A load balancer that is being deleted holds on to
// it for a while, so it is tried again until the function's time is nearly up.
func (r Resource) remove(ctx context.Context, arn string) error {
	if !strings.HasPrefix(arn, "arn:") {
		return nil // a creation that failed: CloudFormation made up the id
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerTime))
		defer cancel()
	}
	timeUp := func(err error) error {
		return fmt.Errorf("delete %s: still in use when the function's time was up; delete what uses it and try again: %w", arn, err)
	}
	for {
		_, err := r.ACM.DeleteCertificate(ctx, &acm.DeleteCertificateInput{CertificateArn: &arn})
		var gone *types.ResourceNotFoundException
		var inUse *types.ResourceInUseException
		switch {
		case err == nil || errors.As(err, &gone):
			return nil
		case ctx.Err() != nil:
			return timeUp(err)
		case !errors.As(err, &inUse):
			return fmt.Errorf("delete %s: %w", arn, err)
		}
		select {
		case <-time.After(r.Pause):
		case <-ctx.Done():
			return timeUp(err)
		}
	}
}
