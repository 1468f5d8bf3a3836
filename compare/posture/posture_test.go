package posture

import (
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/design"
)

func stack(t *testing.T, name string) *assembly.Stack {
	t.Helper()
	a, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := a.Stack(name)
	return s
}

func TestAtRestNamesTheKeyOfEveryStore(t *testing.T) {
	d := design.Design{DataClasses: []design.DataClass{{Name: "bookings", Personal: true}}}
	p := Of(stack(t, "FrontDoor-Alb"), d, facts.Default())
	got := map[string]Store{}
	for _, s := range p.AtRest {
		got[s.ID] = s
	}
	for _, x := range []struct {
		id, key string
		own     bool
	}{
		{"Store", "KeyBookings", true}, {"Bus", "KeyEvents", true}, {"BusArchive", "KeyEvents", true}, {"Outbox", "KeyEvents", true},
		{"SearchQueue", "KeyEvents", true}, {"Site", "KeyContent", true}, {"ApiLog", "KeyTelemetry", true}, {"Alarms", "KeyTelemetry", true},
		{"FrontDoorLogs", "S3's key", false}, {"SiteLogs", "S3's key", false}, {"Users", "Cognito's key", false},
	} {
		if s := got[x.id]; s.Key != x.key || s.CustomerManaged != x.own || len(s.Evidence) == 0 {
			t.Errorf("%s: %+v, want key %s", x.id, s, x.key)
		}
	}
	if !got["Store"].Personal || got["Bus"].Personal {
		t.Error("the store's bookings are personal, the bus's events are not")
	}
	if got["FrontDoorLogs"].Exception == "" || got["SiteLogs"].Exception != "" {
		t.Error("AWS imposes S3's key on a load balancer's logs, and on no other bucket here")
	}
}

