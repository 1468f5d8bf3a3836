package price

var scheduler = Service{
	Name:   "scheduler",
	About:  "Invocations by EventBridge Scheduler.",
	Inputs: []Input{{Name: "invocations", Unit: "invocations", Required: true}},
	meter:  func(u usage, b *bill) { b.perRequest("invocations", u.n("invocations")) },
}
