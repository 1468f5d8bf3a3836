package facts_test

import (
	"errors"
	"strings"
	"testing"

	"fulcrum/compare/facts"
)

const header = "service,dimension,region,unit,tiers,source,as-of\n"

func TestPriceBookIsLaidOverOurs(t *testing.T) {
	ours := facts.Default()
	book, err := ours.With(strings.NewReader(
		"region,service,dimension,unit,tiers,free,source,as-of,note\n" + // any order
			"eu-west-1,http-api,requests,request,\"0.0000009@1000000,0.0000008\",500,private offer,2026-11-01,until 2027\n" +
			"ap-northeast-1,http-api,requests,request,0.00000129,,AWS pricing page,2026-11-01,\n" +
			"eu-west-1,ec2,m8g.large-hours,hour,0.1,,AWS pricing page,2026-11-01,\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := book.Price("http-api", "requests", "eu-west-1")
	if err != nil || facts.FormatTiers(p.Tiers) != "0.0000009@1000000,0.0000008" || p.Free != 500 ||
		p.Confidence != facts.OwnBook || p.Source != "private offer" || p.Note != "until 2027" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := book.Price("http-api", "requests", "ap-northeast-1"); err != nil {
		t.Error(err)
	}
	if _, err := book.Price("ec2", "m8g.large-hours", "eu-west-1"); err != nil {
		t.Error(err)
	}
	if p, _ := book.Price("http-api", "requests", "us-east-1"); p.Confidence != facts.SourcedPriceList {
		t.Errorf("us-east-1 was not ours any more: %+v", p)
	}
	if p, _ := ours.Price("http-api", "requests", "eu-west-1"); p.Confidence == facts.OwnBook {
		t.Error("the book it was laid over has changed")
	}
	if _, known := ours.Unit("ec2", "m8g.large-hours"); known {
		t.Error("the book it was laid over has a new dimension")
	}
}

func TestPriceBookProblems(t *testing.T) {
	for _, x := range []struct {
		name, book string
		want       []string
	}{
		{"empty", "", []string{"1:1: the file is empty"}},
		{"no rows", header, nil},
		{"byte order mark", "\ufeff" + header, nil},
		{"columns", "service,dimensions,region,unit,tiers,source,source\n", []string{
			`1:9: unknown column "dimensions" (did you mean dimension?)`, `column "source" is there twice`,
			`column "dimension" is missing`, `column "as-of" is missing`,
		}},
		{"per million", header + "http-api,requests,eu-west-1,1M requests,1.11,page,2026-11-01\n", []string{
			`2:29: unknown unit "1M requests" for http-api requests; its price is per request`,
		}},
		{"names", header + "http-ap,requests,eu-west-1,request,1,page,2026-11-01\nhttp-api,reqests,eu-west-1,request,1,page,2026-11-01\n", []string{
			`2:1: unknown service "http-ap" (did you mean http-api?)`, `3:10: unknown dimension of http-api "reqests" (did you mean requests?)`,
		}},
		{"prices", header + "sqs,fifo-requests,eu-west-1,request,-1,p,2026-11-01\nsqs,fifo-requests,a,request,NaN,p,2026-11-01\n" +
			"sqs,fifo-requests,b,request,1e999,p,2026-11-01\nsqs,fifo-requests,c,request,,p,2026-11-01\n" +
			"sqs,fifo-requests,d,request,\"1@2,1@2,1\",p,2026-11-01\nsqs,fifo-requests,e,request,\"1,2\",p,2026-11-01\n", []string{
			`2:37: tiers: price "-1" is negative`, `tiers: price "NaN" is not a finite number`, `tiers: price "1e999" is too large`,
			"tiers: price is empty", "tier end 2 does not exceed the one before it, 2", `tier "1" must say how far it goes`,
		}},
		{"twice", header + strings.Repeat("sqs,fifo-requests,eu-west-1,request,1,p,2026-11-01\n", 2), []string{"3:1: sqs/fifo-requests@eu-west-1 is there twice"}},
		{"date", header + "sqs,fifo-requests,eu-west-1,request,1,p,yesterday\n", []string{`as-of "yesterday" is not a day: write it as 2026-10-02`}},
		{"quote", header + "sqs,\"fifo\n", []string{`extraneous or missing " in quoted-field`}},
		{"binary", "\x00\xff\xfe", []string{"unknown column"}},
	} {
		_, err := facts.Default().With(strings.NewReader(x.book))
		var problems facts.Problems
		if (err != nil) != (len(x.want) > 0) || err != nil && !errors.As(err, &problems) {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		for _, w := range x.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s:\n%v\nlacks %s", x.name, err, w)
			}
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "sqs,\n"[i%5]
	}
	return len(p), nil
}

func TestPriceBookIsBounded(t *testing.T) {
	_, err := facts.Default().With(endless{})
	if err == nil || strings.Count(err.Error(), "\n") > 60 {
		t.Errorf("an endless file: %v", err)
	}
	_, err = facts.Default().With(strings.NewReader(header + strings.Repeat("x\n", 10_000)))
	var problems facts.Problems
	if !errors.As(err, &problems) || len(problems) > 60 {
		t.Errorf("%d problems", len(problems))
	}
}

// Whatever a price book holds, it is read or refused with places, and what was
// read can be used.
func FuzzPriceBook(f *testing.F) {
	f.Add(header + "http-api,requests,eu-west-1,request,\"0.1@5,0.2\",page,2026-11-01\n")
	f.Add("service,dimension\n\"")
	f.Add("\xef\xbb\xbf" + header)
	f.Fuzz(func(t *testing.T, text string) {
		book, err := facts.Default().With(strings.NewReader(text))
		if err != nil {
			var problems facts.Problems
			if !errors.As(err, &problems) || len(problems) == 0 || problems[0].Line < 1 {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		for _, p := range book.Prices() {
			if again, err := facts.ParseTiers(facts.FormatTiers(p.Tiers)); err != nil || len(again) != len(p.Tiers) {
				t.Fatalf("%s: %v, %v", p.ID(), p.Tiers, err)
			}
		}
	})
}
