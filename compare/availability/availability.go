// Package availability works out the floor that AWS's service level agreements put
// under a stack: the product of the agreements of the services that a request
// passes one after the other.
//
// It is what AWS pays credits below, per Region and month; it is no forecast.
package availability

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
	"fulcrum/design/role"
)

// MinutesPerMonth is a month of 730 hours.
const MinutesPerMonth = 730 * 60

// Floor is the contractual availability of a stack.
type Floor struct {
	// Read is the path of a query, Write that of a command until it is answered.
	Read  Path `json:"read"`
	Write Path `json:"write"`
	// Apart are the services that no answer to an operation of the design waits for.
	Apart []Link `json:"apart,omitempty"`
	// Target is the design's service level, a share of one.
	Target float64 `json:"target"`
	// Unknown names what stands on a path and has no agreement we know of.
	Unknown []string `json:"unknown,omitempty"`
}

// Path is the services a request passes, each of which must work.
type Path struct {
	Links []Link `json:"links"`
	// Availability is the product of the links', a share of one.
	Availability float64 `json:"availability"`
	// MinutesDown is what the floor allows in a month of 730 hours.
	MinutesDown float64 `json:"minutes_down"`
	// Weakest is the name of the link with the lowest agreement.
	Weakest string `json:"weakest"`
	// Regions are those of which one is enough, if there are several; Links are then
	// the first one's.
	Regions []Region `json:"regions,omitempty"`
}

// Region is the path of requests through one of several Regions.
type Region struct {
	Region       string  `json:"region"`
	Availability float64 `json:"availability"`
}

// Link is one service, and the resources it stands for. An agreement is with a
// service in a Region, so two tables are one link.
type Link struct {
	SLA          string          `json:"sla"`
	Name         string          `json:"name"`
	Availability float64         `json:"availability"`
	Resources    []string        `json:"resources"`
	Evidence     []evidence.Item `json:"evidence"`
}

// Known reports whether a path of requests was found: without a front door there is
// none, and nothing can be said.
func (f Floor) Known() bool { return f.Write.Availability > 0 || len(f.Write.Links) > 0 }

// Meets reports whether both paths reach the target. What is not known misses nothing.
func (f Floor) Meets() bool {
	return !f.Known() || f.Read.Availability >= f.Target && f.Write.Availability >= f.Target
}

// Of returns the floor of a stack for a service level.
func Of(s *assembly.Stack, target float64, book *facts.Book) Floor {
	f := Floor{Target: target}
	var sync, all []*assembly.Resource
	for _, door := range s.OfRole(role.FrontDoor) {
		sync = append(sync, s.Before(door)...)
		sync = append(sync, s.Reached(door, false)...)
		all = append(all, s.Reached(door, true)...)
	}
	// A query reads what is there; only commands wait in a queue or are carried out step by step. While
	// the store of sessions is away, servers remember for themselves.
	f.Read = f.path(needed(sync), book, []role.Role{role.Queue, role.Workflow, role.Step, role.Session})
	f.Write = f.path(sync, book, []role.Role{role.Cache, role.Session})
	onPath := map[string]bool{}
	for _, l := range slices.Concat(f.Read.Links, f.Write.Links) {
		onPath[l.SLA] = true
	}
	for _, l := range f.path(all, book, nil).Links {
		if !onPath[l.SLA] {
			f.Apart = append(f.Apart, l)
		}
	}
	f.overRegions(s, book)
	slices.Sort(f.Unknown)
	f.Unknown = slices.Compact(f.Unknown)
	return f
}

// needed leaves out what an answer can do without: a cache whose readers turn to the
// store when it is down.
func needed(resources []*assembly.Resource) []*assembly.Resource {
	return slices.DeleteFunc(slices.Clone(resources), func(r *assembly.Resource) bool { return r.About["fallback"] != nil })
}

