package price

// includedWCU and includedBodyKB are what a request's price includes: the AWS WAF
// developer guide.
const (
	includedWCU    = 1500
	includedBodyKB = 16
)

var waf = Service{
	Name:  "waf",
	About: "Web ACLs and rules by the month, requests, and what exceeds 1,500 capacity units or 16 KB of body.",
	Inputs: []Input{
		{Name: "acls", Unit: "web ACLs", Required: true},
		{Name: "rules", Unit: "rules", About: "of all web ACLs together, own rule groups included"},
		{Name: "managed-rule-groups", Unit: "rule groups", About: "of AWS, without a subscription"},
		{Name: "requests", Unit: "requests"},
		{Name: "wcu", Unit: "web ACL capacity units", Default: includedWCU, Max: 5000, About: "1,500 are included"},
		{Name: "body-kb", Unit: "KB", Default: includedBodyKB, Max: 64, About: "inspected of each body; 16 KB are included"},
		{Name: "bot-control", Words: []string{"none", "common", "targeted"}},
		{Name: "captcha-attempts", Unit: "attempts"},
		{Name: "challenges", Unit: "responses"},
	},
	meter: func(u usage, b *bill) {
		requests := u.n("requests")
		b.fixed("acls", u.n("acls"))
		b.fixed("rules", u.n("rules"))
		b.fixedIfAny("managed-rule-groups", u.n("managed-rule-groups"))
		b.perRequest("requests", requests)
		if over := u.n("wcu") - includedWCU; over > 0 {
			b.perRequest("requests-per-500-wcu", requests*chunks(over, 500))
		}
		if over := u.n("body-kb") - includedBodyKB; over > 0 {
			b.perRequest("requests-per-16-kb-body", requests*chunks(over, 16))
		}
		if level := u.w("bot-control"); level != "none" {
			b.fixed("bot-control", u.n("acls"))
			b.perRequest("bot-control-"+level+"-requests", requests)
		}
		b.perRequestIfAny("captcha-attempts", u.n("captcha-attempts"))
		b.perRequestIfAny("challenges", u.n("challenges"))
	},
}
