package facts

import (
	"io/fs"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// The files hold what the book promises: every fact dated, sourced and in one
// form. Ids are unique or the files would not load.
func TestDataIsSound(t *testing.T) {
	b := Default()
	if p, q, s, f := len(b.Prices()), len(b.Quotas()), len(b.SLAs()), len(b.Features()); p < 600 || q < 159 || s < 30 || f < 90 {
		t.Errorf("%d prices, %d quotas, %d SLAs, %d features: some are lost", p, q, s, f)
	}
	name := regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	region := regexp.MustCompile(`^(global|edge-(na|eu)|[a-z]{2}-[a-z]+-\d)$`)
	for _, p := range b.Prices() {
		checkOrigin(t, p.ID(), p.Origin)
		if !name.MatchString(p.Service) || !name.MatchString(p.Dimension) || !region.MatchString(p.Region) {
			t.Errorf("%s: not in the form service/dimension@Region", p.ID())
		}
		below := 0.0
		for i, tier := range p.Tiers {
			if tier.UpTo <= below || tier.USD < 0 || math.IsNaN(tier.USD) || tier.Open() != (i == len(p.Tiers)-1) {
				t.Errorf("%s: tiers %v", p.ID(), p.Tiers)
			}
			if tier.USD == 0 && len(p.Tiers) > 1 {
				t.Errorf("%s: a free tier belongs in the column free", p.ID())
			}
			below = tier.UpTo
		}
	}
	for _, q := range b.Quotas() {
		checkOrigin(t, q.ID, q.Origin)
		if q.Value <= 0 || !region.MatchString(q.Region) {
			t.Errorf("%s@%s: %v", q.ID, q.Region, q.Value)
		}
	}
	for _, s := range b.SLAs() {
		checkOrigin(t, s.ID, s.Origin)
		if s.Percent < 95 && s.Percent != 0 || s.Percent > 100 { // 0: nothing is promised
			t.Errorf("%s: %v %%", s.ID, s.Percent)
		}
	}
	for _, f := range b.Features() {
		checkOrigin(t, f.Service+" "+f.ID, f.Origin)
	}
}

func checkOrigin(t *testing.T, id string, o Origin) {
	t.Helper()
	day, err := time.Parse(time.DateOnly, o.AsOf)
	if err != nil || day.Year() < 2019 || o.AsOf > "2026-11-28" {
		t.Errorf("%s: as of %q", id, o.AsOf)
	}
	if len(o.Source) < 8 || o.Source != strings.TrimSpace(o.Source) {
		t.Errorf("%s: source %q", id, o.Source)
	}
	if !slices.Contains(confidences, o.Confidence) || o.Confidence == OwnBook {
		t.Errorf("%s: confidence %q", id, o.Confidence)
	}
}

// A file is named for the one service whose prices it holds.
func TestOneFileForEachService(t *testing.T) {
	names, err := fs.Glob(data, "data/prices/*.csv")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var services []string
	for _, n := range names {
		service := strings.TrimSuffix(strings.TrimPrefix(n, "data/prices/"), ".csv")
		services = append(services, service)
		text, err := fs.ReadFile(data, n)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
			if !strings.HasPrefix(line, service+",") {
				t.Errorf("%s:%d: not of %s", n, i+2, service)
			}
		}
	}
	if !slices.Equal(services, Default().Services()) {
		t.Errorf("files %v, services %v", services, Default().Services())
	}
}

// Figures that the comparison stands on, as read from the price list.
func TestKnownFigures(t *testing.T) {
	b := Default()
	for _, x := range []struct{ service, dimension, region, tiers string }{
		{"rest-api", "requests", "us-east-1", "0.0000035@333000000,0.0000028@1000000000,0.00000238@20000000000,0.00000151"},
		{"http-api", "requests", "eu-west-1", "0.00000111@300000000,0.000001"},
		{"http-api", "requests", "eu-central-1", "0.0000012@300000000,0.00000108"},
		{"alb", "load-balancer-hours", "eu-west-1", "0.0252"},
		{"alb", "lcu-hours", "us-east-1", "0.008"},
		{"lambda", "duration-arm64", "eu-central-1", "0.0000133334@7500000000,0.0000120001@18750000000,0.0000106667"},
		{"dynamodb", "write-units", "eu-central-1", "0.0000007625"},
		{"route53", "hosted-zones", "eu-west-1", "0.5@25,0.1"},
		{"cognito", "lite-mau", "us-east-1", "0.0055@100000,0.0046@1000000,0.00325@10000000,0.0025"},
	} {
		p, err := b.Price(x.service, x.dimension, x.region)
		if err != nil || FormatTiers(p.Tiers) != x.tiers {
			t.Errorf("%s %s %s: %s, %v", x.service, x.dimension, x.region, FormatTiers(p.Tiers), err)
		}
	}
	for region, want := range map[string]float64{"us-east-1": 10000, "eu-west-1": 10000, "eu-central-1": 2400} {
		if q, err := b.Quota("eventbridge/put-events", region); err != nil || q.Value != want {
			t.Errorf("PutEvents in %s: %v, %v", region, q.Value, err)
		}
	}
	if q, err := b.Quota("kms/symmetric", "ap-south-1"); err != nil || q.Value != 10000 {
		t.Errorf("KMS elsewhere: %v, %v", q.Value, err)
	}
	if s, err := b.SLA("lambda"); err != nil || s.Availability() != 0.9995 {
		t.Errorf("Lambda SLA: %v, %v", s, err)
	}
	if f, err := b.Feature("http-api", "waf"); err != nil || f.Status != "no" {
		t.Errorf("WAF on HTTP APIs: %v, %v", f, err)
	}
}

