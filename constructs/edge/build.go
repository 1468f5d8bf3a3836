package edge

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/edgelogs"
	"fulcrum/constructs/internal/edgetls"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

const (
	defaultLogDays = 90
	secretLength   = 48
)

func newSecret(scope constructs.Construct, id string, key *keys.Key, sandbox bool) Secret {
	secret := awssecretsmanager.NewSecret(scope, jsii.String(id), &awssecretsmanager.SecretProps{
		Description:   jsii.String("Sent along by the distribution, so that nobody passes by it"),
		EncryptionKey: key.KMS,
		RemovalPolicy: js.Removal(sandbox),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			PasswordLength:     jsii.Number(secretLength),
			ExcludePunctuation: jsii.Bool(true), // it is the value of a header
		},
	})
	annotate.Role(secret, role.Perimeter, annotate.Attributes{annotate.DataClass: key.DataClass})
	annotate.Acknowledge(secret, "A new value has to reach the distribution, which takes a deployment: rotating it by itself would close the door.", "AwsSolutions-SMG4", "NIST.800.53.R5-SecretsManagerRotationEnabled")
	return Secret{secret}
}

func build(scope constructs.Construct, id string, secret Secret, p Props) *Edge {
	props.Must("edge", id, p.Validate())
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	if p.PriceClass == "" {
		p.PriceClass = awscloudfront.PriceClass_PRICE_CLASS_100
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))
	e := &Edge{Logs: edgelogs.New(scope, "Logs", p.LogKey, p.LogDays), domain: p.DomainName}

	behavior := p.behavior(scope, secret)
	options := &awscloudfront.DistributionProps{
		Comment:         jsii.String("Perimeter of " + *awscdk.Aws_STACK_NAME()),
		DefaultBehavior: behavior,
		HttpVersion:     awscloudfront.HttpVersion_HTTP2_AND_3,
		PriceClass:      p.PriceClass,
		LogBucket:       e.Logs,
		LogFilePrefix:   jsii.String("cloudfront/"),
		WebAclId:        js.String(p.WebACL),
	}
	if len(p.Countries) > 0 {
		options.GeoRestriction = awscloudfront.GeoRestriction_Allowlist(*js.Strings(p.Countries)...)
	}
	floor := "1.2"
	if p.Certificate != nil {
		floor = "1.3"
		options.Certificate = p.Certificate
		options.DomainNames = jsii.Strings(p.DomainName)
		options.MinimumProtocolVersion = awscloudfront.SecurityPolicyProtocol_TLS_V1_3_2025
		options.SslSupportMethod = awscloudfront.SSLMethod_SNI
	} else {
		edgetls.RefuseOld(scope, behavior, globalName)
	}
	e.Distribution = awscloudfront.NewDistribution(scope, jsii.String("Resource"), options)
	edgelogs.Order(e.Distribution, e.Logs)
	annotate.Role(e.Distribution, role.Perimeter, annotate.Attributes{"minimum-tls": floor})
	p.acknowledge(e.Distribution)
	p.point(scope, e.Distribution)
	if e.domain == "" {
		e.domain = *e.Distribution.DistributionDomainName()
	}
	return e
}

// distributionZone is the hosted zone of the names of all distributions.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html
const distributionZone = "Z2FDTNDATAQYW2"

// point makes the domain name an alias of the distribution, for both kinds of
// addresses: a distribution answers on either.
func (p Props) point(scope constructs.Construct, distribution awscloudfront.Distribution) {
	if p.HostedZoneID == "" {
		return
	}
	for _, kind := range []string{"A", "AAAA"} {
		awsroute53.NewCfnRecordSet(scope, jsii.String("Domain"+kind), &awsroute53.CfnRecordSetProps{
			HostedZoneId: jsii.String(p.HostedZoneID),
			Name:         jsii.String(p.DomainName),
			Type:         jsii.String(kind),
			AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
				DnsName: distribution.DistributionDomainName(), HostedZoneId: jsii.String(distributionZone),
			},
		})
	}
}

// acknowledge says why the distribution does not follow some rules.
func (p Props) acknowledge(distribution awscloudfront.Distribution) {
	annotate.Acknowledge(distribution, "Behind it is one API, whose answers at / are its own; what fails with it would fail with the service.", "CT.CLOUDFRONT.PR.1", "CT.CLOUDFRONT.PR.4")
	if p.WebACL == "" {
		annotate.Acknowledge(distribution, "It is there to keep countries out; who wants a firewall too takes the perimeter that has one.", "AwsSolutions-CFR2")
	}
	if len(p.Countries) == 0 {
		annotate.Acknowledge(distribution, "The web ACL keeps countries out, but lets in listed addresses wherever they are.", "AwsSolutions-CFR1")
	}
	if p.Certificate == nil {
		annotate.Acknowledge(distribution, "Without a domain there is no certificate but CloudFront's own, which allows old TLS; a function refuses what comes over less than 1.2.",
			"AwsSolutions-CFR4", "CT.CLOUDFRONT.PR.6", "CT.CLOUDFRONT.PR.7", "CT.CLOUDFRONT.PR.9")
	}
}

// behavior hands every request on as it is, but for the host, by which the API
// knows itself.
func (p Props) behavior(scope constructs.Construct, secret Secret) *awscloudfront.BehaviorOptions {
	value := awscdk.SecretValue_SecretsManager(secret.value.SecretArn(), nil)
	return &awscloudfront.BehaviorOptions{
		Origin: awscloudfrontorigins.NewHttpOrigin(jsii.String(p.Origin), &awscloudfrontorigins.HttpOriginProps{
			OriginId:           jsii.String("Api"),
			OriginPath:         js.String(p.OriginPath),
			ProtocolPolicy:     awscloudfront.OriginProtocolPolicy_HTTPS_ONLY,
			OriginSslProtocols: &[]awscloudfront.OriginSslPolicy{awscloudfront.OriginSslPolicy_TLS_V1_2},
			// A reference that CloudFormation resolves; the template has no secret.
			CustomHeaders: &map[string]*string{SecretHeader: value.UnsafeUnwrap()},
		}),
		ViewerProtocolPolicy: awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
		AllowedMethods:       awscloudfront.AllowedMethods_ALLOW_ALL(),
		CachePolicy: awscloudfront.NewCachePolicy(scope, jsii.String("CachePolicy"), &awscloudfront.CachePolicyProps{
			CachePolicyName:     globalName(scope, "CachePolicy"),
			Comment:             jsii.String("Keeps what the API allows for a second, for one token"),
			MinTtl:              awscdk.Duration_Seconds(jsii.Number(0)),
			DefaultTtl:          awscdk.Duration_Seconds(jsii.Number(0)),
			MaxTtl:              awscdk.Duration_Seconds(jsii.Number(1)),
			HeaderBehavior:      awscloudfront.CacheHeaderBehavior_AllowList(jsii.String("Authorization"), jsii.String(edgetls.Header)),
			QueryStringBehavior: awscloudfront.CacheQueryStringBehavior_All(),
		}),
		OriginRequestPolicy: awscloudfront.OriginRequestPolicy_ALL_VIEWER_EXCEPT_HOST_HEADER(),
		Compress:            jsii.Bool(false),
	}
}

// globalName returns a name for a resource of CloudFront called id, unique in the
// account in all Regions.
func globalName(scope constructs.Construct, id string) *string {
	return jsii.String(name.InAccount(scope, id))
}
