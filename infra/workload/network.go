package workload

import (
	"path/filepath"

	"fulcrum/constructs/certificate"
	"fulcrum/constructs/fleet"
	"fulcrum/constructs/network"
	"fulcrum/constructs/service"
	"fulcrum/design"
)

// network returns the network that load balancers and servers stand in, defining
// it on first use. Who needs another service from a private subnet calls Reach.
func (w *workload) network() *network.Network {
	if w.vpc == nil {
		w.vpc = network.New(w.stack, "Network", network.Props{
			Private:     w.private(),
			ServerZones: w.serverZones(),
			Interfaces:  interfaces[w.Blueprint["compute"]],
			LogKey:      w.key(design.Telemetry),
			LogDays:     w.class(design.Telemetry).RetentionDays,
			Sandbox:     w.Settings.Sandbox,
		})
	}
	return w.vpc
}

// interfaces are the endpoints that each option of compute cannot start without.
var interfaces = map[string][]string{
	"fargate": service.Interfaces(),
	"ec2":     fleet.Interfaces(),
}

// private says whether the service stands in private subnets: servers do, and a
// function that reads from a cache.
func (w *workload) private() bool {
	return w.Blueprint["compute"] != "lambda" || w.Blueprint["access-pattern"] == "read-heavy"
}

// certificate returns what a load balancer proves its name with, defining it on
// first use: what the settings give or, for want of a domain, a self-signed
// certificate.
func (w *workload) certificate() *certificate.Certificate {
	if w.tls != nil {
		return w.tls
	}
	p := certificate.Props{
		ARN:          w.Settings.CertificateARN,
		Domain:       w.Settings.Domain,
		HostedZoneID: w.Settings.HostedZone,
		LogDays:      w.class(design.Telemetry).RetentionDays,
		Sandbox:      w.Settings.Sandbox,
	}
	switch {
	case p.ARN != "":
		p.Domain, p.HostedZoneID = "", ""
	case p.Domain == "":
		p.Directory = filepath.Join(w.Settings.Functions, functionCertificate)
		p.Key = w.key(design.Telemetry)
	}
	w.tls = certificate.New(w.stack, "Certificate", p)
	if w.tls.SelfSigned {
		w.output("CertificateText", "Certificate that clients of this sandbox must be told to trust", w.tls.PEM)
	}
	return w.tls
}
