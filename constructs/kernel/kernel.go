// Package kernel chooses the Node.js that runs behind the CDK, and stops it.
//
// The CDK is a JavaScript library: the first call starts one node process, which
// serves the whole run and is not safe for concurrent use.
package kernel

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/jsii-runtime-go"
)

// Start makes the CDK use the Node.js that package.json pins, where `npm ci` has
// put it at or above the working directory, and lets node keep its compiled
// code between runs. Without it, and where JSII_NODE already names one, the
// caller's own Node.js is used. Start costs nothing: node starts with the first
// call into the CDK.
func Start() {
	root, ok := moduleRoot()
	if !ok {
		return
	}
	if node := filepath.Join(root, "node_modules", ".bin", "node"); exists(node) {
		setDefault("JSII_NODE", node)
	}
	setDefault("NODE_COMPILE_CACHE", filepath.Join(root, ".build", "node-cache"))
	setDefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", filepath.Join(root, ".build", "jsii-cache"))
	// Warnings about an end of life or about an untested release of Node.js are
	// for whoever pins it, not for whoever reads a synthesis.
	setDefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "true")
	setDefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "true")
}

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

func moduleRoot() (string, bool) {
	dir, err := os.Getwd()
	for err == nil {
		if exists(filepath.Join(dir, "go.mod")) {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return "", false
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func setDefault(name, value string) {
	if strings.TrimSpace(os.Getenv(name)) == "" {
		_ = os.Setenv(name, value) // a name and a value without NUL cannot fail
	}
}
