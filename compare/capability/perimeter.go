package capability

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/posture"
)

// listeners are a load balancer's listeners and their rules.
func (d *door) listeners() []*assembly.Resource {
	return d.of("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")
}

func actions(r *assembly.Resource) []any {
	if a := r.List("Actions"); a != nil {
		return a
	}
	return r.List("DefaultActions")
}

func jwtAction(d *door) (string, evidence.Item, bool) {
	for _, l := range d.listeners() {
		for _, a := range actions(l) {
			if assembly.Text(assembly.Dig(a, "Type")) == "jwt-validation" {
				return "jwt-validation, RS256 only", evidence.Template(l.Path("Actions"), "jwt-validation"), true
			}
		}
	}
	return "", evidence.Item{}, false
}

func redirect(d *door) Cell {
	open := evidence.Item{}
	for _, l := range d.of("AWS::ElasticLoadBalancingV2::Listener") {
		if l.Text("Protocol") != "HTTP" {
			continue
		}
		if assembly.Text(assembly.Dig(l.Get("DefaultActions"), "Type")) == "redirect" {
			return Cell{Mark: Yes, Text: "redirected to HTTPS", Evidence: []evidence.Item{at(l, "DefaultActions", "Type")}}
		}
		open = at(l, "Protocol")
	}
	if open != (evidence.Item{}) {
		return Cell{Mark: No, Text: "served in the clear", Evidence: []evidence.Item{open}}
	}
	return Cell{Mark: Yes, Text: "refused: no listener"}
}

// webACL finds a web ACL on the door and how much of a body it inspects.
func webACL(d *door) (string, evidence.Item, bool) {
	a := d.one("AWS::WAFv2::WebACLAssociation")
	if a == nil {
		return "", evidence.Item{}, false
	}
	if acls := d.stack.Mentions(a, "WebACLArn"); len(acls) > 0 {
		return fmt.Sprintf("%d rules, bodies to %s", len(acls[0].List("Rules")), d.inspected(acls[0])), at(acls[0], "Scope"), true
	}
	return "on", at(a, "WebACLArn"), true
}

// inspected is how much of a body a web ACL reads before the door: 8 KB behind a
// load balancer, and elsewhere 16 KB unless the ACL says more.
// https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html
func (d *door) inspected(acl *assembly.Resource) string {
	if d.kind == alb {
		figure, _ := d.quota("waf/body-alb")
		return figure
	}
	if size := strings.TrimPrefix(acl.Text("AssociationConfig", "RequestBody", "API_GATEWAY", "DefaultSizeInspectionLimit"), "KB_"); size != "" {
		return size + " KB"
	}
	return "16 KB"
}

// addressLimit finds a rate-based rule, the nearest a load balancer has to a limit
// for each client.
func addressLimit(d *door) Cell {
	none := feature("usage-plans", "", "not offered")(d)
	for _, a := range d.of("AWS::WAFv2::WebACLAssociation") {
		for _, acl := range d.stack.Mentions(a, "WebACLArn") {
			if limit, ok := acl.Number("Rules", "Statement", "RateBasedStatement", "Limit"); ok {
				none.Text = "not offered; firewall: " + number(limit) + " in 5 min an address"
				none.Evidence = append(none.Evidence, at(acl, "Rules", "Statement", "RateBasedStatement", "Limit"))
			}
		}
	}
	return none
}

func securityGroup(d *door) Cell {
	groups := d.stack.Mentions(d.main, "SecurityGroups")
	if len(groups) == 0 {
		return Cell{Mark: Offered, Text: "security group"}
	}
	c := Cell{Mark: Yes, Text: "security group", Evidence: []evidence.Item{evidence.Template(groups[0].Path("SecurityGroupIngress"), "security group")}}
	open := slices.ContainsFunc(groups[0].List("SecurityGroupIngress"), func(rule any) bool {
		return strings.HasSuffix(assembly.Text(assembly.Dig(rule, "CidrIp")), "/0")
	})
	if open { // it could name addresses, and here it names all
		c.Mark, c.Text = Offered, "security group, open to all here"
	}
	return c
}

// tlsFloor answers with the lowest version the door's public hop accepts.
func tlsFloor(d *door) Cell {
	hop := posture.Door(d.stack, d.main, d.book)
	c := Cell{Mark: Yes, Text: hop.Floor, Evidence: hop.Evidence}
	if !hop.OK() {
		c.Mark = No
	}
	return c
}

func idleTimeout(d *door) Cell {
	seconds, e := "60", evidence.Template(d.main.Path("LoadBalancerAttributes"), "idle timeout, the default 60 s")
	for _, a := range d.main.List("LoadBalancerAttributes") {
		if assembly.Text(assembly.Dig(a, "Key")) == "idle_timeout.timeout_seconds" {
			seconds = assembly.Text(assembly.Dig(a, "Value"))
			e.Claim = "idle_timeout.timeout_seconds " + seconds
		}
	}
	figure, more := d.quota("alb/idle-timeout")
	return Cell{Mark: Yes, Text: seconds + " s idle, at most " + figure, Evidence: append([]evidence.Item{e}, more...)}
}

func albPayload(d *door) Cell {
	if _, ok := d.servedByFunction(); ok {
		return limited(Yes, "alb/lambda-request-body", "%s to the function")(d)
	}
	return Cell{Mark: Yes, Text: "no limit"}
}

// onlyToServers answers for what a load balancer does, but not with a function
// behind it.
func onlyToServers(d *door) Cell {
	if f, ok := d.servedByFunction(); ok {
		return Cell{Mark: No, Text: "not to a function", Evidence: []evidence.Item{evidence.Template(f.Path(), "the target is a Lambda function")}}
	}
	return Cell{Mark: Offered, Text: "offered"}
}

func bucketLogs(d *door) Cell {
	for _, a := range d.main.List("LoadBalancerAttributes") {
		if assembly.Text(assembly.Dig(a, "Key")) == "access_logs.s3.enabled" && assembly.Text(assembly.Dig(a, "Value")) == "true" {
			return Cell{Mark: Yes, Text: "to S3", Evidence: []evidence.Item{evidence.Template(d.main.Path("LoadBalancerAttributes"), "access_logs.s3.enabled true")}}
		}
	}
	return Cell{Mark: No, Text: "off"}
}

// verifies finds a listener that asks clients for certificates.
func verifies(d *door) (string, evidence.Item, bool) {
	for _, l := range d.of("AWS::ElasticLoadBalancingV2::Listener") {
		if l.Text("MutualAuthentication", "Mode") == "verify" {
			return "asked for", at(l, "MutualAuthentication", "Mode"), true
		}
	}
	return "", evidence.Item{}, false
}

// weights finds target groups that requests are shared between.
func weights(d *door) (string, evidence.Item, bool) {
	for _, l := range d.listeners() {
		for _, a := range actions(l) {
			if groups, ok := assembly.Dig(a, "ForwardConfig", "TargetGroups").([]any); ok && len(groups) > 1 {
				return "weighted target groups", evidence.Template(l.Path("Actions"), fmt.Sprintf("%d target groups by weight", len(groups))), true
			}
		}
	}
	return "", evidence.Item{}, false
}
