package assembly

import (
	"strings"

	"fulcrum/design/role"
)

// roles gives the role that a resource of a type plays where its template does
// not say.
var roles = map[string]role.Role{
	"AWS::ApiGateway::RestApi":                  role.FrontDoor,
	"AWS::ApiGatewayV2::Api":                    role.FrontDoor,
	"AWS::AppSync::GraphQLApi":                  role.FrontDoor,
	"AWS::ElasticLoadBalancingV2::LoadBalancer": role.FrontDoor,
	"AWS::Lambda::Url":                          role.FrontDoor,
	"AWS::WAFv2::WebACL":                        role.Perimeter,
	"AWS::Cognito::UserPool":                    role.Identity,
	"AWS::ApiGateway::Authorizer":               role.Identity,
	"AWS::ApiGatewayV2::Authorizer":             role.Identity,
	"AWS::Lambda::Function":                     role.Compute,
	"AWS::ECS::Service":                         role.Compute,
	"AWS::AutoScaling::AutoScalingGroup":        role.Compute,
	"AWS::DynamoDB::Table":                      role.Store,
	"AWS::DynamoDB::GlobalTable":                role.Store,
	"AWS::RDS::DBCluster":                       role.Store,
	"AWS::RDS::DBInstance":                      role.Store,
	"AWS::Kinesis::Stream":                      role.Stream,
	"AWS::Pipes::Pipe":                          role.Pipe,
	"AWS::Events::EventBus":                     role.Bus,
	"AWS::SNS::Topic":                           role.Bus,
	"AWS::Events::Archive":                      role.Archive,
	"AWS::Events::Rule":                         role.Rule,
	"AWS::SQS::Queue":                           role.Queue,
	"AWS::ElastiCache::CacheCluster":            role.Cache,
	"AWS::ElastiCache::ServerlessCache":         role.Cache,
	"AWS::ElastiCache::ReplicationGroup":        role.Cache,
	"AWS::S3::Bucket":                           role.Site,
	"AWS::CloudFront::Distribution":             role.Delivery,
	"AWS::Logs::LogGroup":                       role.Logs,
	"AWS::KMS::Key":                             role.Key,
	"AWS::EventSchemas::Schema":                 role.Schema,
	"AWS::CloudWatch::Alarm":                    role.Alarm,
	"AWS::CloudWatch::CompositeAlarm":           role.Alarm,
	"AWS::CloudWatch::Dashboard":                role.Dashboard,
	"AWS::EC2::VPC":                             role.Network,
	"AWS::EC2::VPCEndpoint":                     role.Network,
}

// settle corrects inferred roles by what the resources are connected to: a
// function fed by a queue is a consumer, a queue of last resort holds dead letters.
func (s *Stack) settle() {
	for _, h := range s.findHops() { // a hop follows from roles too, so none is kept yet
		switch {
		case h.To.Declared:
		case h.Via.Type == "AWS::Lambda::EventSourceMapping" && h.To.Role == role.Compute:
			h.To.Role = role.Consumer
		case h.Via.Type == "AWS::SQS::Queue" && h.To.Role == role.Queue:
			h.To.Role = role.DeadLetter
		}
	}
}

// inferred returns the role of a resource from its type and its name.
func inferred(r *Resource) role.Role {
	path, _ := r.Metadata["aws:cdk:path"].(string)
	name := strings.ToLower(r.ID + path)
	switch {
	case r.Type == "AWS::SQS::Queue" && (strings.Contains(name, "dlq") || strings.Contains(name, "deadletter")):
		return role.DeadLetter
	case r.Type == "AWS::S3::Bucket" && strings.Contains(name, "log"):
		return role.Logs
	case r.Type == "AWS::Lambda::Function" && helperFunction(name):
		return ""
	}
	return roles[r.Type]
}

// helperFunction recognises the functions that CDK adds to run at deployment only.
func helperFunction(name string) bool {
	for _, part := range []string{"customresource", "logretention", "bucketdeployment", "autodeleteobjects", "awscdk"} {
		if strings.Contains(strings.ReplaceAll(name, "-", ""), part) {
			return true
		}
	}
	return false
}
