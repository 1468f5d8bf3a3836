package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"fulcrum/compare/facts"
)

// factsFlags are the settings of fulcrum facts as they were typed.
type factsFlags struct {
	service, region, stale, prices, format string
	fromMemory                             bool
}

// newFacts defines fulcrum facts: what is known of AWS, with source and date.
func newFacts() *cobra.Command {
	var f factsFlags
	c := &cobra.Command{
		Use:   "facts",
		Short: "List the prices, quotas, SLAs and features that every figure rests on",
		Long: `Lists what Fulcrum knows of AWS: prices with tiers, quotas, service level
agreements and features, each with its source, the date it was read and how far
it can be trusted.`,
		Example: `  fulcrum facts --service lambda --region eu-west-1
  fulcrum facts --stale 365d
  fulcrum facts --from-memory --format json`,
		Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runFacts(cmd.OutOrStdout(), f, time.Now())
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.service, "service", "", "only this service")
	flags.StringVar(&f.region, "region", "", "only what holds in this Region")
	flags.StringVar(&f.stale, "stale", "", "only facts older than this many days, for example 180d")
	flags.BoolVar(&f.fromMemory, "from-memory", false, "only facts that no source was found for")
	flags.StringVar(&f.prices, "prices", "", "lay a price book, a CSV `FILE`, over the built-in prices")
	flags.StringVar(&f.format, "format", "text", "text or json")
	return c
}

// runFacts selects facts as of now and writes them.
func runFacts(w io.Writer, f factsFlags, now time.Time) error {
	book, err := readBook(f.prices)
	if err != nil {
		return err
	}
	sel := facts.Selection{Service: f.service, Region: f.region, FromMemory: f.fromMemory}
	var problems []error
	if f.stale != "" {
		days, err := strconv.Atoi(strings.TrimSuffix(f.stale, "d"))
		if err != nil || days < 0 || days > 36500 || !strings.HasSuffix(f.stale, "d") {
			problems = append(problems, fmt.Errorf("--stale %q is not a number of days: write it as 180d", f.stale))
		}
		sel.Before = now.AddDate(0, 0, -days).Format(time.DateOnly)
	}
	if f.format != "text" && f.format != "json" {
		problems = append(problems, fmt.Errorf("unknown format %q; allowed: text, json", f.format))
	}
	listed, err := book.Select(sel)
	if err := errors.Join(append(problems, err)...); err != nil {
		return err
	}
	if f.format == "json" {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(listed)
	}
	return fitted(w, func(w io.Writer, width int) error { return listed.WriteText(w, width) })
}

// readBook returns the built-in facts, with the price book at path laid over them
// if there is one. Its problems carry the file's name.
func readBook(path string) (*facts.Book, error) {
	if path == "" {
		return facts.Default(), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--prices: %w", err)
	}
	defer file.Close() //nolint:errcheck // read only
	book, err := facts.Default().With(file)
	var problems facts.Problems
	if errors.As(err, &problems) {
		lines := strings.Split(problems.Error(), "\n")
		return nil, errors.New(path + ":" + strings.Join(lines, "\n"+path+":"))
	}
	return book, err
}
