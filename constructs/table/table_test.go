package table_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/table"
)

var template *synth.Template

const copyKey = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Tables", func(stack awscdk.Stack) {
		store := table.New(stack, "Store", table.Props{
			Key:          keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"}),
			PartitionKey: "pk",
			SortKey:      "sk",
			TTLAttribute: "expiresAt",
			Stream:       true,
			Indexes:      []table.Index{{Name: "by-guest", PartitionKey: "gpk", SortKey: "gsk"}},
		})
		for name, grant := range map[string]func(awsiam.IGrantable){
			"Reader": store.GrantRead, "Writer": store.GrantWrite, "Updater": store.GrantUpdate, "Transactor": store.GrantTransact,
		} {
			grant(awsiam.NewRole(stack, jsii.String(name), &awsiam.RoleProps{
				AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
			}))
		}
		table.New(stack, "Copied", table.Props{
			Key:          keys.New(stack, "Copies", keys.Props{DataClass: "copies"}),
			PartitionKey: "pk",
			Replicas:     []table.Replica{{Region: "eu-central-1", KeyARN: copyKey}},
		})
		table.New(stack, "Strong", table.Props{
			Key:          keys.New(stack, "Strongs", keys.Props{DataClass: "strong"}),
			PartitionKey: "pk",
			Witness:      "eu-west-3",
			Replicas:     []table.Replica{{Region: "eu-central-1", KeyARN: copyKey}},
		})
		elsewhere := table.Existing(stack, "Elsewhere", table.ExistingProps{
			Name: "other", Region: "eu-central-1", Key: keys.Existing(stack, "CopyKey", copyKey, "bookings"), Indexes: []string{"by-guest"},
		})
		elsewhere.GrantRead(awsiam.NewRole(stack, jsii.String("Remote"), &awsiam.RoleProps{
			AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		}))
		table.New(stack, "Sandbox", table.Props{
			Key:          keys.New(stack, "ReadModels", keys.Props{DataClass: "read-models", Sandbox: true}),
			PartitionKey: "pk",
			RecoveryDays: 1,
			Sandbox:      true,
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	store := table.New(stack, "Store", table.Props{
		Key:          keys.New(stack, "Key", keys.Props{DataClass: "bookings"}),
		PartitionKey: "pk",
		SortKey:      "sk",
		Stream:       true,
		Indexes:      []table.Index{{Name: "by-guest", PartitionKey: "gpk", SortKey: "gsk"}},
	})
	store.GrantRead(awsiam.NewRole(stack, jsii.String("Reader"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	}))
}

func store(t *testing.T, class string) synth.Resource {
	t.Helper()
	for _, r := range template.WithRole("store") {
		if _, about := r.Role(); about["data-class"] == class {
			return r
		}
	}
	t.Fatalf("no store of data class %s", class)
	return synth.Resource{}
}

// TestCopies wants each copy under its own Region's key, and as protected as the
// table, which it does not become by itself.
func TestCopies(t *testing.T) {
	s := store(t, "copies")
	if got := s.Properties.At("StreamSpecification", "StreamViewType").Value; got != "NEW_AND_OLD_IMAGES" {
		t.Errorf("copies are made from a stream of %v", got)
	}
	for _, r := range s.Properties.At("Replicas").List() {
		if r.At("Region").Value != "eu-central-1" {
			continue
		}
		if r.At("SSESpecification", "KMSMasterKeyId").Value != copyKey || r.At("DeletionProtectionEnabled").Value != true ||
			r.At("PointInTimeRecoverySpecification", "RecoveryPeriodInDays").Value != 35.0 {
			t.Errorf("the copy is kept like %s", r)
		}
		return
	}
	t.Error("no copy")
}

// TestElsewhere wants a table of another Region to be named there, with its index and
// its key.
// TestStrongEverywhere wants a witness to make a table strongly consistent, in three
// Regions in all, and nothing to be asked of it that such a table does not do.
func TestStrongEverywhere(t *testing.T) {
	p := store(t, "strong").Properties
	if p.At("MultiRegionConsistency").Value != "STRONG" || p.At("GlobalTableWitnesses").String() != `[{"Region":"eu-west-3"}]` || len(p.At("Replicas").List()) != 2 {
		t.Errorf("got %s", p)
	}
	if got := store(t, "copies").Properties; got.At("MultiRegionConsistency").Value != nil || got.At("GlobalTableWitnesses").Value != nil {
		t.Errorf("a copy that follows: %s", got)
	}
	key := &keys.Key{}
	err := table.Props{Key: key, PartitionKey: "pk", Witness: "eu-west-3", TTLAttribute: "expiresAt", Replicas: []table.Replica{{Region: "eu-west-3"}, {Region: "eu-central-1"}}}.Validate()
	for _, want := range []string{"Replicas: 2 of them beside a witness", `TTLAttribute: "expiresAt" with a witness`, `Replicas[0].Region: "eu-west-3" has a copy already`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}

func TestElsewhere(t *testing.T) {
	for _, policy := range template.OfType("AWS::IAM::Policy") {
		if !strings.HasPrefix(policy.ID, "Remote") {
			continue
		}
		for _, want := range []string{`"arn:aws:dynamodb:eu-central-1:"`, `":table/other"`, `":table/other/index/by-guest"`, copyKey} {
			if got := policy.Properties.String(); !strings.Contains(got, want) {
				t.Errorf("no %s in %s", want, got)
			}
		}
		return
	}
	t.Error("no policy")
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestStore(t *testing.T) {
	s := store(t, "bookings")
	replica := s.Properties.At("Replicas", 0)
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"capacity", s.Properties.At("BillingMode"), "PAY_PER_REQUEST"},
		{"stream", s.Properties.At("StreamSpecification", "StreamViewType"), "NEW_IMAGE"},
		{"time to live", s.Properties.At("TimeToLiveSpecification"), `{"AttributeName":"expiresAt","Enabled":true}`},
		{"keys", s.Properties.At("KeySchema"), `[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]`},
		{"index", s.Properties.At("GlobalSecondaryIndexes", 0, "Projection", "ProjectionType"), "ALL"},
		{"recovery", replica.At("PointInTimeRecoverySpecification"), `{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":35}`},
		{"protection", replica.At("DeletionProtectionEnabled"), "true"},
		{"insights", replica.At("ContributorInsightsSpecification", "Enabled"), "false"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	if s.DeletionPolicy != "Retain" {
		t.Errorf("the store would be deleted with its stack: %s", s.DeletionPolicy)
	}
}

func TestSandbox(t *testing.T) {
	s := store(t, "read-models")
	if s.DeletionPolicy != "Delete" || s.Properties.At("Replicas", 0, "DeletionProtectionEnabled").Value != false {
		t.Errorf("a sandbox's store would stay: %s", s.DeletionPolicy)
	}
	if s.Properties.At("StreamSpecification").Value != nil || s.Properties.At("TimeToLiveSpecification").Value != nil {
		t.Error("stream or time to live without being asked for")
	}
	if got := s.Properties.At("Replicas", 0, "PointInTimeRecoverySpecification", "RecoveryPeriodInDays").Value; got != 1.0 {
		t.Errorf("recovery of %v days, want 1", got)
	}
}

func TestGrants(t *testing.T) {
	for role, want := range map[string]string{
		"Reader":     "BatchGetItem GetItem Query; Decrypt",
		"Writer":     "DeleteItem PutItem UpdateItem; Decrypt Encrypt GenerateDataKey* ReEncrypt*",
		"Updater":    "UpdateItem; Decrypt Encrypt GenerateDataKey* ReEncrypt*",
		"Transactor": "ConditionCheckItem DeleteItem PutItem UpdateItem; Decrypt Encrypt GenerateDataKey* ReEncrypt*",
	} {
		var got []string
		for _, policy := range template.OfType("AWS::IAM::Policy") {
			if !strings.HasPrefix(policy.ID, role) {
				continue
			}
			for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
				var actions []string
				for _, action := range s.At("Action").List() {
					_, name, _ := strings.Cut(action.String(), ":")
					actions = append(actions, name)
				}
				got = append(got, strings.Join(actions, " "))
				indexes := strings.Contains(s.At("Resource").String(), `"/index/by-guest"`)
				if reads := strings.Contains(s.At("Action").String(), "dynamodb:Query"); reads != indexes {
					t.Errorf("%s: %s on %s; only reads reach the index, and by its name", role, s.At("Action"), s.At("Resource"))
				}
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s may %s, want %s", role, strings.Join(got, "; "), want)
		}
	}
}

func TestValidate(t *testing.T) {
	err := table.Props{
		SortKey:      "pk",
		TTLAttribute: "pk",
		RecoveryDays: 36,
		Indexes:      []table.Index{{Name: "x", PartitionKey: "a", SortKey: "a"}, {PartitionKey: ""}, {Name: "twice", PartitionKey: "a"}, {Name: "twice", PartitionKey: "a"}},
	}.Validate()
	for _, want := range []string{
		"Key: missing", "PartitionKey: missing", `TTLAttribute: "pk"`, "RecoveryDays: 36", `Indexes[0].Name: "x" has 1`,
		`Indexes[0].SortKey: "a"`, "Indexes[1].Name: missing", "Indexes[1].PartitionKey: missing", `Indexes[3].Name: "twice"`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
