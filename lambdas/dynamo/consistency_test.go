package dynamo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
)

// consistency shows that every query asks the table for the consistency it is set
// to, but for the one that Forget Me relies on, and that no query asks an index,
// which cannot be read consistently.
func consistency(t *testing.T, server *localaws.Server) {
	table := dynamo.Table{Client: server.Table(t, "consistency"), Name: "consistency", Now: time.Now, EventRetention: time.Hour}
	for _, consistent := range []bool{false, true} {
		table.Consistent = consistent
		for name, query := range map[string]func(context.Context) error{
			"Get": func(ctx context.Context) error { _, err := dynamo.Dinners{Table: table}.Get(ctx, "d"); return err },
			"Several": func(ctx context.Context) error {
				_, err := dynamo.Dinners{Table: table}.Several(ctx, []string{"d"})
				return err
			},
			"Places": func(ctx context.Context) error {
				_, err := dynamo.Dinners{Table: table}.Places(ctx, "p", "", 9)
				return err
			},
			"Notices": func(ctx context.Context) error {
				_, err := dynamo.Inboxes{Table: table}.Notices(ctx, "p", "", 9)
				return err
			},
			"Rows": func(ctx context.Context) error { _, err := dynamo.Index{Table: table}.Rows(ctx, "", 9); return err },
		} {
			asked := 0
			server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				asked++
				if got := strings.Contains(compact(t, body), `"ConsistentRead":true`); got != (consistent || name == "Places") || strings.Contains(string(body), "IndexName") {
					t.Errorf("consistent %v: %s asks %s", consistent, name, body)
				}
				return false
			})
			err := query(t.Context())
			server.Intercept(nil)
			if asked != 1 || err != nil && name != "Get" {
				t.Errorf("%s: asked %d times, %v", name, asked, err)
			}
		}
	}
}

// several shows that no more dinners are asked for at once than DynamoDB gives.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
func several(t *testing.T, server *localaws.Server) {
	table := dynamo.Table{Client: server.Table(t, "several"), Name: "several", Now: time.Now}
	ids := make([]string, 250)
	for i := range ids {
		ids[i] = strconv.Itoa(i)
	}
	var asked []int
	server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		asked = append(asked, strings.Count(string(body), "DINNER#"))
		return false
	})
	defer server.Intercept(nil)
	if found, err := (dynamo.Dinners{Table: table}).Several(t.Context(), ids); err != nil || len(found) > 0 || !slices.Equal(asked, []int{100, 100, 50}) {
		t.Errorf("found %v, %v, and asked for %v at once", found, err, asked)
	}
}

func compact(t *testing.T, body []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
