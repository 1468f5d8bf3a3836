// Package js turns Go values into the pointers that CDK calls take.
package js

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	_ "fulcrum/constructs/internal/node" // chooses the pinned Node.js
)

// Strings returns list as CDK takes it; an empty list becomes nil, so that CDK
// applies its default.
func Strings(list []string) *[]*string {
	if len(list) == 0 {
		return nil
	}
	return jsii.Strings(list...)
}

// String returns s as CDK takes it; an empty string becomes nil.
func String(s string) *string {
	if s == "" {
		return nil
	}
	return jsii.String(s)
}

// Seconds returns d in whole seconds; zero becomes nil.
func Seconds(d time.Duration) awscdk.Duration {
	if d == 0 {
		return nil
	}
	return awscdk.Duration_Seconds(jsii.Number(d.Seconds()))
}

// Removal returns what becomes of a resource that keeps data when its stack is
// deleted: in a sandbox it goes, elsewhere it stays.
func Removal(sandbox bool) awscdk.RemovalPolicy {
	if sandbox {
		return awscdk.RemovalPolicy_DESTROY
	}
	return awscdk.RemovalPolicy_RETAIN
}

// Int returns n as CDK takes it; zero becomes nil.
func Int(n int) *float64 {
	if n == 0 {
		return nil
	}
	return jsii.Number(n)
}

// Map returns m as CDK takes it; an empty map becomes nil.
func Map(m map[string]string) *map[string]*string {
	if len(m) == 0 {
		return nil
	}
	pointers := make(map[string]*string, len(m))
	for k, v := range m {
		pointers[k] = jsii.String(v)
	}
	return &pointers
}

// True returns true as CDK takes it; false becomes nil.
func True(b bool) *bool {
	if !b {
		return nil
	}
	return jsii.Bool(true)
}
