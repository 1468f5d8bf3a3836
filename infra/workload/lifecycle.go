package workload

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"fulcrum/constructs/lifecycle"
	"fulcrum/design"
)

// lifecycles holds how each option of object-lifecycle lets the objects of a data
// class grow old.
var lifecycles = map[string]func(bucket awss3.Bucket, class design.DataClass){
	"standard": func(awss3.Bucket, design.DataClass) {},
	"tiers": func(bucket awss3.Bucket, class design.DataClass) {
		lifecycle.Apply(bucket, lifecycle.Plan{Days: class.RetentionDays, TierAfter: class.TierAfterDays})
	},
	"intelligent": func(bucket awss3.Bucket, class design.DataClass) {
		lifecycle.Apply(bucket, lifecycle.Plan{
			Days: class.RetentionDays, TierAfter: class.TierAfterDays, Watch: true, RetrievalHours: class.RestoreHours,
		})
	},
}

// age lets the objects of a bucket grow old as the design's class of them says. Which
// objects those are is for whoever defines the bucket: see photos.
func (w *workload) age(bucket awss3.Bucket, class string) {
	lifecycles[w.Blueprint["object-lifecycle"]](bucket, w.class(class))
}
