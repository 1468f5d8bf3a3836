package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"time"

	"fulcrum/lambdas/example"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/runtimeapi"
)

// measured is what one program was seen to do.
type measured struct {
	answer      *regexp.Regexp
	first, warm []time.Duration
	resident    int
}

// pair is a function and the bare one that got the same events in turn.
type pair struct{ own, bare measured }

func functions(t localaws.Scope, r *report, dir string, e effort) error {
	stage := example.Start(t)
	r.add(`## Functions

Through a local Lambda Runtime API: from the start of the process to its first answer, %d starts, and %d warm invocations, each with the event in the function's folder, in turn with a bare function of aws-lambda-go that gets the same events. Behind a warm function AWS answers from memory what it answered the first time, so that it is the function that is measured, with the client of AWS that it uses. A function may have %d MB of memory afterwards.

| function | first answer, ms | of a bare one | warm p50, ms | p99 | bare p50 | p99 | memory, MB |
|---|--:|--:|--:|--:|--:|--:|--:|
`, e.starts, e.rounds*e.invocations, maxResident>>20)
	for _, f := range example.Functions {
		p, err := function(t.Context(), stage, dir, f, e)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		r.add("| %s | %s | %s | %s | %s | %s | %s | %s |\n", f.Name,
			ms(quantile(p.own.first, 0.5)), ms(quantile(p.bare.first, 0.5)),
			ms(quantile(p.own.warm, 0.5)), ms(quantile(p.own.warm, 0.99)), ms(quantile(p.bare.warm, 0.5)), ms(quantile(p.bare.warm, 0.99)),
			mb(p.own.resident))
		r.most("memory of "+f.Name, p.own.resident, maxResident)
	}
	r.add("\n")
	return nil
}

// function measures one function beside the bare one.
func function(ctx context.Context, stage *example.Stage, dir string, f example.Function, e effort) (pair, error) {
	p := pair{own: measured{answer: f.Answer}, bare: measured{answer: regexp.MustCompile(`^\{\}$`)}}
	event := stage.Event(f.Name)
	aws := repeat(stage.AWS)
	defer aws.Close()
	settings := append(stage.Environment(f.Name), "AWS_ENDPOINT_URL="+aws.URL)
	for range e.starts {
		own, err := p.own.start(ctx, binary(dir, f.Name), event, settings)
		if err != nil {
			return p, err
		}
		own.Close()
		bare, err := p.bare.start(ctx, binary(dir, "bare"), event, nil)
		if err != nil {
			return p, err
		}
		bare.Close()
	}
	own, err := p.own.start(ctx, binary(dir, f.Name), event, settings)
	if err != nil {
		return p, err
	}
	defer own.Close()
	bare, err := p.bare.start(ctx, binary(dir, "bare"), event, nil)
	if err != nil {
		return p, err
	}
	defer bare.Close()
	for range e.rounds {
		if err := p.own.invoke(ctx, own, event, e.invocations); err != nil {
			return p, err
		}
		if err := p.bare.invoke(ctx, bare, event, e.invocations); err != nil {
			return p, err
		}
	}
	p.own.resident, err = runtimeapi.Resident(ctx, own.PID())
	return p, err
}

// start starts a function and waits for its first answer.
func (m *measured) start(ctx context.Context, binary string, event []byte, settings []string) (*runtimeapi.Function, error) {
	f, err := runtimeapi.Start(binary, settings...)
	if err != nil {
		return nil, err
	}
	if err := m.ask(ctx, f, event); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w\n%s", err, f.Output())
	}
	f.Log(io.Discard)
	m.first = append(m.first, f.First())
	return f, nil
}

// ask invokes a function and wants its answer to be the right one.
func (m *measured) ask(ctx context.Context, f *runtimeapi.Function, event []byte) error {
	got, err := f.Invoke(ctx, event)
	if err == nil && !m.answer.Match(got) {
		err = fmt.Errorf("answered %s, want %s", got, m.answer)
	}
	return err
}

func (m *measured) invoke(ctx context.Context, f *runtimeapi.Function, event []byte, n int) error {
	for range n {
		begin := time.Now()
		if err := m.ask(ctx, f, event); err != nil {
			return err
		}
		m.warm = append(m.warm, time.Since(begin))
	}
	return nil
}
