package boot

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TestCommandsWriteAtHome wants commands to write the home Region's copy, and to say
// so in their events, while queries stay where they are.
func TestCommandsWriteAtHome(t *testing.T) {
	db := dynamodb.NewFromConfig(aws.Config{Region: "eu-central-1"})
	for home, want := range map[string]string{"": "eu-central-1", "eu-central-1": "eu-central-1", "eu-west-1": "eu-west-1"} {
		s := settings{storeTable: "store", homeRegion: home}
		store := s.store(db)
		written := s.home(store)
		if written.Region != want || written.Client.Options().Region != want || written.Name != "store" {
			t.Errorf("home %q: writes %s by a client of %s, want %s", home, written.Region, written.Client.Options().Region, want)
		}
		if store.Region != "eu-central-1" || store.Client.Options().Region != "eu-central-1" {
			t.Errorf("home %q: queries read %s", home, store.Region)
		}
	}
}
