package operations

import (
	"testing"

	"fulcrum/compare/assembly"
)

func TestOf(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"A":{"Type":"AWS::SQS::Queue"},"B":{"Type":"AWS::SQS::Queue"},"N":{"Type":"AWS::EC2::VPC"},
		"P":{"Type":"AWS::IAM::Policy","Properties":{"PolicyDocument":{"Statement":[{},{}]}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := Of(s)
	if got.Resources != 4 || got.Types != 3 || got.Statements != 2 || !got.Network || got.TemplateBytes != s.Bytes {
		t.Errorf("%+v", got)
	}
	if got.ByType[0] != (Count{"AWS::SQS::Queue", 2}) {
		t.Errorf("most frequent: %+v", got.ByType[0])
	}
}
