package failover

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"fulcrum/constructs/internal/props"
)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Host != "", "Host")
	found.Check(*awscdk.Token_IsUnresolved(p.Host) || !strings.Contains(p.Host, "/"), "Host", "%q is not a host name; give it without scheme and path", p.Host)
	found.Check(strings.HasPrefix(p.Path, "/"), "Path", "%q does not begin with a slash", p.Path)
	found.Required(p.Region != "", "Region")
	found.Check(p.Routing == Primary || p.Routing == Secondary || p.Routing == Latency, "Routing", "%q is none of %s, %s, %s", p.Routing, Primary, Secondary, Latency)
	found.Check((p.Domain == "") == (p.HostedZoneID == ""), "HostedZoneID", "a domain and its hosted zone go together; give both or none")
	found.Check(p.Domain == "" || p.Target != "" && p.TargetZoneID != "", "Target", "missing, or its zone is; the record of %s needs them", p.Domain)
	return found.Err()
}
