// Package dinnerv1 holds the messages of the procedures in dinner.proto, generated
// from it by go test ./lambdas/rpc -update.
package dinnerv1
