package workload

import (
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/lookup"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// parts holds how the parts are defined that are no whole system.
var parts = map[catalogue.Part]func(w *workload){
	catalogue.Edge:          (*workload).defineEdge,
	catalogue.Keys:          (*workload).definePrimaryKeys,
	catalogue.SecondaryKeys: (*workload).defineSecondaryKeys,
}

// nameOf returns the name that another part of the same option is deployed under.
// It follows from the name of this one, which is known at deployment, so that no
// template holds the name of a stack.
func (w *workload) nameOf(part catalogue.Part) string {
	main := *awscdk.Aws_STACK_NAME()
	if suffix := w.Part.Name(""); suffix != "" {
		main = *awscdk.Fn_Select(jsii.Number(0), awscdk.Fn_Split(jsii.String(suffix), awscdk.Aws_STACK_NAME(), nil))
	}
	return part.Name(main)
}

// from looks up outputs of a part that was deployed before this one, in whatever
// Region it is.
func (w *workload) from(part catalogue.Part, id string, outputs ...string) *lookup.Outputs {
	return lookup.NewOutputs(w.stack, id, lookup.OutputsProps{
		Lookup:  w.lookups(),
		Stack:   w.nameOf(part),
		Region:  w.Place.Of(part),
		Outputs: outputs,
	})
}

// lookups returns the function that looks things up at deployment, defining it on
// first use.
func (w *workload) lookups() *lookup.Lookup {
	if w.lookup == nil {
		w.lookup = lookup.New(w.stack, "Lookup", lookup.Props{
			Directory: filepath.Join(w.Settings.Functions, functionLookup),
			Key:       w.key(design.Telemetry),
			LogDays:   w.class(design.Telemetry).RetentionDays,
			Sandbox:   w.Settings.Sandbox,
		})
	}
	return w.lookup
}
