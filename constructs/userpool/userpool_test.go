package userpool_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/userpool"
)

var (
	template *synth.Template
	scopes   = []userpool.Scope{{Name: "host", Description: "Open dinners"}, {Name: "guest", Description: "Reserve seats"}}
)

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Pools", func(stack awscdk.Stack) {
		pool := userpool.New(stack, "Users", userpool.Props{
			System:       "dinner",
			Scopes:       scopes,
			Key:          keys.New(stack, "People", keys.Props{DataClass: "people"}),
			CallbackURLs: []string{"https://www.example.org/signed-in"},
			LogoutURLs:   []string{"https://www.example.org/"},
			Machine:      true,
		})
		for name, value := range map[string]string{
			"Issuer": pool.Issuer(), "JWKS": pool.JWKS(), "Login": pool.Login(), "Clients": strings.Join(pool.ClientIDs(), " "),
		} {
			awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: jsii.String(value)})
		}
		userpool.New(stack, "Sandbox", userpool.Props{
			System:           "sandbox",
			Scopes:           scopes[:1],
			Key:              keys.New(stack, "Testers", keys.Props{DataClass: "testers"}),
			CallbackURLs:     []string{"http://localhost:8080/"},
			SelfSignUp:       true,
			ThreatProtection: true,
			Sandbox:          true,
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	pool := userpool.New(stack, "Users", userpool.Props{
		System:       "dinner",
		Scopes:       []userpool.Scope{{Name: "guest", Description: "Reserve seats"}},
		Key:          keys.New(stack, "Key", keys.Props{DataClass: "people"}),
		CallbackURLs: []string{"https://www.example.org/signed-in"},
	})
	awscdk.NewCfnOutput(stack, jsii.String("Issuer"), &awscdk.CfnOutputProps{Value: jsii.String(pool.Issuer())})
}

func of(t *testing.T, kind, id string) synth.Resource {
	t.Helper()
	for _, r := range template.OfType(kind) {
		if strings.HasPrefix(r.ID, id) {
			return r
		}
	}
	t.Fatalf("no %s whose id begins with %s", kind, id)
	return synth.Resource{}
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestUsers(t *testing.T) {
	for _, x := range []struct {
		id   string
		at   []any
		want string
	}{
		{"Users", []any{"UserPoolTier"}, "ESSENTIALS"},
		{"Users", []any{"DeletionProtection"}, "ACTIVE"},
		{"Users", []any{"AdminCreateUserConfig", "AllowAdminCreateUserOnly"}, "true"},
		{"Users", []any{"Policies", "PasswordPolicy", "MinimumLength"}, "14"},
		{"Users", []any{"Policies", "PasswordPolicy", "PasswordHistorySize"}, "5"},
		{"Users", []any{"EnabledMfas"}, `["SOFTWARE_TOKEN_MFA"]`},
		{"Users", []any{"KeyConfiguration", "KeyType"}, "CUSTOMER_MANAGED_KEY"},
		{"Users", []any{"UsernameConfiguration", "CaseSensitive"}, "false"},
		{"Sandbox", []any{"UserPoolTier"}, "PLUS"},
		{"Sandbox", []any{"UserPoolAddOns", "AdvancedSecurityMode"}, "ENFORCED"},
		{"Sandbox", []any{"DeletionProtection"}, "INACTIVE"},
		{"Sandbox", []any{"AdminCreateUserConfig", "AllowAdminCreateUserOnly"}, "false"},
	} {
		if got := of(t, "AWS::Cognito::UserPool", x.id).Properties.At(x.at...).String(); got != x.want {
			t.Errorf("%s: %v is %s, want %s", x.id, x.at, got, x.want)
		}
	}
	users, sandbox := of(t, "AWS::Cognito::UserPool", "Users"), of(t, "AWS::Cognito::UserPool", "Sandbox")
	if users.DeletionPolicy != "Retain" || sandbox.DeletionPolicy != "Delete" {
		t.Errorf("users %s, in a sandbox %s", users.DeletionPolicy, sandbox.DeletionPolicy)
	}
	if name, about := users.Role(); name != "identity" || about["data-class"] != "people" {
		t.Errorf("annotated %s %v", name, about)
	}
}

// TestKeyLetsCognitoIn wants Cognito in the key's policy, for pools of this account
// and Region only: without it no pool under the key can be created.
func TestKeyLetsCognitoIn(t *testing.T) {
	var uses int
	for _, s := range of(t, "AWS::KMS::Key", "People").Properties.At("KeyPolicy", "Statement").List() {
		if !strings.Contains(s.At("Principal", "Service").String(), "cognito-idp.amazonaws.com") {
			continue
		}
		if !strings.Contains(s.At("Condition", "ArnLike", "aws:SourceArn").String(), ":userpool/*") || s.At("Condition", "StringEquals", "aws:SourceAccount").Value == nil {
			t.Errorf("Cognito may %s for anybody: %s", s.At("Action"), s.At("Condition"))
		}
		if strings.Contains(s.At("Action").String(), "kms:Decrypt") {
			uses++
			if s.At("Condition", "StringLike", "kms:EncryptionContext:aws:cognito-idp:userpool-arn").Value == nil {
				t.Errorf("Cognito may decrypt anything: %s", s.At("Condition"))
			}
		}
	}
	if uses != 1 {
		t.Errorf("%d statements let Cognito decrypt, want 1", uses)
	}
}

func TestClients(t *testing.T) {
	web, machine := of(t, "AWS::Cognito::UserPoolClient", "UsersWeb").Properties, of(t, "AWS::Cognito::UserPoolClient", "UsersMachine").Properties
	if web.At("GenerateSecret").Value != false || web.At("AllowedOAuthFlows").String() != `["code"]` {
		t.Errorf("the web client: secret %s, flows %s", web.At("GenerateSecret"), web.At("AllowedOAuthFlows"))
	}
	if machine.At("GenerateSecret").Value != true || machine.At("AllowedOAuthFlows").String() != `["client_credentials"]` {
		t.Errorf("the machine client: secret %s, flows %s", machine.At("GenerateSecret"), machine.At("AllowedOAuthFlows"))
	}
	if got := machine.At("ExplicitAuthFlows").String(); got != `["ALLOW_REFRESH_TOKEN_AUTH"]` {
		t.Errorf("users can sign in through the machine client by %s", got)
	}
	for name, client := range map[string]synth.Node{"web": web, "machine": machine} {
		if client.At("AccessTokenValidity").Value != 15.0 || client.At("TokenValidityUnits", "AccessToken").Value != "minutes" {
			t.Errorf("%s: access tokens are good for %s %s", name, client.At("AccessTokenValidity"), client.At("TokenValidityUnits"))
		}
		for _, scope := range []string{"/host", "/guest"} {
			if !strings.Contains(client.At("AllowedOAuthScopes").String(), scope) {
				t.Errorf("%s: no scope %s in %s", name, scope, client.At("AllowedOAuthScopes"))
			}
		}
	}
	if got := web.At("PreventUserExistenceErrors").Value; got != "ENABLED" {
		t.Errorf("the web client tells who has an account: %v", got)
	}
	if got := len(template.OfType("AWS::Cognito::UserPoolClient")); got != 3 {
		t.Errorf("%d clients, want 3: the sandbox has no machine client", got)
	}
}

// TestDomain wants prefixes that no other stack in the world has: the last part of
// the UUID in the stack's id.
func TestDomain(t *testing.T) {
	domain := of(t, "AWS::Cognito::UserPoolDomain", "Users").Properties.At("Domain")
	if !strings.HasPrefix(domain.At("Fn::Join", 1, 0).String(), "dinner-") || !strings.Contains(domain.At("Fn::Join", 1, 1).String(), `"AWS::StackId"`) {
		t.Errorf("the domain is %s", domain)
	}
}

func TestURLs(t *testing.T) {
	for name, want := range map[string]string{
		"Issuer":  `{"Fn::Join":["",["https://cognito-idp.eu-west-1.amazonaws.com/",{"Ref":"Users`,
		"JWKS":    `/.well-known/jwks.json"]]}`,
		"Login":   `".auth.eu-west-1.amazoncognito.com"]]}`,
		"Clients": `{"Fn::Join":["",[{"Ref":"UsersWeb`,
	} {
		output, _ := template.Outputs[name].(map[string]any)
		if got := (synth.Node{Value: output["Value"]}).String(); !strings.Contains(got, want) {
			t.Errorf("%s is %s, want %s in it", name, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	err := userpool.Props{
		System:       "My-Cognito",
		Scopes:       []userpool.Scope{{Name: "dinner/host", Description: "x"}, {Name: "a"}, {Name: "a", Description: "x"}},
		CallbackURLs: []string{"http://www.example.org/", "https://www.example.org/#x", "://"},
		LogoutURLs:   []string{"/here"},
	}.Validate()
	for _, want := range []string{
		`System: "My-Cognito" cannot`, "Key: missing", `Scopes[0].Name: "dinner/host"`, "Scopes[1].Description: has 0",
		`Scopes[2].Name: "a" is taken`, `CallbackURLs[0]: "http://www`, "CallbackURLs[1]:", "CallbackURLs[2]:", `LogoutURLs[0]: "/here"`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	if err := (userpool.Props{System: "aws-dinner"}).Validate(); err == nil || !strings.Contains(err.Error(), `contains "aws"`) {
		t.Errorf("a domain that Cognito refuses is taken: %v", err)
	}
}
