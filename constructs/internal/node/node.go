// Package node chooses the Node.js that runs the CDK: the one that package.json
// pins, where `npm ci` has put it into the checkout.
package node

import (
	"os"
	"path/filepath"
)

// The runtime of the CDK looks for node while its own packages are being
// initialized, before main. Only an init that comes still earlier can tell it
// where to look, and this one does: packages are initialized in the order of
// their import paths as soon as what they import has been, and this package
// imports the standard library alone.
// https://go.dev/ref/spec#Package_initialization
func init() {
	root, ok := moduleRoot()
	if !ok {
		return
	}
	if node := filepath.Join(root, "node_modules", ".bin", "node"); exists(node) {
		setDefault("JSII_NODE", node)
	}
	setDefault("NODE_COMPILE_CACHE", filepath.Join(root, ".build", "node-cache"))
	setDefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", filepath.Join(root, ".build", "jsii-cache"))
}

// moduleRoot returns the nearest directory, from the working directory upwards,
// that has a go.mod.
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
	if os.Getenv(name) == "" {
		_ = os.Setenv(name, value) // a name and a value without NUL cannot fail
	}
}
