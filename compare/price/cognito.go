package price

var cognito = Service{
	Name:  "cognito",
	About: "Monthly active users by the user pool's tier, federated users and machine tokens.",
	Inputs: []Input{
		{Name: "mau", Unit: "users", Required: true, About: "who sign in to the pool itself or with a social login"},
		{Name: "tier", Words: []string{"essentials", "lite", "plus"}},
		{Name: "federated-mau", Unit: "users", About: "who sign in with SAML or OIDC"},
		{Name: "machine-tokens", Unit: "tokens", About: "of client credentials"},
		{Name: "machine-clients", Unit: "clients"},
	},
	meter: func(u usage, b *bill) {
		b.perRequest(u.w("tier")+"-mau", u.n("mau"))
		b.perRequestIfAny("federated-mau", u.n("federated-mau"))
		b.perRequestIfAny("machine-tokens", u.n("machine-tokens"))
		b.fixedIfAny("machine-clients", u.n("machine-clients"))
	},
}
