package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// priced runs fulcrum with words and returns what it wrote.
func priced(t *testing.T, words ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	c := root()
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(words)
	err := c.Execute()
	return out.String(), err
}

func TestPriceText(t *testing.T) {
	got, err := priced(t, "price", "alb", "lambda-gb-per-hour=0.03", "public-ipv4=2", "--region", "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	want := `alb, eu-west-1                                   $26.13 a month

  load-balancer-hours  730 hours × $0.0252       $18.40  fixed  [1]
  lcu-hours            54.75 LCU-hours × $0.008   $0.44         [1]
  public-ipv4-hours    1,460 hours × $0.005       $7.30  fixed  [1]

  [1] `
	if !strings.HasPrefix(got, want) || !strings.Contains(got, "; read 2026-08-16 (sourced-pricelist)\n") {
		t.Errorf("got\n%s\nwant\n%s…", got, want)
	}
}

func TestPriceJSON(t *testing.T) {
	text, err := priced(t, "price", "sqs", "requests=1234567", "--format", "json", "--set", "standard-requests=0@1000000,0.0000004")
	if err != nil {
		t.Fatal(err)
	}
	var bill struct {
		Service, Region string
		Lines           []map[string]any
		Total           float64 `json:"usd_total"`
	}
	if err := json.Unmarshal([]byte(text), &bill); err != nil {
		t.Fatal(err)
	}
	if bill.Service != "sqs" || bill.Region != "eu-west-1" || len(bill.Lines) != 2 || bill.Total != 234567*0.0000004 {
		t.Errorf("%+v", bill)
	}
	keys := []string{"as_of", "confidence", "dimension", "quantity", "source", "unit", "usd", "usd_per_unit"}
	for _, line := range bill.Lines {
		var got []string
		for k := range line {
			got = append(got, k)
		}
		slices.Sort(got)
		if !slices.Equal(got, keys) {
			t.Errorf("fields %v, want %v", got, keys)
		}
	}
}

func TestPriceReportsAllProblemsAtOnce(t *testing.T) {
	_, err := priced(t, "price", "lambda", "requests=3M", "arh=x", "--set", "foo=1", "--set", "requests=1@2", "--format", "yaml")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`unknown format "yaml"`, `requests: "3M" has an unknown unit "M"`, `unknown input of lambda "arh"`,
		"duration-ms is required", "memory-mb is required", `unknown dimension of lambda "foo"`,
		`--set requests: the last tier "1@2" must be open`,
	} {
		if strings.Count(err.Error(), want) != 1 {
			t.Errorf("%q is not said once in\n%v", want, err)
		}
	}
}

func TestPriceWithAPriceBook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.csv")
	write := func(text string) {
		if err := os.WriteFile(path, []byte("service,dimension,region,unit,tiers,source,as-of\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("http-api,requests,ap-northeast-1,request,0.00000129,AWS pricing page,2026-11-01\n")
	got, err := priced(t, "price", "http-api", "requests=1e6", "--region", "ap-northeast-1", "--prices", path)
	if err != nil || !strings.Contains(got, "$1.29") || !strings.Contains(got, "AWS pricing page; read 2026-11-01 (price-book)") {
		t.Errorf("%s, %v", got, err)
	}
	write("http-api,requests,ap-northeast-1,1M requests,1.29,AWS pricing page,2026-11-01\nx,y,z,u,1,s,2026-11-01\n")
	_, err = priced(t, "price", "http-api", "requests=1", "--prices", path)
	if err == nil || !strings.HasPrefix(err.Error(), path+`:2:34: unknown unit "1M requests"`) || !strings.Contains(err.Error(), "\n"+path+`:3:1: unknown service "x"`) {
		t.Errorf("%v", err)
	}
	if _, err := priced(t, "price", "http-api", "requests=1", "--prices", path+".none"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("%v", err)
	}
}

func TestPriceWithoutAServiceListsThem(t *testing.T) {
	got, err := priced(t, "price")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"lambda\n", "memory-mb=", "required", "arch=arm64", "or x86_64", "websocket-api\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestFacts(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	list := func(f factsFlags) (string, error) {
		var out strings.Builder
		f.format = "text"
		err := runFacts(&out, f, now)
		return out.String(), err
	}
	fresh, err := list(factsFlags{service: "http-api", region: "eu-west-1", stale: "51d"})
	if err != nil || strings.Contains(fresh, "http-api requests") {
		t.Errorf("a price of 2026-10-04 is not older than 51 days: %s %v", fresh, err)
	}
	old, err := list(factsFlags{service: "http-api", region: "eu-west-1", stale: "50d"})
	if err != nil || !strings.Contains(old, "http-api requests  eu-west-1  2026-10-04") {
		t.Errorf("%s %v", old, err)
	}
	if none, err := list(factsFlags{service: "http-api", fromMemory: true}); err != nil || none != "no fact matches\n" {
		t.Errorf("%s %v", none, err)
	}
	_, err = list(factsFlags{service: "htp-api", stale: "half a year"})
	if err == nil || !strings.Contains(err.Error(), `--stale "half a year" is not a number of days`) || !strings.Contains(err.Error(), "did you mean http-api?") {
		t.Errorf("%v", err)
	}
}

func TestFactsJSON(t *testing.T) {
	text, err := priced(t, "facts", "--service", "http-api", "--region", "eu-west-1", "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Prices []struct {
			Tiers []struct {
				UpTo *float64 `json:"up_to"`
				USD  float64  `json:"usd"`
			}
			AsOf string `json:"as_of"`
		}
		Quotas, Features []map[string]any
		SLAs             []map[string]any
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Prices) != 1 || len(got.Prices[0].Tiers) != 2 || *got.Prices[0].Tiers[0].UpTo != 300e6 || got.Prices[0].Tiers[1].UpTo != nil ||
		got.Prices[0].AsOf != "2026-10-04" || len(got.Quotas) == 0 || len(got.Features) == 0 || len(got.SLAs) != 0 {
		t.Errorf("%s", text)
	}
}
