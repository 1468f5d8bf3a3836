package price

var ecr = Service{
	Name:   "ecr",
	About:  "Storage of private repositories.",
	Inputs: []Input{{Name: "storage-gb", Unit: "GB", Required: true}},
	meter:  func(u usage, b *bill) { b.fixed("storage-gb", u.n("storage-gb")) },
}
