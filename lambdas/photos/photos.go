// Package photos forgets the pictures that front doors keep without running any
// code: one object for each person, under a prefix.
package photos

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
)

// Prefix comes before a person's id in the key of their picture.
const Prefix = "photos/"

// Policy reacts to a person's wish to be forgotten.
type Policy struct {
	Client *s3.Client
	Bucket string
}

// Handle removes every version of the person's picture. It can be repeated.
func (p Policy) Handle(ctx context.Context, e event.Event) error {
	if e.Type != guest.ForgottenType {
		return fmt.Errorf("event %q %s is not one this consumer handles", e.Type, e.ID)
	}
	gone, err := event.DataOf[guest.Forgotten](e, 1)
	if err != nil {
		return err
	}
	if gone.GuestID == "" {
		return errors.New("guestId is missing: nobody's picture would be everybody's")
	}
	return p.remove(ctx, Prefix+gone.GuestID)
}

// remove deletes the versions of one key. Listing goes by prefix, so keys that go
// on after it are other people's.
func (p Policy) remove(ctx context.Context, key string) error {
	pages := s3.NewListObjectVersionsPaginator(p.Client, &s3.ListObjectVersionsInput{Bucket: &p.Bucket, Prefix: &key})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		var ids []types.ObjectIdentifier
		for _, v := range page.Versions {
			if *v.Key == key {
				ids = append(ids, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
			}
		}
		for _, m := range page.DeleteMarkers {
			if *m.Key == key {
				ids = append(ids, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
			}
		}
		if len(ids) == 0 {
			continue
		}
		deleted, err := p.Client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &p.Bucket, Delete: &types.Delete{Objects: ids}})
		if err != nil {
			return err
		}
		if len(deleted.Errors) > 0 {
			return fmt.Errorf("%d of %d versions of a picture were not deleted", len(deleted.Errors), len(ids))
		}
	}
	return nil
}