// path makes one link of each agreement among the resources, in their order, but
// for those that play a role left out.
func (f *Floor) path(resources []*assembly.Resource, book *facts.Book, without []role.Role) Path {
	p := Path{Availability: 1}
	for _, r := range resources {
		id, ok := agreement(r)
		if !ok || slices.Contains(without, r.Role) {
			continue
		}
		if i := slices.IndexFunc(p.Links, func(l Link) bool { return l.SLA == id }); i >= 0 {
			if !slices.Contains(p.Links[i].Resources, r.ID) {
				p.Links[i].Resources = append(p.Links[i].Resources, r.ID)
			}
			continue
		}
		sla, err := book.SLA(id)
		if err != nil {
			f.Unknown = append(f.Unknown, r.ID+" ("+r.Type+")")
			continue
		}
		p.Links = append(p.Links, Link{
			SLA: id, Name: sla.Name, Availability: sla.Availability(), Resources: []string{r.ID},
			Evidence: []evidence.Item{evidence.Fact(fmt.Sprintf("%s %g %%", sla.Name, sla.Percent), sla.Origin)},
		})
	}
	weakest := 2.0
	for _, l := range p.Links {
		p.Availability *= l.Availability
		if l.Availability < weakest {
			weakest, p.Weakest = l.Availability, l.Name
		}
	}
	if len(p.Links) == 0 {
		p.Availability = 0
	}
	p.MinutesDown = (1 - p.Availability) * MinutesPerMonth
	return p
}

// agreements gives the service level agreement of each type, by its id among the
// facts.
var agreements = map[string]string{
	"AWS::ApiGateway::RestApi":          "api-gateway",
	"AWS::ApiGatewayV2::Api":            "api-gateway",
	"AWS::CloudFront::Distribution":     "cloudfront",
	"AWS::Cognito::UserPool":            "cognito",
	"AWS::DynamoDB::Table":              "dynamodb",
	"AWS::ElastiCache::ServerlessCache": "elasticache/serverless",
	"AWS::Events::EventBus":             "eventbridge",
	"AWS::KMS::Key":                     "kms",
	"AWS::Kinesis::Stream":              "kinesis",
	"AWS::Lambda::Function":             "lambda",
	"AWS::Pipes::Pipe":                  "eventbridge",
	"AWS::S3::Bucket":                   "s3",
	"AWS::SNS::Topic":                   "sns",
	"AWS::SQS::Queue":                   "sqs",
	"AWS::StepFunctions::StateMachine":  "step-functions",
	"AWS::WAFv2::WebACL":                "waf",
}

// agreement returns the id of a resource's agreement; ok is false for what has
// none of its own, such as a listener.
func agreement(r *assembly.Resource) (id string, ok bool) {
	switch r.Type {
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		return zoned("load-balancer", len(r.List("Subnets"))+len(r.List("SubnetMappings"))), true
	case "AWS::ECS::Service":
		return zoned("fargate", len(r.List("NetworkConfiguration", "AwsvpcConfiguration", "Subnets"))), true
	case "AWS::AutoScaling::AutoScalingGroup":
		if len(r.List("VPCZoneIdentifier")) == 1 {
			return "ec2/instance", true
		}
		return "ec2/multi-az", true
	case "AWS::DynamoDB::GlobalTable":
		if len(r.List("Replicas")) > 1 {
			return "dynamodb/global", true
		}
		return "dynamodb", true
	case "AWS::ElastiCache::CacheCluster":
		if r.Text("AZMode") == "cross-az" {
			return "elasticache/multi-az", true
		}
		return "elasticache/single-az", true
	case "AWS::ElastiCache::ReplicationGroup":
		if r.Flag("MultiAZEnabled") {
			return "elasticache/multi-az", true
		}
		return "elasticache/single-az", true
	}
	if id, ok := agreements[r.Type]; ok {
		return id, true
	}
	// What plays a role on the path but is not listed has an agreement we do not
	// know; the rest, such as a listener, has none.
	switch r.Role {
	case role.FrontDoor, role.Compute, role.Store, role.Cache:
		return strings.ToLower(r.Type), true
	}
	return "", false
}

func zoned(service string, zones int) string {
	if zones == 1 {
		return service + "/single-az"
	}
	return service + "/multi-az"
}