func TestUnknownFactsNameTheWayOut(t *testing.T) {
	b := Default()
	_, price := b.Price("http-api", "requests", "ap-northeast-1")
	_, dimension := b.Price("http-api", "request", "eu-west-1")
	_, service := b.Price("httpapi", "requests", "eu-west-1")
	_, quota := b.Quota("lambda/concurrency", "eu-west-1")
	_, elsewhere := b.Quota("eventbridge/put-events", "ap-south-1")
	_, sla := b.SLA("lamda")
	_, feature := b.Feature("http-api", "wafs")
	for _, x := range []struct {
		err  error
		want string
	}{
		{price, "no price for http-api requests in ap-northeast-1; add it to a price book and pass --prices FILE"},
		{dimension, `unknown dimension of http-api "request" (did you mean requests?); known: requests`},
		{service, `unknown priced service "httpapi" (did you mean http-api?)`},
		{quota, `unknown quota "lambda/concurrency"`},
		{elsewhere, "no quota eventbridge/put-events in ap-south-1"},
		{sla, `unknown SLA "lamda" (did you mean lambda?)`},
		{feature, `unknown feature "http-api wafs" (did you mean http-api waf?)`},
	} {
		if x.err == nil || !strings.Contains(x.err.Error(), x.want) {
			t.Errorf("%v, want %s", x.err, x.want)
		}
	}
}

// A file that is wrong is refused with each thing that is wrong, in place.
func TestLoadFindsEveryProblem(t *testing.T) {
	good := fstest.MapFS{
		"data/prices/x.csv": {Data: []byte("service,dimension,region,unit,tiers,source,as-of,confidence\nx,y,global,hour,1,somebody,2026-01-02,memory\n")},
		"data/quotas.csv":   {Data: []byte(strings.Join(quotaColumns, ",") + "\nx/y,n,global,1,u,yes,s,2026-01-02,memory,\n")},
		"data/slas.csv":     {Data: []byte(strings.Join(slaColumns, ",") + "\nx,n,99.9,s,2026-01-02,memory,\n")},
		"data/features.csv": {Data: []byte(strings.Join(featureColumns, ",") + "\nx,y,n,yes,,,s,2026-01-02,memory,\n")},
	}
	if _, err := load(good); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		file, row string
		want      []string
	}{
		{"data/prices/x.csv", "x,y,global,hour,1,somebody,2026-01-02,memory", []string{"3:1: x/y@global is there twice"}},
		{"data/prices/x.csv", "x,y,us-east-1,day,2@1,,2026-13-02,rumour", []string{
			"3:19: tiers: the last tier", "3:23: source is empty", `3:24: as-of "2026-13-02" is not a day`,
			`3:35: unknown confidence "rumour"`, `unit "day" differs from "hour"`,
		}},
		{"data/prices/x.csv", "x,z,global,hour,-1,s,2026-01-02,", []string{`price "-1" is negative`, `unknown confidence ""`}},
		{"data/prices/x.csv", "x,z", []string{"2 fields, want 8"}},
		{"data/quotas.csv", "xy,n,global,many,u,maybe,s,2026-01-02,memory,", []string{
			`value "many" is not a number`, `unknown adjustable "maybe"`, `id "xy" has no service`,
		}},
		{"data/slas.csv", "y,n,101,s,2026-01-02,memory,", []string{"percent 101 exceeds 100"}},
		{"data/features.csv", "x,z,n,perhaps,,,s,2026-01-02,memory,", []string{`unknown status "perhaps"`}},
	} {
		files := fstest.MapFS{}
		for name, f := range good {
			files[name] = f
		}
		files[x.file] = &fstest.MapFile{Data: append(slices.Clone(good[x.file].Data), x.row+"\n"...)}
		_, err := load(files)
		if err == nil || !strings.HasPrefix(err.Error(), x.file+": ") {
			t.Errorf("%s + %q: %v", x.file, x.row, err)
			continue
		}
		for _, w := range x.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s + %q:\n%v\nlacks %s", x.file, x.row, err, w)
			}
		}
	}
}
