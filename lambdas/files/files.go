// Package files permits clients to read and write objects of an S3 bucket directly,
// by presigned URLs.
//
// A URL is signed with the program's own rights, without a call to AWS, and is good
// for a few minutes; the bucket refuses an older signature whatever the URL says. What
// is signed cannot be changed: the object, the method, and for an upload the media
// type and the exact length.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
package files

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"fulcrum/lambdas/menu"
)

// GoodFor is how long a URL may be used: time for a client to begin.
const GoodFor = 5 * time.Minute

// Bucket is a bucket whose objects clients read and write.
type Bucket struct {
	Name    string
	presign *s3.PresignClient
	now     func() time.Time
}

var _ menu.Files = Bucket{}

// New returns the bucket called name; now is the clock of expiry times.
func New(config aws.Config, name string, now func() time.Time) Bucket {
	client := s3.NewFromConfig(config, func(o *s3.Options) {
		// Otherwise the digest of an empty body would be signed for every upload.
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.UsePathStyle = config.BaseEndpoint != nil // a local AWS has no names of buckets
	})
	return Bucket{Name: name, presign: s3.NewPresignClient(client, s3.WithPresignExpires(GoodFor)), now: now}
}

// Upload permits to write the object at key.
func (b Bucket) Upload(ctx context.Context, key, mediaType string, bytes int64) (menu.Permit, error) {
	signed, err := b.presign.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.Name, Key: &key, ContentType: &mediaType, ContentLength: &bytes,
	})
	if err != nil {
		return menu.Permit{}, err
	}
	return b.permit(signed.Method, signed.URL, signed.SignedHeader), nil
}

// Download permits to read the object at key, as a file and never as a page of the
// bucket's own.
func (b Bucket) Download(ctx context.Context, key string) (menu.Permit, error) {
	signed, err := b.presign.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &b.Name, Key: &key, ResponseContentDisposition: aws.String("attachment"), ResponseCacheControl: aws.String("private, max-age=300"),
	})
	if err != nil {
		return menu.Permit{}, err
	}
	return b.permit(signed.Method, signed.URL, signed.SignedHeader), nil
}

// permit returns what a client needs; the header Host is the URL's.
func (b Bucket) permit(method, url string, signed http.Header) menu.Permit {
	headers := map[string]string{}
	for name := range signed {
		if name != "Host" {
			headers[name] = signed.Get(name)
		}
	}
	return menu.Permit{Method: method, URL: url, Headers: headers, ExpiresAt: b.now().Add(GoodFor).UTC().Truncate(time.Second)}
}
