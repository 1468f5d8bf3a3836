// Package kernel stops the node process behind the CDK.
//
// The CDK is a JavaScript library: the first call starts one node process, which
// serves the whole run and is not safe for concurrent use.
package kernel

import (
	"os"

	"github.com/aws/jsii-runtime-go"

	_ "fulcrum/constructs/internal/node" // chooses the pinned Node.js
)

// Stop ends the node process and removes its temporary files. Nothing of the
// CDK may be called afterwards.
func Stop() {
	// The runtime waits for node in two places at once; the one that comes second
	// reports "waitid: no child processes" although node ended well. What it
	// writes at this point is of no use to anybody.
	stderr := os.Stderr
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
		defer func() { os.Stderr = stderr }()
	}
	jsii.Close()
}
