package route

// RequestHeaders are the headers that a browser may send across origins.
var RequestHeaders = []string{"authorization", "content-type", "idempotency-key", "x-api-key"}

// ResponseHeaders are the headers that a browser shows to a script of another
// origin.
var ResponseHeaders = []string{"location", "retry-after", "x-amzn-trace-id"}
