package route

import "time"

// What front doors and handlers tell browsers of other origins, alike at every
// front door so that a page works behind each of them.
var (
	// RequestHeaders are the headers that a browser may send.
	RequestHeaders = []string{"authorization", "content-type", "idempotency-key", "if-match", "if-none-match"}
	// SignatureHeaders are those with which a browser signs for IAM.
	SignatureHeaders = []string{"x-amz-content-sha256", "x-amz-date", "x-amz-security-token"}
	// ResponseHeaders are the headers that a browser shows to a script.
	ResponseHeaders = []string{"etag", "location", "retry-after", "x-request-id"}
)

// PreflightAge is how long a browser may remember an answer to a preflight;
// Chromium remembers none for longer.
const PreflightAge = 2 * time.Hour
