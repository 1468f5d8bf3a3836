// Command echo is a Lambda function for the tests of the runtime interface.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() {
	lambda.Start(func(ctx context.Context, in map[string]string) (map[string]string, error) {
		switch in["do"] {
		case "fail":
			return nil, errors.New("as asked")
		case "exit":
			os.Exit(3)
		case "large":
			return map[string]string{"large": strings.Repeat("x", 7<<20)}, nil
		}
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		said, err := json.Marshal(in)
		return map[string]string{
			"said": string(said), "id": lc.AwsRequestID, "deadline": deadline.UTC().Format("2006"),
			"setting": os.Getenv("SETTING"), "home": os.Getenv("HOME"),
		}, err
	})
}
