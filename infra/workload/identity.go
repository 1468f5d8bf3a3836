package workload

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/clientca"
	"fulcrum/constructs/function"
	"fulcrum/constructs/restapi"
	"fulcrum/constructs/route"
	"fulcrum/design"
	"fulcrum/design/role"
)

// Programs of identity, in lambdas/cmd.
const (
	functionAuthorizer = "authorizer"
	functionClientCA   = "clientca"
)

// authorizer defines the function that decides on tokens with the option
// lambda-authorizer; nil with others. It reads and writes nothing.
func (w *workload) authorizer(routes []route.Route) awslambda.IFunction {
	if w.Blueprint["identity"] != "lambda-authorizer" {
		return nil
	}
	scopes := map[string]string{}
	for _, r := range routes {
		if !r.Public {
			scopes[r.Key()] = r.Scope
		}
	}
	table, err := json.Marshal(scopes)
	if err != nil {
		panic(err) // strings always marshal
	}
	return function.New(w.stack, "Authorizer", function.Props{
		Directory: filepath.Join(w.Settings.Functions, functionAuthorizer),
		Service:   functionAuthorizer,
		Environment: map[string]string{
			"SYSTEM":        w.Design.System,
			"TOKEN_ISSUER":  w.users.Issuer(),
			"TOKEN_CLIENTS": strings.Join(w.users.ClientIDs(), ","),
			"ROUTE_SCOPES":  string(table),
		},
		Key:     w.key(design.Telemetry),
		LogDays: w.class(design.Telemetry).RetentionDays,
		Role:    role.Identity,
		Sandbox: w.Settings.Sandbox,
	}).Lambda
}

// signed says whether callers sign their requests as AWS principals.
func (w *workload) signed() bool { return w.Blueprint["identity"] == "iam" }

// allowPrincipals defines, for each scope, a policy that lets whoever has it call
// the scope's routes, for the account's owner to attach: the option iam. arn names a
// method and a path of the door.
func (w *workload) allowPrincipals(routes []route.Route, arn func(method, path string) *string) {
	if !w.signed() {
		return
	}
	for _, scope := range route.Scopes(routes) {
		var resources []*string
		for _, r := range routes {
			if r.Scope == scope {
				resources = append(resources, arn(r.Method, variables.ReplaceAllString(r.Path, "*")))
			}
		}
		_, name, _ := strings.Cut(scope, "/")
		policy := awsiam.NewManagedPolicy(w.stack, jsii.String("Callers-"+name), &awsiam.ManagedPolicyProps{
			Description: jsii.String("May call what " + w.Design.System + " offers to " + name + "s"),
			Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions: jsii.Strings("execute-api:Invoke"), Resources: &resources,
			})},
		})
		annotate.Acknowledge(policy, "What stands in a path's place is a dinner or a reservation of any id; whose it is, the service asks.",
			"AwsSolutions-IAM5[Resource::arn:…:execute-api:…/*…]")
		w.output("PolicyOf"+strings.ToUpper(name[:1])+name[1:]+"s", "Policy to attach to the roles of callers", *policy.ManagedPolicyArn())
	}
}

var variables = regexp.MustCompile(`\{[^}]*\}`)

// clients returns whose certificates the door asks for with the option mtls; nil
// with others.
func (w *workload) clients() *clientca.Authority {
	if w.Blueprint["identity"] != "mtls" {
		return nil
	}
	p := clientca.Props{File: w.Settings.ClientCA, Revoked: w.Settings.ClientCRL, Sandbox: w.Settings.Sandbox}
	if p.File == "" {
		p.Directory = filepath.Join(w.Settings.Functions, functionClientCA)
		p.Key, p.LogDays = w.key(design.Telemetry), w.class(design.Telemetry).RetentionDays
	}
	a := clientca.New(w.stack, "Clients", p)
	if a.Client != "" {
		w.output("ClientCertificate", "Certificate and key of a client, to try the door with", a.Client)
	}
	return a
}

// ownDomain returns the name under which alone a REST API asks for certificates.
func (w *workload) ownDomain() *restapi.Domain {
	a := w.clients()
	if a == nil {
		return nil
	}
	return &restapi.Domain{Name: w.Settings.Domain, Certificate: w.certificate().ACM, HostedZoneID: w.Settings.HostedZone, Clients: a}
}

// identifies adds to the service's environment how it knows its callers.
func (w *workload) identifies(environment map[string]string) {
	switch w.Blueprint["identity"] {
	case "iam":
		environment["CALLERS"] = "iam"
	case "mtls":
		environment["CLIENT_CERTIFICATES"] = "required"
	}
}
