package catalogue

// Sources of the perimeter's facts. Dates are when the page was read.
const (
	resourcePolicies = "Control access to a REST API with API Gateway resource policies, Amazon API Gateway developer guide, read 2026-11-28"
	originTLS        = "Requirements for using SSL/TLS certificates with CloudFront: origins need a certificate of a trusted authority, Amazon CloudFront developer guide, read 2026-11-28"
	geoRestriction   = "Restrict the geographic distribution of your content, Amazon CloudFront developer guide, read 2026-11-28"
	privateEndpoints = "Using an AWS Secrets Manager VPC endpoint, AWS Secrets Manager user guide, read 2026-11-28"
)

var perimeter = TradeOff{
	ID:       "perimeter",
	Question: "Who may reach the door at all: everybody, listed addresses, or listed countries?",
	Options: []Option{
		{
			ID:       "open",
			Baseline: true,
			Sentence: "Take an open door for a public service whose tokens and throttles are enough; take a sibling where addresses, countries or known attacks must be kept out.",
		},
		{
			ID:       "waf",
			Sentence: "Take CloudFront with AWS WAF where known attacks, floods from one address and other countries must stop before the API; take an API with a firewall of its own, front-door: rest-api or alb, where no edge is wanted.",
			Parts:    []Part{Edge},
			Requires: []Requirement{
				{TradeOff: "front-door", OneOf: []string{"http-api"}, Reason: "REST APIs and load balancers have a web ACL at the door itself, so that a second one before them would change nothing", Source: restOrHTTP},
			},
		},
		{
			ID:       "resource-policy",
			Sentence: "Take a resource policy to let listed addresses alone into a REST API at no price; take waf where countries count, or where the list changes without a deployment of the API.",
			Ground:   Blueprint{"front-door": "rest-api"},
			Requires: []Requirement{{TradeOff: "front-door", OneOf: []string{"rest-api"}, Reason: "only REST APIs have resource policies", Source: restOrHTTP}},
			GoesBy:   List{Addresses, "a resource policy lets in the addresses that it lists", resourcePolicies},
		},
		{
			ID:       "security-group",
			Sentence: "Take the security group to let listed addresses alone reach a load balancer, refused before TLS and at no price; take the load balancer's web ACL where countries or requests count.",
			Ground:   Blueprint{"front-door": "alb"},
			Requires: []Requirement{{TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "an API Gateway's public endpoint has no security group; only a load balancer is in one", Source: apiBalancing}},
			GoesBy:   List{AddressesV4, "a security group lets in the addresses that it lists, and the network is of IPv4", "Security groups for your Application Load Balancer, Elastic Load Balancing guide, read 2026-11-28"},
		},
		{
			ID:       "cloudfront-geo",
			Sentence: "Take CloudFront's geographic restriction to keep other countries out without a price for each request; take waf where addresses, rates or attacks count too.",
			Requires: []Requirement{
				{TradeOff: "front-door", OneOf: []string{"http-api", "rest-api"}, Reason: "CloudFront asks its origin for a certificate that it trusts, and a load balancer without a domain has none", Source: originTLS},
			},
			GoesBy: List{Countries, "the restriction lets in the countries that it lists", geoRestriction},
		},
	},
}
