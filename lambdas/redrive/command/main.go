// Command redrive shows the dead letters of a deployed stack, and sends them on their
// way again: redrive STACK [QUEUE…]. Without queues it shows how many letters each
// dead-letter queue has; with queues, by their ids in the template, it redrives those.
// Account and Region are those of the environment, as with the AWS CLI.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"fulcrum/lambdas/redrive"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "redrive:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return errors.New("which stack? redrive STACK shows its dead letters, redrive STACK QUEUE… redrives those of the queues")
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	stacks := cloudformation.NewFromConfig(c)
	template, err := stacks.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &args[0], TemplateStage: types.TemplateStageOriginal})
	if err != nil {
		return fmt.Errorf("template of stack %s: %w", args[0], err)
	}
	plan, err := redrive.Plan([]byte(*template.TemplateBody))
	if err != nil {
		return err
	}
	r := redrive.Redriver{
		Queues: sqs.NewFromConfig(c), Events: eventbridge.NewFromConfig(c), Streams: dynamodbstreams.NewFromConfig(c),
		Dynamo: dynamodb.NewFromConfig(c), Functions: lambda.NewFromConfig(c), Physical: map[string]string{},
	}
	pages := cloudformation.NewListStackResourcesPaginator(stacks, &cloudformation.ListStackResourcesInput{StackName: &args[0]})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("resources of stack %s: %w", args[0], err)
		}
		for _, s := range page.StackResourceSummaries {
			if s.PhysicalResourceId != nil {
				r.Physical[*s.LogicalResourceId] = *s.PhysicalResourceId
			}
		}
	}
	if len(args) == 1 {
		return show(ctx, out, r, plan)
	}
	return send(ctx, out, r, plan, args[1:])
}

func show(ctx context.Context, out io.Writer, r redrive.Redriver, plan []redrive.Way) error {
	for _, w := range plan {
		n, err := r.Count(ctx, w)
		if err != nil {
			return err
		}
		to := "to " + w.To
		if w.Kind == redrive.ByHand {
			to = "by hand"
		}
		_, _ = fmt.Fprintf(out, "%6s  %-50s %s\n", n, w.Dead, to)
	}
	return nil
}

func send(ctx context.Context, out io.Writer, r redrive.Redriver, plan []redrive.Way, queues []string) error {
	var problems []error
	for _, id := range queues {
		i := slices.IndexFunc(plan, func(w redrive.Way) bool { return w.Dead == id })
		if i < 0 {
			problems = append(problems, fmt.Errorf("%s is no dead-letter queue of the stack; leave the queues out to see them", id))
			continue
		}
		n, err := r.Redrive(ctx, plan[i], func(l redrive.Letter) { _, _ = fmt.Fprintf(out, "sent again: %s\n", l.Reason) })
		_, _ = fmt.Fprintf(out, "%s: %d sent again\n", id, n)
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
