package price

var ebs = Service{
	Name:  "ebs",
	About: "gp3 volumes: storage, and what exceeds the 3,000 IOPS and 125 MB/s that each volume includes.",
	Inputs: []Input{
		{Name: "volumes", Unit: "volumes", Default: 1},
		{Name: "gb", Unit: "GB", Required: true, About: "of each volume"},
		{Name: "iops", Unit: "IOPS", Default: 3000, Max: 80_000, About: "of each volume"},
		{Name: "mbps", Unit: "MB/s", Default: 125, Max: 2000, About: "of each volume"},
	},
	meter: func(u usage, b *bill) {
		volumes := u.n("volumes")
		b.fixed("gp3-gb", volumes*u.n("gb"))
		b.fixedIfAny("gp3-iops", volumes*(u.n("iops")-3000))
		b.fixedIfAny("gp3-mbps", volumes*(u.n("mbps")-125))
	},
}
