// Package failover defines one Region's part in a system that runs in several: a
// Route 53 health check of its front door and, if there is a domain, the record
// through which clients reach it while it is well.
//
// The health check asks a path that touches the store, so that a Region whose
// store does not answer loses its clients too. Checkers in several parts of the
// world ask every 30 seconds; after three failures in a row the Region is out.
// Resolvers keep an answer for a minute, so it takes clients up to two and a half
// minutes to get to the other Region.
//
// Without a domain there is no name that could fail over: the health checks watch,
// and clients that know both endpoints choose.
//
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
package failover

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// Routing says when clients are sent to a Region.
type Routing string

// Routings. A primary takes all clients while it is well, a secondary while the
// primary is not; with latency each client is sent where answers come soonest.
const (
	Primary   Routing = "PRIMARY"
	Secondary Routing = "SECONDARY"
	Latency   Routing = "LATENCY"
)

// Props configures a Member. The zero value of an optional field means its default.
type Props struct {
	// Host is the name of the Region's own front door, Path what is asked of it, for
	// example "/health". Required.
	Host, Path string
	// Region is where it is. Required.
	Region string
	// Routing says when clients are sent here. Required.
	Routing Routing
	// Domain is the name that clients call, HostedZoneID the Route 53 zone that it is
	// in. Default: none, there is a health check and no record.
	Domain, HostedZoneID string
	// Target and TargetZoneID are the name that the record is an alias of and the zone
	// of that name. Required with Domain.
	Target, TargetZoneID string
}

// Member is one Region's health check and record.
type Member struct {
	Check awsroute53.CfnHealthCheck
	// Record is nil without a domain.
	Record awsroute53.CfnRecordSet
}

const (
	interval = 30 // seconds
	failures = 3
)

// New defines a member called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Member {
	props.Must("failover", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	check := awsroute53.NewCfnHealthCheck(scope, jsii.String("Resource"), &awsroute53.CfnHealthCheckProps{
		HealthCheckConfig: &awsroute53.CfnHealthCheck_HealthCheckConfigProperty{
			Type:                     jsii.String("HTTPS"),
			FullyQualifiedDomainName: jsii.String(p.Host),
			Port:                     jsii.Number(443),
			ResourcePath:             jsii.String(p.Path),
			EnableSni:                jsii.Bool(true),
			RequestInterval:          jsii.Number(interval),
			FailureThreshold:         jsii.Number(failures),
		},
		HealthCheckTags: &[]*awsroute53.CfnHealthCheck_HealthCheckTagProperty{{Key: jsii.String("Name"), Value: jsii.String(p.Region)}},
	})
	annotate.Role(check, role.Failover)
	m := &Member{Check: check}
	if p.Domain == "" {
		return m
	}
	record := &awsroute53.CfnRecordSetProps{
		HostedZoneId:  jsii.String(p.HostedZoneID),
		Name:          jsii.String(p.Domain),
		Type:          jsii.String("A"),
		SetIdentifier: jsii.String(p.Region),
		HealthCheckId: check.AttrHealthCheckId(),
		AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
			DnsName:      jsii.String(p.Target),
			HostedZoneId: jsii.String(p.TargetZoneID),
			// The health check knows more than whether there is an endpoint.
			EvaluateTargetHealth: jsii.Bool(false),
		},
	}
	if p.Routing == Latency {
		record.Region = jsii.String(p.Region)
	} else {
		record.Failover = jsii.String(string(p.Routing))
	}
	m.Record = awsroute53.NewCfnRecordSet(scope, jsii.String("Record"), record)
	annotate.Role(m.Record, role.Failover)
	return m
}
