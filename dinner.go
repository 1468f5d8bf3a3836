// Package fulcrum is the root of the module: the design that comes with it, and the
// tests that concern all of it.
package fulcrum

import _ "embed"

// Design is design.yaml as it was when the program was built.
//
//go:embed design.yaml
var Design []byte