func TestKeysThatAreNotTheStacks(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Aws":{"Type":"AWS::SQS::Queue","Properties":{"KmsMasterKeyId":"alias/aws/sqs"}},
		"Other":{"Type":"AWS::SQS::Queue","Properties":{"KmsMasterKeyId":"arn:aws:kms:eu-west-1:1:key/2"}},
		"None":{"Type":"AWS::SQS::Queue"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range Of(s, design.Design{}, facts.Default()).AtRest {
		if want := st.ID == "Other"; st.CustomerManaged != want {
			t.Errorf("%s under %s: customer-managed %v", st.ID, st.Key, st.CustomerManaged)
		}
	}
}

func TestPublicHopsAndTheirFloor(t *testing.T) {
	for _, x := range []struct{ stack, floor string }{{"Baseline", "TLS 1.2"}, {"FrontDoor-RestApi", "TLS 1.3"}, {"FrontDoor-Alb", "TLS 1.3"}} {
		s := stack(t, x.stack)
		door, _ := s.Resource("FrontDoor")
		if h := Door(s, door, facts.Default()); h.Floor != x.floor || !h.OK() || len(h.Evidence) == 0 {
			t.Errorf("%s: %+v, want %s", x.stack, h, x.floor)
		}
	}
	s := stack(t, "FrontDoor-Alb")
	door, _ := s.Resource("FrontDoor")
	https, _ := s.Resource("FrontDoorHttps")
	http, _ := s.Resource("FrontDoorHttp")
	for _, x := range []struct {
		what, floor string
		change      func()
	}{
		{"an old policy", "TLS 1.0", func() { https.Properties["SslPolicy"] = "ELBSecurityPolicy-2016-08" }},
		{"no policy", "TLS 1.0", func() { delete(https.Properties, "SslPolicy") }},
		{"plain HTTP that forwards", "none", func() { http.Properties["DefaultActions"] = []any{map[string]any{"Type": "forward"}} }},
	} {
		x.change()
		if h := Door(s, door, facts.Default()); h.Floor != x.floor || h.OK() {
			t.Errorf("%s: %+v, want %s", x.what, h, x.floor)
		}
	}
}

func TestSecurityPoliciesByName(t *testing.T) {
	for policy, want := range map[string]string{
		"ELBSecurityPolicy-TLS13-1-3-2021-06": tls13, "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09": tls13,
		"ELBSecurityPolicy-TLS13-1-2-2021-06": tls12, "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06": tls12, "ELBSecurityPolicy-TLS-1-2-2017-01": tls12,
		"ELBSecurityPolicy-TLS13-1-0-2021-06": tls10, "ELBSecurityPolicy-2016-08": tls10, "ELBSecurityPolicy-TLS-1-1-2017-01": tls11,
		"SecurityPolicy_TLS13_1_3_2025_09": tls13, "SecurityPolicy_TLS13_1_2_PQ_2025_09": tls12, "TLS_1_2": tls12, "TLS_1_0": tls10,
		"TLSv1.2_2021": tls12, "TLSv1.3_2025": tls13, "TLSv1": tls10, "TLSv1.1_2016": tls11, "Own-Policy": unknownFloor,
	} {
		if got := version(policy); got != want {
			t.Errorf("%s accepts %s, want %s", policy, got, want)
		}
	}
}

func TestDistributionWithoutACertificateAcceptsOldTLSUnlessRefused(t *testing.T) {
	for _, x := range []struct {
		function string
		ok       bool
	}{{"", false}, {`,"FunctionAssociations":[{"FunctionARN":{"Fn::GetAtt":["Edge","FunctionARN"]}}]`, true}} {
		s, err := assembly.Parse([]byte(`{"Resources":{
			"Edge":{"Type":"AWS::CloudFront::Function","Properties":{"FunctionCode":"request.headers['cloudfront-viewer-tls']"}},
			"Site":{"Type":"AWS::CloudFront::Distribution","Properties":{"DistributionConfig":{"DefaultCacheBehavior":{"TargetOriginId":"o"` + x.function + `}}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		hops := Of(s, design.Design{}, facts.Default()).InTransit
		if len(hops) != 1 || hops[0].Floor != tls10 || hops[0].OK() != x.ok {
			t.Errorf("with functions %q: %+v", x.function, hops)
		}
	}
}

func TestWildcardsThatAWSImposesAreToldFromChosenOnes(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Imposed":{"Type":"AWS::IAM::Policy","Properties":{"PolicyDocument":{"Statement":[{"Effect":"Allow","Action":["xray:PutTraceSegments"],"Resource":"*"}]}}},
		"Wide":{"Type":"AWS::IAM::Policy","Properties":{"PolicyDocument":{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b"}}}},
		"Inline":{"Type":"AWS::IAM::Role","Properties":{"Policies":[{"PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":["*"]}]}}]}},
		"Denied":{"Type":"AWS::IAM::Policy","Properties":{"PolicyDocument":{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}}},
		"Narrow":{"Type":"AWS::IAM::Policy","Properties":{"PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, w := range Of(s, design.Design{}, facts.Default()).Wildcards {
		got += w.ID
		if w.Imposed {
			got += " imposed"
		}
		got += "; "
	}
	if got != "Imposed imposed; Wide; Inline; " {
		t.Errorf("wildcards: %s", got)
	}
}

func TestCoverageNamesWhatIsMissing(t *testing.T) {
	s := stack(t, "FrontDoor-Alb")
	queue, _ := s.Resource("SearchQueue")
	delete(queue.Properties, "RedrivePolicy")
	var missing []string
	for _, c := range Of(s, design.Design{}, facts.Default()).Coverage {
		missing = append(missing, c.Missing...)
	}
	got := strings.Join(missing, " ")
	if got != "SearchQueue BusDeadLetter NotificationUndelivered OutboxDeadLetter SearchUndelivered FrontDoorLogs" {
		t.Errorf("missing: %s", got)
	}
}

func TestSandboxCertificateIsNoted(t *testing.T) {
	if n := Of(stack(t, "FrontDoor-Alb"), design.Design{}, facts.Default()).Notes; len(n) != 1 || !strings.Contains(n[0].Text, "self-signed") {
		t.Errorf("notes: %+v", n)
	}
	if n := Of(stack(t, "Baseline"), design.Design{}, facts.Default()).Notes; len(n) != 0 {
		t.Errorf("notes: %+v", n)
	}
}

func TestAcknowledgedOnceForEachReason(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"A":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum:acknowledged":{"R-2":"It is a dead-letter queue.","R-1":"It is a dead-letter queue."}}},
		"B":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum:acknowledged":{"R-2":"It is a dead-letter queue.","Q-9":"Other."}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range Of(s, design.Design{}, facts.Default()).Acknowledged {
		got = append(got, strings.Join(a.Rules, "+")+" "+strings.Join(a.Resources, "+")+" "+a.Reason)
	}
	if want := "Q-9 B Other.; R-1+R-2 A+B It is a dead-letter queue."; strings.Join(got, "; ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "; "), want)
	}
}

// TestBucketsThatClientsReach wants the floor that a bucket's policy sets for what
// comes straight from clients, and none where it sets none.
func TestBucketsThatClientsReach(t *testing.T) {
	for _, x := range []struct{ statements, floor string }{
		{`{"Effect":"Deny","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, tls12},
		{`{"Effect":"Deny","Condition":{"Bool":{"aws:SecureTransport":"false"}}},{"Effect":"Deny","Condition":{"NumericLessThan":{"s3:TlsVersion":1.3}}}`, tls13},
		{`{"Effect":"Allow","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, "none"},
	} {
		s, err := assembly.Parse([]byte(`{"Resources":{
			"Files":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":{"role":"site","presigned":true}},"Properties":{}},
			"Policy":{"Type":"AWS::S3::BucketPolicy","Properties":{"Bucket":{"Ref":"Files"},"PolicyDocument":{"Statement":[` + x.statements + `]}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		hops := Of(s, design.Design{}, facts.Default()).InTransit
		if len(hops) != 1 || hops[0].Floor != x.floor || !hops[0].Public || hops[0].OK() != (x.floor != "none") {
			t.Errorf("%s: %+v, want %s", x.statements, hops, x.floor)
		}
	}
}

// TestMemcachedHasNoKey wants nodes that write nothing to disk to be excused with the
// page that says so, and a cache that could have a key not to be.
func TestMemcachedHasNoKey(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Nodes":{"Type":"AWS::ElastiCache::CacheCluster","Properties":{"Engine":"memcached"}},
		"Cache":{"Type":"AWS::ElastiCache::ServerlessCache","Properties":{"Engine":"valkey"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range atRest(s, design.Design{}) {
		if excused := st.Exception != ""; excused != (st.ID == "Nodes") || st.CustomerManaged {
			t.Errorf("%s: %+v", st.ID, st)
		}
	}
}
