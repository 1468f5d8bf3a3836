package app

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// longest are how many characters names may have that a template gives, by kind and
// property. A longer one is refused when the stack is deployed, and not before: a
// template has the stack's name as a parameter.
var longest = map[string]int{
	// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
	"AWS::CloudFront::OriginAccessControl Name": 64,
	// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html
	"AWS::CloudFront::Function Name": 64,
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
	"AWS::Logs::DeliverySource Name":      60,
	"AWS::Logs::DeliveryDestination Name": 60,
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
	"AWS::ElasticLoadBalancingV2::TargetGroup Name": 32,
	// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html
	"AWS::ElastiCache::User UserId": 40,
}

// TestNamesFit wants every such name to fit, in the longest Region and stack.
func TestNamesFit(t *testing.T) {
	found := map[string]int{}
	for _, stack := range planned {
		for id, r := range resources(templates[stack.Name]) {
			properties, _ := r["Properties"].(map[string]any)
			if nested, ok := properties["OriginAccessControlConfig"].(map[string]any); ok {
				properties = nested
			}
			for property, value := range properties {
				most, limited := longest[r["Type"].(string)+" "+property]
				if !limited {
					continue
				}
				found[r["Type"].(string)+" "+property]++
				if name := deployed(value, stack.Name); len(name) > most {
					t.Errorf("%s: %s is called %s, which has %d characters of %d", stack.Name, id, name, len(name), most)
				}
			}
		}
	}
	for which := range longest {
		if found[which] == 0 {
			t.Errorf("no stack gives a %s", which)
		}
	}
}

// deployed returns a name as it will be, with parts that only a deployment knows as
// long as they can be.
func deployed(value any, stack string) string {
	text := jsonText(value)
	if _, plain := value.(string); plain {
		return value.(string)
	}
	text = strings.NewReplacer(
		`{"Ref":"AWS::StackName"}`, stack,
		`{"Ref":"AWS::Region"}`, "ap-southeast-1",
	).Replace(text)
	text = partOfStackID.ReplaceAllString(text, "01234567")
	if joined := join.FindStringSubmatch(text); joined != nil {
		return strings.NewReplacer(`"`, "", ",", "").Replace(joined[1])
	}
	return text
}

var (
	partOfStackID = regexp.MustCompile(`\{"Fn::Select":\[0,\{"Fn::Split":\["-",\{"Fn::Select":\[2,\{"Fn::Split":\["/",\{"Ref":"AWS::StackId"\}\]\}\]\}\]\}\]\}`)
	join          = regexp.MustCompile(`^\{"Fn::Join":\["",\[(.*)\]\]\}$`)
)

// TestStagesThatLogHaveARole wants every stage of a REST or WebSocket API, which all
// log, to come after the account's role for that.
func TestStagesThatLogHaveARole(t *testing.T) {
	for _, stack := range systems() {
		sockets := map[string]bool{}
		for id, api := range byID(stack.Name, "AWS::ApiGatewayV2::Api") {
			sockets[`{"Ref":"`+id+`"}`] = api["ProtocolType"] == "WEBSOCKET"
		}
		roles := byID(stack.Name, "AWS::ApiGateway::Account")
		for id, r := range resources(templates[stack.Name]) {
			properties, _ := r["Properties"].(map[string]any)
			if r["Type"] != "AWS::ApiGateway::Stage" && (r["Type"] != "AWS::ApiGatewayV2::Stage" || !sockets[jsonText(properties["ApiId"])]) {
				continue
			}
			if len(roles) != 1 || !slices.ContainsFunc(after(r), func(on string) bool { return roles[on] != nil }) {
				t.Errorf("%s: %s logs and comes after none of %d roles", stack.Name, id, len(roles))
			}
		}
	}
}

// after are the resources that r says it comes after.
func after(r map[string]any) []string {
	var ids []string
	list, _ := r["DependsOn"].([]any)
	for _, on := range list {
		ids = append(ids, on.(string))
	}
	return ids
}

// TestBucketsAreSetOneThingAtATime wants what else sets a bucket to come after its
// policy: S3 refuses two settings at once.
func TestBucketsAreSetOneThingAtATime(t *testing.T) {
	checked := map[string]int{}
	for _, stack := range systems() {
		policies := map[string]string{}
		for id, policy := range byID(stack.Name, "AWS::S3::BucketPolicy") {
			policies[bucketIn(policy["Bucket"])] = id
		}
		for id, r := range resources(templates[stack.Name]) {
			properties, _ := r["Properties"].(map[string]any)
			bucket := ""
			switch r["Type"] {
			case "AWS::Logs::DeliverySource":
				if properties["LogType"] == "S3_SERVER_ACCESS_LOGS" {
					bucket = bucketIn(properties["ResourceArn"])
				}
			case "AWS::CloudFront::Distribution":
				config, _ := properties["DistributionConfig"].(map[string]any)
				logging, _ := config["Logging"].(map[string]any)
				bucket = bucketIn(logging["Bucket"])
			}
			if bucket == "" {
				continue
			}
			checked[r["Type"].(string)]++
			if !slices.Contains(after(r), policies[bucket]) {
				t.Errorf("%s: %s sets %s beside its policy", stack.Name, id, bucket)
			}
		}
	}
	if len(checked) != 2 {
		t.Errorf("checked are %v", checked)
	}
}

// bucketIn returns the logical id in a reference, or "".
func bucketIn(reference any) string {
	if found := logicalID.FindStringSubmatch(jsonText(reference)); found != nil {
		return found[1]
	}
	return ""
}

var logicalID = regexp.MustCompile(`"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"`)

// TestPicturesPassTheFirewall wants the rule that refuses bodies over 8 KB only to
// count where the door takes pictures, and to refuse elsewhere.
func TestPicturesPassTheFirewall(t *testing.T) {
	for _, stack := range systems() {
		for id, acl := range byID(stack.Name, "AWS::WAFv2::WebACL") {
			counts := strings.Contains(jsonText(acl["Rules"]), `"ActionToUse":{"Count":{}},"Name":"SizeRestrictions_BODY"`)
			if want := stack.Blueprint["integration"] == "s3"; counts != want {
				t.Errorf("%s: %s lets large bodies in: %v", stack.Name, id, counts)
			}
		}
	}
}

// TestCopiesElsewhereHaveNoPolicy wants no policy on a table's copy in another Region:
// CloudFormation cannot make both at once.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
func TestCopiesElsewhereHaveNoPolicy(t *testing.T) {
	elsewhere := 0
	for _, stack := range systems() {
		about, _ := templates[stack.Name]["Metadata"].(map[string]any)["fulcrum"].(map[string]any)
		for id, table := range byID(stack.Name, "AWS::DynamoDB::GlobalTable") {
			for _, r := range table["Replicas"].([]any) {
				replica := r.(map[string]any)
				if replica["Region"] == about["region"] {
					continue
				}
				elsewhere++
				if replica["ResourcePolicy"] != nil {
					t.Errorf("%s: the copy of %s in %v has a policy", stack.Name, id, replica["Region"])
				}
			}
		}
	}
	if elsewhere == 0 {
		t.Error("no table has a copy in another Region")
	}
}
