// Command infra is the CDK app: it synthesizes one stack for each option of each
// trade-off, all serving the workload that design.yaml describes.
package main

import (
	"fmt"
	"os"

	"fulcrum/constructs/kernel"
	"fulcrum/infra/app"
)

func main() {
	err := app.Main()
	kernel.Stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
