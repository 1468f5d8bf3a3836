package lifecycle_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/lifecycle"
)

var plans = map[string]lifecycle.Plan{
	"Both":    {Days: 365, TierAfter: 90},
	"Young":   {Days: 365, TierAfter: 7},
	"One":     {Days: 150, TierAfter: 90},
	"Watched": {Days: 365, Watch: true},
	"Archive": {Days: 730, Watch: true, TierAfter: 100, RetrievalHours: 5},
	"Deep":    {Days: 730, Watch: true, RetrievalHours: 12},
}

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Lifecycles", func(stack awscdk.Stack) {
		for id, p := range plans {
			lifecycle.Apply(awss3.NewBucket(stack, jsii.String(id), &awss3.BucketProps{
				Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
				EnforceSSL: jsii.Bool(true), Versioned: jsii.Bool(true),
			}), p)
		}
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("ObjectLifecycle-Tiers"), nil)
	lifecycle.Apply(awss3.NewBucket(stack, jsii.String("Content"), nil), lifecycle.Plan{Days: 365, TierAfter: 90})
}

// TestPlans wants no move before S3 takes it, and none that is paid for longer than
// the object is kept.
func TestPlans(t *testing.T) {
	const (
		ia  = `{"StorageClass":"STANDARD_IA","TransitionInDays":%}`
		gir = `{"StorageClass":"GLACIER_IR","TransitionInDays":%}`
	)
	at := func(class, days string) string { return strings.Replace(class, "%", days, 1) }
	for _, x := range []struct{ id, moves, archives string }{
		{"Both", "[" + at(ia, "90") + "," + at(gir, "180") + "]", "null"},
		{"Young", "[" + at(ia, "30") + "," + at(gir, "60") + "]", "null"},
		{"One", "[" + at(ia, "90") + "]", "null"},
		{"Watched", `[{"StorageClass":"INTELLIGENT_TIERING","TransitionInDays":0}]`, "null"},
		{"Archive", `[{"StorageClass":"INTELLIGENT_TIERING","TransitionInDays":0}]`, `[{"AccessTier":"ARCHIVE_ACCESS","Days":100}]`},
		{"Deep", `[{"StorageClass":"INTELLIGENT_TIERING","TransitionInDays":0}]`, `[{"AccessTier":"ARCHIVE_ACCESS","Days":90},{"AccessTier":"DEEP_ARCHIVE_ACCESS","Days":180}]`},
	} {
		for _, b := range template.OfType("AWS::S3::Bucket") {
			if strings.TrimRight(b.ID, "0123456789ABCDEF") != x.id {
				continue
			}
			rule := b.Properties.At("LifecycleConfiguration", "Rules", 0)
			if got := rule.At("Transitions").String(); got != x.moves {
				t.Errorf("%s: %s, want %s", x.id, got, x.moves)
			}
			if replaced := rule.At("NoncurrentVersionTransitions").String(); replaced != x.moves {
				t.Errorf("%s: replaced versions: %s, want %s", x.id, replaced, x.moves)
			}
			if got := b.Properties.At("LifecycleConfiguration", "TransitionDefaultMinimumObjectSize").String(); got != "all_storage_classes_128K" {
				t.Errorf("%s: the least object that moves: %s", x.id, got)
			}
			if got := b.Properties.At("IntelligentTieringConfigurations", 0, "Tierings").String(); got != x.archives {
				t.Errorf("%s: archives %s, want %s", x.id, got, x.archives)
			}
		}
	}
	if n := len(template.OfType("AWS::S3::Bucket")); n != len(plans) {
		t.Errorf("%d buckets", n)
	}
}

func TestValidate(t *testing.T) {
	for _, x := range []struct {
		plan lifecycle.Plan
		want string
	}{
		{lifecycle.Plan{}, "Days: 0"},
		{lifecycle.Plan{Days: 365}, "TierAfter: 0 of 365 days leave no class"},
		{lifecycle.Plan{Days: 100, TierAfter: 90}, "TierAfter: 90 of 100 days leave no class"},
		{lifecycle.Plan{Days: 365, TierAfter: 90, RetrievalHours: 5}, "RetrievalHours: 5 has no meaning"},
		{lifecycle.Plan{Days: 365, Watch: true, RetrievalHours: -1}, "RetrievalHours: -1"},
	} {
		if err := x.plan.Validate(); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%+v: got %v, want it to say %s", x.plan, err, x.want)
		}
	}
}
