package photos_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/photos"
)

// TestForget wants every version of the forgotten person's picture gone, and the
// picture of one whose id begins alike untouched.
func TestForget(t *testing.T) {
	server := localaws.Start(t)
	client := s3.NewFromConfig(server.Config, func(o *s3.Options) { o.UsePathStyle = true })
	bucket := "pictures"
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{
		LocationConstraint: types.BucketLocationConstraint(server.Config.Region),
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: &bucket, VersioningConfiguration: &types.VersioningConfiguration{
		Status: types.BucketVersioningStatusEnabled,
	}}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"ann", "ann", "anna"} {
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(photos.Prefix + key), Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"ann", "anna"} { // each has a delete marker now, on top of what was put
		if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String(photos.Prefix + key)}); err != nil {
			t.Fatal(err)
		}
	}
	policy := photos.Policy{Client: client, Bucket: bucket}
	gone := event.Event{ID: "1", Source: "dinner.identity", Type: "Guest Forgotten", Version: 1, OccurredAt: time.Now(), Aggregate: "Guest", AggregateID: "ann", Data: []byte(`{"contract":1,"guestId":"ann"}`)}
	for range 2 { // an event may come twice
		if err := policy.Handle(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
	}
	left, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	if len(left.Versions) != 1 || *left.Versions[0].Key != photos.Prefix+"anna" || len(left.DeleteMarkers) != 1 || *left.DeleteMarkers[0].Key != photos.Prefix+"anna" {
		t.Errorf("left are %v and %v", left.Versions, left.DeleteMarkers)
	}
	gone.Data = []byte(`{"contract":1,"guestId":"anna"}`)
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !r.URL.Query().Has("delete") {
			return false
		}
		_, _ = io.WriteString(w, `<DeleteResult><Error><Key>photos/anna</Key><Code>AccessDenied</Code></Error></DeleteResult>`)
		return true
	})
	if err := policy.Handle(t.Context(), gone); err == nil {
		t.Error("a version that is not deleted is taken for gone")
	}
	server.Intercept(nil)
	seat := gone
	seat.Type = "Seat Reserved"
	if err := policy.Handle(t.Context(), seat); err == nil {
		t.Error("another event was taken")
	}
	gone.Data = []byte(`{"contract":1,"guestId":""}`)
	if err := policy.Handle(t.Context(), gone); err == nil {
		t.Error("an event without a guest was taken")
	}
}
