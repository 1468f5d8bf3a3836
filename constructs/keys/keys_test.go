package keys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
)

var template *synth.Template

const primary = "arn:aws:kms:eu-central-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef"

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Keys", func(stack awscdk.Stack) {
		all := keys.New(stack, "All", keys.Props{DataClass: "events"})
		for range 2 { // saying it twice changes nothing
			all.AllowLogGroups()
			all.AllowEventBus()
			all.AllowEventBusLogs()
			all.AllowEventTargets()
			all.AllowTopics()
			all.AllowAlarms()
			all.AllowEdgeLogs()
		}
		keys.New(stack, "Sandbox", keys.Props{DataClass: "content", Sandbox: true})
		keys.New(stack, "Primary", keys.Props{DataClass: "sealed", MultiRegion: true})
		keys.NewReplica(stack, "Replica", keys.ReplicaProps{DataClass: "sealed-elsewhere", PrimaryARN: primary, Sandbox: true})
		shared := all.For("bookings") // adds nothing
		owned := keys.AWSOwned("telemetry")
		for _, k := range []*keys.Key{shared, owned} {
			k.AllowLogGroups()
			k.AllowEventBus()
		}
		holder := awsiam.NewRole(stack, jsii.String("Holder"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()})
		owned.Grant(holder, "kms:Decrypt")
		owned.GrantDecrypt(holder)
		owned.GrantEncryptDecrypt(holder)
		for id, k := range map[string]*keys.Key{"Own": shared, "Owned": owned} {
			awssqs.NewQueue(stack, jsii.String(id), &awssqs.QueueProps{
				Encryption: k.Queue(), EncryptionMasterKey: k.KMS, EnforceSSL: jsii.Bool(true),
			})
		}
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	bookings := keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"})
	bookings.AllowLogGroups()
}

func key(t *testing.T, class string) synth.Resource {
	t.Helper()
	for _, r := range template.WithRole("key") {
		if _, about := r.Role(); about["data-class"] == class {
			return r
		}
	}
	t.Fatalf("no key of data class %s", class)
	return synth.Resource{}
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.HasPrefix(problem, "Owned") { // TestOwnedByAWS says what that queue is under
			t.Error(problem)
		}
	}
}

// TestOwnedByAWS wants no key, no grant and no policy where AWS's own key was
// taken, and its service told so; and a shared key to be one key.
func TestOwnedByAWS(t *testing.T) {
	if n := len(template.OfType("AWS::KMS::Key")); n != 3 {
		t.Errorf("%d keys, want 3: sharing one and taking AWS's define none", n)
	}
	if policies := template.OfType("AWS::IAM::Policy"); len(policies) != 0 {
		t.Errorf("something was granted on a key that AWS owns: %s", policies[0].Properties)
	}
	seen := 0
	for _, q := range template.OfType("AWS::SQS::Queue") {
		owned := strings.HasPrefix(q.ID, "Owned")
		if own := q.Properties.At("KmsMasterKeyId").Value != nil; own == owned {
			t.Errorf("%s: customer-managed key %v", q.ID, own)
		}
		if owned && q.Properties.At("SqsManagedSseEnabled").Value != true {
			t.Errorf("%s is not told to encrypt", q.ID)
		}
		seen++
	}
	if seen != 2 {
		t.Errorf("%d queues", seen)
	}
	if k := keys.AWSOwned("content"); k.Own() || k.ARN() != nil || k.DataClass != "content" {
		t.Errorf("%+v", k)
	}
}

func TestStage(t *testing.T) {
	for _, x := range []struct {
		class, deletion string
		days            float64
	}{
		{"events", "Retain", 30},
		{"content", "Delete", 7},
	} {
		k := key(t, x.class)
		if k.DeletionPolicy != x.deletion || k.Properties.At("PendingWindowInDays").Value != x.days {
			t.Errorf("%s: %s after %v days, want %s after %v", x.class, k.DeletionPolicy, k.Properties.At("PendingWindowInDays"), x.deletion, x.days)
		}
	}
}

func TestAliasBelongsToTheStack(t *testing.T) {
	var names []string
	for _, alias := range template.OfType("AWS::KMS::Alias") {
		names = append(names, alias.Properties.At("AliasName").Deployed("Keys", ""))
	}
	if got, want := strings.Join(names, " "), "alias/Keys/events alias/Keys/sealed alias/Keys/sealed-elsewhere alias/Keys/content"; got != want {
		t.Errorf("aliases %s, want %s", got, want)
	}
}

