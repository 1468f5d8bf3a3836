package design

import (
	"fmt"
	"slices"
	"strings"
)

// Data classes that every design has, because every system keeps such data
// beside its aggregates.
const (
	ReadModels = "read-models" // what consumers keep for queries
	Events     = "events"      // the bus, its archive, the queues
	People     = "people"      // who may sign in
	Telemetry  = "telemetry"   // logs and alarms
	Content    = "content"     // files served to browsers
)

// check reports what is wrong between parts of the design. A part that is missing
// or wrong in itself is reported already and is passed over here.
func (r *reader) check(d *Design) {
	r.checkPlaces(d)
	r.checkServices(d)
	r.checkData(d)
	r.checkOperations(d)
	r.checkRoutes(d)
	r.checkEvents(d)
	r.checkCapacity(d)
	r.checkServiceLevels(d)
}

// known reports a name at a place that is none of the known ones. Where one of
// those could not be read, it might be the one meant, and nothing is reported.
func (r *reader) known(place *string, what, plural string, names []string) {
	if *place != "" && !slices.Contains(names, *place) && !slices.Contains(names, "") {
		r.problemAt(place, allowed(plural, *place, names), "unknown %s %s", what, quoted(*place))
	}
}

// unique reports a name that was given to something of the kind before.
func (r *reader) unique(seen map[string]bool, place *string, what string) {
	if *place != "" && seen[*place] {
		r.problemAt(place, "give it a name of its own", "%s %s is there twice", what, quoted(*place))
	}
	seen[*place] = true
}

// checkServices holds every named service against the subdomains.
func (r *reader) checkServices(d *Design) {
	services := d.Services()
	if slices.ContainsFunc(d.Subdomains, func(s Subdomain) bool { return s.Services == nil }) {
		services = append(services, "")
	}
	seen := map[string]bool{}
	for i := range d.Subdomains {
		s := &d.Subdomains[i]
		for j := range s.Services {
			if v := s.Services[j]; seen[v] && slices.Index(s.Services, v) == j && v != "" {
				r.problemAt(&s.Services[j], "a service belongs to one subdomain", "service %s is in another subdomain too", quoted(v))
			}
		}
		for _, v := range s.Services {
			seen[v] = true
		}
	}
	for i := range d.Aggregates {
		r.known(&d.Aggregates[i].Service, "service", "services", services)
	}
	for i := range d.Process {
		r.known(&d.Process[i].Service, "service", "services", services)
	}
	for i := range d.Queries {
		r.known(&d.Queries[i].Service, "service", "services", services)
	}
	for i := range d.Consumers {
		r.known(&d.Consumers[i].Name, "service", "services", services)
	}
}

// checkData holds data classes against the Region, the law and their users.
func (r *reader) checkData(d *Design) {
	var classes []string
	for i := range d.DataClasses {
		c := &d.DataClasses[i]
		classes = append(classes, c.Name)
		if d.Region != "" && len(c.Residency) > 0 && !slices.Contains(c.Residency, d.Region) && !slices.Contains(c.Residency, "") {
			r.problemAt(&c.Residency, "add "+d.Region+", or choose another region for the system",
				"data class %s may not rest in the system's Region %s", c.Name, d.Region)
		}
		if c.Personal && c.Erasure == "never" {
			r.problemAt(&c.Erasure, "allowed: on-request, on-expiry", "personal data class %s is never erased", c.Name)
		}
		if c.TierAfterDays > c.RetentionDays && c.RetentionDays > 0 {
			r.problemAt(&c.TierAfterDays, fmt.Sprintf("allowed: 1 days to %d days", c.RetentionDays), "data class %s expires before it moves to a colder class", c.Name)
		}
	}
	for _, class := range []string{ReadModels, Events, People, Telemetry, Content} {
		if r.has(&d.DataClasses) && !slices.Contains(classes, class) {
			r.problemAt(&d.DataClasses, "every system has "+strings.Join([]string{ReadModels, Events, People, Telemetry, Content}, ", "), "data class %s is missing", class)
		}
	}
	for i := range d.Aggregates {
		a := &d.Aggregates[i]
		r.known(&a.DataClass, "data class", "data classes", classes)
		for j := range a.Entities {
			r.checkFields(a.Entities[j].Fields, d.DataClass(a.DataClass))
		}
	}
}

// checkFields holds fields against their bounds and the data class they are kept in.
func (r *reader) checkFields(fields []Field, class DataClass) {
	for i := range fields {
		f := &fields[i]
		if f.Personal && class.Name != "" && !class.Personal {
			r.problemAt(&f.Name, "make the data class personal, or leave the field out", "personal field %s is kept in data class %s, which is not personal", f.Name, class.Name)
		}
		bounded := f.Type == "string" || f.Type == "integer" || f.Type == "ids"
		switch {
		case f.Type == "":
		case !bounded && f.Min != nil:
			r.problemAt(&f.Min, "bounds go with string, integer and ids", "a field of type %s has no min", f.Type)
		case !bounded && f.Max != nil:
			r.problemAt(&f.Max, "bounds go with string, integer and ids", "a field of type %s has no max", f.Type)
		case f.Type != "integer" && f.Min != nil && *f.Min < 0:
			r.problemAt(&f.Min, "allowed: 0 and more", "a length cannot be %d", *f.Min)
		case f.Type != "integer" && f.Max != nil && *f.Max < 1:
			r.problemAt(&f.Max, "allowed: 1 and more", "a length cannot be %d at most", *f.Max)
		case f.Min != nil && f.Max != nil && *f.Min > *f.Max:
			r.problemAt(&f.Max, "allowed: min and more", "max %d is less than min %d", *f.Max, *f.Min)
		}
		if len(f.OneOf) > 0 && f.Type != "string" && f.Type != "" {
			r.problemAt(&f.OneOf, "make the field a string", "a field of type %s has no one-of", f.Type)
		}
	}
}
