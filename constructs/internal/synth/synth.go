// Package synth synthesizes a stack for a test and reads its template.
//
// A package of constructs synthesizes once, in its TestMain, and asserts on
// plain values: starting the CDK takes seconds, reading a map does not.
package synth

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/kernel"
)

// Template is a synthesized CloudFormation template.
type Template struct {
	Resources map[string]Resource
	Outputs   map[string]any
}

// Resource is a resource of a template.
type Resource struct {
	// ID is the resource's logical id.
	ID                  string `json:"-"`
	Type                string
	Properties          Node
	Metadata            map[string]any
	DependsOn           any
	DeletionPolicy      string
	UpdateReplacePolicy string
	CreationPolicy      Node
	UpdatePolicy        Node
}

// Stack synthesizes what define puts into a stack called name, in eu-west-1,
// under the context of the project's cdk.json and so under its validation. It
// may be called once in a process, and must be before anything calls the CDK.
func Stack(name string, define func(stack awscdk.Stack)) (*Template, error) {
	context, err := projectContext()
	if err != nil {
		return nil, err
	}
	out, err := os.MkdirTemp("", "synth")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(out) }()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:             jsii.String(out),
		Context:            &context,
		AnalyticsReporting: jsii.Bool(false),
	})
	define(awscdk.NewStack(app, jsii.String(name), &awscdk.StackProps{
		Env: &awscdk.Environment{Region: jsii.String("eu-west-1")},
	}))
	app.Synth(nil)

	text, err := os.ReadFile(filepath.Join(out, name+".template.json"))
	if err != nil {
		return nil, err
	}
	if keep := os.Getenv("SYNTH_OUT"); keep != "" {
		if err := os.WriteFile(filepath.Join(keep, name+".template.json"), text, 0o600); err != nil {
			return nil, err
		}
	}
	var t Template
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, err
	}
	for id, r := range t.Resources {
		r.ID = id
		t.Resources[id] = r
	}
	return &t, nil
}

// Main is the body of a TestMain: it synthesizes a stack into template, runs the
// tests of m and stops the CDK.
func Main(m interface{ Run() int }, template **Template, name string, define func(stack awscdk.Stack)) {
	made, err := Stack(name, define)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	*template = made
	code := m.Run()
	kernel.Stop()
	os.Exit(code)
}

// OfType returns the resources of a CloudFormation type, in the order of their
// logical ids.
func (t *Template) OfType(kind string) []Resource {
	var list []Resource
	for _, r := range t.Resources {
		if r.Type == kind {
			list = append(list, r)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

// One returns the only resource of a type. It panics if there is another number
// of them, which fails the test that asks.
func (t *Template) One(kind string) Resource {
	list := t.OfType(kind)
	if len(list) != 1 {
		panic(fmt.Sprintf("%d resources of type %s, not 1", len(list), kind))
	}
	return list[0]
}

// Role returns the role recorded for r, and its attributes.
func (r Resource) Role() (string, map[string]any) {
	about, _ := r.Metadata["fulcrum"].(map[string]any)
	name, _ := about["role"].(string)
	return name, about
}

// WithRole returns the resources with a role, in the order of their logical ids.
func (t *Template) WithRole(name string) []Resource {
	var list []Resource
	for _, r := range t.Resources {
		if have, _ := r.Role(); have == name {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b Resource) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}

func projectContext() (map[string]any, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "cdk.json"))
		if err == nil {
			var file struct{ Context map[string]any }
			err = json.Unmarshal(text, &file)
			return file.Context, err
		}
		if !errors.Is(err, os.ErrNotExist) || dir == filepath.Dir(dir) {
			return nil, err
		}
		dir = filepath.Dir(dir)
	}
}
