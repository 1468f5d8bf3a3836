package files_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"fulcrum/lambdas/files"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/menu"
)

var noon = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

// use does what a client does with a permit.
func use(t *testing.T, p menu.Permit, body string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), p.Method, p.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Del("Content-Length") // the client's own library sets it
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // read to the end
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

// TestThereAndBack sends a file and loads it with nothing but what a client is given.
func TestThereAndBack(t *testing.T) {
	config := localaws.Start(t).Config
	client := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket:                    aws.String("files"),
		CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraintEuWest1},
	}); err != nil {
		t.Fatal(err)
	}
	bucket := files.New(config, "files", func() time.Time { return noon })
	const soup = "%PDF soup"
	up, err := bucket.Upload(t.Context(), "menus/1", "application/pdf", int64(len(soup)))
	if err != nil {
		t.Fatal(err)
	}
	if status, text, _ := use(t, up, soup); status != http.StatusOK {
		t.Fatalf("sent: %d %s", status, text)
	}
	down, err := bucket.Download(t.Context(), "menus/1")
	if err != nil {
		t.Fatal(err)
	}
	status, text, header := use(t, down, "")
	if status != http.StatusOK || text != soup || header.Get("Content-Type") != "application/pdf" || header.Get("Content-Disposition") != "attachment" {
		t.Errorf("loaded: %d %q %v", status, text, header)
	}
	if !down.ExpiresAt.Equal(noon.Add(5*time.Minute)) || len(down.Headers) != 0 {
		t.Errorf("permit %+v", down)
	}
}

// TestWhatIsSigned wants everything that bounds a URL in its signature: S3 refuses a
// request in which any of it differs.
func TestWhatIsSigned(t *testing.T) {
	config := aws.Config{Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "token")}
	bucket := files.New(config, "files", time.Now)
	up, err := bucket.Upload(context.Background(), "menus/1", "image/png", 7)
	if err != nil {
		t.Fatal(err)
	}
	down, err := bucket.Download(context.Background(), "menus/1")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		permit          menu.Permit
		method, headers string
	}{{up, "PUT", "content-length;content-type;host"}, {down, "GET", "host"}} {
		u, err := url.Parse(x.permit.URL)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if x.permit.Method != x.method || u.Scheme != "https" || u.Host != "files.s3.eu-west-1.amazonaws.com" || u.Path != "/menus/1" ||
			q.Get("X-Amz-SignedHeaders") != x.headers || q.Get("X-Amz-Expires") != "300" || q.Get("X-Amz-Security-Token") != "token" {
			t.Errorf("%s %s", x.permit.Method, x.permit.URL)
		}
		for name := range q {
			if strings.Contains(strings.ToLower(name), "checksum") {
				t.Errorf("%s is signed before anybody knows the body", name)
			}
		}
	}
	if up.Headers["Content-Type"] != "image/png" || up.Headers["Content-Length"] != "7" {
		t.Errorf("headers %v", up.Headers)
	}
}
