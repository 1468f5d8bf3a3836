package price

var kms = Service{
	Name:  "kms",
	About: "Customer managed keys by the month, and cryptographic requests.",
	Inputs: []Input{
		{Name: "keys", Unit: "keys", Required: true},
		{Name: "requests", Unit: "requests", About: "symmetric"},
		{Name: "rotations", Unit: "rotations", Max: 2, About: "of each key so far; each of the first two adds a key's price"},
		{Name: "asymmetric-requests", Unit: "requests", About: "RSA 3072 and 4096, ECC"},
		{Name: "rsa-2048-requests", Unit: "requests"},
	},
	meter: func(u usage, b *bill) {
		b.fixed("keys", u.n("keys")*(1+u.n("rotations")))
		b.perRequest("requests", u.n("requests"))
		b.perRequestIfAny("asymmetric-requests", u.n("asymmetric-requests"))
		b.perRequestIfAny("rsa-2048-requests", u.n("rsa-2048-requests"))
	},
}
