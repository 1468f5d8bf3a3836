package design

// SecondsPerMonth is a month of 730 hours, the month of AWS's price examples.
const SecondsPerMonth = 730 * 3600

// Load is the demand of one column, spread over the system's parts. Rates are per
// second; everything else is per month.
type Load struct {
	Column Column
	Users  float64
	// PeakFactor is the busiest second's rate over the mean rate.
	PeakFactor float64
	// Operations are in the order of Design.Operations.
	Operations []OperationLoad
	// Requests is the number of calls, Reads those of queries, Writes those of
	// commands.
	Requests, Reads, Writes float64
	// AverageRPS and PeakRPS are the rates of all calls.
	AverageRPS, PeakRPS float64
	// BytesIn and BytesOut are the sizes of all requests and responses.
	BytesIn, BytesOut float64
	// Connections is the number of connections that clients open.
	Connections float64
	// Events are in the order of the process, EventCount is their sum.
	Events     []EventLoad
	EventCount float64
	// Consumers are in the file's order, Deliveries is the number of events handed
	// to all of them: one event counts once for each of its consumers.
	Consumers  []ConsumerLoad
	Deliveries float64
	// Written counts the items written.
	Written Written
	// LogBytes is what calls and handled events write to the log.
	LogBytes float64
}

// OperationLoad is the demand for one operation.
type OperationLoad struct {
	Operation
	Calls               float64
	AverageRPS, PeakRPS float64
	BytesIn, BytesOut   float64
}

// EventLoad is how often an event is raised, and the bytes of it.
type EventLoad struct {
	Event
	Count, TotalBytes float64
}

// ConsumerLoad is what a consumer handles.
type ConsumerLoad struct {
	Consumer
	// Deliveries is the number of events, ReadModelItems the items written for them.
	Deliveries, ReadModelItems float64
}

// Written counts the items written in a month, by what they are. All but the read
// models' are written in a command's transaction.
type Written struct{ Aggregates, Events, IdempotencyKeys, ReadModels float64 }

// Transacted is the number of items written in transactions.
func (w Written) Transacted() float64 { return w.Aggregates + w.Events + w.IdempotencyKeys }

// Load works out the demand at a column. Every command is taken to succeed, to
// raise each of its events with the event's share, and to keep one answer under
// its idempotency key.
func (d *Design) Load(column Column) Load {
	c := d.Capacity
	l := Load{Column: column, Users: c.Users[column], PeakFactor: c.PeakFactor}
	for _, o := range d.Operations() {
		calls := l.Users * c.Actions[o.Name]
		size := c.Payloads[o.Name]
		l.Operations = append(l.Operations, OperationLoad{
			Operation: o, Calls: calls,
			AverageRPS: calls / SecondsPerMonth, PeakRPS: calls / SecondsPerMonth * c.PeakFactor,
			BytesIn: calls * size.RequestBytes, BytesOut: calls * size.ResponseBytes,
		})
		l.Requests += calls
		l.BytesIn += calls * size.RequestBytes
		l.BytesOut += calls * size.ResponseBytes
		if o.Kind == QueryKind {
			l.Reads += calls
			continue
		}
		l.Writes += calls
		l.Written.Aggregates += calls * o.ItemsWritten
		l.Written.IdempotencyKeys += calls
		for _, e := range o.Events {
			count := calls * e.Share
			l.Events = append(l.Events, EventLoad{Event: e, Count: count, TotalBytes: count * e.Bytes})
			l.EventCount += count
		}
	}
	l.Written.Events = l.EventCount
	for _, consumer := range d.Consumers {
		handled := 0.0
		for _, e := range l.Events {
			if consumer.handles(e.Name) {
				handled += e.Count
			}
		}
		items := handled * consumer.ItemsWritten
		l.Consumers = append(l.Consumers, ConsumerLoad{Consumer: consumer, Deliveries: handled, ReadModelItems: items})
		l.Deliveries += handled
		l.Written.ReadModels += items
	}
	l.AverageRPS = l.Requests / SecondsPerMonth
	l.PeakRPS = l.AverageRPS * c.PeakFactor
	l.LogBytes = (l.Requests + l.Deliveries) * c.LogBytes
	if c.CallsPerSession > 0 {
		l.Connections = l.Requests / c.CallsPerSession
	}
	return l
}

// Live is how many of what commands create are still read at a time.
func (d *Design) Live(l Load) float64 {
	live := 0.0
	for _, o := range l.Operations {
		if o.Kind == CommandKind && o.ItemsRead == 0 {
			live += o.Calls * d.Aggregate(o.Aggregate).ReadDays / (SecondsPerMonth / 86400)
		}
	}
	return live
}

// Answers is how many different answers a query has that is alike for everybody: one
// for each item that is still read, or for each page of them.
func (d *Design) Answers(l Load, o OperationLoad) int {
	live := d.Live(l)
	if o.ReadModel != "" && o.ItemsRead > 1 {
		live /= o.ItemsRead
	}
	return int(max(1, live))
}

// Shared reports whether everybody gets the same answer to an operation.
func (o OperationLoad) Shared() bool { return o.Kind == QueryKind && o.Route.Public }
