package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// Reference is where a load balancer breaks even with an API Gateway when nothing
// but the two is looked at: list prices, no free tier, 5 GB in a million requests,
// one new connection for each request, hours of 730.
type Reference struct {
	Region  string `json:"region"`
	Against string `json:"against"` // "rest-api" or "http-api"
	// Addresses is the number of public IPv4 addresses of the load balancer.
	Addresses int `json:"public_ipv4"`
	// Servers tells a load balancer before servers, whose bytes are metered at 1 GB
	// an LCU, from one before a function, at 0.4 GB.
	Servers bool `json:"servers"`
	// Requests is the break-even in requests a month; 0 if there is none.
	Requests float64 `json:"requests"`
	// Arithmetic is the break-even from the two prices, in words.
	Arithmetic string `json:"arithmetic"`
}

// References returns the break-even points of a load balancer before a function,
// with and without two public addresses, for every Region that has the prices.
func References(book *facts.Book, regions []string) []Reference {
	var out []Reference
	for _, region := range regions {
		for _, against := range []string{"rest-api", "http-api"} {
			for _, addresses := range []int{0, 2} {
				if r, err := NewReference(book, region, against, addresses, false); err == nil {
					out = append(out, r)
				}
			}
		}
	}
	return out
}

// NewReference works out one break-even. The error says which price is missing.
func NewReference(book *facts.Book, region, against string, addresses int, servers bool) (Reference, error) {
	r := Reference{Region: region, Against: against, Addresses: addresses, Servers: servers}
	kinds := map[string]string{"rest-api": "AWS::ApiGateway::RestApi", "http-api": "AWS::ApiGatewayV2::Api"}
	api, err := plainDoor(book, region, kinds[against], 0, servers)
	if err != nil {
		return r, err
	}
	alb, err := plainDoor(book, region, "AWS::ElasticLoadBalancingV2::LoadBalancer", addresses, servers)
	if err != nil {
		return r, err
	}
	api.Option, alb.Option = against, "alb"
	for _, c := range FindBreakEven([]Curve{api, alb}).Crossings {
		r.Requests, r.Arithmetic = c.Requests, Arithmetic(alb, api, c.Requests)
		break // the first is the one that a growing system meets
	}
	return r, nil
}

// plainDoor is the curve of a front door alone.
func plainDoor(book *facts.Book, region, kind string, addresses int, servers bool) (Curve, error) {
	handler := "AWS::Lambda::Function"
	if servers {
		handler = "AWS::ECS::Service"
	}
	scheme := "internal"
	subnets := make([]any, addresses)
	if addresses > 0 {
		scheme = "internet-facing"
	}
	s, err := assembly.Parse([]byte(fmt.Sprintf(`{"Resources":{
		"Handler":{"Type":%q},
		"Targets":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"Targets":[{"Id":{"Fn::GetAtt":["Handler","Arn"]}}]}},
		"Listener":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"LoadBalancerArn":{"Ref":"Door"},"DefaultActions":[{"TargetGroupArn":{"Ref":"Targets"}}]}},
		"Door":{"Type":%q,"Properties":{"Scheme":%q}}}}`, handler, kind, scheme)))
	if err != nil {
		return Curve{}, err
	}
	door, _ := s.Resource("Door")
	door.Properties["Subnets"] = subnets
	d := PlainDemand(5*GB/1e6, 1)
	m := NewModel(s, region, book, price.Options{}, d)
	for _, p := range m.parts {
		if p.resource == door {
			return Curve{USD: func(n float64) float64 { return m.USD(d.WithRequests(n), Door) }}, nil
		}
	}
	return Curve{}, fmt.Errorf("%s in %s: %s", kind, region, m.Coverage)
}

// Arithmetic tells in words why two options cost the same at a number of requests:
// what each costs without any, and what each million adds.
func Arithmetic(x, y Curve, requests float64) string {
	millions := requests / 1e6
	fixedX, fixedY := x.USD(0), y.USD(0)
	eachX, eachY := (x.USD(requests)-fixedX)/millions, (y.USD(requests)-fixedY)/millions
	if fixedX < fixedY {
		fixedX, fixedY, eachX, eachY = fixedY, fixedX, eachY, eachX
		x, y = y, x
	}
	return fmt.Sprintf("%s costs $%.2f a month and $%.4g per million, %s $%.2f and $%.4g: (%.2f − %.2f) / (%.4g − %.4g) = %.1f M",
		x.Option, fixedX, eachX, y.Option, fixedY, eachY, fixedX, fixedY, eachY, eachX, millions)
}
