package capability

import (
	"fmt"
	"time"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
)

// algorithms are how a load balancer chooses, in words.
var algorithms = map[string]string{
	"round_robin":                "in turn",
	"least_outstanding_requests": "the one with the fewest requests under way",
	"weighted_random":            "at random",
}

// servers returns the first target group that is not of a function.
func (d *door) servers() (*assembly.Resource, bool) {
	for _, g := range d.stack.OfType("AWS::ElasticLoadBalancingV2::TargetGroup") {
		if g.Text("TargetType") != "lambda" {
			return g, true
		}
	}
	return nil, false
}

// setting returns an attribute of a target group; empty if it is not set.
func setting(group *assembly.Resource, key string) string {
	for _, a := range group.List("TargetGroupAttributes") {
		if assembly.Text(assembly.Dig(a, "Key")) == key {
			return assembly.Text(assembly.Dig(a, "Value"))
		}
	}
	return ""
}

// spoken answers whether clients call procedures of gRPC.
func spoken(d *door) Cell {
	c := onlyToServers(d)
	if g, ok := d.servers(); ok && c.Mark == Offered && g.Text("ProtocolVersion") == "GRPC" {
		return Cell{Mark: Yes, Text: "and nothing else", Evidence: []evidence.Item{evidence.Template(g.Path("ProtocolVersion"), "ProtocolVersion GRPC")}}
	}
	return c
}

// staying answers whether clients stay with a server.
func staying(d *door) Cell {
	c := onlyToServers(d)
	if g, ok := d.servers(); ok && c.Mark == Offered && setting(g, "stickiness.enabled") == "true" {
		text := "by a cookie"
		if s, err := time.ParseDuration(setting(g, "stickiness.lb_cookie.duration_seconds") + "s"); err == nil {
			text += fmt.Sprintf(", for %g min", s.Minutes())
		}
		return Cell{Mark: Yes, Text: text, Evidence: []evidence.Item{evidence.Template(g.Path("TargetGroupAttributes"), "stickiness.enabled true")}}
	}
	return c
}

// socketHeld answers whether the servers hold WebSockets.
func socketHeld(d *door) Cell {
	c := onlyToServers(d)
	if table := d.stack.Holders(); table != nil && c.Mark == Offered {
		text := "held by the servers"
		if each, ok := assembly.Number(table.About["each"]); ok {
			text += fmt.Sprintf(", %g each", each)
		}
		return Cell{Mark: Yes, Text: text, Evidence: []evidence.Item{evidence.Template(table.Path(), "who is connected to which server")}}
	}
	return c
}

// choosing answers how the server of a request is chosen.
func choosing(d *door) Cell {
	g, ok := d.servers()
	switch {
	case d.main == nil:
		return Cell{Mark: Unknown, Text: "no front door"}
	case !ok:
		return Cell{Mark: No, Text: "nothing to choose from"}
	}
	name := setting(g, "load_balancing.algorithm.type")
	if name == "" {
		name = "round_robin" // Elastic Load Balancing's default
	}
	text := algorithms[name]
	if s := setting(g, "slow_start.duration_seconds"); s != "" && s != "0" {
		text += ", a new one spared for " + s + " s"
	}
	if setting(g, "load_balancing.algorithm.anomaly_mitigation") == "on" {
		text += ", less often one that answers with errors"
	}
	return Cell{Mark: Yes, Text: text, Evidence: []evidence.Item{evidence.Template(g.Path("TargetGroupAttributes"), name)}}
}
