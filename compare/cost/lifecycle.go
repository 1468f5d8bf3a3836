package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
)

// The storage classes that a lifecycle moves objects into: the words of the price, how
// long each is charged at least, in days, and the least size that S3 moves or watches.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html#sc-compare
var tiers = map[string]struct {
	word string
	keep float64
}{
	"STANDARD_IA":         {"standard-ia", 30},
	"GLACIER_IR":          {"glacier-instant", 90},
	"INTELLIGENT_TIERING": {"intelligent-tiering", 0},
}

// leastMovedKB is the size below which objects stay where they are.
const leastMovedKB = 128

// Ages at which Intelligent-Tiering moves what nobody reads, in days.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
const (
	quietDays   = 30
	archiveDays = 90
)

// kept is what a bucket keeps: a steady stock whose objects are all ages up to the
// last, in equal parts, each of the same size. Once they fall quiet nobody reads them.
type kept struct{ gb, objectKB, days float64 }

// objects is how many there are, and each month how many pass any one age.
func (k kept) objects() (all, monthly float64) {
	all = k.gb * GB / KB / k.objectKB
	return all, all / k.days * Hours / 24
}

// between is how much is as old as from to, in days.
func (k kept) between(from, to float64) float64 {
	return k.gb * max(0, min(to, k.days)-min(from, k.days)) / k.days
}

// stored prices the storage of a bucket by the classes in which its lifecycle lets
// objects grow old.
func stored(r *assembly.Resource, k kept) []Usage {
	type move struct {
		class string
		days  float64
	}
	var moves []move
	for _, rule := range r.List("LifecycleConfiguration", "Rules") {
		steps, _ := assembly.Dig(rule, "Transitions").([]any)
		for _, step := range steps {
			days, _ := assembly.Dig(step, "TransitionInDays").(float64)
			moves = append(moves, move{assembly.Text(assembly.Dig(step, "StorageClass")), days})
		}
	}
	in := func(class string, more price.Inputs, formula string) Usage {
		more["class"] = w(class)
		return Usage{Part: Site, Service: "s3", Inputs: more, Formula: formula}
	}
	if len(moves) == 0 || k.objectKB <= leastMovedKB {
		formula := fmt.Sprintf("%.1f GB of files", k.gb)
		if len(moves) > 0 {
			formula += fmt.Sprintf(" of %.0f KB, which stay: S3 moves nothing of less than %d KB", k.objectKB, leastMovedKB)
		}
		return []Usage{{Part: Site, Service: "s3", Formula: formula, Inputs: price.Inputs{"storage-gb": n(k.gb)}}}
	}
	all, monthly := k.objects()
	uses := []Usage{in("standard", price.Inputs{"storage-gb": n(k.between(0, moves[0].days))}, "files that have not moved yet")}
	for i, m := range moves {
		next := k.days
		if i+1 < len(moves) {
			next = moves[i+1].days
		}
		tier, known := tiers[m.class]
		if !known {
			continue
		}
		inputs := price.Inputs{"transition": n(monthly)}
		formula := fmt.Sprintf("files from %.0f to %.0f days old, of all ages in equal parts; each moves once", m.days, next)
		if tier.word == "intelligent-tiering" {
			inputs["storage-gb"] = n(k.between(m.days, m.days+quietDays))
			inputs["infrequent-gb"] = n(k.between(m.days+quietDays, m.days+archiveDays))
			inputs["archive-instant-gb"] = n(k.between(m.days+archiveDays, next))
			inputs["objects"] = n(all)
			formula += fmt.Sprintf("; quiet after %d days, archived after %d", quietDays, archiveDays)
		} else {
			// What is deleted or moves on too early is charged for the rest of the time.
			charged := max(next-m.days, tier.keep)
			inputs["storage-gb"] = n(k.gb * charged / k.days)
		}
		uses = append(uses, in(tier.word, inputs, formula))
	}
	return uses
}
