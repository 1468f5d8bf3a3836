package catalogue

// Sources of what doors can verify. Dates are when the page was read.
const (
	cognitoPools     = "Control access to REST APIs using Amazon Cognito user pools as an authorizer, Amazon API Gateway developer guide, read 2026-04-13"
	albJWT           = "Verify JWTs using an Application Load Balancer, Elastic Load Balancing guide, read 2026-10"
	albRules         = "Listener rules for your Application Load Balancer, Elastic Load Balancing guide, read 2026-10"
	mutualTLS        = "Mutual authentication with TLS in Application Load Balancer, Elastic Load Balancing guide, read 2026-10"
	signedHost       = "Create a signed AWS API request, AWS Identity and Access Management user guide, read 2026-04"
	iamOfIntegration = "Create AWS Lambda proxy integrations for HTTP APIs, Amazon API Gateway developer guide, read 2026-04-13"
)

var identity = TradeOff{
	ID:       "identity",
	Question: "Who verifies the caller before the service is reached, and by what proof?",
	Options: []Option{
		{
			ID:       "jwt",
			Baseline: true,
			Sentence: "Take the JWT verified by the door itself, without code and without a call of its own; take a sibling where callers have no token, or where permission is more than a scope.",
			Becomes: map[Choice]string{
				{"front-door", "rest-api"}: "cognito-authorizer",
				{"front-door", "alb"}:      "alb-jwt",
			},
			Lacks: withoutCertificates,
		},
		{
			ID:       "lambda-authorizer",
			Sentence: "Take the Lambda authorizer where permission is more than a scope, or the token is no JWT; take the door's own verification where it is not, since each answer that is not kept costs a call and its time.",
			Requires: []Requirement{onlyAPIs("a load balancer calls no function before it forwards", albRules)},
			Lacks:    withoutCertificates,
		},
		{
			ID:       "cognito-authorizer",
			Sentence: "Take the Cognito authorizer, which is how a REST API verifies a user pool's tokens by itself; take the Lambda authorizer there for tokens of another issuer.",
			Ground:   Blueprint{"front-door": "rest-api"},
			Requires: onlyRestAPI("only a REST API has Cognito authorizers", cognitoPools),
			Lacks:    withoutCertificates,
		},
		{
			ID:       "alb-jwt",
			Sentence: "Take the load balancer's verification behind one: RS256, HTTPS, and the service reads the claims again; take an API Gateway where the claims must reach the service verified.",
			Ground:   Blueprint{"front-door": "alb"},
			Requires: []Requirement{{TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "only a load balancer's listener has the action", Source: albJWT}},
			Lacks:    withoutCertificates,
		},
		{
			ID:       "iam",
			Sentence: "Take IAM where every caller is an AWS principal, a program or a person of an identity pool, and policies say who may call what; take tokens for everybody else.",
			Requires: []Requirement{
				onlyAPIs("a load balancer does not verify signatures of AWS principals", albRules),
				{TradeOff: "compute", OneOf: []string{"lambda"}, Reason: "API Gateway tells a function in its event which principal signed; what it forwards to servers does not say it", Source: iamOfIntegration},
				{TradeOff: "perimeter", OneOf: []string{"open", "resource-policy", "security-group"}, Reason: "a signature covers the name that is called, and a distribution in front of the API calls it by another", Source: signedHost},
			},
			Lacks: withoutCertificates,
		},
		{
			ID:       "mtls",
			Sentence: "Take mutual TLS beside the token where a stolen token must be of no use without the client's private key, as between businesses; take tokens alone for browsers and phones, which hold no certificate.",
			Ground:   Blueprint{"front-door": "alb"},
			Requires: []Requirement{{TradeOff: "front-door", OneOf: []string{"rest-api", "alb"}, Reason: "the trust store is set on a load balancer's listener or on the domain of a REST API; this system's HTTP API is called under API Gateway's own name", Source: mutualTLS},
				{TradeOff: "perimeter", OneOf: []string{"open", "resource-policy", "security-group"}, Reason: "a distribution ends the client's TLS, so the door behind it sees no certificate of the client", Source: mutualTLS}},
		},
	},
}

// withoutCertificates is what every option but one lacks.
var withoutCertificates = map[string]Lack{
	"mtls": {Reason: "the door asks clients for no certificate", Source: mutualTLS},
}

func onlyAPIs(reason, source string) Requirement {
	return Requirement{TradeOff: "front-door", OneOf: []string{"http-api", "rest-api"}, Reason: reason, Source: source}
}
