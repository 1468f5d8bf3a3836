// Package posture reads off a template how a stack keeps what it is given: keys
// at rest, TLS in transit, who may come in, what its roles may do, and what is
// kept when something fails.
package posture

import (
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
	"fulcrum/design"
	"fulcrum/design/role"
)

// Posture is what a stack's template says about its security and its care.
type Posture struct {
	// AtRest has one entry for everything that keeps data.
	AtRest []Store `json:"at_rest"`
	// InTransit has one entry for each hop of data over a network.
	InTransit []Hop `json:"in_transit"`
	// Wildcards are the grants that name everything.
	Wildcards []Wildcard `json:"wildcards,omitempty"`
	// Coverage counts what is cared for.
	Coverage []Coverage `json:"coverage"`
	// Acknowledged are the rules of AWS's rule packs that resources do not follow, with
	// the reason for each.
	Acknowledged []Acknowledged `json:"acknowledged,omitempty"`
	// Notes are what a reader must know before going live.
	Notes []Note `json:"notes,omitempty"`
}

// Note is a remark with its place in the template.
type Note struct {
	Text     string          `json:"text"`
	Evidence []evidence.Item `json:"evidence,omitempty"`
}

// Coverage is how many of a kind have what they should.
type Coverage struct {
	What string `json:"what"`
	Have int    `json:"have"`
	Of   int    `json:"of"`
	// Missing names those without.
	Missing []string `json:"missing,omitempty"`
}

// Of returns the posture of a stack that serves the design.
func Of(s *assembly.Stack, d design.Design, book *facts.Book) Posture {
	return Posture{
		AtRest:       atRest(s, d),
		InTransit:    inTransit(s, book),
		Wildcards:    wildcards(s),
		Coverage:     coverage(s),
		Acknowledged: acknowledged(s),
		Notes:        notes(s),
	}
}

func notes(s *assembly.Stack) []Note {
	var out []Note
	for _, r := range s.OfRole(role.Sandbox) {
		text := selfSigned
		switch r.Type {
		case "AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::S3::Bucket":
			continue // what helps to make it
		case "Custom::ClientAuthority":
			text = madeUp
		}
		out = append(out, Note{
			Text:     text,
			Evidence: []evidence.Item{evidence.Template(r.Path(), r.Type)},
		})
	}
	return out
}

// What is made up where a deployment gives nothing of its own.
const (
	selfSigned = "The TLS certificate is a self-signed sandbox certificate, which clients must be told to trust. Give -c domain and -c hostedZone, or -c certificateArn, before going live."
	madeUp     = "Client certificates are of an authority that was made up at deployment and has forgotten its key. Give -c clientCa before going live."
)

// coverage counts what protects against loss and silence.
func coverage(s *assembly.Stack) []Coverage {
	count := func(what string, of []*assembly.Resource, has func(r *assembly.Resource) bool) Coverage {
		c := Coverage{What: what, Of: len(of)}
		for _, r := range of {
			if has(r) {
				c.Have++
			} else {
				c.Missing = append(c.Missing, r.ID)
			}
		}
		return c
	}
	tables := s.OfType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
	all := []Coverage{
		count("consumers' queues with a dead-letter queue", s.OfRole(role.Queue), func(r *assembly.Resource) bool { return r.Get("RedrivePolicy") != nil }),
		count("rules whose targets have a dead-letter queue", eventRules(s), func(r *assembly.Resource) bool { return r.Get("Targets", "DeadLetterConfig") != nil }),
		count("pipes with a dead-letter queue", s.OfType("AWS::Pipes::Pipe"), func(r *assembly.Resource) bool {
			return r.Get("SourceParameters", "DynamoDBStreamParameters", "DeadLetterConfig") != nil ||
				r.Get("SourceParameters", "KinesisStreamParameters", "DeadLetterConfig") != nil
		}),
		count("functions that read the store's stream with a dead-letter queue", streamReaders(s), func(r *assembly.Resource) bool { return r.Get("DestinationConfig", "OnFailure") != nil }),
		count("dead-letter queues with an alarm", s.OfRole(role.DeadLetter), func(r *assembly.Resource) bool { return watched(s, r) }),
		count("tables with point-in-time recovery", tables, func(r *assembly.Resource) bool {
			return r.Flag("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") || r.Flag("Replicas", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")
		}),
		count("functions with a log group of their own", ownFunctions(s), func(r *assembly.Resource) bool { return r.Get("LoggingConfig", "LogGroup") != nil }),
		count("log groups with a retention", s.OfType("AWS::Logs::LogGroup"), func(r *assembly.Resource) bool { return r.Get("RetentionInDays") != nil }),
		count("keys that rotate", s.OfType("AWS::KMS::Key"), func(r *assembly.Resource) bool { return r.Flag("EnableKeyRotation") }),
		count("buckets closed to the public", s.OfType("AWS::S3::Bucket"), func(r *assembly.Resource) bool {
			return r.Flag("PublicAccessBlockConfiguration", "RestrictPublicBuckets")
		}),
	}
	var out []Coverage
	for _, c := range all {
		if c.Of > 0 {
			out = append(out, c)
		}
	}
	return out
}

// eventRules are the rules that hand on events; one that calls by the clock has
// nothing to keep, since the next call comes soon.
func eventRules(s *assembly.Stack) []*assembly.Resource {
	return slices.DeleteFunc(s.OfType("AWS::Events::Rule"), func(r *assembly.Resource) bool { return r.Get("EventPattern") == nil })
}

// streamReaders are the mappings of functions that stand where a pipe does elsewhere.
func streamReaders(s *assembly.Stack) []*assembly.Resource {
	return slices.DeleteFunc(s.OfType("AWS::Lambda::EventSourceMapping"), func(r *assembly.Resource) bool {
		return !slices.ContainsFunc(s.Mentioned(r, r.Get("FunctionName")), func(f *assembly.Resource) bool { return f.Role == role.Pipe })
	})
}

// ownFunctions are the functions that do the workload's work.
func ownFunctions(s *assembly.Stack) []*assembly.Resource {
	var out []*assembly.Resource
	for _, f := range s.OfType("AWS::Lambda::Function") {
		if f.Role != "" {
			out = append(out, f)
		}
	}
	return out
}

func watched(s *assembly.Stack, r *assembly.Resource) bool {
	for _, by := range s.RefersTo(r.ID) {
		if by.Type == "AWS::CloudWatch::Alarm" {
			return true
		}
	}
	return false
}
