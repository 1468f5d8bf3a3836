package aside

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/search"
)

// Prefix begins every key: the cache's user may touch no others.
const Prefix = "dinner:"

// Views are the dinner.Views of a cache.
type Views struct{ Reads *Reads }

var _ dinner.Views = Views{}

// View returns the view of a dinner, at most TTL old.
func (v Views) View(ctx context.Context, id string, load func(context.Context) (dinner.View, error)) (dinner.View, error) {
	return Get(ctx, v.Reads, viewKey(id), load)
}

func viewKey(id string) string { return Prefix + "view:" + id }

// Dinners is a repository whose changes drop what is cached of a dinner, so that
// who changed it sees it. Lists follow within TTL.
type Dinners struct {
	dinner.Repository
	Reads *Reads
}

// Update changes a dinner and drops its view.
func (d Dinners) Update(ctx context.Context, id string, call once.Call, change func(*dinner.Dinner) ([]byte, error)) ([]byte, error) {
	answer, err := d.Repository.Update(ctx, id, call, change)
	if err == nil {
		d.Reads.Drop(ctx, viewKey(id))
	}
	return answer, err
}

// Index is a search.Index whose rows are answered from a cache.
type Index struct {
	search.Index
	Reads *Reads
}

// Rows returns rows, at most TTL old. A list that begins with the present time
// begins a little earlier, so that who asks at about the same time asks for the
// same; the query leaves out what is past.
func (i Index) Rows(ctx context.Context, after string, limit int) ([]search.Row, error) {
	if at, err := time.Parse(time.RFC3339, after); err == nil {
		after = at.Truncate(i.Reads.TTL).UTC().Format(time.RFC3339)
	}
	key := fmt.Sprintf("%srows:%d:%s", Prefix, limit, strings.ReplaceAll(after, " ", "_"))
	return Get(ctx, i.Reads, key, func(ctx context.Context) ([]search.Row, error) { return i.Index.Rows(ctx, after, limit) })
}
