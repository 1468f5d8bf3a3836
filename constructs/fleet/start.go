package fleet

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"

	"fulcrum/constructs/internal/program"
)

// endOfFile ends a file within the script.
const endOfFile = "END-OF-FILE"

// startScript is what an instance does when it starts. Whatever fails ends it, and
// its end is reported to CloudFormation.
//
//go:embed start.sh
var startScript string

// script returns startScript for p, of a group with a logical id.
func (p Props) script(stack awscdk.Stack, code awss3assets.Asset, log awslogs.LogGroup, group string) string {
	lines := []string{`PORT="` + strconv.Itoa(p.Port) + `"`}
	for _, name := range program.Sorted(p.Environment) {
		lines = append(lines, name+`="`+p.Environment[name]+`"`)
	}
	// A Replacer reads its input once: what it fills in is not looked at again.
	return strings.NewReplacer(
		"{{stack}}", *awscdk.Aws_STACK_NAME(),
		"{{region}}", *stack.Region(),
		"{{resource}}", group,
		"{{bucket}}", *code.S3BucketName(),
		"{{object}}", *code.S3ObjectKey(),
		"{{service}}", p.Service,
		"{{log}}", *log.LogGroupName(),
		"{{port}}", strconv.Itoa(p.Port),
		"{{health}}", p.HealthPath,
		"{{scheme}}", map[bool]string{false: "http", true: "https"}[p.TLS != ""],
		"{{stop}}", strconv.Itoa(int(p.StopTimeout.Seconds())),
		"{{eof}}", endOfFile,
		"{{environment}}", strings.Join(lines, "\n"),
	).Replace(startScript)
}
