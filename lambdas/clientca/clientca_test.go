package clientca_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"fulcrum/lambdas/clientca"
	"fulcrum/lambdas/localaws"
)

// TestADoorTakesTheClient makes an authority in a bucket, and lets a server that
// trusts it be called with the client's certificate, and with none.
func TestADoorTakesTheClient(t *testing.T) {
	local := localaws.Start(t)
	client := s3.NewFromConfig(local.Config, func(o *s3.Options) { o.UsePathStyle = true })
	bucket := "clients"
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{
		LocationConstraint: types.BucketLocationConstraint(local.Config.Region),
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: &bucket, VersioningConfiguration: &types.VersioningConfiguration{
		Status: types.BucketVersioningStatusEnabled,
	}}); err != nil {
		t.Fatal(err)
	}
	resource := clientca.Resource{S3: client, Now: time.Now}
	event := cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: map[string]any{"Bucket": bucket, "CommonName": "client-of-Test"}}
	id, data, err := resource.Handle(t.Context(), event)
	if err != nil || id == "" || data["Version"] == "" {
		t.Fatalf("%s, %v, %v", id, data, err)
	}
	read := func(key string) []byte {
		out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(key)})
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(read(clientca.Authorities)) {
		t.Fatal("no authority")
	}
	pair, err := tls.X509KeyPair(read(clientca.Client), read(clientca.Client))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.String())
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted, MinVersion: tls.VersionTLS13}
	server.StartTLS()
	defer server.Close()
	call := func(with ...tls.Certificate) (string, error) {
		roots := x509.NewCertPool()
		roots.AddCert(server.Certificate())
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: with, MinVersion: tls.VersionTLS13}}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
		if err != nil {
			return "", err
		}
		response, err := c.Do(request)
		if err != nil {
			return "", err
		}
		defer response.Body.Close() //nolint:errcheck // only read
		body, err := io.ReadAll(response.Body)
		return string(body), err
	}
	if subject, err := call(pair); err != nil || subject != "CN=client-of-Test" {
		t.Errorf("with the certificate: %s, %v", subject, err)
	}
	if subject, err := call(); err == nil {
		t.Errorf("without a certificate: let in as %s", subject)
	}

	event.RequestType, event.PhysicalResourceID = cfn.RequestDelete, id
	if _, _, err := resource.Handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	left, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil || len(left.Versions) != 0 {
		t.Errorf("left are %v, %v", left.Versions, err)
	}
}

func TestBadProperties(t *testing.T) {
	for _, p := range []map[string]any{{}, {"Bucket": "b", "CommonName": "a,CN=b"}, {"Bucket": "", "CommonName": "a"}} {
		if _, _, err := (clientca.Resource{Now: time.Now}).Handle(t.Context(), cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: p}); err == nil {
			t.Errorf("%v was taken", p)
		}
	}
}
