// Package app is the CDK app: the stacks of the catalogue, all serving one design.
package app

import (
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/design"
	"fulcrum/infra/workload"
)

// Main synthesizes as the context says, into the directory the CDK's command line
// names, and prints a summary if progress is asked for. It reports everything
// that is wrong with the settings and the design before the CDK starts.
func Main() error {
	s, err := settings()
	if err != nil {
		return err
	}
	d, err := design.Read(s.Design)
	if err != nil {
		return err
	}
	stacks, err := Plan(d, s.TradeOff, s.Stack)
	if err != nil {
		return err
	}
	for _, stack := range stacks {
		if err := s.Workload.Serves(stack.Blueprint); err != nil {
			return fmt.Errorf("%s: %w", stack.Name, err)
		}
	}
	if err := s.Workload.CheckFunctions(); err != nil {
		return err
	}
	outdir := os.Getenv("CDK_OUTDIR")
	p := newProgress(len(stacks))
	if err := synthesize(d, stacks, s, outdir, p); err != nil {
		return err
	}
	if p.shown {
		fmt.Printf("%d stacks in cdk.out, validated\n", len(stacks))
	}
	return nil
}

// synthesize defines the stacks and writes the cloud assembly to outdir, or where
// the CDK puts it by default if outdir is empty.
func synthesize(d *design.Design, stacks []Stack, s Settings, outdir string, p *progress) (err error) {
	var at string
	defer func() {
		p.clear()
		if r := recover(); r != nil {
			err = readable(at, r)
		}
	}()
	var out *string
	if outdir != "" {
		out = jsii.String(outdir)
	}
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:             out,
		PostCliContext:     &s.Context,
		AnalyticsReporting: jsii.Bool(false),
		TreeMetadata:       jsii.Bool(false),
		StackTraces:        jsii.Bool(false),
	})
	// The parts of an option, in the order of deployment: each waits for those
	// before it.
	defined := map[string][]awscdk.Stack{}
	for _, stack := range stacks {
		at = stack.Name
		p.next(at)
		place, _ := d.Place(stack.Blueprint)
		part := workload.New(app, stack.Name, workload.Props{
			Design:    d,
			Blueprint: stack.Blueprint,
			Part:      stack.Part,
			Place:     place,
			Metadata:  stack.metadata(d),
			Settings:  s.Workload,
		})
		for _, before := range defined[stack.group()] {
			part.AddStackDependency(before, jsii.String("deployed in the order of their parts"))
		}
		defined[stack.group()] = append(defined[stack.group()], part)
		p.finished(at)
	}
	at = ""
	p.next("templates and their validation")
	app.Synth(nil)
	p.finished("templates and their validation")
	return nil
}

// readable turns what a construct or the CDK panicked with into one message
// without a stack trace.
func readable(stack string, cause any) error {
	message := fmt.Sprint(cause)
	if at := strings.Index(message, "\n    at "); at >= 0 {
		message = message[:at]
	}
	message = strings.TrimPrefix(strings.TrimSpace(message), "Error: ")
	if stack == "" {
		return fmt.Errorf("synthesis failed: %s", message)
	}
	return fmt.Errorf("%s: %s", stack, message)
}
