package posture

import (
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
	"fulcrum/design/role"
)

// packets is why plain text within a VPC goes where it should, if not unread.
var packets = evidence.Item{
	Claim:  "traffic between a load balancer and its targets in a VPC is authenticated at the packet level",
	Source: "Target groups for your Application Load Balancers, routing configuration, Elastic Load Balancing guide",
	AsOf:   "2026-10-01", Confidence: facts.SourcedAWS,
}

// serverHops returns the legs to servers: from an API through a link to the VPC, and
// from a load balancer to what is registered with it. The load balancer takes any
// certificate of a server.
func serverHops(s *assembly.Stack) []Hop {
	var out []Hop
	for _, link := range s.OfType("AWS::ElasticLoadBalancingV2::Listener") {
		for _, balancer := range s.Mentions(link, "LoadBalancerArn") {
			if balancer.Text("Scheme") != "internal" {
				continue
			}
			for _, door := range s.OfRole(role.FrontDoor) {
				if slices.Contains(s.Reached(door, false), balancer) {
					out = append(out, leg(door, balancer, link, link.Text("Protocol"), "through a link to the VPC"))
				}
			}
		}
	}
	for _, balancer := range s.OfType("AWS::ElasticLoadBalancingV2::LoadBalancer") {
		reached := s.Reached(balancer, false)
		for _, group := range reached {
			if group.Type != "AWS::ElasticLoadBalancingV2::TargetGroup" || group.Text("TargetType") == "lambda" {
				continue
			}
			for _, server := range s.OfRole(role.Compute) {
				if slices.Contains(s.Reached(group, false), server) {
					out = append(out, leg(balancer, server, group, group.Text("Protocol"), "the load balancer takes any certificate"))
				}
			}
		}
	}
	return append(out, pushHops(s)...)
}

// pushHops returns the legs from whoever sends to the connections that servers hold.
// It takes the certificate that the server wrote into the table beside its address,
// and no other.
func pushHops(s *assembly.Stack) []Hop {
	table := s.Holders()
	if table == nil {
		return nil
	}
	floor, ok := table.About["tls"].(string)
	if !ok {
		floor = unknownFloor
	}
	var out []Hop
	for _, sender := range s.OfRole(role.Consumer) {
		if !slices.Contains(sender.Refers, table.ID) {
			continue
		}
		for _, server := range s.OfRole(role.Compute) {
			out = append(out, Hop{
				From: sender.ID, To: server.ID, Floor: floor, Remark: "the certificate is the one that the server names in the table",
				Evidence: []evidence.Item{evidence.Template(table.Path(), "who is connected to which server")},
			})
		}
	}
	return out
}

// leg is a hop within a VPC by a protocol; over TLS its floor is what the server
// demands, if its template says so.
func leg(from, to, via *assembly.Resource, protocol, remark string) Hop {
	hop := Hop{From: from.ID, To: to.ID, Floor: "none", Remark: remark, Evidence: []evidence.Item{packets, evidence.Template(via.Path("Protocol"), protocol)}}
	if protocol == "HTTPS" {
		hop.Floor = unknownFloor
		if version, ok := to.About["tls"].(string); ok {
			hop.Floor = version
		}
	}
	return hop
}