// TestReplica wants a replica to name its primary and to be under the policy that a
// key of one Region begins with, without rotation, which is the primary's to set; and
// no key to be replicable that was not meant to be.
func TestReplica(t *testing.T) {
	replica := template.One("AWS::KMS::ReplicaKey")
	if got := replica.Properties.At("PrimaryKeyArn").Value; got != primary || replica.DeletionPolicy != "Delete" || replica.Properties.At("PendingWindowInDays").Value != 7.0 {
		t.Errorf("a replica of %v, %s after %v days", got, replica.DeletionPolicy, replica.Properties.At("PendingWindowInDays"))
	}
	if got, want := replica.Properties.At("KeyPolicy").String(), key(t, "content").Properties.At("KeyPolicy").String(); got != want {
		t.Errorf("its policy is\n%s\nwant\n%s", got, want)
	}
	for _, k := range template.OfType("AWS::KMS::Key") {
		_, about := k.Role()
		if multi := k.Properties.At("MultiRegion").Value == true; multi != (about["data-class"] == "sealed") || k.Properties.At("EnableKeyRotation").Value != true {
			t.Errorf("%s: in several Regions %v, rotates %v", k.ID, multi, k.Properties.At("EnableKeyRotation"))
		}
	}
	if err := (keys.ReplicaProps{}).Validate(); err == nil || !strings.Contains(err.Error(), "DataClass: missing") || !strings.Contains(err.Error(), "PrimaryARN: missing") {
		t.Errorf("got %v", err)
	}
}

// TestServices holds the key policy against what each service's own page asks
// for: who, under which condition, may do what.
func TestServices(t *testing.T) {
	const account = `{"Ref":"AWS::AccountId"}`
	own := `{"StringEquals":{"aws:SourceAccount":` + account + `}}`
	logs := `{"StringLike":{"kms:EncryptionContext:SourceArn":{"Fn::Join":["",["arn:aws:logs:eu-west-1:",` + account + `,":*"]]}}}`
	want := map[string]bool{}
	for _, x := range []struct{ service, actions, condition string }{
		{"logs.eu-west-1.amazonaws.com", `["kms:Decrypt","kms:DescribeKey","kms:Encrypt","kms:GenerateDataKey*","kms:ReEncrypt*"]`,
			`{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":{"Fn::Join":["",["arn:aws:logs:eu-west-1:",` + account + `,":log-group:*"]]}}}`},
		{"events.amazonaws.com", "kms:DescribeKey", "null"},
		{"events.amazonaws.com", `["kms:Decrypt","kms:GenerateDataKey","kms:ReEncrypt*"]`,
			`{"ArnLike":{"kms:EncryptionContext:aws:events:event-bus:arn":{"Fn::Join":["",["arn:aws:events:eu-west-1:",` + account + `,":event-bus/*"]]}}}`},
		{"events.amazonaws.com", "kms:GenerateDataKey", logs},
		{"delivery.logs.amazonaws.com", `["kms:Decrypt","kms:GenerateDataKey"]`, logs},
		{`["events.amazonaws.com","sns.amazonaws.com"]`, `["kms:Decrypt","kms:GenerateDataKey*"]`, own},
		{"cloudwatch.amazonaws.com", `["kms:Decrypt","kms:GenerateDataKey*"]`,
			`{"ArnLike":{"aws:SourceArn":{"Fn::Join":["",["arn:aws:cloudwatch:eu-west-1:",` + account + `,":alarm:*"]]}},` + own[1:]},
		{"delivery.logs.amazonaws.com", `["kms:Decrypt","kms:GenerateDataKey*"]`, "null"},
	} {
		want[x.service+" "+x.actions+" "+x.condition] = true
	}
	services := 0
	for _, s := range key(t, "events").Properties.At("KeyPolicy", "Statement").List() {
		service := s.At("Principal", "Service")
		if service.Value == nil {
			continue
		}
		services++
		if got := service.String() + " " + s.At("Action").String() + " " + s.At("Condition").String(); !want[got] {
			t.Errorf("unexpected statement\n%s", got)
		}
	}
	if services != len(want) {
		t.Errorf("%d statements for services, want %d", services, len(want))
	}
	statements := key(t, "content").Properties.At("KeyPolicy", "Statement").List()
	if len(statements) != 2 || statements[1].At("Effect").Value != "Deny" {
		t.Fatalf("a key nobody was allowed to use has %v, want the account's statement and a refusal", statements)
	}
	const only = `{"BoolIfExists":{"aws:PrincipalIsAWSService":"false","kms:GrantIsForAWSResource":"false"}}`
	if got := statements[1]; got.At("Action").Value != "kms:CreateGrant" || got.At("Condition").String() != only {
		t.Errorf("grants are refused by %s", got)
	}
}

func TestValidate(t *testing.T) {
	err := keys.Props{DataClass: "read models", PendingWindow: 40 * 24 * time.Hour}.Validate()
	for _, want := range []string{`DataClass: "read models"`, "PendingWindow: 960h0m0s"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	if err := (keys.Props{}).Validate(); err == nil || !strings.Contains(err.Error(), "DataClass: missing") {
		t.Errorf("got %v", err)
	}
	if err := (keys.Props{DataClass: "read-models", PendingWindow: 7 * 24 * time.Hour}).Validate(); err != nil {
		t.Error(err)
	}
}
