package workload

import (
	"fulcrum/constructs/site"
	"fulcrum/design"
)

// defineSite defines the static content and its distribution.
func (w *workload) defineSite() {
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
}
