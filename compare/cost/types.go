package cost

import (
	"strings"

	"fulcrum/compare/assembly"
)

// priced is how a resource type is priced. A nil usage means that AWS charges
// nothing for it as such.
type priced struct {
	kind  string
	usage func(c *context, r *assembly.Resource, d Demand) []Usage
}

// types lists every resource type that AWS charges for and that can be priced. A
// kind that ends in "::" or "*" stands for all types that begin so.
var types = []priced{
	{"AWS::ApiGatewayV2::Api", httpAPI},
	{"AWS::ApiGateway::RestApi", restAPI},
	{"AWS::ApiGateway::Stage", stage},
	{"AWS::ApiGatewayV2::Stage", stage},
	{"AWS::ElasticLoadBalancingV2::LoadBalancer", loadBalancer},
	{"AWS::ElasticLoadBalancingV2::TrustStore", trustStore},
	{"AWS::WAFv2::WebACL", webACL},
	{"AWS::CloudFront::Distribution", distribution},
	{"AWS::Cognito::UserPool", userPool},
	{"AWS::Lambda::Function", function},
	{"AWS::ECS::Service", containers},
	{"AWS::ECS::Cluster", cluster},
	{"AWS::AutoScaling::AutoScalingGroup", instances},
	{"AWS::DynamoDB::Table", table},
	{"AWS::DynamoDB::GlobalTable", table},
	{"AWS::StepFunctions::StateMachine", stateMachine},
	{"AWS::ElastiCache::ServerlessCache", serverlessCache},
	{"AWS::ElastiCache::CacheCluster", cacheNodes},
	{"AWS::Pipes::Pipe", pipe},
	{"AWS::Events::EventBus", bus},
	{"AWS::Events::Archive", archive},
	{"AWS::Kinesis::Stream", stream},
	{"AWS::SQS::Queue", queue},
	{"AWS::SNS::Topic", topic},
	{"AWS::S3::Bucket", bucket},
	{"AWS::KMS::Key", key},
	{"AWS::KMS::ReplicaKey", key},
	{"AWS::SecretsManager::Secret", secret},
	{"AWS::Route53::HealthCheck", healthCheck},
	{"AWS::Route53::RecordSet", record},
	{"AWS::Logs::LogGroup", logGroup},
	{"AWS::Logs::MetricFilter", metricFilter},
	{"AWS::CloudWatch::Alarm", alarm},
	{"AWS::CloudWatch::CompositeAlarm", compositeAlarm},
	{"AWS::CloudWatch::Dashboard", dashboard},
	{"AWS::EC2::NatGateway", natGateway},
	{"AWS::EC2::VPCEndpoint", endpoint},
	{"AWS::EC2::EIP", address},
}

// free lists the types that AWS charges nothing for as such. A name that ends in a
// star stands for all that begin so.
var free = []string{
	"AWS::CodeDeploy::*", // deployments of functions are free; see codedeploy among the prices
	"AWS::ApiGateway::Account", "AWS::ApiGateway::ApiKey", "AWS::ApiGateway::Authorizer", "AWS::ApiGateway::BasePathMapping*",
	"AWS::ApiGateway::Deployment", "AWS::ApiGateway::DomainName*", "AWS::ApiGateway::GatewayResponse", "AWS::ApiGateway::Method", "AWS::ApiGateway::Model",
	"AWS::ApiGateway::RequestValidator", "AWS::ApiGateway::Resource", "AWS::ApiGateway::UsagePlan*", "AWS::ApiGateway::VpcLink",
	"AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Deployment", "AWS::ApiGatewayV2::DomainName",
	"AWS::ApiGatewayV2::Integration*", "AWS::ApiGatewayV2::Model", "AWS::ApiGatewayV2::Route*", "AWS::ApiGatewayV2::VpcLink",
	"AWS::ApplicationAutoScaling::*", "AWS::AutoScaling::LifecycleHook", "AWS::AutoScaling::ScalingPolicy", "AWS::CDK::Metadata", "AWS::CertificateManager::Certificate",
	"AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack", "AWS::CloudFormation::WaitCondition*",
	"AWS::CloudFront::CachePolicy", "AWS::CloudFront::CloudFrontOriginAccessIdentity", "AWS::CloudFront::Function",
	"AWS::CloudFront::KeyGroup", "AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::OriginRequestPolicy",
	"AWS::CloudFront::PublicKey", "AWS::CloudFront::ResponseHeadersPolicy", "AWS::CloudWatch::AnomalyDetector",
	"AWS::Cognito::IdentityPool*", "AWS::Cognito::ManagedLoginBranding", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolDomain", "AWS::Cognito::UserPoolGroup",
	"AWS::Cognito::UserPoolIdentityProvider", "AWS::Cognito::UserPoolResourceServer",
	"AWS::EC2::EIPAssociation", "AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::FlowLog", "AWS::EC2::InternetGateway", "AWS::EC2::LaunchTemplate", "AWS::EC2::NetworkAcl*",
	"AWS::EC2::Route", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup*", "AWS::EC2::Subnet*", "AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock",
	"AWS::EC2::VPCGatewayAttachment", "AWS::EC2::VPCDHCPOptionsAssociation", "AWS::ECS::TaskDefinition",
	"AWS::ElastiCache::SubnetGroup", "AWS::ElastiCache::User*", "AWS::ElasticLoadBalancingV2::Listener*", "AWS::ElasticLoadBalancingV2::TrustStoreRevocation", "AWS::ElasticLoadBalancingV2::TargetGroup",
	"AWS::EventSchemas::*", "AWS::Events::EventBusPolicy", "AWS::Events::Rule", "AWS::IAM::*", "AWS::KMS::Alias",
	"AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::LayerVersion*",
	"AWS::Lambda::Permission", "AWS::Lambda::Url", "AWS::Lambda::Version",
	"AWS::Logs::Delivery*", "AWS::Logs::LogStream", "AWS::Logs::QueryDefinition", "AWS::Logs::ResourcePolicy", "AWS::Logs::SubscriptionFilter",
	"AWS::ResourceGroups::*", "AWS::S3::BucketPolicy", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy",
	"AWS::SSM::Parameter", "AWS::SecretsManager::ResourcePolicy", "AWS::SecretsManager::SecretTargetAttachment",
	"AWS::WAFv2::IPSet", "AWS::WAFv2::LoggingConfiguration", "AWS::WAFv2::RegexPatternSet", "AWS::WAFv2::WebACLAssociation",
	"AWS::XRay::SamplingRule", "Custom::*",
}

// typeOf returns how a type is priced, and whether that is known.
func typeOf(kind string) (priced, bool) {
	for _, t := range types {
		if t.kind == kind {
			return t, true
		}
	}
	for _, f := range free {
		if prefix, all := strings.CutSuffix(f, "*"); f == kind || all && strings.HasPrefix(kind, prefix) {
			return priced{kind: kind}, true
		}
	}
	return priced{}, false
}
