package loadbalancer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

func build(scope constructs.Construct, id string, p Props) *LoadBalancer {
	props.Must("loadbalancer", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	group := newSecurityGroup(scope, p)
	alb := elbv2.NewApplicationLoadBalancer(scope, jsii.String("Resource"), &elbv2.ApplicationLoadBalancerProps{
		Vpc:                p.VPC,
		VpcSubnets:         &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PUBLIC},
		InternetFacing:     jsii.Bool(true),
		SecurityGroup:      group,
		DeletionProtection: jsii.Bool(!p.Sandbox),
		// Requests that servers could read differently are refused.
		// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#desync-mitigation-mode
		DesyncMitigationMode:    elbv2.DesyncMitigationMode_STRICTEST,
		DropInvalidHeaderFields: jsii.Bool(true),
		PreserveHostHeader:      jsii.Bool(true),
		XffHeaderProcessingMode: elbv2.XffHeaderProcessingMode_APPEND,
		WafFailOpen:             jsii.Bool(false),
		IdleTimeout:             js.Seconds(p.IdleTimeout),
	})
	annotate.Role(alb, role.FrontDoor)
	l := &LoadBalancer{ALB: alb, SecurityGroup: group, Logs: newLogs(scope, alb, p.LogDays), domain: p.Domain}
	if l.domain == "" {
		l.domain = *alb.LoadBalancerDnsName()
	}

	l.Targets = newTargets(scope, p)
	if p.Split != nil {
		l.Next = newFunctionTarget(constructs.NewConstruct(scope, jsii.String("Next")), p.Split.Handler)
	}
	addRedirect(alb)
	l.HTTPS = addHTTPS(alb, p)
	addRules(scope, l, p)
	if p.WebACL != nil {
		p.WebACL.Guard(scope, "WebACL", *alb.LoadBalancerArn())
	}
	if p.HostedZoneID != "" {
		awsroute53.NewCfnRecordSet(scope, jsii.String("Domain"), &awsroute53.CfnRecordSetProps{
			HostedZoneId: jsii.String(p.HostedZoneID),
			Name:         jsii.String(p.Domain),
			Type:         jsii.String("A"),
			AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
				DnsName:              alb.LoadBalancerDnsName(),
				HostedZoneId:         alb.LoadBalancerCanonicalHostedZoneId(),
				EvaluateTargetHealth: jsii.Bool(false),
			},
		})
	}
	return l
}

// newSecurityGroup defines who may connect, and where the load balancer may: to
// the issuer's keys, which are on the internet at no fixed address. The page on
// verifying tokens only says that the keys must be public; the one on signing in
// says that the group must allow the way to the issuer, over IPv4. Servers open
// the way to themselves; a function is not reached over the network.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#configure-user-authentication
func newSecurityGroup(scope constructs.Construct, p Props) awsec2.SecurityGroup {
	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              p.VPC,
		Description:      jsii.String("Clients of the load balancer"),
		AllowAllOutbound: jsii.Bool(false),
	})
	annotate.Role(group, role.Perimeter)
	if len(p.AllowCIDRs) == 0 {
		annotate.Acknowledge(group, "The service is public: whoever has a token may call from anywhere.", "AwsSolutions-EC23")
	}
	for _, peer := range p.peers() {
		group.AddIngressRule(peer, awsec2.Port_Tcp(jsii.Number(443)), jsii.String("HTTPS"), nil)
		group.AddIngressRule(peer, awsec2.Port_Tcp(jsii.Number(80)), jsii.String("HTTP, to be sent to HTTPS"), nil)
	}
	if p.protects() {
		group.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_Tcp(jsii.Number(443)), jsii.String("The issuer's keys"), nil)
	}
	return group
}

func addRedirect(alb elbv2.ApplicationLoadBalancer) {
	listener := alb.AddListener(jsii.String("HTTP"), &elbv2.BaseApplicationListenerProps{
		Port:     jsii.Number(80),
		Protocol: elbv2.ApplicationProtocol_HTTP,
		Open:     jsii.Bool(false), // the security group is of our own making
		DefaultAction: elbv2.ListenerAction_Redirect(&elbv2.RedirectOptions{
			Port: jsii.String("443"), Protocol: jsii.String("HTTPS"), Permanent: jsii.Bool(true),
		}),
	})
	annotate.Acknowledge(listener, "It answers only that HTTPS is the way in, and has no use for a certificate.", "NIST.800.53.R5-ELBv2ACMCertificateRequired")
}

// notFound is a problem as of RFC 9457. The load balancer cannot give it the media
// type application/problem+json.
const notFound = `{"type":"about:blank","title":"There is nothing here","status":404}`

func addHTTPS(alb elbv2.ApplicationLoadBalancer, p Props) elbv2.ApplicationListener {
	listener := alb.AddListener(jsii.String("HTTPS"), &elbv2.BaseApplicationListenerProps{
		Port:         jsii.Number(443),
		Protocol:     elbv2.ApplicationProtocol_HTTPS,
		Open:         jsii.Bool(false),
		Certificates: &[]elbv2.IListenerCertificate{elbv2.ListenerCertificate_FromCertificateManager(p.Certificate)},
		// TLS 1.3 and nothing below, with key exchange that also withstands quantum
		// computers where the client can: ELBSecurityPolicy-TLS13-1-3-PQ-2025-09.
		// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
		SslPolicy: elbv2.SslPolicy_TLS13_13_PQ,
		DefaultAction: elbv2.ListenerAction_FixedResponse(jsii.Number(404), &elbv2.FixedResponseOptions{
			ContentType: jsii.String("application/json"),
			MessageBody: jsii.String(notFound),
		}),
	})
	annotate.Acknowledge(listener, "Its certificate is one of ACM; the rule takes the ARN only as plain text.", "CT.ELASTICLOADBALANCING.PR.2")
	if p.Authority != nil {
		p.Authority.Guard(listener)
	}
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html
	listener.SetAttribute(jsii.String("routing.http.response.server.enabled"), jsii.String("false"))
	listener.SetAttribute(jsii.String("routing.http.response.strict_transport_security.header_value"), jsii.String("max-age=63072000; includeSubDomains"))
	listener.SetAttribute(jsii.String("routing.http.response.x_content_type_options.header_value"), jsii.String("nosniff"))
	return listener
}
