// Package clientca is a CloudFormation custom resource: an authority for client
// certificates and one client of it, so that a door that asks for certificates can
// be tried without an authority of one's own.
//
// Properties: Bucket, where they are kept, and CommonName, the client's name, both
// required. The attribute Version is the version of the object authorities.pem; the
// object client.pem has the client's certificate and private key. The authority's
// key signs that certificate and is forgotten.
package clientca

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Names of the objects.
const (
	Authorities = "authorities.pem"
	Client      = "client.pem"
)

// validity is how long both certificates last.
const validity = 398 * 24 * time.Hour

var commonName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Resource is the custom resource.
type Resource struct {
	S3 *s3.Client
	// Now returns the present time.
	Now func() time.Time
}

// New returns the custom resource over the account and Region of the environment.
func New(ctx context.Context) (Resource, error) {
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return Resource{}, err
	}
	return Resource{S3: s3.NewFromConfig(c), Now: time.Now}, nil
}

// Handle does what CloudFormation asks. An update makes both anew.
func (r Resource) Handle(ctx context.Context, e cfn.Event) (physicalID string, data map[string]any, err error) {
	bucket, _ := e.ResourceProperties["Bucket"].(string)
	name, _ := e.ResourceProperties["CommonName"].(string)
	switch e.RequestType {
	case cfn.RequestCreate, cfn.RequestUpdate:
		version, err := r.make(ctx, bucket, name)
		return "clients-of-" + bucket, map[string]any{"Version": version}, err
	case cfn.RequestDelete:
		return e.PhysicalResourceID, nil, r.remove(ctx, bucket)
	}
	return e.PhysicalResourceID, nil, fmt.Errorf("request type %q, want Create, Update or Delete", e.RequestType)
}

func (r Resource) make(ctx context.Context, bucket, name string) (version string, err error) {
	if len(name) > 64 {
		name = name[:64] // as long as a common name may be (RFC 5280, appendix A.1)
	}
	if bucket == "" || !commonName.MatchString(name) {
		return "", fmt.Errorf("properties Bucket %q and CommonName %q: want a bucket and a name of letters, digits, dots, dashes and underscores", bucket, name)
	}
	authority, client, err := Issue(name, r.Now())
	if err != nil {
		return "", err
	}
	// A load balancer reads the first as CloudFormation's role; it is public and has
	// no need of the bucket's key. The second is under that key.
	out, err := r.S3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String(Authorities), Body: strings.NewReader(string(authority)), ServerSideEncryption: types.ServerSideEncryptionAes256,
	})
	if err != nil {
		return "", fmt.Errorf("keep the authority: %w", err)
	}
	if _, err := r.S3.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(Client), Body: strings.NewReader(string(client))}); err != nil {
		return "", fmt.Errorf("keep the client: %w", err)
	}
	return aws.ToString(out.VersionId), nil
}

// remove deletes every version of both objects.
func (r Resource) remove(ctx context.Context, bucket string) error {
	pages := s3.NewListObjectVersionsPaginator(r.S3, &s3.ListObjectVersionsInput{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		var gone *types.NoSuchBucket
		if errors.As(err, &gone) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, v := range page.Versions {
			if _, err := r.S3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: v.Key, VersionId: v.VersionId}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Issue returns the certificate of a new authority, and that of a client by name
// with its private key, in PEM. Keys are ECDSA P-256.
func Issue(name string, now time.Time) (authority, client []byte, err error) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := func(common string) *x509.Certificate {
		serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // crypto/rand does not fail
		return &x509.Certificate{
			SerialNumber: serial, Subject: pkix.Name{CommonName: common},
			NotBefore: now.Add(-time.Hour), NotAfter: now.Add(validity - time.Hour), // clocks differ
			BasicConstraintsValid: true,
		}
	}
	ca := template("Authority of " + name)
	if len(ca.Subject.CommonName) > 64 {
		ca.Subject.CommonName = ca.Subject.CommonName[:64]
	}
	ca.IsCA, ca.KeyUsage, ca.MaxPathLenZero = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, true
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &signer.PublicKey, signer)
	if err != nil {
		return nil, nil, err
	}
	leaf := template(name)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, signer)
	if err != nil {
		return nil, nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	authority = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	client = append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leafDER}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	return authority, client, nil
}
