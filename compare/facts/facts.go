// Package facts holds what Fulcrum knows about AWS: prices with their tiers,
// quotas, service level agreements and features, each with its source, the date
// it was read and how far it can be trusted.
//
// The facts live in the CSV files under data/, which are their only home: edit
// them there. A Region without a price has none; nothing is guessed from its
// neighbours. A user's own price book is laid over ours with Book.With.
package facts

import (
	"encoding/json"
	"math"
)

// Confidence says where a fact comes from, and so how far it can be trusted.
type Confidence string

// The confidences, the most trustworthy first.
const (
	// SourcedAWS is an AWS page, AWS documentation or an AWS SDK model.
	SourcedAWS Confidence = "sourced-aws"
	// SourcedPriceList is a number of the AWS Price List, read by a third party.
	SourcedPriceList Confidence = "sourced-pricelist"
	// SourcedSecondary is a third party's page or repository.
	SourcedSecondary Confidence = "sourced-secondary"
	// Memory was found in no source: verify it before use.
	Memory Confidence = "memory"
	// OwnBook is a price of the user's own price book.
	OwnBook Confidence = "price-book"
	// SetByHand is a price given for one calculation.
	SetByHand Confidence = "set"
)

// confidences are those a fact in a file may have.
var confidences = []Confidence{SourcedAWS, SourcedPriceList, SourcedSecondary, Memory, OwnBook}

// Global is the Region of a price that is the same in every Region.
const Global = "global"

// Origin is what every fact carries about itself.
type Origin struct {
	Source string `json:"source"`
	// AsOf is the day the source was read, or dates itself, as 2006-01-02. A
	// source that names only a month counts from the month's first day.
	AsOf       string     `json:"as_of"`
	Confidence Confidence `json:"confidence"`
	Note       string     `json:"note,omitempty"`
}

// Price is what one unit of a dimension costs in a Region.
type Price struct {
	Service   string `json:"service"`   // for example "http-api"
	Dimension string `json:"dimension"` // for example "requests"
	Region    string `json:"region"`    // an AWS Region, an edge location group, or Global
	Unit      string `json:"unit"`      // the unit that is charged, in the singular: "request", "GB-month"
	// Tiers ascend and the last one is open. They count from zero, whatever is free.
	Tiers []Tier `json:"tiers"`
	// Free is the permanent free allowance in units a month and account. It is
	// never part of Tiers.
	Free float64 `json:"free,omitempty"`
	Origin
}

// ID names the price, for example "http-api/requests@eu-west-1".
func (p Price) ID() string { return p.Service + "/" + p.Dimension + "@" + p.Region }

// Tier is the price of the units beyond the tier before it.
type Tier struct {
	// UpTo is the last unit of a month at this price; +Inf in the last tier.
	UpTo float64
	// USD is the price of one unit in US dollars.
	USD float64
}

// Open reports whether the tier has no upper end.
func (t Tier) Open() bool { return math.IsInf(t.UpTo, 1) }

// MarshalJSON writes an open end as null.
func (t Tier) MarshalJSON() ([]byte, error) {
	var upTo *float64
	if !t.Open() {
		upTo = &t.UpTo
	}
	return json.Marshal(struct {
		UpTo *float64 `json:"up_to"`
		USD  float64  `json:"usd"`
	}{upTo, t.USD})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Tier) UnmarshalJSON(b []byte) error {
	var v struct {
		UpTo *float64 `json:"up_to"`
		USD  float64  `json:"usd"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	t.UpTo, t.USD = math.Inf(1), v.USD
	if v.UpTo != nil {
		t.UpTo = *v.UpTo
	}
	return nil
}

// Quota is a limit that AWS sets on an account in a Region, or on what its name says.
type Quota struct {
	ID      string  `json:"id"`      // for example "api-gateway/requests"
	Service string  `json:"service"` // the part of ID before the slash
	Name    string  `json:"name"`
	Region  string  `json:"region"` // a Region, or Global
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	// Adjustable is "yes" where AWS raises it on request, "no" where it does
	// not, "configurable" where the user sets it, "automatic" where it grows by
	// itself.
	Adjustable string `json:"adjustable"`
	Origin
}

// SLA is the monthly uptime AWS pays credits below. It is a contract's floor,
// not an expectation.
type SLA struct {
	ID      string  `json:"id"` // for example "alb/multi-az"
	Service string  `json:"service"`
	Name    string  `json:"name"`
	Percent float64 `json:"percent"` // for example 99.95
	Origin
}

// Availability is the SLA as a share of one, for example 0.9995.
func (s SLA) Availability() float64 { return s.Percent / 100 }

// Feature is something a service does or does not do.
type Feature struct {
	Service string `json:"service"`
	ID      string `json:"feature"` // for example "waf"
	Name    string `json:"name"`
	// Status is "yes", "no" or "limited".
	Status string `json:"status"`
	Detail string `json:"detail,omitempty"`
	Since  string `json:"since,omitempty"`
	Origin
}
