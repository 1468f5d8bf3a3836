package workload

// serverZones is how many Availability Zones servers are in; 0 for all of the
// network's. The load balancer spans two in any case, because it must, and its nodes
// hand requests across: what crosses between them and their targets is free.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
func (w *workload) serverZones() int {
	if w.Blueprint["availability"] == "single-az" {
		return 1
	}
	return 0
}
