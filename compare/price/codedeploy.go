package price

var codeDeploy = Service{
	Name:  "codedeploy",
	About: "Deployments to EC2, Lambda and ECS, which are free, and updates of on-premises instances.",
	Inputs: []Input{
		{Name: "deployments", Unit: "deployments"},
		{Name: "on-premises-updates", Unit: "updates"},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("deployments", u.n("deployments"))
		b.perRequestIfAny("on-premises-updates", u.n("on-premises-updates"))
	},
}
