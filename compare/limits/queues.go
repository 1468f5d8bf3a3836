package limits

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
)

// edgeRate is what the busiest distribution is asked: the quota is a distribution's.
func edgeRate(m *measure) (demand, bool) {
	return m.busiest("requests/s of distribution", "cloudfront", "https-requests", "AWS::CloudFront::Distribution")
}

// cacheUnits is what the busiest serverless cache works in a second.
func cacheUnits(m *measure) (demand, bool) {
	d, ok := m.busiest("processing units/s of cache", "valkey-serverless", "ecpu", "AWS::ElastiCache::ServerlessCache")
	if !ok {
		d, ok = m.busiest("processing units/s of cache", "redis-serverless", "ecpu", "AWS::ElastiCache::ServerlessCache")
	}
	return d, ok
}

// cacheSlot is cacheUnits as if one key were asked for everything, which is the most
// that a slot can be asked for.
func cacheSlot(m *measure) (demand, bool) {
	d, ok := cacheUnits(m)
	d.formula += ", as if all were for one slot"
	return d, ok
}

// busiest is the resource of a type that uses most of a service's dimension.
func (m *measure) busiest(what, service, dimension, kind string) (demand, bool) {
	var most demand
	found := false
	for _, r := range m.stack.OfType(kind) {
		monthly, ok := m.bill.Quantity(r.ID, service, dimension)
		if rate := m.peak(monthly); ok && (!found || rate > most.value) {
			most, found = demand{rate, fmt.Sprintf("%s %s %s in the busiest second", text(rate), what, r.ID), at(r)}, true
		}
	}
	return most, found
}

// requestsOfMessage are sending, receiving and deleting it, each an action with a quota
// of its own.
const requestsOfMessage = 3

// fifoRate is how often the busiest queue in order is called in a second for one
// action. Throughput is high where the quota is a message group's.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
func fifoRate(high bool) func(m *measure) (demand, bool) {
	return func(m *measure) (demand, bool) {
		var most demand
		found := false
		for _, r := range m.stack.OfType("AWS::SQS::Queue") {
			if !r.Flag("FifoQueue") || (r.Text("FifoThroughputLimit") == "perMessageGroupId") != high {
				continue
			}
			if rate := m.peak(m.messages(r)); rate > most.value {
				most, found = demand{rate, fmt.Sprintf("%s messages/s of queue %s in the busiest second, one to a call", text(rate), r.ID), at(r)}, true
			}
		}
		return most, found
	}
}

// messages is how many a queue carries in a month: what is fixed are pollers that find
// nothing.
func (m *measure) messages(queue *assembly.Resource) float64 {
	requests := 0.0
	for _, item := range m.bill.Items {
		for _, u := range item.Usages {
			if item.ID == queue.ID && u.Service == "sqs" && !u.Fixed {
				requests += u.Inputs["requests"].Number
			}
		}
	}
	return requests / requestsOfMessage
}

// refreshDays is how long Cognito lets a client stay signed in that does not say.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpoolclient.html
const refreshDays = 30

// signIns is how often users sign in: each anew whenever the refresh token that the
// clients get is over, and once a month at least, but no more often than a session
// begins.
func signIns(m *measure) (demand, bool) {
	pools := m.stack.OfType("AWS::Cognito::UserPool")
	if len(pools) == 0 {
		return demand{}, false
	}
	days, e := float64(refreshDays), at(pools[0])
	perDay := map[string]float64{"": 1, "days": 1, "hours": 24, "minutes": 24 * 60, "seconds": 24 * 60 * 60}
	for _, c := range m.stack.OfType("AWS::Cognito::UserPoolClient") {
		if n, ok := c.Number("RefreshTokenValidity"); ok && n > 0 {
			days, e = n/perDay[c.Text("TokenValidityUnits", "RefreshToken")], append(e, evidence.Template(c.Path("RefreshTokenValidity"), c.Type))
		}
	}
	rate := m.peak(min(m.load.Users*max(1, refreshDays/days), max(m.load.Users, m.load.Connections)))
	return demand{rate, fmt.Sprintf("%s sign-ins/s in the busiest second: each user every %s days", text(rate), text(min(days, refreshDays))), e}, true
}
