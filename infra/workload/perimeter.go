package workload

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/certificate"
	"fulcrum/constructs/edge"
	"fulcrum/constructs/lookup"
	"fulcrum/constructs/webacl"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// Outputs of the edge stack.
const (
	outputWebACL      = "WebAclArn"
	outputCertificate = "CertificateArn"
)

// behindEdge holds the perimeters that are a distribution before the door, and
// whom each lets in.
var behindEdge = map[string]func(w *workload) edge.Props{
	"waf":            func(w *workload) edge.Props { return edge.Props{WebACL: w.edgeOutputs().Get(outputWebACL)} },
	"cloudfront-geo": func(w *workload) edge.Props { return edge.Props{Countries: w.Design.Perimeter.Countries} },
}

// edgeSecret returns what the distribution before the door proves itself with,
// defining it on first use; ok is false without such a distribution.
func (w *workload) edgeSecret() (secret edge.Secret, ok bool) {
	if _, ok := behindEdge[w.Blueprint["perimeter"]]; !ok {
		return edge.Secret{}, false
	}
	if w.secret == nil {
		made := edge.NewSecret(w.stack, "EdgeSecret", w.key(design.Telemetry), w.Settings.Sandbox)
		w.secret = &made
	}
	return *w.secret, true
}

// definePerimeter puts a distribution before the door, if the blueprint asks for
// one: from then on that is the door.
func (w *workload) definePerimeter() {
	props, ok := behindEdge[w.Blueprint["perimeter"]]
	if !ok {
		return
	}
	p := props(w)
	p.Origin, p.OriginPath = w.door.host, w.door.path
	p.LogKey, p.LogDays = w.key(design.Telemetry), w.class(design.Telemetry).RetentionDays
	if w.Settings.HostedZone != "" && w.has(catalogue.Edge) { // else the edge has no certificate
		p.DomainName, p.HostedZoneID = w.Settings.Domain, w.Settings.HostedZone
		p.Certificate = awscertificatemanager.Certificate_FromCertificateArn(w.stack, jsii.String("EdgeCertificate"), jsii.String(w.edgeOutputs().Get(outputCertificate)))
	}
	secret, _ := w.edgeSecret()
	w.door.endpoint = edge.New(w.stack, "Edge", secret, p).Endpoint()
}

// edgeOutputs returns what the stack in us-east-1 tells, looking it up on first use.
func (w *workload) edgeOutputs() *lookup.Outputs {
	if w.edge == nil {
		outputs := []string{outputWebACL}
		if w.Settings.HostedZone != "" {
			outputs = append(outputs, outputCertificate)
		}
		w.edge = w.from(catalogue.Edge, "EdgeOutputs", outputs...)
	}
	return w.edge
}

// defineEdge defines the stack in us-east-1: the web ACL of the distribution and,
// if there is a domain, its certificate. It keeps no log: what it would log holds
// addresses, and would rest where the design's data may not.
func (w *workload) defineEdge() {
	p := w.firewall()
	p.Scope, p.NoLog = webacl.CloudFront, true
	if residency := w.class(design.Telemetry).Residency; slices.Contains(residency, catalogue.EdgeRegion) {
		p.NoLog, p.LogKey, p.LogDays = false, w.key(design.Telemetry), w.class(design.Telemetry).RetentionDays
	}
	p.AllowCIDRs, p.AllowCountries = w.Design.Perimeter.Addresses, w.Design.Perimeter.Countries
	if len(p.AllowCountries) == 0 {
		p.AllowCIDRs = nil // addresses are exceptions from the countries
	}
	acl := webacl.New(w.stack, "Perimeter", p)
	w.output(outputWebACL, "Web ACL of the distribution before the door", *acl.ACL.AttrArn())
	if w.Settings.HostedZone != "" {
		c := certificate.New(w.stack, "Certificate", certificate.Props{Domain: w.Settings.Domain, HostedZoneID: w.Settings.HostedZone})
		w.output(outputCertificate, "Certificate of the distribution before the door", *c.ACM.CertificateArn())
	}
}

// letsIn returns addresses if the blueprint has the perimeter that keeps others
// out, else none, which lets in all.
func (w *workload) letsIn(perimeter string, addresses []string) []string {
	if w.Blueprint["perimeter"] != perimeter {
		return nil
	}
	return addresses
}

// has reports whether the option has a part.
func (w *workload) has(part catalogue.Part) bool { return slices.Contains(w.Blueprint.Parts(), part) }

// hostOf returns the host of a URL that is known at deployment.
func hostOf(url string) string {
	return *awscdk.Fn_Select(jsii.Number(2), awscdk.Fn_Split(jsii.String("/"), jsii.String(url), nil))
}
