package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"fulcrum/compare/price"
)

// priceFlags are the settings of fulcrum price as they were typed.
type priceFlags struct {
	region, prices, format string
	set                    []string
	freeTier               bool
}

// newPrice defines fulcrum price: an offline calculator for one service.
func newPrice() *cobra.Command {
	var f priceFlags
	c := &cobra.Command{
		Use:   "price [SERVICE name=value …]",
		Short: "Price a usage of one AWS service, line by line, without a network",
		Long: `Multiplies a month's usage of one service by list prices and shows each line:
dimension, quantity, unit price by tier, amount and source. Without a service it
lists all of them with their inputs.

Nothing is free unless --free-tier applies the permanent free allowances.
--set replaces a unit price, by the dimension's name as printed; tiers are written
USD@UNITS,USD: the first price up to so many units, the second beyond.

--prices lays a CSV file over the built-in prices, for private discounts or another
Region. Its first line names the columns service, dimension, region, unit, tiers,
source and as-of, and if wanted free and note; names and units are those that
fulcrum facts lists.`,
		Example: `  fulcrum price http-api requests=12e6 request-kb=3
  fulcrum price alb lambda-gb-per-hour=0.03 public-ipv4=2 --region us-east-1
  fulcrum price lambda requests=3e6 duration-ms=120 memory-mb=1536 arch=x86_64 --free-tier
  fulcrum price sqs requests=5e6 --set standard-requests=0@1000000,0.0000004`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				if cmd.Flags().NFlag() > 0 {
					return errors.New("fulcrum price got flags and no service: give one, for example fulcrum price http-api requests=12e6, or no flag to list all of them")
				}
				return fitted(cmd.OutOrStdout(), func(w io.Writer, _ int) error { return price.WriteServices(w) })
			}
			return runPrice(cmd.OutOrStdout(), args[0], args[1:], f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.region, "region", "eu-west-1", "AWS Region")
	flags.StringArrayVar(&f.set, "set", nil, "replace a unit price: `DIMENSION=USD` or DIMENSION=USD@UNITS,USD; may be repeated")
	flags.BoolVar(&f.freeTier, "free-tier", false, "apply the permanent free allowances")
	flags.StringVar(&f.prices, "prices", "", "lay a price book, a CSV `FILE`, over the built-in prices")
	flags.StringVar(&f.format, "format", "text", "text or json")
	return c
}

// runPrice computes a bill and writes it. All problems of the arguments are
// reported at once.
func runPrice(w io.Writer, service string, words []string, f priceFlags) error {
	book, err := readBook(f.prices)
	if err != nil {
		return err
	}
	if _, err := price.Find(service); err != nil {
		return err
	}
	if f.format != "text" && f.format != "json" {
		err = fmt.Errorf("unknown format %q; allowed: text, json", f.format)
	}
	in, inErr := price.Parse(service, words)
	set, setErr := price.ParseSet(book, service, f.set)
	bill, billErr := price.Compute(book, f.region, service, in, price.Options{Set: set, FreeTier: f.freeTier})
	if err := errors.Join(err, inErr, setErr, billErr); err != nil {
		return err
	}
	if f.format == "json" {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(bill)
	}
	return fitted(w, func(w io.Writer, _ int) error { return price.WriteText(w, bill) })
}
