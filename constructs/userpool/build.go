package userpool

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

func build(scope constructs.Construct, id string, p Props) *Pool {
	props.Must("userpool", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))
	stack := awscdk.Stack_Of(scope)

	users := newUsers(scope, p)
	server, scopes := newResourceServer(users, p)
	prefix := domainPrefix(p.System)
	domain := users.AddDomain(jsii.String("Domain"), &awscognito.UserPoolDomainOptions{
		CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String(prefix)},
		// The managed login pages need a branding of their own to show at all; the
		// classic ones need nothing.
		ManagedLoginVersion: awscognito.ManagedLoginVersion_CLASSIC_HOSTED_UI,
	})
	pool := &Pool{
		Users:          users,
		ResourceServer: server,
		Domain:         domain,
		Web:            newWebClient(users, p, scopes),
		issuer:         "https://cognito-idp." + *stack.Region() + ".amazonaws.com/" + *users.UserPoolId(),
		login:          "https://" + prefix + ".auth." + *stack.Region() + ".amazoncognito.com",
	}
	if p.Machine {
		pool.Machine = newMachineClient(users, scopes)
	}
	return pool
}

func newUsers(scope constructs.Construct, p Props) awscognito.UserPool {
	p.Key.AllowUserPools()
	plan, threats := awscognito.FeaturePlan_ESSENTIALS, awscognito.StandardThreatProtectionMode_NO_ENFORCEMENT
	if p.ThreatProtection {
		plan, threats = awscognito.FeaturePlan_PLUS, awscognito.StandardThreatProtectionMode_FULL_FUNCTION
	}
	users := awscognito.NewUserPool(scope, jsii.String("Resource"), &awscognito.UserPoolProps{
		FeaturePlan:                  plan,
		StandardThreatProtectionMode: threats,
		SelfSignUpEnabled:            jsii.Bool(p.SelfSignUp),
		SignInAliases:                &awscognito.SignInAliases{Email: jsii.Bool(true)},
		SignInCaseSensitive:          jsii.Bool(false),
		AutoVerify:                   &awscognito.AutoVerifiedAttrs{Email: jsii.Bool(true)},
		KeepOriginal:                 &awscognito.KeepOriginalAttrs{Email: jsii.Bool(true)},
		AccountRecovery:              awscognito.AccountRecovery_EMAIL_ONLY,
		// Length carries the strength, and no password of the last few returns.
		// https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
		PasswordPolicy: &awscognito.PasswordPolicy{
			MinLength:            jsii.Number(14),
			RequireDigits:        jsii.Bool(true),
			RequireLowercase:     jsii.Bool(true),
			RequireUppercase:     jsii.Bool(true),
			RequireSymbols:       jsii.Bool(true),
			PasswordHistorySize:  jsii.Number(5),
			TempPasswordValidity: awscdk.Duration_Days(jsii.Number(3)),
		},
		// A text message can be intercepted and costs money to send.
		Mfa:                awscognito.Mfa_OPTIONAL,
		MfaSecondFactor:    &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)},
		DeletionProtection: jsii.Bool(!p.Sandbox),
		RemovalPolicy:      js.Removal(p.Sandbox),
	})
	if p.Key.Own() {
		// The L2 has no property for the key yet.
		// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-userpool-keyconfiguration.html
		users.Node().DefaultChild().(awscognito.CfnUserPool).SetKeyConfiguration(&awscognito.CfnUserPool_KeyConfigurationProperty{
			KeyType:   jsii.String("CUSTOMER_MANAGED_KEY"),
			KmsKeyArn: p.Key.ARN(),
		})
	}
	annotate.Role(users, role.Identity, annotate.Attributes{annotate.DataClass: p.DataClass})
	annotate.Acknowledge(users, "Guests of the public choose for themselves whether to use a second factor; long passwords carry the rest.", "AwsSolutions-COG2")
	if !p.ThreatProtection {
		annotate.Acknowledge(users, "The plus plan costs several times as much for each user; ThreatProtection takes it.", "AwsSolutions-COG8")
	}
	return users
}

func newResourceServer(users awscognito.UserPool, p Props) (awscognito.UserPoolResourceServer, []awscognito.OAuthScope) {
	declared := make([]awscognito.ResourceServerScope, 0, len(p.Scopes))
	for _, s := range p.Scopes {
		declared = append(declared, awscognito.NewResourceServerScope(&awscognito.ResourceServerScopeProps{
			ScopeName: jsii.String(s.Name), ScopeDescription: jsii.String(s.Description),
		}))
	}
	server := users.AddResourceServer(jsii.String("Server"), &awscognito.UserPoolResourceServerOptions{
		Identifier: jsii.String(p.System),
		Scopes:     &declared,
	})
	scopes := make([]awscognito.OAuthScope, 0, len(declared))
	for _, s := range declared {
		scopes = append(scopes, awscognito.OAuthScope_ResourceServer(server, s))
	}
	return server, scopes
}

// domainPrefix returns the name under which Cognito serves the sign-in pages. It
// must be free in the whole Region, over all accounts: the last part of the stack's
// own id, a UUID, sees to that.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
func domainPrefix(system string) string {
	pick := func(part float64, by string, of *string) *string {
		return awscdk.Fn_Select(jsii.Number(part), awscdk.Fn_Split(jsii.String(by), of, nil))
	}
	// arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/8-4-4-4-12
	uuid := pick(2, "/", awscdk.Aws_STACK_ID())
	return system + "-" + *pick(4, "-", uuid)
}
