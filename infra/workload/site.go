package workload

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/files"
	"fulcrum/constructs/route"
	"fulcrum/constructs/site"
	"fulcrum/design"
)

// presigned says whether files reach clients by presigned URLs. The API issues them,
// so the bucket is there before it; a distribution comes after, since it names it.
func (w *workload) presigned() bool { return w.Blueprint["delivery"] == "presigned-s3" }

// defineSite defines the static content and its distribution.
func (w *workload) defineSite() {
	if w.presigned() {
		return
	}
	content := w.class(design.Content)
	w.site = site.New(w.stack, "Site", site.Props{
		Key:          w.key(design.Content),
		LogKey:       w.key(design.Telemetry),
		APIOrigins:   []string{w.door.endpoint},
		ReplacedDays: content.RetentionDays,
		LogDays:      w.class(design.Telemetry).RetentionDays,
		SinglePage:   true,
		Reads:        w.edgeReads(),
		Sandbox:      w.Settings.Sandbox,
	})
	w.age(w.site.Bucket, design.Content)
}

// defineFiles defines the bucket of the option presigned-s3.
func (w *workload) defineFiles() {
	if !w.presigned() {
		return
	}
	w.files = files.New(w.stack, "Files", files.Props{
		Key:     w.key(design.Content),
		Days:    w.class(design.Content).RetentionDays,
		Origins: w.origins(),
		LogKey:  w.key(design.Telemetry),
		LogDays: w.class(design.Telemetry).RetentionDays,
		Sandbox: w.Settings.Sandbox,
	})
	w.age(w.files.Bucket, design.Content)
}

// menuPrefix is where menus lie in the bucket.
const menuPrefix = "menus/"

// signFiles lets whoever serves the API issue URLs.
func (w *workload) signFiles(grantee awsiam.IGrantable) {
	if w.files == nil {
		return
	}
	w.files.GrantSign(grantee, menuPrefix)
	holder, ok := grantee.(constructs.IConstruct)
	if f, is := grantee.(awslambda.IFunction); is {
		holder, ok = f.Role(), true
	}
	if !ok {
		panic("workload: whoever signs URLs is no construct that could say why")
	}
	annotate.Acknowledge(holder, "A URL is signed for one object, whose name the request chooses among those under the prefix; without a signature in it nothing is let through.",
		"AwsSolutions-IAM5[Resource::….Arn>/"+menuPrefix+"*]")
}

// menuRoutes are the routes on which the API issues URLs: under what is looked at,
// for whoever may look and for whoever opened it.
func (w *workload) menuRoutes() []route.Route {
	if !w.presigned() {
		return nil
	}
	viewed, reader := w.viewed()
	rate, burst := limits(viewed.PeakRPS)
	path := strings.TrimSuffix(viewed.Route.Path, "/") + "/menu"
	return []route.Route{
		{Method: "GET", Path: path, Scope: reader, Rate: rate, Burst: burst},
		{Method: "POST", Path: path, Scope: w.Design.Process[0].Route.Scope, Rate: rate, Burst: burst, Body: map[string]any{
			"$schema": "http://json-schema.org/draft-04/schema#", "title": "Give Menu", "type": "object", "required": []string{"mediaType", "bytes"},
			"properties": map[string]any{
				"mediaType": map[string]any{"type": "string", "maxLength": 40},
				"bytes":     map[string]any{"type": "integer", "minimum": 1, "maximum": 10 << 20},
			},
			"additionalProperties": false,
		}},
	}
}
