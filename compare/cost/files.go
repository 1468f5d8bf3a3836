package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

// Presigned returns the buckets whose files clients send and load by presigned URLs.
func Presigned(s *assembly.Stack) []*assembly.Resource {
	var out []*assembly.Resource
	for _, r := range s.OfRole(role.Site) {
		if signed, _ := r.About["presigned"].(bool); signed && r.Type == "AWS::S3::Bucket" {
			out = append(out, r)
		}
	}
	return out
}

// urls is how many presigned URLs the service issues in a month: one for each file,
// each a call of its own. A browser keeps what it loaded no longer than the URL lasts.
func (c *context) urls(d Demand) float64 {
	if len(Presigned(c.stack)) == 0 {
		return 0
	}
	return d.Load.Connections * filesOfSession
}

// files prices a bucket whose files go straight to clients, over the internet.
func files(c *context, r *assembly.Resource, d Demand) []Usage {
	return append(stored(r, siteFiles(d)), Usage{
		Part: Site, Service: "s3", Formula: fmt.Sprintf("%d files loaded in a session", filesOfSession),
		Inputs: price.Inputs{"gets": n(c.urls(d))},
	}, Usage{
		Part: Traffic, Service: "transfer", Formula: fmt.Sprintf("%d KB a session from S3, to the internet", kbOfSession),
		Inputs: price.Inputs{"out-gb": n(d.Load.Connections * kbOfSession * KB / GB)},
	})
}
