// Package lifecycle lets the objects of a bucket grow old in cheaper storage classes.
//
// A move pays only if what is saved outweighs its price, so nothing under 128 KB
// moves, and nothing moves into a class that charges for longer than the object is
// still kept: Standard-IA for 30 days at least, Glacier Instant Retrieval for 90.
// Leave objects in the standard class if they are small, soon replaced, or read all
// the time; let Intelligent-Tiering watch them if nobody knows.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html#sc-compare
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
package lifecycle

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/props"
)

// What the storage classes ask for, in days.
const (
	infrequentFrom = 30 // the youngest that S3 moves into Standard-IA
	infrequentKeep = 30
	instantKeep    = 90

	archiveFrom, archiveHours = 90, 5 // of Intelligent-Tiering's optional tiers
	deepFrom, deepHours       = 180, 12
)

// Plan says how objects grow old.
type Plan struct {
	// Days is how long an object is kept, as the data class says. Required.
	Days int
	// TierAfter is the age in days at which objects fall quiet; they then move, and
	// again at twice that age. Required, unless Watch is set.
	TierAfter int
	// Watch hands objects to Intelligent-Tiering, which moves each by what is read of
	// it, for a fee for each object.
	Watch bool
	// RetrievalHours is how long a reader may wait for an old object. Below 5 no
	// object is archived. Only with Watch. Default: not at all.
	RetrievalHours int
}

// Validate reports every problem of p, or nil.
func (p Plan) Validate() error {
	var found props.Problems
	found.Check(p.Days > 0, "Days", "%d is not positive; say how long an object is kept", p.Days)
	found.Check(p.RetrievalHours >= 0, "RetrievalHours", "%d is negative", p.RetrievalHours)
	found.Check(p.RetrievalHours == 0 || p.Watch, "RetrievalHours", "%d has no meaning without Watch", p.RetrievalHours)
	found.Check(p.Watch || len(p.moves()) > 0, "TierAfter",
		"%d of %d days leave no class that is cheaper for what remains: Standard-IA takes objects from %d days on and charges for %d", p.TierAfter, p.Days, infrequentFrom, infrequentKeep)
	return found.Err()
}

// move is a transition into a class at an age.
type move struct {
	class awss3.StorageClass
	days  int
}

// moves returns the transitions that can pay.
func (p Plan) moves() []move {
	if p.Watch {
		return []move{{awss3.StorageClass_INTELLIGENT_TIERING(), 0}}
	}
	if p.TierAfter <= 0 {
		return nil
	}
	var moves []move
	first := max(p.TierAfter, infrequentFrom)
	second := max(2*p.TierAfter, first+infrequentKeep)
	if p.Days-first >= infrequentKeep {
		moves = append(moves, move{awss3.StorageClass_INFREQUENT_ACCESS(), first})
	}
	if p.Days-second >= instantKeep {
		moves = append(moves, move{awss3.StorageClass_GLACIER_INSTANT_RETRIEVAL(), second})
	}
	return moves
}

// Apply adds the plan to a bucket, for objects and for versions that were replaced.
// It panics if the plan is invalid.
func Apply(bucket awss3.Bucket, p Plan) {
	props.Must("lifecycle", *bucket.Node().Path(), p.Validate())
	var current []*awss3.Transition
	var replaced []*awss3.NoncurrentVersionTransition
	for _, m := range p.moves() {
		after := awscdk.Duration_Days(jsii.Number(m.days))
		current = append(current, &awss3.Transition{StorageClass: m.class, TransitionAfter: after})
		replaced = append(replaced, &awss3.NoncurrentVersionTransition{StorageClass: m.class, TransitionAfter: after})
	}
	bucket.AddLifecycleRule(&awss3.LifecycleRule{
		Id:                           jsii.String("ageing"),
		Transitions:                  &current,
		NoncurrentVersionTransitions: &replaced,
	})
	plain := bucket.Node().DefaultChild().(awss3.CfnBucket)
	// What S3 does by itself since September 2024, said so that it stays.
	plain.AddPropertyOverride(jsii.String("LifecycleConfiguration.TransitionDefaultMinimumObjectSize"), "all_storage_classes_128K")
	if tiers := p.archives(); len(tiers) > 0 {
		plain.SetIntelligentTieringConfigurations([]any{
			&awss3.CfnBucket_IntelligentTieringConfigurationProperty{
				Id: jsii.String("archives"), Status: jsii.String("Enabled"), Tierings: tiers,
			},
		})
	}
}

// archives returns the tiers from which an object must be restored before it can be
// read, as far as readers may wait for that.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
func (p Plan) archives() []any {
	var tiers []any
	add := func(tier string, days int) {
		tiers = append(tiers, &awss3.CfnBucket_TieringProperty{AccessTier: jsii.String(tier), Days: jsii.Number(days)})
	}
	if p.RetrievalHours >= archiveHours {
		add("ARCHIVE_ACCESS", max(archiveFrom, p.TierAfter))
	}
	if p.RetrievalHours >= deepHours {
		add("DEEP_ARCHIVE_ACCESS", max(deepFrom, 2*p.TierAfter))
	}
	return tiers
}
