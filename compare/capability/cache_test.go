package capability

import (
	"testing"

	"fulcrum/compare/assembly"
)

func TestWhatKeepsReadsInMemory(t *testing.T) {
	program := `"F":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Environment":{"Variables":{"CACHE_PLACEMENT":"modulo","CACHE_SECONDS":"30","EDGE_SECONDS":"10"}}}}`
	for template, want := range map[string]string{
		`"C":{"Type":"AWS::ElastiCache::ServerlessCache","Properties":{"Engine":"valkey"}},` + program:                   "yes valkey, serverless, for 30 s; 10 s at the edge",
		`"C":{"Type":"AWS::ElastiCache::CacheCluster","Properties":{"Engine":"memcached","NumCacheNodes":3}},` + program: "yes 3 memcached nodes, keys placed by modulo, for 30 s; 10 s at the edge",
		`"C":{"Type":"AWS::ElastiCache::ReplicationGroup","Properties":{"Engine":"redis"}}`:                              "yes redis",
		`"T":{"Type":"AWS::DynamoDB::Table"}`: "offered not used: the store answers",
		`"Q":{"Type":"AWS::SQS::Queue"}`:      "unknown no store",
		`"S":{"Type":"AWS::ElastiCache::ServerlessCache","Metadata":{"fulcrum":{"role":"session"}}},"T":{"Type":"AWS::DynamoDB::Table"}`: "offered not used: the store answers",
	} {
		s, err := assembly.Parse([]byte(`{"Resources":{` + template + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		c := readCache(&door{stack: s})
		if got := string(c.Mark) + " " + c.Text; got != want {
			t.Errorf("%s: %q, want %q", template, got, want)
		}
		if c.Mark == Yes && len(c.Evidence) == 0 {
			t.Errorf("%s: no evidence", template)
		}
	}
}
