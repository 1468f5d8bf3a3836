package workload

import "fulcrum/constructs/site"

// defineSite defines the static content and its distribution.
func (w *workload) defineSite() {
	content := w.class(classContent)
	w.site = site.New(w.stack, "Site", site.Props{
		Key:          w.key(classContent),
		LogKey:       w.key(classTelemetry),
		APIOrigins:   []string{w.door.endpoint},
		ReplacedDays: content.RetentionDays,
		LogDays:      w.class(classTelemetry).RetentionDays,
		SinglePage:   true,
		Sandbox:      w.Settings.Sandbox,
	})
}
